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

/// Returns log P(N = n).
[[nodiscard]] inline double log_negative_binomial(double r,
                                                  double alpha,
                                                  double n,
                                                  double t) noexcept {
  const double log_none = -r * std::log1p(t / alpha);
  if (n == 0.0) {
    return log_none;
  }
  return math::log_rising(r, n) - math::log_gamma(n + 1.0) + log_none - n * std::log1p(alpha / t);
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
