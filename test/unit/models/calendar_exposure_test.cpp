#include "till/models/calendar_exposure.hpp"

#include <cmath>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "support/panels.hpp"
#include "support/simulated_panel.hpp"
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

/// Three years in which a day sells about 100, and a holiday a share of that; another from 2019 on.
Panel with_easter(double share,
                  std::vector<NamedDay> holidays,
                  std::optional<double> later_share = std::nullopt) {
  PanelColumns columns;
  columns.months = months_from_2017(36);
  columns.customer_keys = {0};
  columns.births = {columns.months[0].range.from};
  columns.counts.assign(36, 3'000);
  const std::int64_t first = days_since_epoch({2017, 1, 1});
  Rng chance(5);
  for (std::int64_t day = 0; day < 1095; ++day) {
    double mean = 100.0;
    for (const NamedDay& holiday : holidays) {
      if (days_since_epoch(holiday.date) - first == day) {
        mean *= holiday.date.year >= 2019 ? later_share.value_or(share) : share;
      }
    }
    columns.daily_transactions.push_back(test::draw_poisson(mean, chance));
  }
  columns.holidays = std::move(holidays);
  return *Panel::make(std::move(columns));
}

std::vector<NamedDay> easter_mondays() {
  return {{{2017, 4, 17}, "Easter Monday"},
          {{2018, 4, 2}, "Easter Monday"},
          {{2019, 4, 22}, "Easter Monday"},
          {{2020, 4, 13}, "Easter Monday"}};
}

/// Returns the panel of one customer who buys `usual` times a day, in Decembers `december` times,
/// over four years before 2020 that are divided into so many days each.
Panel with_december(std::int32_t days, std::int32_t usual, std::int32_t december) {
  std::vector<MonthPart> months =
      test::periods_until_2020(static_cast<std::size_t>(1461 / days), days);
  std::vector<std::int32_t> counts;
  for (const MonthPart& part : months) {
    std::int32_t sum = 0;
    for (std::int32_t d = 0; d < days; ++d) {
      const Date day = date_from_days(days_since_epoch(part.month.first) + d);
      sum += day.month == 12 ? december : usual;
    }
    counts.push_back(sum);
  }
  return test::panel_of({{0, 1.0, counts}}, std::move(months));
}

TEST(CalendarExposure, FindsAHighDecemberInDaysThatBelongToTwoMonths) {
  for (const std::int32_t days : {14, 28}) {
    const CalendarExposure calendar = CalendarExposure::fit(with_december(days, 10, 20));
    EXPECT_GT(calendar.month_effects()[11], 0.35) << days;
    EXPECT_LT(calendar.month_effects()[11], std::log(2.0)) << days;
    for (std::size_t month = 1; month < 10; ++month) {
      EXPECT_LT(std::abs(calendar.month_effects()[month]), 0.15) << days << " " << month;
    }
    // A period is as good as its days.
    const PanelMonth across({2020, 11, 24}, days);
    const MonthPart part = month_parts(month_range(across, TimeZone()), TimeZone(), across).front();
    const double in_november = 7.0 / days;
    EXPECT_NEAR(calendar.exposure(part),
                in_november * std::exp(calendar.month_effects()[10]) +
                    (1.0 - in_november) * std::exp(calendar.month_effects()[11]),
                0.02)
        << days;
  }
}

TEST(CalendarExposure, DaysWithoutSeasonHaveNone) {
  const CalendarExposure calendar = CalendarExposure::fit(with_december(28, 10, 10));
  EXPECT_LT(largest_effect(calendar), 0.01);
  const PanelMonth next({2020, 1, 1}, 28);
  const MonthPart part = month_parts(month_range(next, TimeZone()), TimeZone(), next).front();
  EXPECT_NEAR(calendar.exposure(part), 1.0, 0.01);
}

TEST(CalendarExposure, FindsTheSeasonOfASimulatedLogInDaysAndNoneWhereThereIsNone) {
  for (const double season : {0.0, 0.5}) {
    const SimulatedLogOptions options{.seed = 5,
                                      .customer_count = 800,
                                      .rows = 30'000,
                                      .dropout_rate = 0.0,
                                      .yearly_season = season,
                                      .trend = 0.0};
    const auto swing_of = [&](std::int32_t days) {
      const CalendarExposure calendar =
          CalendarExposure::fit(test::simulated_panel(options, days).panel);
      return calendar.month_effects()[11] - calendar.month_effects()[5];
    };
    EXPECT_NEAR(swing_of(28), swing_of(0), 0.12) << "as in months of the calendar";
    if (season > 0.0) {
      EXPECT_GT(swing_of(28), 0.15);
    } else {
      EXPECT_NEAR(swing_of(28), 0.0, 0.1);
    }
  }
}

TEST(CalendarExposure, TooFewDaysForAYearTeachNoSeason) {
  const Panel year = with_december(7, 10, 20);
  EXPECT_EQ(largest_effect(CalendarExposure::fit(year.before(64))), 0.0);
  EXPECT_GT(largest_effect(CalendarExposure::fit(year)), 0.3);
}

TEST(CalendarExposure, AHolidayCountsInDaysToo) {
  const CalendarExposure calendar = CalendarExposure::fit(with_easter(0.2, easter_mondays()));
  const PanelMonth with({2020, 4, 13}, 7);
  const PanelMonth after({2020, 4, 20}, 7);
  const auto exposure = [&](const PanelMonth& week) {
    return calendar.exposure(month_parts(month_range(week, TimeZone()), TimeZone(), week).front());
  };
  EXPECT_NEAR(exposure(with) / exposure(after), 6.2 / 7.0, 0.02);
}

TEST(CalendarExposure, HolidayToComeCountsAsThoseBefore) {
  const CalendarExposure calendar = CalendarExposure::fit(with_easter(0.2, easter_mondays()));
  ASSERT_EQ(calendar.holiday_effects().size(), 4U);
  EXPECT_NEAR(calendar.holiday_effects()[3].effect, std::log(0.2), 0.1);
  const std::vector<MonthPart> parts = month_parts(
      {start_of(Month{2020, 4}, TimeZone()), start_of(Month{2020, 6}, TimeZone())}, TimeZone());
  // Ten days of April before the holiday have none; a month effect counts in both.
  const MonthPart begin =
      month_parts({parts[0].range.from, Instant{parts[0].range.from.micros + 10 * kMicrosPerDay}},
                  TimeZone())[0];
  EXPECT_NEAR(calendar.exposure(parts[0]) / calendar.exposure(begin), 29.2 / 10.0, 0.04);
  const CalendarExposure without = CalendarExposure::fit(with_easter(0.2, {}));
  EXPECT_NEAR(without.exposure(parts[0]) / without.exposure(begin), 30.0 / 10.0, 0.04);
  EXPECT_NEAR(calendar.exposure(parts[1]) / without.exposure(parts[1]), 1.0, 0.02);
}

TEST(CalendarExposure, HolidaysThatAreDaysLikeOthersCountNothing) {
  const CalendarExposure calendar = CalendarExposure::fit(with_easter(1.0, easter_mondays()));
  for (const HolidayEffect& each : calendar.holiday_effects()) {
    EXPECT_NEAR(each.effect, 0.0, 0.06);
  }
}

TEST(CalendarExposure, HolidaysAreKept) {
  const CalendarExposure calendar = CalendarExposure::fit(with_easter(0.2, easter_mondays()));
  const Result<CalendarExposure> again = CalendarExposure::load(calendar.save());
  ASSERT_TRUE(again.has_value());
  ASSERT_EQ(again->holiday_effects().size(), 4U);
  EXPECT_EQ(again->holiday_effects()[3].day, days_since_epoch({2020, 4, 13}));
  EXPECT_EQ(again->holiday_effects()[3].effect, calendar.holiday_effects()[3].effect);
}

TEST(CalendarExposure, HolidayAfterThePanelTeachesNothing) {
  const CalendarExposure closed =
      CalendarExposure::fit(with_easter(0.2, easter_mondays(), 0.2).before(24));
  const CalendarExposure crowded =
      CalendarExposure::fit(with_easter(0.2, easter_mondays(), 7.0).before(24));
  ASSERT_EQ(closed.holiday_effects().size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(closed.holiday_effects()[i].effect, crowded.holiday_effects()[i].effect);
  }
}

}  // namespace
}  // namespace till::models
