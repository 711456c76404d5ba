/// \file
/// log_rising of lanes: ln of the rising factorial and its slope, for eight pairs of numbers at
/// once.
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [DLMF] 5.11.1, 5.11.2 -- keys resolve in docs/references.md
#pragma once

#include "till/math/lanes.hpp"

namespace till::math {

/// Returns ln Gamma(x) - [(x - 1/2) ln x - x + ln(2 pi) / 2], x >= 10, of 1 / x.
[[nodiscard]] TILL_INLINE Lanes stirling_rest(const Lanes& by_x) noexcept {
  const Lanes y = by_x * by_x;
  Lanes series = lanes(1.0 / 156.0) - y * (3617.0 / 122400.0);
  series = y * series - 691.0 / 360360.0;
  series = y * series + 1.0 / 1188.0;
  series = y * series - 1.0 / 1680.0;
  series = y * series + 1.0 / 1260.0;
  series = y * series - 1.0 / 360.0;
  series = y * series + 1.0 / 12.0;
  return by_x * series;
}

/// Returns ln x - 1 / (2 x) - digamma(x), x >= 10, of 1 / x.
[[nodiscard]] TILL_INLINE Lanes digamma_rest(const Lanes& by_x) noexcept {
  const Lanes y = by_x * by_x;
  Lanes series = lanes(691.0 / 32760.0) - y * (1.0 / 12.0);
  series = 1.0 / 132.0 - y * series;
  series = 1.0 / 240.0 - y * series;
  series = 1.0 / 252.0 - y * series;
  series = 1.0 / 120.0 - y * series;
  series = 1.0 / 12.0 - y * series;
  return y * series;
}

/// ln(Gamma(a + n) / Gamma(a)), and digamma(a + n) - digamma(a), its derivative by a.
struct LogRising {
  Lanes value;
  Lanes slope;
};

/// Returns log_rising(a, n) and digamma_rise(a, n), as gamma.hpp has them for one pair.
///
/// \pre 1e-280 < a < 1e25, 0 <= n < 1e15.
/// Accuracy: 4e-15 of 10 + |ln a| + n |ln(a + n)|. Cost: three logarithms; what is not used of the
/// result is not computed.
[[nodiscard]] TILL_INLINE LogRising log_rising(const Lanes& a, const Lanes& n) noexcept {
  // Gamma(a + n) / Gamma(a) = Gamma(z + n) / Gamma(z) below / above, with z = a + 10 and the
  // products below = a (a + 1) ... (a + 9), above = (a + n) ... (a + n + 9): Stirling's series,
  // good from 10 on, does the rest.
  constexpr double kSteps = 10.0;
  const Lanes from = a + n;
  Lanes below = a;
  Lanes above = from;
  Lanes below_slope = lanes(1.0);
  Lanes above_slope = lanes(1.0);
  for (int i = 1; i < static_cast<int>(kSteps); ++i) {
    below_slope = below_slope * (a + i) + below;
    above_slope = above_slope * (from + i) + above;
    below = below * (a + i);
    above = above * (from + i);
  }
  const Lanes z = a + kSteps;
  const Lanes top = z + n;
  const Lanes by_z = 1.0 / z;
  const Lanes by_top = 1.0 / top;
  const Lanes log_ratio = log1p(n * by_z);
  return {(z - 0.5) * log_ratio + n * log(top) - n + (stirling_rest(by_top) - stirling_rest(by_z)) +
              log(below / above),
          log_ratio + 0.5 * (by_z - by_top) + (digamma_rest(by_z) - digamma_rest(by_top)) +
              (below_slope / below - above_slope / above)};
}

}  // namespace till::math
