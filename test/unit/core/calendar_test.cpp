// Expected instants around clock changes come from the zoneinfo module of Python 3.11 over the same
// tz database (2025b), or are worked out beside them.
#include "till/core/calendar.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using Mapping = TimeZone::Mapping;

TimeZone zone(std::string_view name) {
  Result<TimeZone> found = TimeZone::find(name);
  EXPECT_TRUE(found.has_value()) << name;
  return found.value_or(TimeZone());
}

// An instant of UTC.
Instant utc(std::string_view text) {
  const Result<Instant> instant = parse_instant(text, TimeZone());
  EXPECT_TRUE(instant.has_value()) << text;
  return instant.value_or(Instant{});
}

LocalTime at(const Date& date, std::int64_t hour, std::int64_t minute = 0) {
  return {date, (hour * 60 + minute) * 60 * kMicrosPerSecond};
}

std::string local_text(Instant instant, const TimeZone& in) {
  const LocalTime local = in.local(instant);
  const std::string text =
      to_string(TimeZone().resolve(local).instant);  // what the clock shows, as if it were UTC
  return text.substr(0, text.size() - 1);
}

// --- days
// -----------------------------------------------------------------------------------------

// The calendar as a child learns it: one day after the other.
Date naive_next(Date date) {
  const bool is_leap = date.year % 400 == 0 || (date.year % 4 == 0 && date.year % 100 != 0);
  const bool is_short = date.month == 4 || date.month == 6 || date.month == 9 || date.month == 11;
  const int length = date.month == 2 ? (is_leap ? 29 : 28) : is_short ? 30 : 31;
  if (++date.day > length) {
    date.day = 1;
    if (++date.month > 12) {
      date.month = 1;
      ++date.year;
    }
  }
  return date;
}

