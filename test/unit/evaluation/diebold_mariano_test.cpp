#include "till/evaluation/diebold_mariano.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace till::evaluation {
namespace {

TEST(DieboldMariano, IsTheTTestOfTheMean) {
  // Mean -2, sum of squares 10, t = -2 / sqrt(10 / 20) = -2 sqrt(2); two-sided with 4 degrees:
  // 0.0474.
  const DieboldMariano test = diebold_mariano(std::vector{-4.0, -1.0, -3.0, -2.0, 0.0});
  EXPECT_DOUBLE_EQ(test.mean, -2.0);
  EXPECT_NEAR(test.statistic, -2.0 * std::sqrt(2.0), 1e-14);
  EXPECT_NEAR(test.p_value, 0.04742065558431, 1e-12);
}

TEST(DieboldMariano, IsBlindToSigns) {
  const DieboldMariano a = diebold_mariano(std::vector{-4.0, -1.0, 3.0});
  const DieboldMariano b = diebold_mariano(std::vector{4.0, 1.0, -3.0});
  EXPECT_DOUBLE_EQ(a.statistic, -b.statistic);
  EXPECT_DOUBLE_EQ(a.p_value, b.p_value);
}

TEST(DieboldMariano, OfTooLittleIsNotDefined) {
  EXPECT_TRUE(std::isnan(diebold_mariano({}).statistic));
  EXPECT_TRUE(std::isnan(diebold_mariano(std::vector{1.0}).p_value));
  EXPECT_TRUE(std::isnan(diebold_mariano(std::vector{1.0, 1.0}).p_value));
  EXPECT_DOUBLE_EQ(diebold_mariano(std::vector{1.0, 1.0}).mean, 1.0);
}

}  // namespace
}  // namespace till::evaluation
