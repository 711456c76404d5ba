#include "till/core/panel.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/error_text.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till {
namespace {

using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Instant instant(std::string_view text) {
  return *parse_instant(text, TimeZone());
}

TimeZone zone_called(std::string_view name) {
  return *TimeZone::find(name);
}

// The panel of the header's picture, with a month more in which nobody new came.
PanelColumns example() {
  PanelColumns columns;
  columns.months = month_parts({instant("2018-01-01"), instant("2018-05-01")}, TimeZone());
  columns.customer_keys = {4, 7, 2};
  columns.births = {instant("2018-01-16T12:00:00"), instant("2018-01-01"), instant("2018-02-28")};
  columns.counts = {3, 1, 0, 0, 2, 1, 0, 5, 0, 0, 1};
  columns.daily_transactions.assign(120, 0);
  columns.daily_transactions[15] = 4;
  columns.daily_transactions[31 + 27] = 2;
  return columns;
}

Panel made(PanelColumns columns) {
  Result<Panel> panel = Panel::make(std::move(columns));
  EXPECT_TRUE(panel) << (panel ? "" : panel.error().message);
  return panel.value_or(Panel());
}

std::string refusal(PanelColumns columns) {
  const Result<Panel> panel = Panel::make(std::move(columns));
  return panel ? "accepted" : panel.error().message;
}

TEST(MonthParts, WholeMonthsHaveTheirDaysByWeekday) {
  const std::vector<MonthPart> parts =
      month_parts({instant("2018-01-01"), instant("2018-03-01")}, TimeZone());
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].month, (Month{2018, 1}));
  EXPECT_THAT(parts[0].weekday_days, ElementsAre(5, 5, 5, 4, 4, 4, 4));  // from a Monday, 31 days
  EXPECT_THAT(parts[1].weekday_days, ElementsAre(4, 4, 4, 4, 4, 4, 4));
  EXPECT_EQ(parts[1].range, (TimeRange{instant("2018-02-01"), instant("2018-03-01")}));
}

TEST(MonthParts, PartsOfDaysCountAsFractions) {
  const std::vector<MonthPart> parts =
      month_parts({instant("2018-01-31T18:00:00"), instant("2018-02-02T12:00:00")}, TimeZone());
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_THAT(parts[0].weekday_days, ElementsAre(0, 0, DoubleNear(0.25, 1e-12), 0, 0, 0, 0));
  EXPECT_THAT(parts[1].weekday_days, ElementsAre(0, 0, 0, 1, DoubleNear(0.5, 1e-12), 0, 0));
}

TEST(MonthParts, MonthsAreThoseOfTheZoneAndADayOfChangedClocksIsOneDay) {
  const TimeZone paris = zone_called("Europe/Paris");
  const std::vector<MonthPart> parts =
      month_parts({instant("2018-02-28T23:00:00"), instant("2018-03-31T12:00:00")}, paris);
  ASSERT_EQ(parts.size(), 1U);  // March, from its start in Paris
  EXPECT_EQ(parts[0].month, (Month{2018, 3}));
  EXPECT_THAT(parts[0].days(), DoubleNear(30.0 + 14.0 / 24.0, 1e-9));
}

TEST(MonthParts, AreDaysLikeThoseOfOneOfThem) {
  const std::vector<MonthPart> parts = month_parts(
      {instant("2018-01-05"), instant("2018-03-01")}, TimeZone(), PanelMonth({2018, 3, 30}, 28));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(to_string(parts[0].month), "2018-01-05");
  EXPECT_EQ(parts[0].range, (TimeRange{instant("2018-01-05"), instant("2018-02-02")}));
  EXPECT_THAT(parts[0].weekday_days, ElementsAre(4, 4, 4, 4, 4, 4, 4));
  EXPECT_EQ(to_string(parts[1].month), "2018-02-02");
  EXPECT_THAT(parts[1].days(), DoubleNear(27.0, 1e-12));  // the range ends a day early
}

TEST(MonthParts, DaysAreThoseOfTheZoneWhenClocksChange) {
  const TimeZone paris = zone_called("Europe/Paris");
  const std::vector<MonthPart> parts =
      month_parts({start_of(Date{2018, 3, 1}, paris), start_of(Date{2018, 4, 26}, paris)},
                  paris,
                  PanelMonth({2018, 3, 1}, 28));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].range.to, start_of(Date{2018, 3, 29}, paris));
  EXPECT_THAT(parts[0].days(), DoubleNear(28.0, 1e-12));
  EXPECT_EQ(parts[0].range.to.micros - parts[0].range.from.micros, (28 * 24 - 1) * 3'600'000'000LL);
}

TEST(PanelMonth, IsNamedByItsMonthOrItsFirstDay) {
  const PanelMonth january(Month{2019, 1});
  const PanelMonth days({2019, 1, 5}, 28);
  EXPECT_EQ(to_string(january), "2019-01");
  EXPECT_EQ(describe(january), "2019-01");
  EXPECT_EQ(january.days(), 31);
  EXPECT_EQ(month_noun(january, 1), "month");
  EXPECT_EQ(month_noun(january, 2), "months");
  EXPECT_EQ(to_string(days), "2019-01-05");
  EXPECT_EQ(describe(days), "the 28 days from 2019-01-05");
  EXPECT_EQ(days.days(), 28);
  EXPECT_EQ(month_noun(days, 1), "period of 28 days");
  EXPECT_EQ(month_noun(days, 0), "periods of 28 days");
  EXPECT_NE(january, PanelMonth({2019, 1, 1}, 31));
}

