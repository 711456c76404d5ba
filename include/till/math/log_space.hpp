/// \file
/// Log space: sums and complements of numbers that are known by their logarithms.
///
/// A likelihood of e^-4000 has no double, its logarithm has. The logarithm of 0 is -infinity, and
/// every function here takes and returns it as a number like others.
///
/// Layer:   math (core).   Threads: pure.
#pragma once

#include <cmath>
#include <limits>

namespace till::math {

inline constexpr double kLogZero = -std::numeric_limits<double>::infinity();

/// Returns log(e^a + e^b).
[[nodiscard]] inline double log_add(double a, double b) noexcept {
  const double larger = a > b ? a : b;
  const double smaller = a > b ? b : a;
  if (std::isinf(larger)) {
    return larger;
  }
  return larger + std::log1p(std::exp(smaller - larger));
}

/// Returns log(1 - e^a). \pre a <= 0. Accurate at both ends [MAC12].
[[nodiscard]] inline double log_complement(double a) noexcept {
  constexpr double kHalf = -0.6931471805599453;
  return a > kHalf ? std::log(-std::expm1(a)) : std::log1p(-std::exp(a));
}

/// Returns log(1 + e^a), the logarithm of the reciprocal of a probability with log-odds -a.
[[nodiscard]] inline double softplus(double a) noexcept {
  return a > 0.0 ? a + std::log1p(std::exp(-a)) : std::log1p(std::exp(a));
}

/// Returns log((1 - e^-z) / z), which is 0 at z = 0; z of either sign.
[[nodiscard]] inline double log_decay_mean(double z) noexcept {
  if (std::fabs(z) < 1e-5) {
    return z * (z / 24.0 - 0.5);
  }
  if (z < -700.0) {
    return -z - std::log(-z);
  }
  return std::log(-std::expm1(-z) / z);
}

}  // namespace till::math
