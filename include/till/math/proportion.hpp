/// \file
/// Proportion: how far a share seen among few may be from the share of all.
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [W27], [BCD01] -- keys resolve in docs/references.md.
#pragma once

namespace till::math {

/// Both ends of an interval.
struct Interval {
  double low = 0.0;
  double high = 0.0;
};

/// The two-sided 95 % quantile of the standard normal distribution.
inline constexpr double kNormal95 = 1.959963984540054;

/// Returns Wilson's interval of a share [W27]: those p whose distance from k/n is at most z
/// standard errors sqrt(p (1 - p) / n).
///
/// Unlike k/n +- z sqrt(...) it stays within [0, 1], has a width where k is 0 or n, and keeps its
/// promise on average for few as for many [BCD01].
/// \param z  half the width in standard errors; kNormal95 for 95 %.
/// \pre 0 <= k <= n, z > 0. Without any (n = 0) it is [0, 1].
[[nodiscard]] Interval wilson_interval(double k, double n, double z = kNormal95) noexcept;

}  // namespace till::math