TEST(PanelMonth, FollowsAnother) {
  EXPECT_EQ(to_string(add_months(PanelMonth(Month{2019, 1}), -2)), "2018-11");
  EXPECT_EQ(to_string(add_months(PanelMonth({2019, 1, 5}, 28), 1)), "2019-02-02");
  EXPECT_EQ(to_string(add_months(PanelMonth({2019, 1, 5}, 28), -13)), "2018-01-06");
  EXPECT_LT(PanelMonth({2019, 1, 5}, 28), PanelMonth({2019, 1, 6}, 28));
}

TEST(PanelMonth, AYearHasTheNearestNumberOfThem) {
  EXPECT_EQ(months_per_year(PanelMonth(Month{2019, 1})), 12);
  EXPECT_EQ(months_per_year(PanelMonth({2019, 1, 1}, 31)), 12);
  EXPECT_EQ(months_per_year(PanelMonth({2019, 1, 1}, 30)), 12);
  EXPECT_EQ(months_per_year(PanelMonth({2019, 1, 1}, 28)), 13);
  EXPECT_EQ(months_per_year(PanelMonth({2019, 1, 1}, 14)), 26);
  EXPECT_EQ(months_per_year(PanelMonth({2019, 1, 1}, 7)), 52);
}

TEST(MonthParts, AnEmptyRangeHasNone) {
  EXPECT_THAT(month_parts({instant("2018-02-01"), instant("2018-02-01")}, TimeZone()), IsEmpty());
}

TEST(WeekdayOf, MondayIsZeroBeforeAndAfterTheEpoch) {
  EXPECT_EQ(weekday_of(days_since_epoch({2018, 1, 1})), 0U);
  EXPECT_EQ(weekday_of(0), 3U);
  EXPECT_EQ(weekday_of(-3), 0U);
  EXPECT_EQ(weekday_of(-4), 6U);
}

TEST(Panel, CountsOfAMonthAreThoseOfTheCustomersSeen) {
  const Panel panel = made(example());
  EXPECT_EQ(panel.months(), 4U);
  EXPECT_EQ(panel.customers(), 3U);
  EXPECT_THAT(panel.counts(0), ElementsAre(3, 1));
  EXPECT_THAT(panel.counts(1), ElementsAre(0, 0, 2));
  EXPECT_THAT(panel.counts(3), ElementsAre(0, 0, 1));
  EXPECT_EQ(panel.count(2, 2), 5);
  EXPECT_EQ(panel.count(2, 0), 0);
  EXPECT_EQ(panel.cutoff(), instant("2018-05-01"));
  EXPECT_TRUE(panel.is_last_month_whole());
}

TEST(Panel, BirthShareIsThePartOfTheMonthAfterTheFirstTransaction) {
  const Panel panel = made(example());
  EXPECT_EQ(panel.birth_month(2), 1U);
  EXPECT_THAT(panel.birth_share(0), DoubleEq(0.5));
  EXPECT_THAT(panel.birth_share(1), DoubleEq(1.0));
  EXPECT_THAT(panel.birth_share(2), DoubleEq(1.0 / 28.0));
}

TEST(Panel, BeforeHidesLaterMonthsAndThoseBornInThem) {
  const Panel panel = made(example()).before(1);
  EXPECT_EQ(panel.months(), 1U);
  EXPECT_THAT(panel.customer_keys(), ElementsAre(4, 7));
  EXPECT_EQ(panel.births().size(), 2U);
  EXPECT_EQ(panel.cutoff(), instant("2018-02-01"));
  EXPECT_EQ(panel.daily_transactions().size(), 31U);
  EXPECT_EQ(made(example()).before(0).customers(), 0U);
}

TEST(Panel, TheLastMonthMayBeCut) {
  PanelColumns columns = example();
  columns.months = month_parts({instant("2018-01-01"), instant("2018-04-11")}, TimeZone());
  const Panel panel = made(std::move(columns));
  EXPECT_FALSE(panel.is_last_month_whole());
  EXPECT_TRUE(panel.before(3).is_last_month_whole());
  EXPECT_THAT(panel.month(3).days(), DoubleNear(10.0, 1e-12));
}

TEST(Panel, WithoutAnythingIsAPanel) {
  EXPECT_EQ(made({}).customers(), 0U);
  EXPECT_EQ(Panel().months(), 0U);
}

TEST(Panel, RefusesColumnsThatDoNotFitTogether) {
  PanelColumns columns = example();
  columns.counts[4] = -2;
  EXPECT_EQ(refusal(columns), "Panel::make: counts[4] is -2, but must be at least 0");

  columns = example();
  columns.counts.pop_back();
  EXPECT_EQ(refusal(columns),
            "Panel::make: counts.size() is 10, but must be one for each month and customer born by "
            "its end, 11");

  columns = example();
  std::swap(columns.births[0], columns.births[2]);
  EXPECT_THAT(refusal(columns), HasSubstr("births[1] is 2018-01-01T00:00:00Z, but must be in no"));

  columns = example();
  columns.births[2] = instant("2018-05-01");
  EXPECT_EQ(refusal(columns),
            "Panel::make: births[2] is 2018-05-01T00:00:00Z, but must be within the months");

  columns = example();
  columns.months.erase(columns.months.begin() + 1);
  EXPECT_EQ(refusal(columns),
            "Panel::make: months[1] is 2018-03, but must be the month after the one before");

  columns = example();
  columns.customer_keys.pop_back();
  EXPECT_EQ(refusal(columns),
            "Panel::make: customer_keys.size() is 2, but must be births.size(), 3");

  columns = example();
  columns.daily_transactions[3] = -1;
  EXPECT_EQ(refusal(columns), "Panel::make: daily_transactions[3] is -1, but must be at least 0");
}

}  // namespace
}  // namespace till
