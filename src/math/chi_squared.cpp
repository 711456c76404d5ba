#include "till/math/chi_squared.hpp"

#include <cmath>

#include "till/core/check.hpp"

namespace till::math {

// With h = value / 2: for even degrees 2m it is exp(-h) sum_{j<m} h^j / j!; for odd degrees 2m + 1
// it is erfc(sqrt(h)) + exp(-h) sum_{j=1..m} h^(j - 1/2) / Gamma(j + 1/2).
double chi_squared_survival(double value, std::int32_t degrees) noexcept {
  TILL_ASSERT(degrees > 0, "chi_squared_survival: degrees must be more than 0");
  if (value <= 0.0) {
    return 1.0;
  }
  const double half = 0.5 * value;
  const bool is_odd = degrees % 2 == 1;
  double sum = is_odd ? std::erfc(std::sqrt(half)) : 0.0;
  double term = is_odd ? std::exp(-half) * std::sqrt(half) * M_2_SQRTPI : std::exp(-half);
  double divisor = is_odd ? 1.5 : 1.0;
  for (std::int32_t j = 0; j < degrees / 2; ++j) {
    sum += term;
    term *= half / divisor;
    divisor += 1.0;
  }
  return sum;
}

}  // namespace till::math
