/// \file
/// Negative binomial: counts whose variance exceeds their mean, by mean and shape.
///
///     y ~ Poisson(lambda), lambda ~ Gamma(shape, rate = shape / mean)
///     P(y) = Gamma(shape + y) / (Gamma(shape) y!) (shape / (shape + mean))^shape
///            (mean / (shape + mean))^y
///
/// The mean is `mean`, the variance mean + mean^2 / shape. shape = infinity is the Poisson
/// distribution; mean = 0 is surely 0.
///
/// Layer:   math (core).   Threads: pure.
#pragma once

#include <span>

namespace till::math {

/// Returns ln(y!). \pre y a whole number >= 0.
[[nodiscard]] double log_factorial(double y) noexcept;

/// Returns ln P(y). \pre y a whole number >= 0, mean >= 0 and finite, shape > 0.
[[nodiscard]] double negative_binomial_log_pmf(double y, double mean, double shape) noexcept;

/// Returns P(count <= y). \pre as negative_binomial_log_pmf.
/// Accuracy: 1e-12 absolute. Cost: terms outward from y until they no longer count, at most about
/// ten standard deviations.
[[nodiscard]] double negative_binomial_cdf(double y, double mean, double shape) noexcept;

/// Adds weight times P(0), P(1), ... to `out`. \pre mean >= 0 and finite, shape > 0.
void add_negative_binomial_pmf(double mean,
                               double shape,
                               double weight,
                               std::span<double> out) noexcept;

}  // namespace till::math
