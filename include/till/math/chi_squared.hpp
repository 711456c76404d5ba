/// \file
/// The chi-squared distribution, for likelihood-ratio tests.
///
/// Layer:   math (core).   Threads: pure.
#pragma once

#include <cstdint>

namespace till::math {

/// Returns the probability that a chi-squared variable exceeds a value.
///
/// The finite sums that the regularised gamma function becomes for whole degrees of freedom.
/// \param value    below 0 counts as 0; NaN stays NaN.
/// \param degrees  degrees of freedom; > 0.
/// Accuracy: 1e-13 relative for up to 100 degrees, until it underflows to 0.
[[nodiscard]] double chi_squared_survival(double value, std::int32_t degrees) noexcept;

}  // namespace till::math
