#include "till/math/kaplan_meier.hpp"

#include <array>
#include <cstddef>
#include <vector>

#include "support/golden_table.hpp"
#include <gtest/gtest.h>

namespace till::math {
namespace {

struct Golden {
  std::vector<Ended> ended;
  std::vector<SurvivalPoint> curve;
};

TEST(KaplanMeier, MatchesStatsmodelsAndScipy) {
  std::vector<Golden> cases;
  for (const auto& row : test::golden_table("math/kaplan_meier.csv")) {
    const auto number = [&](const char* name) { return static_cast<std::int64_t>(row.at(name)); };
    cases.resize(static_cast<std::size_t>(number("case")) + 1);
    if (number("kind") == 0) {
      cases.back().ended.push_back(
          {.time = number("time"), .events = number("events"), .censored = number("at_risk")});
    } else {
      cases.back().curve.push_back({.time = number("time"),
                                    .at_risk = number("at_risk"),
                                    .events = number("events"),
                                    .survival = row.at("survival"),
                                    .standard_error = row.at("standard_error"),
                                    .low = row.at("low"),
                                    .high = row.at("high")});
    }
  }
  ASSERT_EQ(cases.size(), 5U);
  for (const Golden& golden : cases) {
    std::vector<SurvivalPoint> curve = kaplan_meier(golden.ended);
    std::erase_if(curve, [](const SurvivalPoint& point) { return point.survival == 0.0; });
    ASSERT_EQ(curve.size(), golden.curve.size());
    for (std::size_t i = 0; i < curve.size(); ++i) {
      EXPECT_EQ(curve[i].time, golden.curve[i].time);
      EXPECT_EQ(curve[i].at_risk, golden.curve[i].at_risk);
      EXPECT_EQ(curve[i].events, golden.curve[i].events);
      EXPECT_NEAR(curve[i].survival, golden.curve[i].survival, 1e-12);
      EXPECT_NEAR(curve[i].standard_error, golden.curve[i].standard_error, 1e-12);
      EXPECT_NEAR(curve[i].low, golden.curve[i].low, 1e-12);
      EXPECT_NEAR(curve[i].high, golden.curve[i].high, 1e-12);
    }
  }
}

TEST(KaplanMeier, WhereNobodyIsLeftTheIntervalIsThatBeforeDownToNothing) {
  const std::array<Ended, 2> ended = {{{.time = 9, .events = 1}, {.time = 2, .events = 1}}};
  const std::vector<SurvivalPoint> curve = kaplan_meier(ended);
  ASSERT_EQ(curve.size(), 2U);
  EXPECT_DOUBLE_EQ(curve[0].survival, 0.5);
  EXPECT_DOUBLE_EQ(curve[1].survival, 0.0);
  EXPECT_DOUBLE_EQ(curve[1].low, 0.0);
  EXPECT_DOUBLE_EQ(curve[1].high, curve[0].high);
  EXPECT_EQ(first_time_at(curve, 0.5), 2);
  EXPECT_EQ(first_time_at(curve, 0.4), 9);
}

TEST(KaplanMeier, WithoutEventsThereIsNoStep) {
  EXPECT_TRUE(kaplan_meier({}).empty());
  const std::array<Ended, 1> watched = {{{.time = 5, .censored = 3}}};
  EXPECT_TRUE(kaplan_meier(watched).empty());
  EXPECT_FALSE(first_time_at(kaplan_meier(watched), 0.5));
}

TEST(KaplanMeier, OfOneThatHadTheEventIsZero) {
  const std::array<Ended, 1> one = {{{.time = 0, .events = 1}}};
  const std::vector<SurvivalPoint> curve = kaplan_meier(one);
  ASSERT_EQ(curve.size(), 1U);
  EXPECT_DOUBLE_EQ(curve[0].survival, 0.0);
  EXPECT_DOUBLE_EQ(curve[0].high, 1.0);
}

}  // namespace
}  // namespace till::math
