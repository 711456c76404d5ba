#include "till/math/quadrature.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

namespace till::math {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Quadrature, GaussLegendreIntegratesPolynomialsExactly) {
  const auto& rule = gauss_legendre<20>();
  double volume = 0.0;
  double tenth = 0.0;
  double highest = 0.0;
  for (std::size_t i = 0; i < 20; ++i) {
    volume += rule.weights[i];
    tenth += rule.weights[i] * std::pow(rule.nodes[i], 10);
    highest += rule.weights[i] * std::pow(rule.nodes[i], 38);
  }
  EXPECT_NEAR(volume, 2.0, 1e-14);
  EXPECT_NEAR(tenth, 2.0 / 11.0, 1e-14);
  EXPECT_NEAR(highest, 2.0 / 39.0, 1e-14);
}

TEST(Quadrature, FindsAPeakFarAwayHoweverNarrow) {
  for (const double deviation : {1e-3, 1.0, 50.0}) {
    const double area = log_integral(
        [deviation](double w) {
          const double z = (w - 12.5) / deviation;
          return 3000.0 - 0.5 * z * z;
        },
        -kInfinity,
        kInfinity,
        0.0);
    EXPECT_NEAR(area, 3000.0 + std::log(deviation) + 0.5 * std::log(2.0 * std::numbers::pi), 1e-12)
        << deviation;
  }
}

TEST(Quadrature, IsCutWhereTheRangeEnds) {
  // The gamma function as an integral over w = log u, whole and up to u = 2.
  const auto log_f = [](double w) { return 3.0 * w - std::exp(w); };
  EXPECT_NEAR(log_integral(log_f, -kInfinity, kInfinity, 0.0), std::log(2.0), 1e-13);
  EXPECT_NEAR(log_integral(log_f, -kInfinity, std::log(2.0), 0.0),
              std::log(2.0) + log_incomplete_gamma(3.0, 2.0).lower,
              1e-13);
  EXPECT_EQ(log_integral(log_f, 1.0, 1.0, 0.0), kLogZero);
}

TEST(Quadrature, BetaMeansAreMomentsForEveryShape) {
  for (const double a : {1e-5, 0.001, 0.4, 1.0, 30.0, 1e5}) {
    for (const double b : {1e-5, 0.001, 0.4, 1.0, 30.0, 1e5}) {
      const double mean =
          log_beta_mean(a, b, 1.0, [](double p, double /*q*/) { return std::log1p(p); });
      EXPECT_NEAR(mean, std::log1p(a / (a + b)), 1e-12 + 1e-15 * (a + b)) << a << ' ' << b;
    }
  }
}

}  // namespace
}  // namespace till::math