TEST(Calendar, DaysAgreeWithCountingThemOneByOne) {
  // From year -1 to year 4000: more than ten cycles of 400 years, both signs of either number.
  Date date{-1, 1, 1};
  for (std::int64_t day = days_since_epoch(date); date.year < 4000; ++day) {
    ASSERT_EQ(days_since_epoch(date), day) << to_string(date);
    ASSERT_EQ(date_from_days(day), date) << day;
    ASSERT_TRUE(is_valid(date));
    date = naive_next(date);
  }
  EXPECT_EQ(days_since_epoch({1970, 1, 1}), 0);
  EXPECT_EQ(days_since_epoch({2000, 3, 1}), 11'017);
}

TEST(Calendar, DaysReachTheEndsOfTheYears) {
  constexpr std::int32_t kFirst = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kLast = std::numeric_limits<std::int32_t>::max();
  EXPECT_EQ(date_from_days(days_since_epoch({kFirst, 1, 1})), (Date{kFirst, 1, 1}));
  EXPECT_EQ(date_from_days(days_since_epoch({kLast, 12, 31})), (Date{kLast, 12, 31}));
  EXPECT_EQ(date_from_days(std::numeric_limits<std::int64_t>::min()), (Date{kFirst, 1, 1}));
  EXPECT_EQ(date_from_days(std::numeric_limits<std::int64_t>::max()), (Date{kLast, 12, 31}));
}

TEST(Calendar, LeapYearsAreThoseOfGregory) {
  EXPECT_TRUE(is_valid({2016, 2, 29}));
  EXPECT_TRUE(is_valid({2000, 2, 29}));
  EXPECT_FALSE(is_valid({1900, 2, 29}));
  EXPECT_FALSE(is_valid({2100, 2, 29}));
  EXPECT_FALSE(is_valid({2018, 2, 29}));
  EXPECT_TRUE(is_valid({0, 2, 29}));
  EXPECT_TRUE(is_valid({-4, 2, 29}));
}

TEST(Calendar, ADayThatIsNoneIsNotValid) {
  EXPECT_FALSE(is_valid({2018, 0, 1}));
  EXPECT_FALSE(is_valid({2018, 13, 1}));
  EXPECT_FALSE(is_valid({2018, 1, 0}));
  EXPECT_FALSE(is_valid({2018, 1, 32}));
  EXPECT_FALSE(is_valid({2018, 4, 31}));
  EXPECT_FALSE(is_valid({2018, -1, -1}));
}

TEST(Calendar, MonthsHaveTheirDays) {
  std::vector<std::int32_t> days;
  for (std::int32_t month = 1; month <= 12; ++month) {
    days.push_back(days_in({2018, month}));
  }
  EXPECT_THAT(days, ElementsAre(31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31));
  EXPECT_EQ(days_in({2016, 2}), 29);
}

// --- months
// ---------------------------------------------------------------------------------------

TEST(Calendar, MonthsAreAddedAcrossYears) {
  EXPECT_EQ(add_months({2018, 1}, 0), (Month{2018, 1}));
  EXPECT_EQ(add_months({2018, 1}, -1), (Month{2017, 12}));
  EXPECT_EQ(add_months({2018, 12}, 1), (Month{2019, 1}));
  EXPECT_EQ(add_months({2018, 6}, 30), (Month{2020, 12}));
  EXPECT_EQ(add_months({0, 1}, -1), (Month{-1, 12}));
  EXPECT_EQ(add_months({-1, 12}, 1), (Month{0, 1}));
}

TEST(Calendar, MonthsBetweenUndoesAddMonths) {
  for (std::int32_t months = -1000; months <= 1000; ++months) {
    const Month month = add_months({2018, 5}, months);
    ASSERT_EQ(months_between({2018, 5}, month), months);
    ASSERT_GE(month.month, 1);
    ASSERT_LE(month.month, 12);
  }
}

TEST(Calendar, MonthsStopAtTheEndsOfTheYears) {
  constexpr std::int32_t kFirst = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kLast = std::numeric_limits<std::int32_t>::max();
  EXPECT_EQ(add_months({kLast, 12}, 1), (Month{kLast, 12}));
  EXPECT_EQ(add_months({kFirst, 1}, -1), (Month{kFirst, 1}));
  EXPECT_EQ(months_between({kFirst, 1}, {kLast, 12}), kLast);
  EXPECT_EQ(months_between({kLast, 12}, {kFirst, 1}), kFirst);
}

TEST(Calendar, DatesAndMonthsAreWrittenAsIso8601) {
  EXPECT_EQ(to_string(Month{2018, 1}), "2018-01");
  EXPECT_EQ(to_string(Date{2018, 1, 31}), "2018-01-31");
  EXPECT_EQ(to_string(Month{12018, 1}), "+12018-01");
  EXPECT_EQ(to_string(Month{-1, 12}), "-0001-12");
  EXPECT_EQ(to_string(Date{std::numeric_limits<std::int32_t>::min(), 1, 1}), "-2147483648-01-01");
}

TEST(Calendar, ParseMonthReadsWhatToStringWrites) {
  EXPECT_EQ(*parse_month("2018-01"), (Month{2018, 1}));
  EXPECT_EQ(*parse_month(" 2018-12\n"), (Month{2018, 12}));
  EXPECT_EQ(*parse_month("+12018-01"), (Month{12018, 1}));
  EXPECT_EQ(*parse_month("-0001-12"), (Month{-1, 12}));
}

TEST(Calendar, ParseMonthNamesTheTextItDoesNotUnderstand) {
  for (const std::string_view text :
       {"", "2018", "2018-1", "2018-13", "2018-00", "2018-01-01", "18-01", "2018/01", "12018-01"}) {
    const Result<Month> month = parse_month(text);
    ASSERT_FALSE(month.has_value()) << text;
    EXPECT_EQ(month.error(),
              (Error{ErrorCode::InvalidArgument,
                     "parse_month: text is \"" + std::string(text) +
                         "\", but must be a month such as 2018-01",
                     "write the year with four digits, a dash, and the month from 01 to 12"}));
  }
}

// --- zones
// ----------------------------------------------------------------------------------------

TEST(Calendar, UtcIsTheZoneOfADefaultTimeZone) {
  EXPECT_EQ(TimeZone().name(), "UTC");
  EXPECT_EQ(zone("UTC"), TimeZone());
  const OffsetPeriod period = TimeZone().offset_at({0});
  EXPECT_EQ(period.offset_seconds, 0);
  EXPECT_EQ(period.range, (TimeRange{kMinInstant, kMaxInstant}));
}

TEST(Calendar, ZonesAreComparedByName) {
  EXPECT_EQ(zone("Europe/Paris"), zone("Europe/Paris"));
  EXPECT_NE(zone("Europe/Paris"), zone("Europe/Berlin"));
}

TEST(Calendar, AMisspeltZoneIsAnsweredWithTheNearestNames) {
  EXPECT_EQ(TimeZone::find("Europe/Pariss").error(),
            (Error{ErrorCode::InvalidArgument,
                   "TimeZone::find: name is \"Europe/Pariss\", but must be a time zone of the tz "
                   "database",
                   "did you mean Europe/Paris?"}));
  EXPECT_EQ(TimeZone::find("america/new york").error().remedy, "did you mean America/New_York?");
  EXPECT_EQ(TimeZone::find("kathmandu").error().remedy, "did you mean Asia/Kathmandu?");
  EXPECT_EQ(TimeZone::find("utc").error().remedy, "did you mean UTC, UCT or Etc/UTC?");
}

TEST(Calendar, AZoneLikeNoOtherIsAnsweredWithTheForm) {
  EXPECT_EQ(TimeZone::find("Middle-earth").error(),
            (Error{ErrorCode::InvalidArgument,
                   "TimeZone::find: name is \"Middle-earth\", but must be a time zone of the tz "
                   "database",
                   "write a name such as UTC or Europe/Paris"}));
}

TEST(Calendar, FilesBesideTheZonesAreNoZones) {
  for (const std::string_view name : {"",
                                      ".",
                                      "..",
                                      "localtime",
                                      "zone.tab",
                                      "Europe",
                                      "Europe/",
                                      "../../../etc/passwd",
                                      "/etc/localtime",
                                      "posix/Europe/Paris",
                                      "right/Europe/Paris"}) {
    const Result<TimeZone> found = TimeZone::find(name);
    ASSERT_FALSE(found.has_value()) << name;
    EXPECT_EQ(found.error().code, ErrorCode::InvalidArgument) << name;
  }
}

TEST(Calendar, ZonesCanBeFoundByManyThreads) {
  std::vector<std::thread> threads;
  std::vector<std::int64_t> offsets(8);
  threads.reserve(offsets.size());
  for (std::int64_t& offset : offsets) {
    threads.emplace_back(
        [&offset] { offset = TimeZone::find("Asia/Tokyo")->offset_at(Instant{0}).offset_seconds; });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_THAT(offsets, testing::Each(9 * 3600));
}

TEST(Calendar, LocalTimeIsWhatClocksShow) {
  const Instant instant = utc("2018-01-01T03:00Z");
  EXPECT_EQ(local_text(instant, zone("America/New_York")), "2017-12-31T22:00:00");
  EXPECT_EQ(local_text(instant, zone("Europe/Paris")), "2018-01-01T04:00:00");
  EXPECT_EQ(local_text(instant, zone("Asia/Kathmandu")), "2018-01-01T08:45:00");
  EXPECT_EQ(month_of(instant, zone("America/New_York")), (Month{2017, 12}));
  EXPECT_EQ(month_of(instant, zone("Europe/Paris")), (Month{2018, 1}));
}

TEST(Calendar, LocalTimeBeforeTheEpochCountsForward) {
  EXPECT_EQ(TimeZone().local({-1}), (LocalTime{{1969, 12, 31}, kMicrosPerDay - 1}));
  // Amsterdam ran 19 min 32 s ahead of Greenwich until 1937.
  EXPECT_EQ(local_text(utc("1930-01-01T00:00Z"), zone("Europe/Amsterdam")).substr(0, 10),
            "1930-01-01");
  EXPECT_EQ(local_text(utc("1850-01-01T00:00Z"), zone("America/New_York")), "1849-12-31T19:03:58");
}

TEST(Calendar, ClocksOfNewYorkSkipAnHourInMarch) {
  const TimeZone new_york = zone("America/New_York");
  const TimeZone::Resolved before = new_york.resolve(at({2018, 3, 11}, 1, 59));
  EXPECT_EQ(to_string(before.instant), "2018-03-11T06:59:00Z");
  EXPECT_EQ(before.mapping, Mapping::Unique);
  for (const std::int64_t minute : {0, 30, 59}) {
    const TimeZone::Resolved in_gap = new_york.resolve(at({2018, 3, 11}, 2, minute));
    EXPECT_EQ(to_string(in_gap.instant), "2018-03-11T07:00:00Z");
    EXPECT_EQ(in_gap.mapping, Mapping::Nonexistent);
  }
  const TimeZone::Resolved after = new_york.resolve(at({2018, 3, 11}, 3));
  EXPECT_EQ(to_string(after.instant), "2018-03-11T07:00:00Z");
  EXPECT_EQ(after.mapping, Mapping::Unique);
}

TEST(Calendar, ClocksOfNewYorkShowAnHourTwiceInNovember) {
  const TimeZone new_york = zone("America/New_York");
  EXPECT_EQ(new_york.resolve(at({2018, 11, 4}, 0, 59)).mapping, Mapping::Unique);
  for (const std::int64_t minute : {0, 30, 59}) {
    const TimeZone::Resolved twice = new_york.resolve(at({2018, 11, 4}, 1, minute));
    EXPECT_EQ(twice.instant.micros, utc("2018-11-04T05:00Z").micros + minute * 60'000'000);
    EXPECT_EQ(twice.mapping, Mapping::Ambiguous);
  }
  const TimeZone::Resolved after = new_york.resolve(at({2018, 11, 4}, 2));
  EXPECT_EQ(to_string(after.instant), "2018-11-04T07:00:00Z");
  EXPECT_EQ(after.mapping, Mapping::Unique);
  EXPECT_EQ(local_text(utc("2018-11-04T05:30Z"), new_york), "2018-11-04T01:30:00");
  EXPECT_EQ(local_text(utc("2018-11-04T06:30Z"), new_york), "2018-11-04T01:30:00");
}

TEST(Calendar, ADayBeginsAtOneWhereClocksSkipMidnight) {
  const TimeZone sao_paulo = zone("America/Sao_Paulo");
  const Instant start = start_of(Date{2018, 11, 4}, sao_paulo);
  EXPECT_EQ(to_string(start), "2018-11-04T03:00:00Z");
  EXPECT_EQ(local_text(start, sao_paulo), "2018-11-04T01:00:00");
  EXPECT_EQ(sao_paulo.resolve(at({2018, 11, 4}, 0)).mapping, Mapping::Nonexistent);
  EXPECT_EQ(describe(start, sao_paulo), "2018-11-04");
}

TEST(Calendar, ADayBeginsAtTheFirstMidnightWhereClocksShowTwo) {
  // Havana turns back from 01:00 to 00:00.
  const TimeZone havana = zone("America/Havana");
  EXPECT_EQ(to_string(start_of(Date{2018, 11, 4}, havana)), "2018-11-04T04:00:00Z");
  EXPECT_EQ(havana.resolve(at({2018, 11, 4}, 0)).mapping, Mapping::Ambiguous);
}

TEST(Calendar, AnHourShownAgainAfterMidnightBelongsToTheNewDaysRange) {
  const TimeZone st_johns = zone("America/St_Johns");
  const Instant start = start_of(Month{2009, 11}, st_johns);
  EXPECT_EQ(to_string(start), "2009-11-01T02:30:00Z");
  const Instant again = utc("2009-11-01T03:00Z");
  EXPECT_EQ(local_text(again, st_johns), "2009-10-31T23:30:00");
  EXPECT_TRUE(month_range({2009, 11}, st_johns).contains(again));
  EXPECT_EQ(month_of(again, st_johns), (Month{2009, 10}));
}

TEST(Calendar, ADayThatClocksSkipIsEmpty) {
  // Samoa crossed the date line and had no 30 December 2011.
  const TimeZone apia = zone("Pacific/Apia");
  const Instant missing = start_of(Date{2011, 12, 30}, apia);
  EXPECT_EQ(to_string(missing), "2011-12-30T10:00:00Z");
  EXPECT_EQ(missing, start_of(Date{2011, 12, 31}, apia));
  EXPECT_EQ(apia.resolve(at({2011, 12, 30}, 12)).mapping, Mapping::Nonexistent);
}

TEST(Calendar, MonthAndYearRangesFollowTheClocks) {
  const TimeZone new_york = zone("America/New_York");
  EXPECT_EQ(month_range({2018, 1}, new_york),
            (TimeRange{utc("2018-01-01T05:00Z"), utc("2018-02-01T05:00Z")}));
  EXPECT_EQ(month_range({2018, 3}, new_york),
            (TimeRange{utc("2018-03-01T05:00Z"), utc("2018-04-01T04:00Z")}));
  EXPECT_EQ(month_range({2018, 12}, TimeZone()), (TimeRange{utc("2018-12-01"), utc("2019-01-01")}));
  EXPECT_EQ(year_range(2018, zone("Asia/Kathmandu")),
            (TimeRange{utc("2017-12-31T18:15Z"), utc("2018-12-31T18:15Z")}));
}

TEST(Calendar, OffsetsCoverARangeInOrder) {
  std::vector<std::tuple<std::string, std::string, std::int64_t>> seen;
  for (const OffsetPeriod& period :
       zone("America/New_York").offsets({utc("2018-01-01"), utc("2018-11-04T06:00Z")})) {
    seen.emplace_back(
        to_string(period.range.from), to_string(period.range.to), period.offset_seconds);
  }
  EXPECT_THAT(seen,
              ElementsAre(std::tuple("2017-11-05T06:00:00Z", "2018-03-11T07:00:00Z", -18'000),
                          std::tuple("2018-03-11T07:00:00Z", "2018-11-04T06:00:00Z", -14'400)));
}

TEST(Calendar, OffsetsOfAnEmptyRangeAreTheOneInForce) {
  EXPECT_THAT(zone("Europe/Paris").offsets({{0}, {0}}), SizeIs(1));
  EXPECT_THAT(zone("Europe/Paris").offsets({{10}, {0}}), SizeIs(1));
  EXPECT_THAT(TimeZone().offsets({kMinInstant, kMaxInstant}), SizeIs(1));
}

TEST(Calendar, OffsetsLeaveNoGapFromTheFirstInstantToTheYear3000) {
  for (const std::string_view name : {"America/New_York", "Africa/Casablanca", "Asia/Kathmandu"}) {
    const std::vector<OffsetPeriod> periods = zone(name).offsets({kMinInstant, utc("3000-01-01")});
    EXPECT_EQ(periods.front().range.from, kMinInstant);
    EXPECT_GE(periods.back().range.to, utc("3000-01-01"));
    for (std::size_t i = 1; i < periods.size(); ++i) {
      ASSERT_EQ(periods[i - 1].range.to, periods[i].range.from) << name;
      ASSERT_FALSE(periods[i].range.empty());
      ASSERT_NE(periods[i - 1].offset_seconds, periods[i].offset_seconds) << name;
    }
  }
}

TEST(Calendar, ClocksGoOnChangingAfter2037) {
  struct Case {
    std::string_view zone;
    std::string_view change;
    std::int64_t before;
    std::int64_t after;
  };

  for (const Case& c : {
           Case{"America/New_York", "2050-03-13T07:00Z", -18'000, -14'400},
           Case{"America/New_York", "2437-11-01T06:00Z", -14'400, -18'000},
           Case{"America/New_York", "2438-03-14T07:00Z", -18'000, -14'400},
           Case{"America/New_York", "9998-11-01T06:00Z", -14'400, -18'000},
           Case{"America/Nuuk", "2050-03-27T01:00Z", -7'200, -3'600},
           Case{"America/Nuuk", "9998-10-25T01:00Z", -3'600, -7'200},
           Case{"Europe/Dublin", "2438-03-28T01:00Z", 0, 3'600},
           Case{"Asia/Gaza", "2438-10-29T23:00Z", 10'800, 7'200},
           Case{"Australia/Lord_Howe", "2050-10-01T15:30Z", 37'800, 39'600},
           Case{"America/Santiago", "9998-09-06T04:00Z", -14'400, -10'800},
       }) {
    const TimeZone in = zone(c.zone);
    const Instant change = utc(c.change);
    EXPECT_EQ(in.offset_at({change.micros - 1}).offset_seconds, c.before) << c.zone << c.change;
    EXPECT_EQ(in.offset_at(change).offset_seconds, c.after) << c.zone << c.change;
    EXPECT_EQ(in.offset_at(change).range.from, change) << c.zone << c.change;
    EXPECT_EQ(in.offset_at({change.micros - 1}).range.to, change) << c.zone << c.change;
  }
}

TEST(Calendar, TheEndsOfTheTimeLineHaveALocalTime) {
  for (const std::string_view name : {"UTC", "America/New_York", "Pacific/Kiritimati"}) {
    const TimeZone in = zone(name);
    for (const Instant end : {kMinInstant, kMaxInstant}) {
      const OffsetPeriod period = in.offset_at(end);
      EXPECT_LE(period.range.from, end);
      EXPECT_GE(period.range.to, end);
      EXPECT_LE(std::abs(in.resolve(in.local(end)).instant.micros - end.micros), kMicrosPerDay);
    }
  }
  EXPECT_EQ(start_of(Date{std::numeric_limits<std::int32_t>::max(), 1, 1}, zone("Europe/Paris")),
            kMaxInstant);
  EXPECT_EQ(start_of(Date{std::numeric_limits<std::int32_t>::min(), 1, 1}, zone("Europe/Paris")),
            kMinInstant);
}

// What `resolve` promises, by looking at every offset there is: all instants whose local time it
// is.
void expect_resolves_as_defined(const TimeZone& in, const LocalTime& local) {
  const std::int64_t wall = TimeZone().resolve(local).instant.micros;
  std::vector<Instant> named;
  Instant after_gap{};
  const Instant from{wall - 2 * kMicrosPerDay};
  const Instant to{wall + 2 * kMicrosPerDay};
  for (const OffsetPeriod& period : in.offsets({from, to})) {
    const Instant instant{wall - period.offset_seconds * kMicrosPerSecond};
    if (in.local(instant) == local && period.range.contains(instant)) {
      named.push_back(instant);
    } else if (instant >= period.range.to && period.range.to < to) {
      after_gap = period.range.to;
    }
  }
  const TimeZone::Resolved resolved = in.resolve(local);
  if (named.empty()) {
    ASSERT_EQ(resolved.mapping, Mapping::Nonexistent);
    ASSERT_EQ(resolved.instant, after_gap);
  } else {
    ASSERT_EQ(resolved.mapping, named.size() == 1 ? Mapping::Unique : Mapping::Ambiguous);
    ASSERT_EQ(resolved.instant, named.front());
  }
}

constexpr std::string_view kManyZones[] = {"UTC",
                                           "America/New_York",
                                           "America/Sao_Paulo",
                                           "America/St_Johns",
                                           "Africa/Casablanca",
                                           "Antarctica/Troll",
                                           "Asia/Kathmandu",
                                           "Asia/Manila",
                                           "Australia/Lord_Howe",
                                           "Europe/Dublin",
                                           "Pacific/Apia",
                                           "Pacific/Chatham"};

TEST(Calendar, LocalTimesResolveBackToTheirInstant) {
  Rng rng(1);
  for (const std::string_view name : kManyZones) {
    const TimeZone in = zone(name);
    for (int i = 0; i < 2'000; ++i) {
      // Years 1700 to 2600.
      const Instant instant{utc("1700-01-01").micros + static_cast<std::int64_t>(rng.below(
                                                           900ULL * 365ULL * 86'400'000'000ULL))};
      const LocalTime local = in.local(instant);
      const TimeZone::Resolved resolved = in.resolve(local);
      ASSERT_NE(resolved.mapping, Mapping::Nonexistent) << name << ' ' << to_string(instant);
      if (resolved.mapping == Mapping::Unique) {
        ASSERT_EQ(resolved.instant, instant) << name << ' ' << to_string(instant);
      } else {
        ASSERT_LE(resolved.instant, instant);
        ASSERT_EQ(in.local(resolved.instant), local);
      }
    }
  }
}

TEST(Calendar, LocalTimesAroundEveryClockChangeResolveAsDefined) {
  for (const std::string_view name : kManyZones) {
    const TimeZone in = zone(name);
    for (const OffsetPeriod& period : in.offsets({utc("1800-01-01"), utc("2100-01-01")})) {
      if (period.range.to == kMaxInstant) {
        continue;
      }
      for (std::int64_t minutes = -1800; minutes <= 1800; minutes += 15) {
        const std::int64_t wall =
            period.range.to.micros + (period.offset_seconds + minutes * 60) * kMicrosPerSecond;
        expect_resolves_as_defined(in, TimeZone().local({wall}));
      }
    }
  }
}

TEST(Calendar, AConverterAnswersAsItsZone) {
  Rng rng(2);
  for (const std::string_view name : kManyZones) {
    const TimeZone in = zone(name);
    ZoneConverter converter(in);
    EXPECT_EQ(converter.zone(), in);
    const std::vector<OffsetPeriod> periods = in.offsets({utc("1880-01-01"), utc("2060-01-01")});
    for (int i = 0; i < 20'000; ++i) {
      // Most questions lie within four days of a clock change.
      const OffsetPeriod& period = periods[rng.below(periods.size())];
      const std::int64_t change =
          std::clamp(period.range.from, utc("1880-01-01"), utc("2060-01-01")).micros;
      const Instant near{change - 4 * kMicrosPerDay +
                         static_cast<std::int64_t>(rng.below(768)) * 900 * kMicrosPerSecond};
      const LocalTime wall = TimeZone().local(near);
      if (rng.below(2) == 0) {
        ASSERT_EQ(converter.local(near), in.local(near)) << name << ' ' << to_string(near);
      }
      const TimeZone::Resolved resolved = converter.resolve(wall);
      ASSERT_EQ(resolved.instant, in.resolve(wall).instant) << name << ' ' << to_string(near);
      ASSERT_EQ(resolved.mapping, in.resolve(wall).mapping) << name << ' ' << to_string(near);
    }
  }
}

TEST(Calendar, AConverterReachesTheEndsOfTheTimeLine) {
  ZoneConverter converter(zone("America/New_York"));
  for (const Instant end : {kMinInstant, kMaxInstant, kMinInstant}) {
    EXPECT_EQ(converter.local(end), converter.zone().local(end));
    const LocalTime local = converter.zone().local(end);
    EXPECT_EQ(converter.resolve(local).instant, converter.zone().resolve(local).instant);
  }
}

// --- periods
// --------------------------------------------------------------------------------------

TEST(Calendar, PeriodsAreReadFromSymbolsAndWords) {
  using Unit = Period::Unit;
  const std::vector<std::pair<std::string_view, Period>> cases = {
      {"36h", {36, Unit::Hour}},
      {"1 hour", {1, Unit::Hour}},
      {"90d", {90, Unit::Day}},
      {"90 days", {90, Unit::Day}},
      {"12w", {12, Unit::Week}},
      {"12 weeks", {12, Unit::Week}},
      {"6mo", {6, Unit::Month}},
      {"6 months", {6, Unit::Month}},
      {"6MO", {6, Unit::Month}},
      {" 6  Months ", {6, Unit::Month}},
      {"1y", {1, Unit::Year}},
      {"1 year", {1, Unit::Year}},
      {"006mo", {6, Unit::Month}},
      {"2 yrs", {2, Unit::Year}},
      {"1000y", {1000, Unit::Year}},
      {"12000mo", {12'000, Unit::Month}},
      {"3 wks", {3, Unit::Week}},
      {"1 month", {1, Unit::Month}},
  };
  for (const auto& [text, period] : cases) {
    const Result<Period> parsed = parse_period(text);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(*parsed, period) << text;
  }
}

TEST(Calendar, PeriodsAreWrittenShortAndLong) {
  EXPECT_EQ(to_string(Period{6, Period::Unit::Month}), "6mo");
  EXPECT_EQ(to_string(Period{36, Period::Unit::Hour}), "36h");
  EXPECT_EQ(describe(Period{6, Period::Unit::Month}), "6 months");
  EXPECT_EQ(describe(Period{1, Period::Unit::Year}), "1 year");
  EXPECT_EQ(describe(Period{1, Period::Unit::Hour}), "1 hour");
  for (const std::string_view text : {"36h", "90d", "12w", "6mo", "1y"}) {
    EXPECT_EQ(to_string(*parse_period(text)), text);
    EXPECT_EQ(*parse_period(describe(*parse_period(text))), *parse_period(text));
  }
}

TEST(Calendar, APeriodOfMIsNotGuessed) {
  EXPECT_EQ(parse_period("6m").error(),
            (Error{ErrorCode::InvalidArgument,
                   "parse_period: text is \"6m\", but must be a period with an unambiguous unit",
                   "write 6mo for months; minutes are no unit here"}));
  EXPECT_EQ(parse_period("12 M").error().remedy, "write 12mo for months; minutes are no unit here");
}

TEST(Calendar, APeriodNeedsACountAndAUnit) {
  for (const std::string_view text : {"", " ", "6", "mo", "-6mo", "+6mo", "1.5y", "six months"}) {
    const Result<Period> period = parse_period(text);
    ASSERT_FALSE(period.has_value()) << text;
    EXPECT_EQ(period.error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(period.error().remedy, "write a count and a unit: 36h, 90d, 12w, 6mo or 1y");
  }
  EXPECT_EQ(parse_period("mo").error().message,
            "parse_period: text is \"mo\", but must be a positive count and a unit, such as 6mo");
  EXPECT_EQ(parse_period("3 fortnights").error().message,
            "parse_period: text is \"3 fortnights\", but must be a count of hours, days, weeks, "
            "months or years");
  EXPECT_EQ(parse_period("0d").error().message,
            "parse_period: text is \"0d\", but must be longer than nothing");
}

TEST(Calendar, APeriodIsAtMostAThousandYears) {
  EXPECT_EQ(parse_period("1001y").error(),
            (Error{ErrorCode::InvalidArgument,
                   "parse_period: text is \"1001y\", but must be at most 1000 years",
                   "write a count and a unit: 36h, 90d, 12w, 6mo or 1y"}));
  for (const std::string_view text :
       {"12001mo", "52179w", "365244d", "8765821h", "99999999999999999999d"}) {
    EXPECT_THAT(parse_period(text).error().message, HasSubstr("at most 1000 years")) << text;
  }
}

Instant before(std::string_view instant, std::string_view period, const TimeZone& in) {
  return subtract(*parse_instant(instant, in), *parse_period(period), in);
}

TEST(Calendar, SubtractClampsToTheEndOfTheMonth) {
  const TimeZone in;
  EXPECT_EQ(describe(before("2018-08-31", "6mo", in), in), "2018-02-28");
  EXPECT_EQ(describe(before("2016-08-31", "6mo", in), in), "2016-02-29");
  EXPECT_EQ(describe(before("2018-03-31", "1mo", in), in), "2018-02-28");
  EXPECT_EQ(describe(before("2018-12-31", "1mo", in), in), "2018-11-30");
  EXPECT_EQ(describe(before("2018-01-31", "1mo", in), in), "2017-12-31");
  EXPECT_EQ(describe(before("2016-02-29", "1y", in), in), "2015-02-28");
  EXPECT_EQ(describe(before("2016-02-29", "4y", in), in), "2012-02-29");
  EXPECT_EQ(describe(before("2018-02-28", "6mo", in), in), "2017-08-28");
  EXPECT_EQ(describe(before("2018-08-31T13:45:07.25", "6mo", in), in), "2018-02-28 13:45:07.250");
}

TEST(Calendar, SubtractKeepsTheLocalTime) {
  const TimeZone new_york = zone("America/New_York");
  EXPECT_EQ(to_string(before("2018-07-01", "6mo", new_york)), "2018-01-01T05:00:00Z");
  EXPECT_EQ(to_string(before("2018-03-12", "1d", new_york)), "2018-03-11T05:00:00Z");
  EXPECT_EQ(to_string(before("2018-03-12", "24h", new_york)), "2018-03-11T04:00:00Z");
  EXPECT_EQ(to_string(before("2018-11-05", "1d", new_york)), "2018-11-04T04:00:00Z");
  EXPECT_EQ(to_string(before("2018-11-05", "24h", new_york)), "2018-11-04T05:00:00Z");
  EXPECT_EQ(to_string(before("2018-03-15T12:00", "2w", new_york)), "2018-03-01T17:00:00Z");
}

TEST(Calendar, SubtractTakesSkippedAndDoubledTimesAsResolveDoes) {
  const TimeZone new_york = zone("America/New_York");
  EXPECT_EQ(to_string(before("2018-03-12T02:30", "1d", new_york)), "2018-03-11T07:00:00Z");
  EXPECT_EQ(to_string(before("2018-11-05T01:30", "1d", new_york)), "2018-11-04T05:30:00Z");
  const TimeZone sao_paulo = zone("America/Sao_Paulo");
  EXPECT_EQ(describe(before("2018-12-04", "1mo", sao_paulo), sao_paulo), "2018-11-04");
}

TEST(Calendar, SubtractAgreesWithSteppingMonthByMonthAndDayByDay) {
  Rng rng(3);
  const TimeZone in;
  for (int i = 0; i < 2'000; ++i) {
    const Date date = date_from_days(static_cast<std::int64_t>(rng.below(60'000)) - 20'000);
    const auto count = static_cast<std::int32_t>(1 + rng.below(40));
    Month month{date.year, date.month};
    for (std::int32_t k = 0; k < count; ++k) {
      month = month.month == 1 ? Month{month.year - 1, 12} : Month{month.year, month.month - 1};
    }
    Date expected{month.year, month.month, date.day};
    while (!is_valid(expected)) {
      --expected.day;
    }
    ASSERT_EQ(subtract(start_of(date, in), {count, Period::Unit::Month}, in),
              start_of(expected, in));
    Date day = in.local(subtract(start_of(date, in), {count, Period::Unit::Day}, in)).date;
    for (std::int32_t k = 0; k < count; ++k) {
      day = naive_next(day);
    }
    ASSERT_EQ(day, date);
  }
}

TEST(Calendar, AddGoesTheOtherWay) {
  const TimeZone berlin = zone("Europe/Berlin");
  const auto later = [&](std::string_view from, std::string_view period) {
    return describe(add(*parse_instant(from, berlin), *parse_period(period), berlin), berlin);
  };
  EXPECT_EQ(later("2018-01-31", "1mo"), "2018-02-28");
  EXPECT_EQ(later("2018-01-31", "1y"), "2019-01-31");
  EXPECT_EQ(later("2018-03-24T12:00", "1d"), "2018-03-25 12:00");
  EXPECT_EQ(later("2018-03-24T12:00", "24h"), "2018-03-25 13:00");
  EXPECT_EQ(later("2018-12-31", "2w"), "2019-01-14");
}

TEST(Calendar, AddStopsAtTheLastInstant) {
  EXPECT_EQ(add(kMaxInstant, {1, Period::Unit::Hour}, TimeZone()), kMaxInstant);
}

TEST(Calendar, SubtractStopsAtTheFirstInstant) {
  constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
  for (const Period::Unit unit : {Period::Unit::Month, Period::Unit::Year, Period::Unit::Day}) {
    EXPECT_EQ(subtract({0}, {kMost, unit}, zone("Europe/Paris")), kMinInstant);
  }
  EXPECT_EQ(subtract(kMinInstant, {1, Period::Unit::Hour}, TimeZone()), kMinInstant);
  EXPECT_EQ(subtract(kMinInstant, {kMost, Period::Unit::Week}, TimeZone()), kMinInstant);
}

// --- text
// -----------------------------------------------------------------------------------------

TEST(Calendar, InstantsAreReadInEveryDocumentedForm) {
  const TimeZone in;
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"2018-01", "2018-01-01T00:00:00Z"},
      {"2018-01-31", "2018-01-31T00:00:00Z"},
      {" 2018-01-31 ", "2018-01-31T00:00:00Z"},
      {"2018-01-31T09:31", "2018-01-31T09:31:00Z"},
      {"2018-01-31 09:31:08", "2018-01-31T09:31:08Z"},
      {"2018-01-31t09:31:08z", "2018-01-31T09:31:08Z"},
      {"2018-01-31T09:31:08.5", "2018-01-31T09:31:08.500Z"},
      {"2017-01-31T09:31:08.873Z", "2017-01-31T09:31:08.873Z"},
      {"2017-01-31 09:31:08.873000+00:00", "2017-01-31T09:31:08.873Z"},
      {"2018-01-31T09:31:08.123456789Z", "2018-01-31T09:31:08.123456Z"},
      {"2018-01-31T09:31+02:00", "2018-01-31T07:31:00Z"},
      {"2018-01-31T09:31 +0200", "2018-01-31T07:31:00Z"},
      {"2018-01-31T09:31-05", "2018-01-31T14:31:00Z"},
      {"2018-01-31T09:31+05:45", "2018-01-31T03:46:00Z"},
      {"2016-02-29", "2016-02-29T00:00:00Z"},
      {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
      {"0000-01-01", "0000-01-01T00:00:00Z"},
      {"-0001-12-31", "-0001-12-31T00:00:00Z"},
      {"+12018-01-31", "+12018-01-31T00:00:00Z"},
  };
  for (const auto& [text, expected] : cases) {
    const Result<Instant> instant = parse_instant(text, in);
    ASSERT_TRUE(instant.has_value()) << text << ": " << instant.error().message;
    EXPECT_EQ(to_string(*instant), expected) << text;
  }
}

TEST(Calendar, InstantsWithoutAnOffsetAreLocal) {
  const TimeZone new_york = zone("America/New_York");
  EXPECT_EQ(to_string(*parse_instant("2018-01-31", new_york)), "2018-01-31T05:00:00Z");
  EXPECT_EQ(to_string(*parse_instant("2018-07", new_york)), "2018-07-01T04:00:00Z");
  EXPECT_EQ(to_string(*parse_instant("2018-01-31T09:31", new_york)), "2018-01-31T14:31:00Z");
  EXPECT_EQ(to_string(*parse_instant("2018-01-31T09:31Z", new_york)), "2018-01-31T09:31:00Z");
  EXPECT_EQ(to_string(*parse_instant("2018-11-04", zone("America/Sao_Paulo"))),
            "2018-11-04T03:00:00Z");
}

TEST(Calendar, TextThatIsNoInstantIsAnsweredWithTheForms) {
  for (const std::string_view text : {"",
                                      "2018",
                                      "yesterday",
                                      "31-01-2018",
                                      "01/31/2018",
                                      "2018-1-1",
                                      "2018-01-31T",
                                      "18-01-31",
                                      "2018-01-31T9:31",
                                      "2018-01-31T09",
                                      "2018-01-31T09:31:08.",
                                      "2018-01-31T09:31:08,5",
                                      "2018-01-31Z",
                                      "2018-01-31+02:00",
                                      "2018-01-31T09:31+2",
                                      "2018-01-31T09:31+02:",
                                      "2018-01-31T09:31+02:0",
                                      "2018-01-31T09:31ZZ",
                                      "20180131",
                                      "2018-01-31T09:31 UTC",
                                      "2018-01-31  09:31",
                                      "1517391068",
                                      "12018-01-31",
                                      "+1234567-01-01"}) {
    const Result<Instant> instant = parse_instant(text, TimeZone());
    ASSERT_FALSE(instant.has_value()) << text;
    EXPECT_EQ(
        instant.error(),
        (Error{ErrorCode::InvalidArgument,
               "parse_instant: text is \"" + std::string(text) +
                   "\", but must be a date, a month or a time such as 2018-01-31T09:31:08",
               "write 2018-01, 2018-01-31, 2018-01-31T09:31, 2018-01-31T09:31:08.5, and after "
               "a time Z or +02:00 unless it is local"}));
  }
}

TEST(Calendar, AnImpossibleFieldIsNamed) {
  const auto message = [](std::string_view text) {
    return parse_instant(text, TimeZone()).error().message;
  };
  EXPECT_EQ(message("2018-02-30"),
            "parse_instant: text is \"2018-02-30\", but must be a day of the calendar: "
            "February 2018 has 28 days");
  EXPECT_EQ(message("2018-04-31T00:00"),
            "parse_instant: text is \"2018-04-31T00:00\", but must be a day of the calendar: "
            "April 2018 has 30 days");
  EXPECT_THAT(message("2018-01-00"), HasSubstr("January 2018 has 31 days"));
  EXPECT_THAT(message("2018-13"), HasSubstr("must be a time whose month is 01 to 12"));
  EXPECT_THAT(message("2018-00-01"), HasSubstr("must be a time whose month is 01 to 12"));
  EXPECT_THAT(message("2018-01-31T24:00"), HasSubstr("must be a time whose hour is 00 to 23"));
  EXPECT_THAT(message("2018-01-31T09:60"), HasSubstr("must be a time whose minute is 00 to 59"));
  EXPECT_THAT(message("2018-01-31T09:31:60"), HasSubstr("must be a time whose second is 00 to 59"));
  EXPECT_THAT(message("2018-01-31T09:31+24:00"), HasSubstr("whose offset is -23:59 to +23:59"));
  EXPECT_THAT(message("2018-01-31T09:31+02:60"), HasSubstr("whose offset is -23:59 to +23:59"));
}

TEST(Calendar, InstantsBeyondTheTimeLineAreRefused) {
  for (const std::string_view text : {"+294247-01-10T04:00:54.775808Z",
                                      "-290308-12-21T19:59:05.224191Z",
                                      "+999999-01-01",
                                      "-999999-01-01",
                                      "+294247-01-10T04:00:54.775807-00:01",
                                      "-290308-12-21T00:00Z"}) {
    const Result<Instant> instant = parse_instant(text, TimeZone());
    ASSERT_FALSE(instant.has_value()) << text;
    EXPECT_EQ(instant.error().message,
              "parse_instant: text is \"" + std::string(text) +
                  "\", but must be between -290308-12-21T19:59:05.224192Z and "
                  "+294247-01-10T04:00:54.775807Z");
  }
}

TEST(Calendar, EveryInstantWrittenIsReadBack) {
  const TimeZone in = zone("America/New_York");
  Rng rng(4);
  const auto expect_same = [&in](Instant instant) {
    const Result<Instant> parsed = parse_instant(to_string(instant), in);
    ASSERT_TRUE(parsed.has_value()) << to_string(instant);
    ASSERT_EQ(*parsed, instant) << to_string(instant);
  };
  expect_same(kMinInstant);
  expect_same(kMaxInstant);
  for (int i = 0; i < 20'000; ++i) {
    expect_same({static_cast<std::int64_t>(rng.next())});
    expect_same(
        {static_cast<std::int64_t>(rng.below(4'000'000'000'000'000U)) - 2'000'000'000'000'000});
  }
}

TEST(Calendar, DescribeWritesWhatParseInstantReads) {
  const TimeZone in = zone("Asia/Kathmandu");
  Rng rng(5);
  for (int i = 0; i < 5'000; ++i) {
    const std::int64_t units[] = {1, 1000, kMicrosPerSecond, 60 * kMicrosPerSecond, kMicrosPerDay};
    const std::int64_t unit = units[rng.below(std::size(units))];
    const Instant instant{static_cast<std::int64_t>(rng.below(4'000'000'000'000'000U)) / unit *
                          unit};
    ASSERT_EQ(*parse_instant(describe(instant, in), in), instant) << describe(instant, in);
  }
}

TEST(Calendar, DescribeIsAsShortAsItCanBe) {
  const TimeZone paris = zone("Europe/Paris");
  EXPECT_EQ(describe(utc("2018-01-30T23:00Z"), paris), "2018-01-31");
  EXPECT_EQ(describe(utc("2018-01-31T08:31Z"), paris), "2018-01-31 09:31");
  EXPECT_EQ(describe(utc("2018-01-31T08:31:08Z"), paris), "2018-01-31 09:31:08");
  EXPECT_EQ(describe(utc("2018-01-31T08:31:08.5Z"), paris), "2018-01-31 09:31:08.500");
  EXPECT_EQ(describe(utc("2018-01-30T23:00:00.000001Z"), paris), "2018-01-31 00:00:00.000001");
}

}  // namespace
}  // namespace till
