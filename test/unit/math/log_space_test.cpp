#include "till/math/log_space.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace till::math {
namespace {

TEST(LogSpace, AddsWhatDoublesCannotHold) {
  EXPECT_NEAR(log_add(-4000.0, -4000.0 + std::log(3.0)), -4000.0 + std::log(4.0), 1e-12);
  EXPECT_EQ(log_add(kLogZero, -7.0), -7.0);
  EXPECT_EQ(log_add(-7.0, kLogZero), -7.0);
  EXPECT_EQ(log_add(kLogZero, kLogZero), kLogZero);
}

TEST(LogSpace, ComplementHasAllDigitsAtBothEnds) {
  EXPECT_NEAR(log_complement(-1e-20) / std::log(1e-20), 1.0, 1e-15);
  EXPECT_NEAR(log_complement(-50.0) / -std::exp(-50.0), 1.0, 1e-15);
  EXPECT_EQ(log_complement(0.0), kLogZero);
  EXPECT_EQ(log_complement(kLogZero), 0.0);
}

TEST(LogSpace, SoftplusIsMinusTheLogarithmOfAProbability) {
  EXPECT_NEAR(softplus(0.0), std::log(2.0), 1e-16);
  EXPECT_EQ(softplus(1000.0), 1000.0);
  EXPECT_NEAR(softplus(-100.0) / std::exp(-100.0), 1.0, 1e-15);
}

TEST(LogSpace, DecayMeanIsSmoothThroughZero) {
  EXPECT_EQ(log_decay_mean(0.0), 0.0);
  for (const double z : {1e-5, 0.99999e-5, -1e-5, 1e-3, 2.0, -2.0, 50.0}) {
    EXPECT_NEAR(log_decay_mean(z), std::log(-std::expm1(-z) / z), 1e-15 + 1e-15 * std::fabs(z))
        << z;
  }
  EXPECT_NEAR(log_decay_mean(-1000.0), 1000.0 - std::log(1000.0), 1e-12);
}

}  // namespace
}  // namespace till::math
