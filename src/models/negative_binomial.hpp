/// \file
/// The negative binomial count of purchases in (0, t], lambda ~ Gamma(shape r, rate alpha).
///
/// Layer:   models (private).
#pragma once

#include <cmath>
#include <cstdint>

#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"

namespace till::models {

/// Returns log of Gamma(r + n) / (Gamma(r) n!), n >= 0, which need not be whole.
[[nodiscard]] inline double log_multiset(double r, double n) noexcept {
  constexpr double kLarge = 1e5;  // from here on two large logarithms would cancel
  if (n < kLarge) {
    return math::log_rising(r, n) - math::log_gamma(n + 1.0);
  }
  return (r < 1.0 ? -math::log_rising(n + r, 1.0 - r) : math::log_rising(n + 1.0, r - 1.0)) -
         math::log_gamma(r);
}

/// Returns log P(N = n).
[[nodiscard]] inline double log_negative_binomial(double r,
                                                  double alpha,
                                                  double n,
                                                  double t) noexcept {
  const double log_none = -r * std::log1p(t / alpha);
  if (n == 0.0) {
    return log_none;
  }
  return log_multiset(r, n) + log_none - n * std::log1p(alpha / t);
}

/// Returns log P(N >= n); the number of the n-th arrival within t.
[[nodiscard]] inline double log_negative_binomial_tail(double r,
                                                       double alpha,
                                                       double n,
                                                       double t) noexcept {
  if (n <= 0.0) {
    return 0.0;
  }
  // t / (alpha + t) and its complement, in the form that overflows for neither.
  const double p = 1.0 / (1.0 + alpha / t);
  const double q = 1.0 / (1.0 + t / alpha);
  return math::log_incomplete_beta(n, r, p, q).lower;
}

}  // namespace till::models
