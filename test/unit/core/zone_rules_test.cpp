#include "core/zone_rules.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::detail {
namespace {

using testing::ElementsAre;

constexpr std::int64_t kLast = 2'140'668'000 * kMicrosPerSecond;  // 2037-11-01T06:00Z

// Rules whose last known transition is at that instant, to five hours behind UTC.
ZoneRules until_2037() {
  return {{kMinInstant.micros, kLast}, {-14'400, -18'000}, kMaxInstant.micros};
}

std::vector<std::string> first_changes(const ZoneRules& rules, std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 2; i < rules.starts.size() && i < 2 + count; ++i) {
    out.push_back(to_string(Instant{rules.starts[i]}) + ' ' +
                  std::to_string(rules.offset_seconds[i]));
  }
  return out;
}

std::vector<std::string> changes_of(std::string_view text, std::size_t count = 3) {
  ZoneRules rules = until_2037();
  EXPECT_TRUE(append_posix_rule(text, kLast, rules)) << text;
  return first_changes(rules, count);
}

bool is_understood(std::string_view text) {
  ZoneRules rules = until_2037();
  return append_posix_rule(text, kLast, rules);
}

TEST(ZoneRules, ARuleGoesOnAfterTheLastKnownTransition) {
  EXPECT_THAT(changes_of("EST5EDT,M3.2.0,M11.1.0"),
              ElementsAre("2038-03-14T07:00:00Z -14400",
                          "2038-11-07T06:00:00Z -18000",
                          "2039-03-13T07:00:00Z -14400"));
}

TEST(ZoneRules, ARuleIsKeptForOneCycleThatRepeats) {
  ZoneRules rules = until_2037();
  ASSERT_TRUE(append_posix_rule("EST5EDT,M3.2.0,M11.1.0", kLast, rules));
  EXPECT_EQ(rules.starts.size(), 2U + 2U * 400U);
  EXPECT_EQ(to_string(Instant{rules.cycle_from}), "2038-03-14T07:00:00Z");
  EXPECT_EQ(to_string(Instant{rules.starts.back()}), "2437-11-01T06:00:00Z");
}

