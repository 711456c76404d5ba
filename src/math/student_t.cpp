#include "till/math/student_t.hpp"

#include <cmath>
#include <numbers>

#include "till/core/check.hpp"

namespace till::math {

// With c = cos(angle), n = degrees:
//   n odd    A = 2/pi (angle + sin(angle) (c + 2/3 c^3 + ... + 2*4*...*(n-3) / (1*3*...*(n-2))
//   c^(n-2))) n even   A = sin(angle) (1 + 1/2 c^2 + ... + 1*3*...*(n-3) / (2*4*...*(n-2)) c^(n-2))
// Each term is the one before times c^2 (k - 1) / k, k the power of c less one (odd n) or the power
// (even n).
double student_t_within(double t, std::int64_t degrees) noexcept {
  TILL_ASSERT(degrees >= 1, "Student's t has a degree of freedom");
  const double angle = std::atan(t / std::sqrt(static_cast<double>(degrees)));
  const double cosine = std::cos(angle);
  const bool odd = degrees % 2 != 0;
  double term = odd ? cosine : 1.0;
  double sum = odd && degrees == 1 ? 0.0 : term;
  for (std::int64_t power = odd ? 3 : 2; power <= degrees - 2; power += 2) {
    const auto k = static_cast<double>(odd ? power - 1 : power);
    term *= cosine * cosine * (odd ? k / (k + 1.0) : (k - 1.0) / k);
    sum += term;
  }
  return odd ? 2.0 / std::numbers::pi * (angle + std::sin(angle) * sum) : std::sin(angle) * sum;
}

double student_t_bound(double level, std::int64_t degrees) noexcept {
  double high = 1.0;
  while (student_t_within(high, degrees) < level) {
    high *= 2.0;
  }
  double low = 0.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (student_t_within(middle, degrees) < level ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace till::math
