#include "till/core/instant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till {
namespace {

TEST(Instant, IsWrittenAsRfc3339InUtc) {
  EXPECT_EQ(to_string(Instant{0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_string(Instant{1'517'391'068 * kMicrosPerSecond}), "2018-01-31T09:31:08Z");
}

TEST(Instant, IsWrittenWithAsManyFractionDigitsAsItNeeds) {
  EXPECT_EQ(to_string(Instant{500'000}), "1970-01-01T00:00:00.500Z");
  EXPECT_EQ(to_string(Instant{1'000}), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(to_string(Instant{1}), "1970-01-01T00:00:00.000001Z");
  EXPECT_EQ(to_string(Instant{123'450}), "1970-01-01T00:00:00.123450Z");
}

TEST(Instant, BeforeTheEpochCountsForward) {
  EXPECT_EQ(to_string(Instant{-1}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_string(Instant{-kMicrosPerDay}), "1969-12-31T00:00:00Z");
  EXPECT_EQ(to_string(Instant{-62'135'596'800 * kMicrosPerSecond}), "0001-01-01T00:00:00Z");
}

TEST(Instant, YearsOfOtherThanFourDigitsCarryASign) {
  EXPECT_EQ(to_string(Instant{253'402'300'799 * kMicrosPerSecond}), "9999-12-31T23:59:59Z");
  EXPECT_EQ(to_string(Instant{253'402'300'800 * kMicrosPerSecond}), "+10000-01-01T00:00:00Z");
  EXPECT_EQ(to_string(Instant{-62'167'219'200 * kMicrosPerSecond}), "0000-01-01T00:00:00Z");
  EXPECT_EQ(to_string(Instant{-62'167'219'201 * kMicrosPerSecond}), "-0001-12-31T23:59:59Z");
}

TEST(Instant, TheFirstAndTheLastCanBeWritten) {
  EXPECT_EQ(to_string(kMinInstant), "-290308-12-21T19:59:05.224192Z");
  EXPECT_EQ(to_string(kMaxInstant), "+294247-01-10T04:00:54.775807Z");
}

TEST(Instant, RangesAreHalfOpen) {
  const TimeRange range{{10}, {20}};
  EXPECT_FALSE(range.contains({9}));
  EXPECT_TRUE(range.contains({10}));
  EXPECT_TRUE(range.contains({19}));
  EXPECT_FALSE(range.contains({20}));
  EXPECT_FALSE(range.empty());
}

TEST(Instant, ARangeThatEndsWhereItBeginsIsEmpty) {
  EXPECT_TRUE((TimeRange{{10}, {10}}.empty()));
  EXPECT_TRUE((TimeRange{{20}, {10}}.empty()));
  EXPECT_FALSE((TimeRange{{10}, {10}}.contains({10})));
}

}  // namespace
}  // namespace till
