#include "till/models/calendar_exposure.hpp"

#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "support/panels.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::models {
namespace {

using test::drawn_panel;
using test::months_from_2017;
using ::testing::DoubleNear;
using ::testing::Each;

double largest_effect(const CalendarExposure& calendar) {
  double largest = 0.0;
  for (const double effect : calendar.month_effects()) {
    largest = std::max(largest, std::abs(effect));
  }
  return largest;
}

TEST(CalendarExposure, WithoutHistoryAMonthIsItsDays) {
  const CalendarExposure calendar = CalendarExposure::fit(Panel());
  EXPECT_THAT(calendar.weekday_weights(), Each(1.0));
  EXPECT_NEAR(calendar.exposure(months_from_2017(2)[1]), 28.0 / 30.4, 1e-12);
}

TEST(CalendarExposure, DaysThatSellMoreMakeMonthsLonger) {
  PanelColumns columns;
  columns.months = months_from_2017(6);
  columns.customer_keys = {0};
  columns.births = {columns.months[0].range.from};
  columns.counts = {500, 500, 500, 500, 500, 500};
  for (std::int64_t day = 0; day < 181; ++day) {  // 2017-01-01 was a Sunday
    const std::int64_t weekday = (day + 6) % 7;
    columns.daily_transactions.push_back(weekday == 5 ? 40 : weekday == 6 ? 0 : 10);
  }
  const CalendarExposure calendar = CalendarExposure::fit(*Panel::make(std::move(columns)));
  const auto& weights = calendar.weekday_weights();
  EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 7.0, 1e-12);
  EXPECT_NEAR(weights[5] / weights[0], 4.0, 0.1);
  EXPECT_GT(weights[6], 0.0);
  EXPECT_LT(weights[6], 0.02);
}

TEST(CalendarExposure, FindsAHighDecemberAndShrinksIt) {
  std::vector<std::int32_t> counts(36, 100);
  for (std::size_t t = 11; t < 36; t += 12) {
    counts[t] = 250;
  }
  const Panel panel = test::panel_of({{0, 1.0, counts}}, months_from_2017(36));
  const CalendarExposure calendar = CalendarExposure::fit(panel);
  EXPECT_GT(calendar.month_effects()[11], 0.45);
  EXPECT_LT(calendar.month_effects()[11], std::log(2.5));
  EXPECT_LT(largest_effect(CalendarExposure::fit(panel, 20.0)), 0.2);
}

TEST(CalendarExposure, FindsNoSeasonWhereThereIsNone) {
  const Panel panel = drawn_panel({.customers = 400, .months = 36, .mean = 8});
  EXPECT_LT(largest_effect(CalendarExposure::fit(panel)), 0.08);
}

TEST(CalendarExposure, NeedsFifteenMonthsToSpeakOfSeasons) {
  const Panel panel = drawn_panel({.customers = 100, .months = 15, .season = 0.8});
  EXPECT_THAT(CalendarExposure::fit(panel.before(14)).month_effects(), Each(0.0));
  EXPECT_GT(largest_effect(CalendarExposure::fit(panel)), 0.1);
}

TEST(CalendarExposure, AYearWithoutAnythingIsNoSeason) {
  std::vector<std::int32_t> counts(36, 50);
  std::fill(counts.begin() + 12, counts.begin() + 24, 0);
  const Panel panel = test::panel_of({{0, 1.0, counts}}, months_from_2017(36));
  const CalendarExposure calendar = CalendarExposure::fit(panel);
  EXPECT_LT(largest_effect(calendar), 0.1);
  EXPECT_THAT(calendar.exposure(panel.month(20)), DoubleNear(1.0, 0.15));
}

}  // namespace
}  // namespace till::models
