/// \file
/// Diebold-Mariano: whether one forecast's losses differ from another's over time.
///
/// The bootstrap asks whether other customers would have told the same; this test asks whether
/// other months would. Its sample are the origins: few, so the small-sample form of Harvey,
/// Leybourne and Newbold is used, against Student's t.
///
///     d_t = mean loss of A at origin t - that of B,   one step ahead
///     t   = mean(d) / sqrt(sum (d_t - mean(d))^2 / (n (n - 1)))
///
/// Layer:   evaluation (math, core).   Threads: pure.
/// Sources: [DM95], [HLN97] -- keys resolve in docs/references.md.
#pragma once

#include <span>

namespace till::evaluation {

struct DieboldMariano {
  double mean = 0.0;  ///< Of the differences; negative: the first has the smaller loss.
  double statistic =
      0.0;               ///< t; NaN with fewer than two origins, or when all differences are equal.
  double p_value = 1.0;  ///< Two-sided, [0, 1]; NaN where the statistic is.
};

/// Tests whether the expected difference is zero.
///
/// With one step ahead the correction of [HLN97], sqrt((n - 1) / n), makes the statistic the
/// ordinary t of the mean, with n - 1 degrees of freedom.
/// \param differences  of the two losses at each origin, in order.
[[nodiscard]] DieboldMariano diebold_mariano(std::span<const double> differences) noexcept;

}  // namespace till::evaluation
