#include "till/math/proportion.hpp"

#include <gtest/gtest.h>

namespace till::math {
namespace {

// statsmodels 0.15, proportion_confint(k, n, method="wilson").
TEST(Proportion, WilsonIntervalIsThatOfStatsmodels) {
  const Interval some = wilson_interval(3, 10);
  EXPECT_NEAR(some.low, 0.10779126740630104, 1e-12);
  EXPECT_NEAR(some.high, 0.6032218525388546, 1e-12);
  const Interval many = wilson_interval(420, 1000);
  EXPECT_NEAR(many.low, 0.3897726821587803, 1e-12);
  EXPECT_NEAR(many.high, 0.4508395991989084, 1e-12);
}

TEST(Proportion, OfNoneOrAllHasAWidthAndStaysInside) {
  const Interval none = wilson_interval(0, 5);
  EXPECT_EQ(none.low, 0.0);
  EXPECT_NEAR(none.high, 0.43448246478317465, 1e-12);
  const Interval all = wilson_interval(5, 5);
  EXPECT_NEAR(all.low, 1.0 - 0.43448246478317465, 1e-12);
  EXPECT_EQ(all.high, 1.0);
}

TEST(Proportion, WithoutAnyNothingIsKnown) {
  const Interval nothing = wilson_interval(0, 0);
  EXPECT_EQ(nothing.low, 0.0);
  EXPECT_EQ(nothing.high, 1.0);
}

}  // namespace
}  // namespace till::math
