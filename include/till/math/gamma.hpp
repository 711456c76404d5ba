/// \file
/// The gamma function and its relatives, as logarithms.
///
/// `std::lgamma` writes a global variable and is not used. Ratios of gamma functions have functions
/// of their own, because the difference of two large logarithms has lost the digits that matter.
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [DLMF] 5.7, 5.11, 8.11, 8.9 -- keys resolve in docs/references.md.
#pragma once

namespace till::math {

/// Returns log Gamma(x). \pre x > 0; infinity at 0. NaN stays NaN.
/// Accuracy: 4e-15 relative, also near the zeros at 1 and 2.
[[nodiscard]] double log_gamma(double x) noexcept;

/// Returns the derivative of log_gamma. \pre x > 0.
/// Accuracy: 2e-15, relative to max(1, |value|).
[[nodiscard]] double digamma(double x) noexcept;

/// Returns log (Gamma(a + n) / Gamma(a)): the logarithm of a (a+1) ... (a+n-1) for whole n.
/// \pre a > 0, n >= 0; n need not be whole.
[[nodiscard]] double log_rising(double a, double n) noexcept;

/// Returns digamma(a + n) - digamma(a), the derivative of log_rising with respect to a: the sum of
/// 1 / (a + i) over i < n for whole n. \pre a > 0, n >= 0.
[[nodiscard]] double digamma_rise(double a, double n) noexcept;

/// Returns the logarithm of the beta function. \pre a, b > 0.
[[nodiscard]] double log_beta(double a, double b) noexcept;

/// Both tails of a distribution, as logarithms: whichever is small is known to full accuracy.
struct LogTails {
  double lower;
  double upper;
};

/// Returns the logarithms of the regularised incomplete gamma functions P(a, x) and Q(a, x).
/// \pre a > 0, x >= 0.
/// Accuracy: 1e-12 relative of P and Q for a up to 1e4.   Cost: O(sqrt(a)) terms at worst.
[[nodiscard]] LogTails log_incomplete_gamma(double a, double x) noexcept;

/// Returns the logarithms of the regularised incomplete beta functions I_x(a, b) and
/// I_y(b, a) = 1 - I_x(a, b).
/// \pre a, b > 0; x + y = 1, both given so that neither is rounded; x, y >= 0.
/// Accuracy: 1e-12 relative for a, b up to 1e4.   Cost: O(sqrt(max(a, b))) terms at worst.
[[nodiscard]] LogTails log_incomplete_beta(double a, double b, double x, double y) noexcept;

}  // namespace till::math
