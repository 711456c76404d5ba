#include "till/math/chi_squared.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace till::math {
namespace {

TEST(ChiSquared, TwoDegreesAreExponential) {
  EXPECT_DOUBLE_EQ(chi_squared_survival(3.0, 2), std::exp(-1.5));
}

TEST(ChiSquared, OneDegreeIsASquaredNormal) {
  EXPECT_DOUBLE_EQ(chi_squared_survival(4.0, 1), std::erfc(std::sqrt(2.0)));
}

TEST(ChiSquared, EachTwoDegreesAddTheDensity) {
  // S(x; k + 2) - S(x; k) = (x/2)^(k/2) exp(-x/2) / Gamma(k/2 + 1).
  for (std::int32_t degrees = 1; degrees < 12; ++degrees) {
    for (const double value : {0.3, 2.0, 17.0}) {
      const double half = 0.5 * degrees;
      EXPECT_NEAR(chi_squared_survival(value, degrees + 2) - chi_squared_survival(value, degrees),
                  std::exp(half * std::log(0.5 * value) - 0.5 * value - std::lgamma(half + 1.0)),
                  1e-14);
    }
  }
}

TEST(ChiSquared, TheEndsAreOneAndZero) {
  EXPECT_EQ(chi_squared_survival(0.0, 3), 1.0);
  EXPECT_EQ(chi_squared_survival(-1e-9, 2), 1.0);
  EXPECT_EQ(chi_squared_survival(1e6, 2), 0.0);
  EXPECT_TRUE(std::isnan(chi_squared_survival(NAN, 2)));
}

}  // namespace
}  // namespace till::math
