#include "till/math/long_sum.hpp"

#include "till/math/quadrature.hpp"

namespace till::math {

namespace {

/// The nodes are the zeros of a discrete Chebyshev polynomial, on [-1, 1] close to those of
/// Legendre's: p_(k+1) = t p_k - b_k p_(k-1), b_k = k^2 (1 - k^2 / size^2) / (4 k^2 - 1).
SumRule rule_of(double size) noexcept {
  constexpr std::size_t kNodes = SumRule::kNodes;
  const auto coefficient = [size](std::size_t k) {
    const auto order = static_cast<double>(k);
    const double part = order / size;
    return order * order * (1.0 - part * part) / (4.0 * order * order - 1.0);
  };
  double norm = size;  // the sum of squares of p_(kNodes - 1)
  for (std::size_t k = 1; k < kNodes; ++k) {
    norm *= coefficient(k);
  }
  SumRule rule{};
  for (std::size_t i = 0; i < kNodes; ++i) {
    double t = gauss_legendre<kNodes>().nodes[i];
    double slope = 1.0;
    double before = 0.0;
    for (int iteration = 0; iteration < 8; ++iteration) {
      double value = 1.0;
      double slope_before = 0.0;
      before = 0.0;
      slope = 0.0;
      for (std::size_t k = 0; k < kNodes; ++k) {
        const double b = coefficient(k);
        const double next = t * value - b * before;
        const double next_slope = value + t * slope - b * slope_before;
        before = value;
        slope_before = slope;
        value = next;
        slope = next_slope;
      }
      t -= value / slope;
    }
    rule.nodes[i] = 0.5 * (size - 1.0) + 0.5 * size * t;
    rule.weights[i] = norm / (slope * before);
  }
  return rule;
}

}  // namespace

const SumRule& sum_rule(std::size_t log2_size) noexcept {
  static const auto kRules = [] {
    std::array<SumRule, SumRule::kLargest - SumRule::kSmallest + 1> rules{};
    for (std::size_t i = 0; i < rules.size(); ++i) {
      rules[i] = rule_of(std::ldexp(1.0, static_cast<int>(SumRule::kSmallest + i)));
    }
    return rules;
  }();
  return kRules[log2_size - SumRule::kSmallest];
}

}  // namespace till::math
