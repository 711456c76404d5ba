#include "till/models/glm.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/forecasts.hpp"
#include "support/panels.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::models {
namespace {

using test::draw_poisson;
using test::drawn_panel;
using test::expect_same;
using test::months_from_2017;
using test::next_month;
using test::panel_of;
using test::PanelRow;

constexpr std::size_t kMonths = 16;

/// Three hundred customers who each keep the rate they have: 1, 2, 4, 8 or 16 a month.
std::vector<PanelRow> steady() {
  Rng rng(3);
  std::vector<PanelRow> rows;
  for (std::size_t i = 0; i < 300; ++i) {
    PanelRow row{0, 1.0, {}};
    for (std::size_t t = 0; t < kMonths; ++t) {
      row.counts.push_back(draw_poisson(std::exp2(static_cast<double>(i % 5)), rng));
    }
    rows.push_back(row);
  }
  return rows;
}

Glm fitted(const Panel& panel, std::int32_t threads = 1) {
  return *Glm::fit(panel, {.threads = threads}, nullptr);
}

Forecast forecast_of(const Panel& panel, std::int32_t threads = 1) {
  return *fitted(panel, threads).forecast(panel, next_month(panel), {.threads = threads});
}

TEST(Glm, FindsTheRateThatEachCustomerKeeps) {
  const Panel panel = panel_of(steady(), months_from_2017(kMonths));
  const Forecast forecast = forecast_of(panel);
  std::vector<double> means(5, 0.0);
  for (std::size_t i = 0; i < forecast.customers(); ++i) {
    means[i % 5] += forecast.distribution(i).mean() / 60.0;
  }
  for (std::size_t k = 0; k < 5; ++k) {
    const double truth = std::exp2(static_cast<double>(k));
    EXPECT_NEAR(means[k], truth, 0.2 + 0.15 * truth) << k;
  }
}

TEST(Glm, KeepsACoefficientForEachColumn) {
  const Panel panel = panel_of(steady(), months_from_2017(kMonths));
  const Glm model = fitted(panel);
  ASSERT_TRUE(model.terms());
  EXPECT_EQ(model.terms()->coefficients.size(), Glm::columns().size());
  for (const double coefficient : model.terms()->coefficients) {
    EXPECT_TRUE(std::isfinite(coefficient));
  }
  EXPECT_GT(model.terms()->penalty, 0.0);
}

TEST(Glm, IsTheSameForAnyNumberOfThreads) {
  const Panel panel = drawn_panel({.customers = 150, .months = 14});
  expect_same(forecast_of(panel, 1), forecast_of(panel, 3));
}

TEST(Glm, DoesNotSeeWhatCameAfterTheCutoff) {
  std::vector<PanelRow> rows = steady();
  const Panel panel = panel_of(rows, months_from_2017(kMonths)).before(kMonths - 2);
  for (PanelRow& row : rows) {
    row.counts[kMonths - 2] = 100'000;
  }
  const Panel poisoned = panel_of(rows, months_from_2017(kMonths)).before(kMonths - 2);
  expect_same(forecast_of(panel), forecast_of(poisoned));
}

TEST(Glm, SaysWhenThereIsTooLittleToLearnFrom) {
  const Panel panel = drawn_panel({.customers = 10, .months = 6});
  const Glm model = fitted(panel);
  ASSERT_EQ(model.warnings().size(), 1U);
  EXPECT_THAT(model.warnings()[0], testing::HasSubstr("forecasts are means of three months"));
  EXPECT_FALSE(model.terms());
}

TEST(Glm, StopsWhenAsked) {
  const Panel panel = panel_of(steady(), months_from_2017(kMonths));
  const auto model = Glm::fit(panel, {.threads = 1, .cancelled = [] { return true; }}, nullptr);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace till::models
