#include "till/math/minimize.hpp"

#include <array>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::math {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

double rosenbrock(std::span<const double> x, std::span<double> gradient) {
  const double bend = x[1] - x[0] * x[0];
  gradient[0] = -400.0 * x[0] * bend - 2.0 * (1.0 - x[0]);
  gradient[1] = 200.0 * bend;
  return 100.0 * bend * bend + (1.0 - x[0]) * (1.0 - x[0]);
}

double beale(std::span<const double> x, std::span<double> gradient) {
  gradient[0] = gradient[1] = 0.0;
  double sum = 0.0;
  const std::array constants = {1.5, 2.25, 2.625};
  for (std::size_t i = 0; i < constants.size(); ++i) {
    const double power = std::pow(x[1], static_cast<double>(i + 1));
    const double rest = constants[i] - x[0] * (1.0 - power);
    sum += rest * rest;
    gradient[0] -= 2.0 * rest * (1.0 - power);
    gradient[1] +=
        2.0 * rest * x[0] * static_cast<double>(i + 1) * std::pow(x[1], static_cast<double>(i));
  }
  return sum;
}

/// Flat to the third order at its minimum.
double powell_singular(std::span<const double> x, std::span<double> gradient) {
  const double a = x[0] + 10.0 * x[1];
  const double b = x[2] - x[3];
  const double c = x[1] - 2.0 * x[2];
  const double d = x[0] - x[3];
  gradient[0] = 2.0 * a + 40.0 * d * d * d;
  gradient[1] = 20.0 * a + 4.0 * c * c * c;
  gradient[2] = 10.0 * b - 8.0 * c * c * c;
  gradient[3] = -10.0 * b - 40.0 * d * d * d;
  return a * a + 5.0 * b * b + c * c * c * c + 10.0 * d * d * d * d;
}

double wood(std::span<const double> x, std::span<double> gradient) {
  const double a = x[0] * x[0] - x[1];
  const double b = x[2] * x[2] - x[3];
  gradient[0] = 400.0 * a * x[0] + 2.0 * (x[0] - 1.0);
  gradient[1] = -200.0 * a + 20.2 * (x[1] - 1.0) + 19.8 * (x[3] - 1.0);
  gradient[2] = 360.0 * b * x[2] + 2.0 * (x[2] - 1.0);
  gradient[3] = -180.0 * b + 20.2 * (x[3] - 1.0) + 19.8 * (x[1] - 1.0);
  const auto square = [](double v) { return v * v; };
  return 100.0 * square(a) + square(x[0] - 1.0) + 90.0 * square(b) + square(x[2] - 1.0) +
         10.1 * (square(x[1] - 1.0) + square(x[3] - 1.0)) + 19.8 * (x[1] - 1.0) * (x[3] - 1.0);
}

TEST(Minimize, TheBentValleyOfRosenbrockIsFollowedToItsEnd) {
  std::array x = {-1.2, 1.0};
  const MinimizeSummary summary = minimize(rosenbrock, x);
  EXPECT_EQ(summary.termination, Termination::Converged);
  EXPECT_THAT(x, ElementsAre(DoubleNear(1.0, 1e-5), DoubleNear(1.0, 1e-5)));
  EXPECT_LT(summary.evaluations, 100);
}

TEST(Minimize, BealeEndsAtThreeAndOneHalf) {
  std::array x = {1.0, 1.0};
  EXPECT_TRUE(minimize(beale, x).is_usable());
  EXPECT_THAT(x, ElementsAre(DoubleNear(3.0, 1e-4), DoubleNear(0.5, 1e-4)));
}

TEST(Minimize, ASingularHessianDoesNotStopIt) {
  std::array x = {3.0, -1.0, 0.0, 1.0};
  MinimizeOptions options;
  options.absolute_tolerance = 1e-14;
  const MinimizeSummary summary = minimize(powell_singular, x, options);
  EXPECT_TRUE(summary.is_usable()) << summary.message;
  EXPECT_LT(summary.value, 1e-8);
}

TEST(Minimize, WoodIsLeftBehindAtItsSaddle) {
  std::array x = {-3.0, -1.0, -3.0, -1.0};
  EXPECT_TRUE(minimize(wood, x).is_usable());
  EXPECT_THAT(x,
              ElementsAre(DoubleNear(1.0, 1e-4),
                          DoubleNear(1.0, 1e-4),
                          DoubleNear(1.0, 1e-4),
                          DoubleNear(1.0, 1e-4)));
}

TEST(Minimize, ASaddleWithoutAGradientIsLeft) {
  const Objective saddle = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = 2.0 * x[0];
    gradient[1] = -2.0 * x[1] + 4.0 * x[1] * x[1] * x[1];
    return x[0] * x[0] - x[1] * x[1] + x[1] * x[1] * x[1] * x[1];
  };
  std::array x = {1.0, 0.0};
  const MinimizeSummary summary = minimize(saddle, x);
  EXPECT_EQ(summary.termination, Termination::Converged);
  EXPECT_NEAR(summary.value, -0.25, 1e-9);
}

