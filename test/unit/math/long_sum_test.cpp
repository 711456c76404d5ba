#include "till/math/long_sum.hpp"

#include <cmath>
#include <cstddef>

#include <gtest/gtest.h>

#include "till/math/gamma.hpp"

namespace till::math {
namespace {

TEST(LongSum, RuleIsExactForPolynomials) {
  for (const std::size_t log2_size : {std::size_t{6}, std::size_t{7}, std::size_t{10}}) {
    const SumRule& rule = sum_rule(log2_size);
    const auto size = std::size_t{1} << log2_size;
    for (const int degree : {0, 1, 2, 5, 12, 22, 23}) {
      // Of t in (-1, 1), so that no power is large.
      const auto power = [&](double i) {
        return std::pow((2.0 * i + 1.0) / static_cast<double>(size) - 0.9, degree);
      };
      double sum = 0.0;
      for (std::size_t i = 0; i < size; ++i) {
        sum += power(static_cast<double>(i));
      }
      double by_rule = 0.0;
      for (std::size_t node = 0; node < SumRule::kNodes; ++node) {
        by_rule += rule.weights[node] * power(rule.nodes[node]);
      }
      EXPECT_NEAR(by_rule, sum, 1e-13 * std::fabs(sum)) << size << ' ' << degree;
    }
  }
}

/// The terms 1 / (i (i + 1) ... (i + order)), whose sum has a closed form.
struct Falling {
  double order;

  [[nodiscard]] double ratio(double i) const { return i / (i + order + 1.0); }

  [[nodiscard]] double log_term(double i) const { return -log_rising(i, order + 1.0); }

  [[nodiscard]] double sum(double from, double to) const {
    const double log_rest = -log_rising(from, order);  // times order: the sum without an end
    return std::exp(log_rest) / order * -std::expm1(-log_rising(to, order) - log_rest);
  }
};

TEST(LongSum, AgreesWithSumsThatAreKnown) {
  for (const double order : {0.2, 1.0, 3.5, 40.0, 900.0}) {
    for (const double from : {0.05, 1.0, 7.5, 3000.0}) {
      for (const double terms : {0.0, 63.0, 64.0, 200.0, 36500.0, 1e9}) {
        const Falling falling = {order};
        double sum = 0.0;
        std::size_t visits = 0;
        visit_falling_terms(
            from,
            from + terms,
            [&](double i) { return falling.ratio(i); },
            [&](double i) { return falling.log_term(i); },
            [&](double /*i*/, double share) {
              sum += share;
              ++visits;
            });
        const double expected = falling.sum(from, from + terms) / std::exp(falling.log_term(from));
        if (std::isnormal(expected)) {
          EXPECT_NEAR(sum, expected, 3e-13 * expected) << order << ' ' << from << ' ' << terms;
        }
        EXPECT_LT(visits, 1200U);
      }
    }
  }
}

TEST(LongSum, GeometricSumsEndWhenNothingIsLeft) {
  for (const double ratio : {0.5, 0.99, 0.9999, 1.0 - 1e-7}) {
    double sum = 0.0;
    double moment = 0.0;
    std::size_t visits = 0;
    visit_falling_terms(
        0.0,
        1e12,
        [&](double /*i*/) { return ratio; },
        [&](double i) { return i * std::log(ratio); },
        [&](double i, double share) {
          sum += share;
          moment += share * i;
          ++visits;
        });
    EXPECT_NEAR(sum, 1.0 / (1.0 - ratio), 1e-9 * sum);
    EXPECT_NEAR(moment, ratio / ((1.0 - ratio) * (1.0 - ratio)), 1e-9 * moment);
    EXPECT_LT(visits, 4000U);
  }
}

}  // namespace
}  // namespace till::math
