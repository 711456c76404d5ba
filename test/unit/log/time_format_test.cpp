#include "log/time_format.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "support/error_text.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::log {
namespace {

constexpr std::string_view kOrderRemedy =
    "say the order: --timestamp-format '%d-%m-%Y' for days first, '%m-%d-%Y' for months first, "
    "with "
    "the separators and the time of day as the log has them";

/// Returns a time as "2017-01-31T09:31:08Z", "2017-01-31 09:31:08.000000" when local, or "invalid".
std::string shown(const ParsedTime& time) {
  switch (time.form) {
    case ParsedTime::Form::Invalid:
      return "invalid";
    case ParsedTime::Form::Absolute:
      return to_string(time.instant);
    case ParsedTime::Form::Local:
      break;
  }
  const std::int64_t seconds = time.local.micros_of_day / kMicrosPerSecond;
  std::array<char, 64> text{};
  std::snprintf(text.data(),
                text.size(),
                "%04d-%02d-%02d %02d:%02d:%02d.%06d",
                time.local.date.year,
                time.local.date.month,
                time.local.date.day,
                static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60),
                static_cast<int>(seconds % 60),
                static_cast<int>(time.local.micros_of_day % kMicrosPerSecond));
  return text.data();
}

std::string read(std::string_view text, const TimeFormat& format = {}) {
  return shown(parse_time(text, format));
}

/// Reads with the letters of strptime, or a word.
std::string read_as(std::string_view said, std::string_view text) {
  const Result<TimeFormat> format = parse_time_format(said);
  EXPECT_TRUE(format) << said << ": " << format.error().message;
  return format ? read(text, *format) : "no format";
}

/// Finds the format of a column whose first value stands on line 2.
Result<TimeFormat> detect(const std::vector<std::string_view>& values) {
  TimeFormatDetector detector;
  std::int64_t line = 2;
  for (const std::string_view value : values) {
    detector.observe(value, line++);
  }
  return detector.format("shop.csv", "when");
}

/// Finds the format of a column, then reads one value of it.
std::string detect_and_read(const std::vector<std::string_view>& values, std::string_view text) {
  const Result<TimeFormat> format = detect(values);
  return format ? read(text, *format) : format.error().message;
}

// --- ISO 8601
// -------------------------------------------------------------------------------------

