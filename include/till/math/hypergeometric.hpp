/// \file
/// Gauss's hypergeometric function, as a logarithm.
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [DLMF] 15.6.1 -- keys resolve in docs/references.md.
#pragma once

namespace till::math {

/// Returns log 2F1(a, b; c; z) by Euler's integral: the mean of (1 - z P)^-a for P ~ Beta(b, c -
/// b).
///
/// The integrand is positive, so nothing cancels, for z near 1, for large parameters, and where c -
/// a
/// - b is a whole number, which is singular for the usual transformations.
/// \pre a >= 0, c > b > 0, z < 1; the value at z = 1 is infinite unless a + b < c.
/// Accuracy: 1e-11 relative of the function for parameters up to 1e4.   Cost: about 200 logarithms.
[[nodiscard]] double log_hypergeometric_2f1(double a, double b, double c, double z) noexcept;

}  // namespace till::math
