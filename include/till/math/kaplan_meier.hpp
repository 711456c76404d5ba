/// \file
/// Kaplan-Meier: how long until something happens, when not all were watched to the end?
///
///     S(t) = product over times u <= t of (1 - d(u) / n(u))                         [KM58]
///
/// with n(u) at risk just before u, d(u) of them with the event at u; who was watched only until u
/// is at risk at u and gone after. The variance of log S is Greenwood's sum of d / (n (n - d)), and
/// intervals are symmetric in log(-log S), so that they stay within [0, 1]           [KP02 1.4].
///
///     const std::array<Ended, 2> ended = {{{.time = 3, .events = 1}, {.time = 5, .censored = 1}}};
///     kaplan_meier(ended);   // one point: at 3 one of two is left, S = 0.5
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [KM58], [KP02] -- keys resolve in docs/references.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace till::math {

/// Those whose watch ended at a time.
struct Ended {
  std::int64_t time = 0;      ///< >= 0.
  std::int64_t events = 0;    ///< With the event; >= 0.
  std::int64_t censored = 0;  ///< Without it; >= 0.
};

/// A step of the curve.
struct SurvivalPoint {
  std::int64_t time = 0;
  std::int64_t at_risk = 0;  ///< Just before.
  std::int64_t events = 0;   ///< > 0.
  double survival = 1.0;     ///< From here to the next step; [0, 1].
  /// Greenwood's; 0 where nobody is left.
  double standard_error = 0.0;
  /// 95 % interval of the survival; where nobody is left from 0 to the end of the one before.
  double low = 1.0;
  double high = 1.0;
};

/// Returns the steps of the curve, earliest first.
///
/// \param ended  each time once, in any order.
/// Accuracy: 1e-12 relative on test/golden/math/kaplan_meier.csv.   Cost: O(n log n).
[[nodiscard]] std::vector<SurvivalPoint> kaplan_meier(std::span<const Ended> ended);

/// Returns the first time at which the curve is at or below `survival`; nothing where it never is.
[[nodiscard]] std::optional<std::int64_t> first_time_at(std::span<const SurvivalPoint> curve,
                                                        double survival) noexcept;

}  // namespace till::math
