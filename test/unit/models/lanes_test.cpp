#include "models/lanes.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::models {
namespace {

using ::testing::ElementsAre;

/// Returns the lanes of a result; all of them were given the same number.
double one_of(const Lanes& lanes) {
  std::array<double, Lanes::kSize> each{};
  math::store(lanes.v, each.data());
  for (const double lane : each) {
    EXPECT_EQ(lane, each[0]);
  }
  return each[0];
}

TEST(Lanes, ExponentialIsThatOfTheStandardLibrary) {
  for (double x = -699.0; x < 700.0; x += 0.0371) {
    const double expected = std::exp(x);
    EXPECT_NEAR(one_of(exp_of(Lanes(x))), expected, 6e-16 * expected) << x;
  }
  EXPECT_EQ(one_of(exp_of(Lanes(0.0))), 1.0);
  EXPECT_EQ(one_of(exp_of(Lanes(-1e9))), one_of(exp_of(Lanes(-708.0))));
}

TEST(Lanes, LogarithmIsThatOfTheStandardLibrary) {
  for (double x = 1e-300; x < 1e300; x *= 1.0913) {
    const double expected = std::log(x);
    EXPECT_NEAR(one_of(log_of(Lanes(x))), expected, 6e-16 * std::max(1.0, std::abs(expected))) << x;
  }
  for (double x = 0.5; x < 2.0; x += 0.00097) {
    EXPECT_NEAR(one_of(log_of(Lanes(x))), std::log(x), 4e-16) << x;
  }
  EXPECT_EQ(one_of(log_of(Lanes(1.0))), 0.0);
}

TEST(Lanes, ChooseForEachLane) {
  const std::array<double, Lanes::kSize> counts = {0.0, 3.0, 1.0};
  const Lanes some(math::load(counts.data()));
  std::array<double, Lanes::kSize> out{};
  math::store(if_zero(some, Lanes(1.0), Lanes(2.0)).v, out.data());
  EXPECT_THAT(out, ElementsAre(1, 2, 2, 1, 1, 1, 1, 1));
  math::store(max_of(some, Lanes(1.0)).v, out.data());
  EXPECT_THAT(out, ElementsAre(1, 3, 1, 1, 1, 1, 1, 1));
  math::store(min_of(some, Lanes(1.0)).v, out.data());
  EXPECT_THAT(out, ElementsAre(0, 1, 1, 0, 0, 0, 0, 0));
}

}  // namespace
}  // namespace till::models
