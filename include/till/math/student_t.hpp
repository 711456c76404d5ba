/// \file
/// Student's t: how far a mean of few numbers strays from the truth.
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [AS64] -- keys resolve in docs/references.md.
#pragma once

#include <cstdint>

namespace till::math {

/// Returns P(|T| <= t) for T with so many degrees of freedom [AS64 26.7.3, 26.7.4].
///
/// The finite series in the angle atan(t / sqrt(n)): exact for whole degrees of freedom.
/// \param t  >= 0; infinity gives 1, NaN stays NaN.
/// \pre degrees >= 1.
/// Accuracy: 1e-14 absolute on test/golden/math/student_t.csv. Cost: O(degrees).
[[nodiscard]] double student_t_within(double t, std::int64_t degrees) noexcept;

/// Returns the t with P(|T| <= t) = level, by which a standard error becomes an interval.
/// \pre 0 <= level < 1, degrees >= 1. Accuracy: 1e-12 relative for levels up to 0.999.
[[nodiscard]] double student_t_bound(double level, std::int64_t degrees) noexcept;

}  // namespace till::math
