#include "till/models/forecast_total.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "support/panels.hpp"
#include <gtest/gtest.h>

namespace till::models {
namespace {

using test::months_from_2017;
using test::panel_of;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double variance_of(const CountPart& part) {
  return CountDistribution({&part, 1}).variance();
}

TEST(ForecastTotal, CountsEveryMonthOfThePast) {
  const Panel panel = panel_of({{0, 1.0, {4, 0, 2}}, {1, 1.0, {3, 5}}}, months_from_2017(3));
  const ForecastTotal total =
      forecast_total(panel, {{}, {months_from_2017(4)[3]}}, Forecast(panel.customers(), 1));
  ASSERT_EQ(total.past.size(), 3U);
  EXPECT_EQ(total.past[0].transactions, 4);
  EXPECT_EQ(total.past[1].transactions, 3);
  EXPECT_EQ(total.past[2].transactions, 7);
  EXPECT_EQ(total.past[2].month, (Month{2017, 3}));
  EXPECT_TRUE(total.past[2].is_whole);
  EXPECT_EQ(total.first, (Month{2017, 4}));
}

TEST(ForecastTotal, KnowsAMonthThatWasNotOver) {
  std::vector<MonthPart> months = months_from_2017(2);
  const TimeRange range = months[1].range;
  months[1] =
      month_parts({range.from, {range.from.micros + 9 * kMicrosPerDay}}, TimeZone()).front();
  PanelColumns columns{months, {7}, {months[0].range.from}, {2, 1}, {}, {}};
  const Result<Panel> panel = Panel::make(std::move(columns));
  ASSERT_TRUE(panel);
  const ForecastTotal total =
      forecast_total(*panel, {{}, {months_from_2017(3)[2]}}, Forecast(1, 1));
  EXPECT_TRUE(total.past[0].is_whole);
  EXPECT_FALSE(total.past[1].is_whole);
}

TEST(ForecastTotal, OfPoissonCustomersIsPoisson) {
  // One month tells nothing of new customers.
  const Panel panel = panel_of({{0, 1.0, {4}}, {0, 1.0, {3}}}, months_from_2017(1));
  Forecast forecast(2, 1);
  forecast.parts(0)[0] = {1.0, 2.5, kInfinity};
  forecast.parts(1)[0] = {1.0, 0.75, kInfinity};
  const ForecastTotal total = forecast_total(panel, {{}, {months_from_2017(2)[1]}}, forecast);
  EXPECT_EQ(total.expected.mean, 3.25);
  EXPECT_EQ(total.expected.shape, kInfinity);
  EXPECT_EQ(total.new_customers, 0.0);
}

TEST(ForecastTotal, AddsUpVariances) {
  const Panel panel = panel_of({{0, 1.0, {4}}, {0, 1.0, {3}}}, months_from_2017(1));
  Forecast forecast(2, 1);
  // Variances: 3 + 9 / 2 = 7.5; half asleep: (2 + 4 / 4 + 4) / 2 - 1 = 2.5.
  forecast.parts(0)[0] = {1.0, 3.0, 2.0};
  forecast.parts(1)[0] = {0.5, 2.0, 4.0};
  const ForecastTotal total = forecast_total(panel, {{}, {months_from_2017(2)[1]}}, forecast);
  EXPECT_NEAR(total.expected.mean, 4.0, 1e-12);
  EXPECT_NEAR(variance_of(total.expected), 10.0, 1e-12);
}

TEST(ForecastTotal, HoldsNewCustomers) {
  // New in February: 4, in March: 2; mean 3, variance 2, taken as Poisson.
  const Panel panel =
      panel_of({{0, 1.0, {1, 1, 1}}, {1, 1.0, {4, 0}}, {2, 1.0, {2}}}, months_from_2017(3));
  const ForecastTotal total =
      forecast_total(panel, {{}, {months_from_2017(4)[3]}}, Forecast(panel.customers(), 1));
  EXPECT_NEAR(total.new_customers, 3.0, 1e-12);
  EXPECT_NEAR(total.expected.mean, 3.0, 1e-12);
  EXPECT_NEAR(variance_of(total.expected), 3.0, 1e-9);
}

TEST(ForecastTotal, OfNobodyIsSurelyNothing) {
  const Panel panel = panel_of({{0, 1.0, {1}}}, months_from_2017(1));
  const ForecastTotal total = forecast_total(panel, {{}, {months_from_2017(2)[1]}}, Forecast(1, 1));
  EXPECT_EQ(total.expected.mean, 0.0);
  EXPECT_EQ(CountDistribution({&total.expected, 1}).quantile(0.95), 0);
}

}  // namespace
}  // namespace till::models