TEST(TimeFormat, ReadsIso8601) {
  EXPECT_EQ(read("2017-01-31T09:31:08.873Z"), "2017-01-31T09:31:08.873Z");
  EXPECT_EQ(read("2017-01-31 09:31:08.873000+00:00"), "2017-01-31T09:31:08.873Z");
  EXPECT_EQ(read("2017-01-31T09:31:08Z"), "2017-01-31T09:31:08Z");
  EXPECT_EQ(read("2017-01-31t09:31:08z"), "2017-01-31T09:31:08Z");
  EXPECT_EQ(read("20170131T093108Z"), "2017-01-31T09:31:08Z");
  EXPECT_EQ(read("2017-01-31 09:31:08"), "2017-01-31 09:31:08.000000");
  EXPECT_EQ(read("2017-01-31 09:31"), "2017-01-31 09:31:00.000000");
  EXPECT_EQ(read("2017-01-31"), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(read("20170131"), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(read("20170131T0931"), "2017-01-31 09:31:00.000000");
}

TEST(TimeFormat, ReadsYearFirstWithAnySeparatorAndWithoutLeadingZeros) {
  EXPECT_EQ(read("2017/01/31"), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(read("2017/1/3"), "2017-01-03 00:00:00.000000");
  EXPECT_EQ(read("2017.01.31 9:31"), "2017-01-31 09:31:00.000000");
  EXPECT_EQ(read("2017 01 31"), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(read("2017-01/31"), "invalid");
}

TEST(TimeFormat, ReadsOffsets) {
  EXPECT_EQ(read("2017-01-31T09:31:08+02:00"), "2017-01-31T07:31:08Z");
  EXPECT_EQ(read("2017-01-31T09:31:08-0530"), "2017-01-31T15:01:08Z");
  EXPECT_EQ(read("2017-01-31T09:31:08 +14"), "2017-01-30T19:31:08Z");
  EXPECT_EQ(read("2017-01-31 09:31:08 UTC"), "2017-01-31T09:31:08Z");
  EXPECT_EQ(read("2017-01-31 09:31:08 GMT"), "2017-01-31T09:31:08Z");
  EXPECT_EQ(read("2017-01-31Z"), "2017-01-31T00:00:00Z");
  EXPECT_EQ(read("2017-01-31+02:00"), "2017-01-30T22:00:00Z");
  EXPECT_EQ(read("2017-01-31T09:31:08+19:00"), "invalid");
  EXPECT_EQ(read("2017-01-31T09:31:08+02:60"), "invalid");
  EXPECT_EQ(read("2017-01-31T09:31:08+2"), "invalid");
  EXPECT_EQ(read("2017-01-31T09:31:08 CET"), "invalid");
}

TEST(TimeFormat, CutsFractionsToMicroseconds) {
  EXPECT_EQ(read("2017-01-31 09:31:08.5"), "2017-01-31 09:31:08.500000");
  EXPECT_EQ(read("2017-01-31 09:31:08,873"), "2017-01-31 09:31:08.873000");
  EXPECT_EQ(read("2017-01-31 09:31:08.123456"), "2017-01-31 09:31:08.123456");
  EXPECT_EQ(read("2017-01-31 09:31:08.1234569999"), "2017-01-31 09:31:08.123456");
  EXPECT_EQ(read("2017-01-31 09:31:08."), "invalid");
}

TEST(TimeFormat, IgnoresSpacesAroundATime) {
  EXPECT_EQ(read("  2017-01-31  "), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(read("\t2017-01-31 09:31"), "2017-01-31 09:31:00.000000");
  EXPECT_EQ(read("2017-01-31   09:31"), "2017-01-31 09:31:00.000000");
}

TEST(TimeFormat, RefusesDaysThatNoCalendarHas) {
  EXPECT_EQ(read("2017-02-29"), "invalid");
  EXPECT_EQ(read("2016-02-29"), "2016-02-29 00:00:00.000000");
  EXPECT_EQ(read("2017-02-30"), "invalid");
  EXPECT_EQ(read("2017-13-01"), "invalid");
  EXPECT_EQ(read("2017-00-10"), "invalid");
  EXPECT_EQ(read("2017-01-00"), "invalid");
  EXPECT_EQ(read("20170230"), "invalid");
}

TEST(TimeFormat, RefusesTimesThatNoClockShows) {
  EXPECT_EQ(read("2017-01-31 25:00:00"), "invalid");
  EXPECT_EQ(read("2017-01-31 24:00:01"), "invalid");
  EXPECT_EQ(read("2017-01-31 09:60:00"), "invalid");
  EXPECT_EQ(read("2017-01-31 09:31:61"), "invalid");
}

TEST(TimeFormat, ReadsMidnightAsTheEndOfADay) {
  EXPECT_EQ(read("2017-01-31 24:00:00"), "2017-02-01 00:00:00.000000");
  EXPECT_EQ(read("2017-12-31T24:00Z"), "2018-01-01T00:00:00Z");
}

TEST(TimeFormat, CountsALeapSecondIntoTheNextMinute) {
  EXPECT_EQ(read("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00Z");
  EXPECT_EQ(read("2016-12-31 23:59:60"), "2017-01-01 00:00:00.000000");
}

TEST(TimeFormat, ReadsTimesBeforeTheEpoch) {
  EXPECT_EQ(read("1969-12-31 23:59:59.5"), "1969-12-31 23:59:59.500000");
  EXPECT_EQ(read("1901-02-03T04:05:06Z"), "1901-02-03T04:05:06Z");
}

TEST(TimeFormat, RefusesWhatIsNoTime) {
  for (const std::string_view text : {"",
                                      " ",
                                      "n/a",
                                      "2017",
                                      "2017-01",
                                      "2017-01-31T",
                                      "2017-01-31,",
                                      "2017-01-31 T",
                                      "2017-01-31 PM",
                                      "2017-01-31 09",
                                      "31-01-2017",
                                      "01/02/2017",
                                      "09:31:08",
                                      "2017-01-31x",
                                      "2017-01-31 09:3",
                                      "2017-1-311",
                                      "-2017-01-31",
                                      "2017-01-31 09:31 x",
                                      "1485855068",
                                      "1e9",
                                      "99999999999999999999",
                                      "201701311",
                                      "2017--01-31"}) {
    EXPECT_EQ(read(text), "invalid") << text;
  }
}

// --- month names and half days
// --------------------------------------------------------------------

TEST(TimeFormat, ReadsEnglishMonthNames) {
  EXPECT_EQ(read("31-Jan-2017"), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(read("31 january 2017 09:31"), "2017-01-31 09:31:00.000000");
  EXPECT_EQ(read("Jan 31, 2017"), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(read("JAN 31 2017, 9:31 PM"), "2017-01-31 21:31:00.000000");
  EXPECT_EQ(read("3 Sept 2017"), "2017-09-03 00:00:00.000000");
  EXPECT_EQ(read("3 May 2017"), "2017-05-03 00:00:00.000000");
  EXPECT_EQ(read("3 Janu 2017"), "invalid");
  EXPECT_EQ(read("30-Feb-2017"), "invalid");
  EXPECT_EQ(read("31-Jänner-2017"), "invalid");
}

TEST(TimeFormat, KnowsEveryMonthName) {
  constexpr std::array<std::string_view, 12> kNames = {"January",
                                                       "February",
                                                       "March",
                                                       "April",
                                                       "May",
                                                       "June",
                                                       "July",
                                                       "August",
                                                       "September",
                                                       "October",
                                                       "November",
                                                       "December"};
  for (std::size_t m = 0; m < kNames.size(); ++m) {
    const std::string expected =
        (m < 9 ? "2017-0" : "2017-") + std::to_string(m + 1) + "-07 00:00:00.000000";
    EXPECT_EQ(read("7 " + std::string(kNames[m]) + " 2017"), expected);
    EXPECT_EQ(read("7-" + std::string(kNames[m].substr(0, 3)) + "-2017"), expected);
  }
}

TEST(TimeFormat, ReadsTwelveHourClocks) {
  EXPECT_EQ(read("2017-01-31 12:00 AM"), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(read("2017-01-31 12:30 PM"), "2017-01-31 12:30:00.000000");
  EXPECT_EQ(read("2017-01-31 9:31:08 pm"), "2017-01-31 21:31:08.000000");
  EXPECT_EQ(read("2017-01-31 9:31 a.m."), "2017-01-31 09:31:00.000000");
  EXPECT_EQ(read("2017-01-31 9:31pm"), "2017-01-31 21:31:00.000000");
  EXPECT_EQ(read("2017-01-31 13:00 PM"), "invalid");
  EXPECT_EQ(read("2017-01-31 0:30 AM"), "invalid");
}

// --- day before month or after
// --------------------------------------------------------------------

TEST(TimeFormat, ReadsDaysFirstOrMonthsFirstAsTold) {
  EXPECT_EQ(read("01-02-2017", {.day_first = true}), "2017-02-01 00:00:00.000000");
  EXPECT_EQ(read("01-02-2017", {.day_first = false}), "2017-01-02 00:00:00.000000");
  EXPECT_EQ(read("1/31/2017 9:31 PM", {.day_first = false}), "2017-01-31 21:31:00.000000");
  EXPECT_EQ(read("31.1.2017 21:31", {.day_first = true}), "2017-01-31 21:31:00.000000");
  EXPECT_EQ(read("31.1.2017", {.day_first = false}), "invalid");
  EXPECT_EQ(read("31.1.17", {.day_first = true}), "invalid");
}

TEST(TimeFormatDetector, LearnsTheOrderFromADayAboveTwelve) {
  EXPECT_EQ(detect_and_read({"01-02-2017", "31-01-2017"}, "03-04-2017"),
            "2017-04-03 00:00:00.000000");
  EXPECT_EQ(detect_and_read({"1/2/2017 9:31 PM", "1/31/2017 9:31 PM"}, "3/4/2017"),
            "2017-03-04 00:00:00.000000");
}

TEST(TimeFormatDetector, RefusesToGuessTheOrder) {
  const Result<TimeFormat> format =
      detect({"2017-01-31", "01-02-2017", "03-04-2017 10:00", "05-06-2017"});
  ASSERT_FALSE(format);
  EXPECT_EQ(
      format.error(),
      (Error{
          ErrorCode::InvalidData,
          "ingest: shop.csv: column when does not tell days from months: line 3 (01-02-2017) and "
          "line 4 (03-04-2017 10:00) can be read both ways",
          std::string(kOrderRemedy)}));
}

TEST(TimeFormatDetector, ShowsTheOneRowThatCanBeReadBothWays) {
  const Result<TimeFormat> format = detect({"2017-01-31", "01-02-2017"});
  ASSERT_FALSE(format);
  EXPECT_EQ(format.error().message,
            "ingest: shop.csv: column when does not tell days from months: line 3 (01-02-2017) can "
            "be read "
            "both ways");
}

TEST(TimeFormatDetector, NamesTheRowsThatContradictEachOther) {
  const Result<TimeFormat> format = detect({"01-02-2017", "31-01-2017", "01-31-2017"});
  ASSERT_FALSE(format);
  EXPECT_EQ(
      format.error(),
      (Error{
          ErrorCode::InvalidData,
          "ingest: shop.csv: column when mixes days first, as in line 3 (31-01-2017), with months "
          "first, as in line 4 (01-31-2017)",
          std::string(kOrderRemedy)}));
}

TEST(TimeFormatDetector, IsUndecidedUntilADayAboveTwelveComes) {
  TimeFormatDetector detector;
  EXPECT_FALSE(detector.undecided());
  detector.observe("01-02-2017", 2);
  EXPECT_TRUE(detector.undecided());
  detector.observe("2017-01-31", 3);
  EXPECT_TRUE(detector.undecided());
  detector.observe("13-02-2017", 4);
  EXPECT_FALSE(detector.undecided());
}

TEST(TimeFormatDetector, AcceptsDatesThatAreTheSameEitherWay) {
  EXPECT_EQ(detect_and_read({"05-05-2017", "06-06-2017"}, "07-07-2017"),
            "2017-07-07 00:00:00.000000");
}

TEST(TimeFormatDetector, DoesNotShowADateThatIsTheSameEitherWay) {
  const Result<TimeFormat> format =
      detect({"05-05-2017", "01-02-2017", "06-06-2017", "03-04-2017"});
  ASSERT_FALSE(format);
  EXPECT_EQ(format.error().message,
            "ingest: shop.csv: column when does not tell days from months: line 3 (01-02-2017) and "
            "line 5 "
            "(03-04-2017) can be read both ways");
}

TEST(TimeFormatDetector, ReadsALogThatMixesForms) {
  const std::vector<std::string_view> values = {
      "2017-01-31T09:31:08Z", "31/01/2017", "31-Jan-2017", "1485855068"};
  EXPECT_EQ(detect_and_read(values, values[0]), "2017-01-31T09:31:08Z");
  EXPECT_EQ(detect_and_read(values, values[1]), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(detect_and_read(values, values[2]), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(detect_and_read(values, values[3]), "2017-01-31T09:31:08Z");
}

// --- numbers
// --------------------------------------------------------------------------------------

TEST(TimeFormatDetector, TellsTheUnitOfAnEpoch) {
  EXPECT_EQ(detect_and_read({"1485855068"}, "1485855068"), "2017-01-31T09:31:08Z");
  EXPECT_EQ(detect_and_read({"1485855068873"}, "1485855068873"), "2017-01-31T09:31:08.873Z");
  EXPECT_EQ(detect_and_read({"1485855068873123"}, "1485855068873123"),
            "2017-01-31T09:31:08.873123Z");
  EXPECT_EQ(detect_and_read({"1485855068873123999"}, "1485855068873123999"),
            "2017-01-31T09:31:08.873123Z");
}

TEST(TimeFormatDetector, TellsTheUnitOfAnEpochInIntegerColumns) {
  const auto form = [](std::int64_t value) {
    TimeFormatDetector detector;
    detector.observe(value);
    return detector.format("f", "c")->number;
  };
  EXPECT_EQ(form(1'485'855'068), NumberForm::Seconds);
  EXPECT_EQ(form(1'485'855'068'873), NumberForm::Milliseconds);
  EXPECT_EQ(form(1'485'855'068'873'123), NumberForm::Microseconds);
  EXPECT_EQ(form(1'485'855'068'873'123'999), NumberForm::Nanoseconds);
  EXPECT_EQ(form(20'170'131), NumberForm::Date);
  EXPECT_EQ(form(20'170'131'093'108), NumberForm::Date);
  EXPECT_EQ(form(std::numeric_limits<std::int64_t>::min()), NumberForm::Nanoseconds);
}

TEST(TimeFormatDetector, ReadsDatesWrittenAsOneNumber) {
  EXPECT_EQ(detect_and_read({"20170131"}, "20170131"), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(detect_and_read({"20170131093108"}, "20170131093108"), "2017-01-31 09:31:08.000000");
  EXPECT_EQ(detect_and_read({"20170131"}, "20170230"), "invalid");
}

TEST(TimeFormatDetector, ReadsNumbersThatADataFrameWroteWithAPoint) {
  EXPECT_EQ(detect_and_read({"20170131.0"}, "20170131.0"), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(detect_and_read({"1485855068.0"}, "1485855068.25"), "2017-01-31T09:31:08.250Z");
  EXPECT_EQ(detect_and_read({"1485855068873.0"}, "1485855068873.5"), "2017-01-31T09:31:08.873500Z");
}

TEST(TimeFormatDetector, IsNotMisledByAStrayNumber) {
  EXPECT_EQ(detect_and_read({"20170131", "0", "20170201"}, "20170131"),
            "2017-01-31 00:00:00.000000");
  EXPECT_EQ(detect_and_read({"20170131", "99999999", "20170201"}, "99999999"), "invalid");
  EXPECT_EQ(detect_and_read({"1485855068", "99999999999999", "1485855069"}, "1485855068"),
            "2017-01-31T09:31:08Z");
  EXPECT_EQ(detect_and_read({"1485855068", "99999999999999999999999", "1485855069"}, "1485855068"),
            "2017-01-31T09:31:08Z");
}

TEST(TimeFormat, RefusesNumbersBeyondTheCalendar) {
  const TimeFormat seconds{.number = NumberForm::Seconds};
  EXPECT_EQ(read("9223372036854775807", seconds), "invalid");
  EXPECT_EQ(read("-9223372036854775808", seconds), "invalid");
  EXPECT_EQ(read("92233720368547758070", seconds), "invalid");
}

TEST(TimeFormat, ReadsEpochsBefore1970) {
  EXPECT_EQ(read("-1", {.number = NumberForm::Seconds}), "1969-12-31T23:59:59Z");
  EXPECT_EQ(read("-0.5", {.number = NumberForm::Seconds}), "1969-12-31T23:59:59.500Z");
  EXPECT_EQ(read("-1", {.number = NumberForm::Nanoseconds}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(shown(parse_number(-1'500, NumberForm::Milliseconds)), "1969-12-31T23:59:58.500Z");
}

// --- formats that are said
// ------------------------------------------------------------------------

TEST(TimeFormatPattern, ReadsTheLettersOfStrptime) {
  EXPECT_EQ(read_as("%d/%m/%Y %H:%M", "31/01/2017 09:31"), "2017-01-31 09:31:00.000000");
  EXPECT_EQ(read_as("%d.%m.%y", "31.01.17"), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(read_as("%d.%m.%y", "31.01.68"), "2068-01-31 00:00:00.000000");
  EXPECT_EQ(read_as("%d.%m.%y", "31.01.69"), "1969-01-31 00:00:00.000000");
  EXPECT_EQ(read_as("%Y%m%d%H%M%S", "20170131093108"), "2017-01-31 09:31:08.000000");
  EXPECT_EQ(read_as("%FT%T", "2017-01-31T09:31:08.873"), "2017-01-31 09:31:08.873000");
  EXPECT_EQ(read_as("%F %T.%f", "2017-01-31 09:31:08.873"), "2017-01-31 09:31:08.873000");
  EXPECT_EQ(read_as("%F %T%z", "2017-01-31 09:31:08+0200"), "2017-01-31T07:31:08Z");
  EXPECT_EQ(read_as("%F %T%z", "2017-01-31 09:31:08.5Z"), "2017-01-31T09:31:08.500Z");
  EXPECT_EQ(read_as("%b %e, %Y %I:%M %p", "Jan  3, 2017 9:31 PM"), "2017-01-03 21:31:00.000000");
  EXPECT_EQ(read_as("%d %B %Y", "31 january 2017"), "2017-01-31 00:00:00.000000");
  EXPECT_EQ(read_as("%s", "1485855068.5"), "2017-01-31T09:31:08.500Z");
  EXPECT_EQ(read_as("at %s!", "at 1485855068!"), "2017-01-31T09:31:08Z");
  EXPECT_EQ(read_as("%Y-%m-%d 100%%", "2017-01-31 100%"), "2017-01-31 00:00:00.000000");
}

TEST(TimeFormatPattern, ReadsNothingElse) {
  EXPECT_EQ(read_as("%d/%m/%Y", "2017-01-31"), "invalid");
  EXPECT_EQ(read_as("%d/%m/%Y", "31/01/2017 09:31"), "invalid");
  EXPECT_EQ(read_as("%d/%m/%Y", "31/01/17"), "invalid");
  EXPECT_EQ(read_as("%d/%m/%Y", "30/02/2017"), "invalid");
  EXPECT_EQ(read_as("%d/%m/%Y %H:%M", "31/01/2017"), "invalid");
  EXPECT_EQ(read_as("%F %T.%f", "2017-01-31 09:31:08"), "invalid");
  EXPECT_EQ(read_as("%F %T%z", "2017-01-31 09:31:08"), "invalid");
}

TEST(TimeFormatPattern, KnowsWords) {
  EXPECT_EQ(read_as("iso", "2017-01-31T09:31:08Z"), "2017-01-31T09:31:08Z");
  EXPECT_EQ(read_as("iso", "1485855068"), "invalid");
  EXPECT_EQ(read_as("epoch", "1485855068"), "2017-01-31T09:31:08Z");
  EXPECT_EQ(read_as("epoch_ms", "1485855068873"), "2017-01-31T09:31:08.873Z");
  EXPECT_EQ(read_as("epoch_us", "1485855068873123"), "2017-01-31T09:31:08.873123Z");
  EXPECT_EQ(read_as("epoch_ns", "1485855068873123999"), "2017-01-31T09:31:08.873123Z");
}

TEST(TimeFormatPattern, SaysWhatIsWrongWithAFormat) {
  const auto refusal = [](std::string_view said) {
    const Result<TimeFormat> format = parse_time_format(said);
    EXPECT_FALSE(format) << said;
    return format ? Error{} : format.error();
  };
  const std::string remedy =
      "for example --timestamp-format '%d/%m/%Y %H:%M'; letters: Y y m d e b B H I M S f p z s, F "
      "(%Y-%m-%d), T (%H:%M:%S); words: iso, epoch, epoch_ms, epoch_us, epoch_ns";
  EXPECT_EQ(
      refusal("%Q"),
      (Error{ErrorCode::InvalidArgument,
             "ingest: timestamp_format is \"%Q\", but must be made of letters that till knows",
             remedy}));
  EXPECT_EQ(refusal("%Y-%m-%").message,
            "ingest: timestamp_format is \"%Y-%m-%\", but must be made of letters that till knows");
  EXPECT_EQ(refusal("%d/%m").message,
            "ingest: timestamp_format is \"%d/%m\", but must be a format with year, month and day");
  EXPECT_EQ(
      refusal("%%Y%%m%%d").message,
      "ingest: timestamp_format is \"%%Y%%m%%d\", but must be a format with year, month and day");
  EXPECT_EQ(
      refusal("%F %I:%M").message,
      "ingest: timestamp_format is \"%F %I:%M\", but must be a format that tells morning from "
      "afternoon: %I needs %p");
  EXPECT_EQ(refusal("").message,
            "ingest: timestamp_format is \"\", but must be a format with year, month and day");
}

// --- the naive twin
// -------------------------------------------------------------------------------

std::string written(const char* format, auto... values) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

TEST(TimeFormat, ReadsWhatTheCalendarOfTheStandardLibraryWrites) {
  namespace chrono = std::chrono;
  constexpr std::array<const char*, 12> kShort = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  Rng rng(7);
  for (int n = 0; n < 20'000; ++n) {
    // From 1900 to 2199.
    const auto day = chrono::sys_days(chrono::year{1900} / 1 / 1) +
                     chrono::days(static_cast<int>(rng.below(109'572)));
    const chrono::year_month_day date(day);
    const int y = static_cast<int>(date.year());
    const int m = static_cast<int>(static_cast<unsigned>(date.month()));
    const int d = static_cast<int>(static_cast<unsigned>(date.day()));
    const int hour = static_cast<int>(rng.below(24));
    const int minute = static_cast<int>(rng.below(60));
    const int second = static_cast<int>(rng.below(60));
    const int micros = static_cast<int>(rng.below(1'000'000));
    const int offset = static_cast<int>(rng.below(37)) * 30 - 540;  // minutes
    const std::int64_t instant = day.time_since_epoch().count() * kMicrosPerDay +
                                 ((hour * 3600LL + minute * 60LL + second) * kMicrosPerSecond) +
                                 micros;
    const std::int64_t whole = instant - micros;
    const std::string local =
        written("%04d-%02d-%02d %02d:%02d:%02d.%06d", y, m, d, hour, minute, second, micros);
    const std::string to_second = local.substr(0, 19) + ".000000";

    EXPECT_EQ(read(local), local);
    EXPECT_EQ(read(written("%04d/%d/%d %d:%02d:%02d", y, m, d, hour, minute, second)), to_second);
    EXPECT_EQ(read(written("%04d%02d%02dT%02d%02d%02d", y, m, d, hour, minute, second)), to_second);
    EXPECT_EQ(read(written("%d-%s-%04d %02d:%02d:%02d",
                           d,
                           kShort.at(static_cast<std::size_t>(m - 1)),
                           y,
                           hour,
                           minute,
                           second)),
              to_second);
    EXPECT_EQ(read(written("%02d.%02d.%04d %02d:%02d:%02d", d, m, y, hour, minute, second),
                   {.day_first = true}),
              to_second);
    EXPECT_EQ(read(written("%d/%d/%04d %d:%02d:%02d %s",
                           m,
                           d,
                           y,
                           (hour + 11) % 12 + 1,
                           minute,
                           second,
                           hour < 12 ? "AM" : "PM"),
                   {.day_first = false}),
              to_second);
    const ParsedTime absolute = parse_time(written("%04d-%02d-%02dT%02d:%02d:%02d.%06d%c%02d:%02d",
                                                   y,
                                                   m,
                                                   d,
                                                   hour,
                                                   minute,
                                                   second,
                                                   micros,
                                                   offset < 0 ? '-' : '+',
                                                   std::abs(offset) / 60,
                                                   std::abs(offset) % 60),
                                           {});
    EXPECT_EQ(absolute.form, ParsedTime::Form::Absolute);
    EXPECT_EQ(absolute.instant.micros, instant - offset * 60LL * kMicrosPerSecond);
    EXPECT_EQ(parse_time(std::to_string(whole / kMicrosPerSecond), {.number = NumberForm::Seconds})
                  .instant.micros,
              whole);
    EXPECT_EQ(parse_number(instant, NumberForm::Microseconds).instant.micros, instant);
    if (HasFailure()) {
      break;  // one is enough
    }
  }
}

TEST(TimeFormat, NeverFailsOnAnyText) {
  constexpr std::string_view kAlphabet = "0123456789-/.: TZ+,%JanPMutc";
  Rng rng(11);
  const std::vector<TimeFormat> formats = {{},
                                           {.day_first = true, .number = NumberForm::Date},
                                           *parse_time_format("%b %e, %Y %I:%M:%S %p %z")};
  for (int n = 0; n < 100'000; ++n) {
    std::string text;
    for (std::uint64_t length = rng.below(24); length > 0; --length) {
      text += kAlphabet[rng.below(kAlphabet.size())];
    }
    TimeFormatDetector detector;
    detector.observe(text, n);
    for (const TimeFormat& format : formats) {
      const ParsedTime time = parse_time(text, format);
      if (time.form == ParsedTime::Form::Local) {
        EXPECT_TRUE(is_valid(time.local.date)) << text;
        EXPECT_GE(time.local.micros_of_day, 0) << text;
        EXPECT_LT(time.local.micros_of_day, kMicrosPerDay) << text;
      }
    }
  }
}

}  // namespace
}  // namespace till::log