TEST(Minimize, AMinimumOutsideTheBoxIsHeldAtItsWall) {
  MinimizeOptions options;
  options.lower = {-5.0, -5.0};
  options.upper = {0.5, 5.0};
  std::array x = {-1.2, 1.0};
  const MinimizeSummary summary = minimize(rosenbrock, x, options);
  EXPECT_EQ(summary.termination, Termination::Converged);
  EXPECT_THAT(x, ElementsAre(0.5, DoubleNear(0.25, 1e-6)));
  EXPECT_THAT(summary.is_held, ElementsAre(true, false));
}

TEST(Minimize, AStartOutsideTheBoxBeginsAtItsWall) {
  MinimizeOptions options;
  options.lower = {0.0, 0.0};
  options.upper = {2.0, 2.0};
  std::array x = {-1.2, 9.0};
  EXPECT_TRUE(minimize(rosenbrock, x, options).is_usable());
  EXPECT_THAT(x, ElementsAre(DoubleNear(1.0, 1e-5), DoubleNear(1.0, 1e-5)));
}

TEST(Minimize, WhereTheFunctionIsNotFiniteIsNotEntered) {
  const Objective barrier = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = 1.0 - 1e-6 / x[0];
    return x[0] > 0.0 ? x[0] - 1e-6 * std::log(x[0]) : std::numeric_limits<double>::quiet_NaN();
  };
  std::array x = {3.0};
  MinimizeOptions options;
  options.absolute_tolerance = 1e-16;
  EXPECT_TRUE(minimize(barrier, x, options).is_usable());
  EXPECT_NEAR(x[0], 1e-6, 1e-8);
}

TEST(Minimize, AStartWhereTheFunctionIsNotFiniteIsSaid) {
  const Objective nowhere = [](std::span<const double>, std::span<double> gradient) {
    gradient[0] = 0.0;
    return std::numeric_limits<double>::infinity();
  };
  std::array x = {3.0};
  const MinimizeSummary summary = minimize(nowhere, x);
  EXPECT_EQ(summary.termination, Termination::NotFinite);
  EXPECT_FALSE(summary.is_usable());
  EXPECT_EQ(x[0], 3.0);
}

TEST(Minimize, TheIterationLimitReturnsTheBestPoint) {
  std::array x = {-1.2, 1.0};
  MinimizeOptions options;
  options.max_iterations = 3;
  const MinimizeSummary summary = minimize(rosenbrock, x, options);
  EXPECT_EQ(summary.termination, Termination::IterationLimit);
  EXPECT_EQ(summary.iterations, 3);
  std::array<double, 2> gradient{};
  EXPECT_EQ(rosenbrock(x, gradient), summary.value);
  EXPECT_LT(summary.value, 24.2);
}

TEST(Minimize, AKnownCurvatureSavesMeasuringIt) {
  const Objective bowl = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = 6.0 * (x[0] - 0.5);
    return 3.0 * (x[0] - 0.5) * (x[0] - 0.5);
  };
  MinimizeOptions options;
  options.hessian = SymmetricMatrix(1);
  options.hessian->set(0, 0, 6.0);
  std::array x = {1.0};
  const MinimizeSummary summary = minimize(bowl, x, options);
  EXPECT_EQ(summary.evaluations, 2);
  EXPECT_NEAR(x[0], 0.5, 1e-15);
}

TEST(Minimize, CancellingStopsIt) {
  std::array x = {-1.2, 1.0};
  MinimizeOptions options;
  options.cancelled = [] { return true; };
  EXPECT_EQ(minimize(rosenbrock, x, options).termination, Termination::Cancelled);
}

TEST(Minimize, OptionsThatMakeNoSenseAreNamed) {
  MinimizeOptions options;
  options.lower = {0.0};
  EXPECT_EQ(options.validate(2).error().message,
            "minimize: the size of lower is 1, but must be 0 or 2");
  options.lower = {0.0, 2.0};
  options.upper = {1.0, 1.0};
  EXPECT_EQ(options.validate(2).error().message,
            "minimize: lower[1] is 2.000000, but must be at most upper (1.000000)");
  options.upper = {1.0, 3.0};
  EXPECT_TRUE(options.validate(2));
  options.max_radius = 0.5;
  EXPECT_EQ(options.validate(2).error().message,
            "minimize: max_radius is 0.500000, but must be at least initial_radius");
  options.initial_radius = 0.0;
  EXPECT_EQ(options.validate(2).error().message,
            "minimize: initial_radius is 0.000000, but must be more than 0");
}

TEST(Minimize, TheHessianByDifferencesIsTheSecondDerivative) {
  const std::array x = {-1.2, 1.0};
  const std::optional<SymmetricMatrix> hessian = hessian_by_differences(rosenbrock, x);
  ASSERT_TRUE(hessian);
  EXPECT_NEAR((*hessian)(0, 0), 1200.0 * 1.44 - 400.0 + 2.0, 1e-4);
  EXPECT_NEAR((*hessian)(0, 1), 480.0, 1e-4);
  EXPECT_NEAR((*hessian)(1, 1), 200.0, 1e-6);
}

}  // namespace
}  // namespace till::math
