#include "till/math/proportion.hpp"

#include <algorithm>
#include <cmath>

namespace till::math {

Interval wilson_interval(double k, double n, double z) noexcept {
  if (!(n > 0.0)) {
    return {0.0, 1.0};
  }
  const double p = k / n;
  const double square = z * z / n;
  const double middle = (p + square / 2.0) / (1.0 + square);
  const double half = z / (1.0 + square) * std::sqrt(p * (1.0 - p) / n + square / (4.0 * n));
  // Where none or all were seen the end is exactly theirs.
  return {k <= 0.0 ? 0.0 : std::max(middle - half, 0.0),
          k >= n ? 1.0 : std::min(middle + half, 1.0)};
}

}  // namespace till::math
