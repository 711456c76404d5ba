#include "till/models/boosted_trees.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/forecasts.hpp"
#include "support/panels.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::models {
namespace {

using test::drawn_panel;
using test::expect_same;
using test::months_from_2017;
using test::next_month;
using test::panel_of;
using test::PanelRow;

constexpr std::size_t kMonths = 16;

/// Two hundred customers who buy six times in every third month and nothing between.
std::vector<PanelRow> every_third_month() {
  std::vector<PanelRow> rows;
  for (std::size_t i = 0; i < 200; ++i) {
    PanelRow row{0, 1.0, {}};
    for (std::size_t t = 0; t < kMonths; ++t) {
      row.counts.push_back((t + i) % 3 == 0 ? 6 : 0);
    }
    rows.push_back(row);
  }
  return rows;
}

Forecast forecast_of(const Panel& panel, std::int32_t threads = 1) {
  const Computation computation{.threads = threads};
  const auto model = BoostedTrees::fit(panel, computation, nullptr);
  EXPECT_TRUE(model);
  EXPECT_TRUE(model->warnings().empty());
  return *model->forecast(panel, next_month(panel), computation);
}

TEST(BoostedTrees, SeeWhoseTurnItIs) {
  const Panel panel = panel_of(every_third_month(), months_from_2017(kMonths));
  const Forecast forecast = forecast_of(panel);
  for (std::size_t i = 0; i < forecast.customers(); ++i) {
    const double mean = forecast.distribution(i).mean();
    if ((kMonths + i) % 3 == 0) {
      EXPECT_GT(mean, 5.0) << i;
    } else {
      EXPECT_LT(mean, 0.5) << i;
    }
  }
}

TEST(BoostedTrees, AreTheSameForAnyNumberOfThreads) {
  const Panel panel = drawn_panel({.customers = 150, .months = 14});
  expect_same(forecast_of(panel, 1), forecast_of(panel, 3));
}

TEST(BoostedTrees, DoNotSeeWhatCameAfterTheCutoff) {
  std::vector<PanelRow> rows = every_third_month();
  const Panel panel = panel_of(rows, months_from_2017(kMonths)).before(kMonths - 2);
  for (PanelRow& row : rows) {
    row.counts[kMonths - 2] = 100'000;
  }
  const Panel poisoned = panel_of(rows, months_from_2017(kMonths)).before(kMonths - 2);
  expect_same(forecast_of(panel), forecast_of(poisoned));
}

TEST(BoostedTrees, SayWhenTheyCannotGrow) {
  const Panel panel = drawn_panel({.customers = 10, .months = 6});
  const auto model = BoostedTrees::fit(panel, {}, nullptr);
  ASSERT_TRUE(model);
  ASSERT_EQ(model->warnings().size(), 1U);
  EXPECT_THAT(model->warnings()[0], testing::HasSubstr("forecasts are means of three months"));
}

TEST(BoostedTrees, StopWhenAsked) {
  const Panel panel = panel_of(every_third_month(), months_from_2017(kMonths));
  const auto model =
      BoostedTrees::fit(panel, {.threads = 1, .cancelled = [] { return true; }}, nullptr);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace till::models