TEST(ZoneRules, ARuleBeginsAfterATransitionThatChangedNothingButTheAbbreviation) {
  // America/Grand_Turk kept -4 h from 2015 and became part of a zone with a rule in March 2018,
  // when clocks stood still: what the rule would have done in between never happened.
  ZoneRules rules{{kMinInstant.micros, 1'425'798'000 * kMicrosPerSecond},
                  {-18'000, -14'400},
                  kMaxInstant.micros};
  const std::int64_t last = 1'520'751'600 * kMicrosPerSecond;  // 2018-03-11T07:00Z
  ASSERT_TRUE(append_posix_rule("EST5EDT,M3.2.0,M11.1.0", last, rules));
  EXPECT_THAT(first_changes(rules, 1), ElementsAre("2018-11-04T06:00:00Z -18000"));
}

TEST(ZoneRules, AZoneWithoutTransitionsHasItsRuleSince1900) {
  ZoneRules rules{{kMinInstant.micros}, {-18'000}, kMaxInstant.micros};
  ASSERT_TRUE(append_posix_rule("EST5EDT,M3.2.0,M11.1.0", kMinInstant.micros, rules));
  EXPECT_EQ(to_string(Instant{rules.starts.at(1)}), "1900-03-11T07:00:00Z");
}

TEST(ZoneRules, AZoneWithoutDaylightSavingEndsWithItsLastTransition) {
  EXPECT_THAT(changes_of("<+0545>-5:45"), ElementsAre());
  ZoneRules rules = until_2037();
  ASSERT_TRUE(append_posix_rule("EST5", kLast, rules));
  EXPECT_EQ(rules.cycle_from, kMaxInstant.micros);
}

TEST(ZoneRules, TheSouthHasSummerOverNewYear) {
  EXPECT_THAT(changes_of("AEST-10AEDT,M10.1.0,M4.1.0/3"),
              ElementsAre("2038-04-03T16:00:00Z 36000",
                          "2038-10-02T16:00:00Z 39600",
                          "2039-04-02T16:00:00Z 36000"));
}

TEST(ZoneRules, SummerMayBeBehindWinter) {  // Europe/Dublin
  EXPECT_THAT(changes_of("IST-1GMT0,M10.5.0,M3.5.0/1", 2),
              ElementsAre("2038-03-28T01:00:00Z 3600", "2038-10-31T01:00:00Z 0"));
}

TEST(ZoneRules, ChangesMayLieOutsideTheirDay) {
  EXPECT_THAT(changes_of("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2),  // America/Nuuk
              ElementsAre("2038-03-28T01:00:00Z -3600", "2038-10-31T01:00:00Z -7200"));
  EXPECT_THAT(changes_of("EET-2EEST,M3.4.4/50,M10.4.4/50", 2),  // Asia/Gaza
              ElementsAre("2038-03-27T00:00:00Z 10800", "2038-10-29T23:00:00Z 7200"));
}

TEST(ZoneRules, ClocksMayMoveByHalfAnHour) {  // Australia/Lord_Howe
  EXPECT_THAT(changes_of("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2),
              ElementsAre("2038-04-03T15:00:00Z 37800", "2038-10-02T15:30:00Z 39600"));
}

TEST(ZoneRules, JulianDaysDoNotCountTheLeapDay) {
  // Day 60 is 1 March in every year; 2040 is a leap year.
  EXPECT_THAT(changes_of("AAA0BBB,J60/0,J61/0", 5),
              ElementsAre("2038-03-01T00:00:00Z 3600",
                          "2038-03-01T23:00:00Z 0",
                          "2039-03-01T00:00:00Z 3600",
                          "2039-03-01T23:00:00Z 0",
                          "2040-03-01T00:00:00Z 3600"));
}

TEST(ZoneRules, DaysFromZeroCountTheLeapDay) {
  EXPECT_THAT(changes_of("AAA0BBB,59/0,60/0", 5),
              ElementsAre("2038-03-01T00:00:00Z 3600",
                          "2038-03-01T23:00:00Z 0",
                          "2039-03-01T00:00:00Z 3600",
                          "2039-03-01T23:00:00Z 0",
                          "2040-02-29T00:00:00Z 3600"));
}

TEST(ZoneRules, SummerAllYearIsOneChangeForGood) {  // the example of RFC 8536, section 3.3.1
  ZoneRules rules = until_2037();
  ASSERT_TRUE(append_posix_rule("XXX3EDT4,0/0,J365/23", kLast, rules));
  EXPECT_THAT(first_changes(rules, 9), ElementsAre("2038-01-01T03:00:00Z -14400"));
  EXPECT_EQ(rules.cycle_from, kMaxInstant.micros);
}

TEST(ZoneRules, TextThatIsNoRuleIsNotGuessed) {
  for (const std::string_view text : {"",
                                      "5",
                                      "EST",
                                      "EST5EDT",
                                      "EST5EDT,M3.2.0",
                                      "EST5EDT,M3.2.0,",
                                      "EST5EDT,M3.2.0,M11.1.0 ",
                                      "EST5EDT,M13.2.0,M11.1.0",
                                      "EST5EDT,M3.6.0,M11.1.0",
                                      "EST5EDT,M3.2.7,M11.1.0",
                                      "EST5EDT,J0,J365",
                                      "EST5EDT,J1,J366",
                                      "EST5EDT,M3.2.0/168,M11.1.0",
                                      "EST5:60",
                                      "EST5:",
                                      "<EST5",
                                      "EST99999999999999999999"}) {
    EXPECT_FALSE(is_understood(text)) << text;
  }
}

}  // namespace
}  // namespace till::detail
