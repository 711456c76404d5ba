/// \file
/// Count regression: what moves a count, when its variance is a multiple of its mean.
///
///     E[y] = e exp(x' beta),   Var[y] = phi E[y]          quasi-Poisson [MN89, 9.2]
///
/// The coefficients are those of Poisson regression; phi, estimated from the residuals, widens
/// their errors where counts vary more than a Poisson's do.
///
///     const std::vector<std::vector<double>> columns = {ones, months};
///     const CountRegression fit = fit_count_regression(y, exposure, columns);
///     fit.coefficients[1];    // growth of the logarithm in a month
///     fit.error_of(1);        // its standard error
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [MN89] -- keys resolve in docs/references.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "till/math/symmetric.hpp"

namespace till::math {

struct CountRegression {
  std::vector<double> coefficients;  ///< One for each column.
  SymmetricMatrix covariance;        ///< Of the coefficients, where phi is 1.
  std::vector<double> fitted;        ///< E[y] of each count.
  double deviance = 0.0;             ///< 2 sum of y log(y / fitted) - (y - fitted); >= 0.
  double dispersion = 1.0;           ///< phi: Pearson's, at least 1.
  std::int64_t degrees = 0;          ///< Counts less columns.

  /// Returns the standard error of a coefficient, dispersion included.
  [[nodiscard]] double error_of(std::size_t coefficient) const noexcept;
};

/// Fits by Newton's method with halved steps; the likelihood has one maximum.
///
/// Where it lies at infinity (no count at all behind some month) coefficients stay finite: a ridge
/// of 1e-9 holds them, which elsewhere changes less than rounding does.
/// \param counts    length n; y >= 0, not all 0.
/// \param exposure  length n; e > 0.
/// \param columns   p of them of length n, linearly independent; the first is all ones. 0 < p < n.
/// Accuracy: 1e-7 relative on test/golden/math/count_regression.csv. Cost: O(n p^2) a step, some 6.
[[nodiscard]] CountRegression fit_count_regression(std::span<const double> counts,
                                                   std::span<const double> exposure,
                                                   std::span<const std::vector<double>> columns);

/// Returns the deviance that two more columns must take away to be more than chance, as a p-value:
/// P(F > f) = (1 + 2 f / degrees)^(-degrees / 2) of Fisher's F with 2 and `degrees` degrees of
/// freedom. \pre f >= 0, degrees >= 1.
[[nodiscard]] double f_survival_of_two(double f, std::int64_t degrees) noexcept;

}  // namespace till::math
