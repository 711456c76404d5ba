#include "till/models/forecast.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "support/error_text.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::models {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Instant instant(std::string_view text) {
  return *parse_instant(text, TimeZone());
}

TEST(CountDistribution, WithoutPartsIsSurelyZero) {
  const CountDistribution none({});
  EXPECT_EQ(none.mean(), 0.0);
  EXPECT_EQ(none.variance(), 0.0);
  EXPECT_EQ(none.probability_zero(), 1.0);
  EXPECT_EQ(none.pmf(1), 0.0);
  EXPECT_EQ(none.cdf(0), 1.0);
  EXPECT_EQ(none.quantile(0.999), 0);
}

TEST(CountDistribution, WhatWeightsLeaveIsZero) {
  const std::array<CountPart, 1> parts = {{{0.6, 2.0, 1.0}}};  // geometric: P(k) = (2/3)^k / 3
  const CountDistribution count(parts);
  EXPECT_NEAR(count.mean(), 1.2, 1e-15);
  EXPECT_NEAR(count.probability_zero(), 0.4 + 0.2, 1e-15);
  EXPECT_NEAR(count.pmf(2), 0.6 * 4.0 / 27.0, 1e-15);
  EXPECT_NEAR(count.log_pmf(2), std::log(0.6 * 4.0 / 27.0), 1e-14);
  EXPECT_NEAR(count.cdf(1), 0.6 + 0.6 * 2.0 / 9.0, 1e-14);
  EXPECT_EQ(count.pmf(-1), 0.0);
  EXPECT_EQ(count.cdf(-1), 0.0);
}

TEST(CountDistribution, MomentsQuantilesAndRunsAgreeWithThePmf) {
  const std::vector<std::array<CountPart, 2>> mixtures = {
      {{{0.5, 3.0, 0.4}, {0.3, 40.0, 9.0}}},
      {{{0.9, 0.01, kInfinity}, {0.1, 700.0, 2000.0}}},
      {{{1.0, 1e-9, 1.0}, {0.0, 5.0, 1.0}}},
      {{{0.2, 350.0, 0.05}, {0.8, 0.0, 1.0}}},
  };
  for (const std::array<CountPart, 2>& parts : mixtures) {
    const CountDistribution count(parts);
    std::vector<double> pmf(200000);
    count.pmf_from_zero(pmf);
    double sum = 0.0;
    double mean = 0.0;
    double second = 0.0;
    for (std::size_t k = 0; k < pmf.size(); ++k) {
      const auto value = static_cast<double>(k);
      sum += pmf[k];
      mean += pmf[k] * value;
      second += pmf[k] * value * value;
    }
    EXPECT_NEAR(sum, 1.0, 1e-10);
    EXPECT_NEAR(mean, count.mean(), 1e-8 * (1.0 + count.mean()));
    EXPECT_NEAR(second - mean * mean, count.variance(), 1e-7 * (1.0 + count.variance()));
    for (const std::int64_t k : {0, 1, 5, 60, 701}) {
      EXPECT_NEAR(pmf[static_cast<std::size_t>(k)], count.pmf(k), 1e-13);
    }
    for (const double level : {0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999}) {
      double reached = 0.0;
      std::int64_t quantile = 0;
      while ((reached += pmf[static_cast<std::size_t>(quantile)]) < level) {
        ++quantile;
      }
      EXPECT_EQ(count.quantile(level), quantile) << level;
    }
  }
}

TEST(CountDistribution, LogPmfHoldsWhereThePmfUnderflows) {
  const std::array<CountPart, 1> parts = {{{1.0, 1e-3, kInfinity}}};
  const CountDistribution count(parts);
  EXPECT_EQ(count.pmf(400), 0.0);
  EXPECT_NEAR(count.log_pmf(400), 400.0 * std::log(1e-3) - 1e-3 - std::lgamma(401.0), 1e-9);
}

TEST(Forecast, BeginsAsSurelyNothing) {
  Forecast forecast(3, 2);
  EXPECT_EQ(forecast.customers(), 3U);
  EXPECT_EQ(forecast.distribution(2).probability_zero(), 1.0);
  forecast.parts(1)[0] = {1.0, 4.0, 2.0};
  EXPECT_EQ(forecast.distribution(0).mean(), 0.0);
  EXPECT_EQ(forecast.distribution(1).mean(), 4.0);
}

Panel panel_until_march() {
  PanelColumns columns;
  columns.months = month_parts({instant("2018-01-01"), instant("2018-03-01")}, TimeZone());
  return *Panel::make(std::move(columns));
}

TEST(TargetAfter, TellsTheGapFromTheWindow) {
  const Result<ForecastTarget> target =
      target_after(panel_until_march(), {instant("2018-03-11"), instant("2018-05-01")}, TimeZone());
  ASSERT_TRUE(target);
  ASSERT_EQ(target->gap.size(), 1U);
  EXPECT_NEAR(target->gap[0].days(), 10.0, 1e-12);
  ASSERT_EQ(target->window.size(), 2U);
  EXPECT_NEAR(target->window[0].days(), 21.0, 1e-12);
  EXPECT_EQ(target->window[1].month, (Month{2018, 4}));
}

TEST(TargetAfter, RefusesWhatIsEmptyOrAlreadyKnown) {
  const Panel panel = panel_until_march();
  EXPECT_EQ(target_after(panel, {instant("2018-03-01"), instant("2018-03-01")}, TimeZone()).error(),
            (Error{ErrorCode::InvalidArgument,
                   "target_after: range is [2018-03-01T00:00:00Z, 2018-03-01T00:00:00Z), but must "
                   "end after it begins",
                   ""}));
  EXPECT_EQ(target_after(panel, {instant("2018-02-01"), instant("2018-04-01")}, TimeZone()).error(),
            (Error{ErrorCode::InvalidArgument,
                   "target_after: range.from is 2018-02-01T00:00:00Z, but must not be before the "
                   "panel's cutoff, 2018-03-01T00:00:00Z",
                   "forecast from the cutoff on, or read the panel at an earlier one"}));
}

}  // namespace
}  // namespace till::models
