#include "till/math/hypergeometric.hpp"

#include <cmath>

#include "till/core/check.hpp"
#include "till/math/quadrature.hpp"

namespace till::math {

double log_hypergeometric_2f1(double a, double b, double c, double z) noexcept {
  TILL_ASSERT(a >= 0.0 && b > 0.0 && c > b && z < 1.0,
              "2F1 outside of the domain of Euler's integral");
  if (z == 0.0 || a == 0.0) {
    return 0.0;
  }
  // 1 - z p is 1 - z + z q: near p = 1 in the form that keeps its digits.
  const double rest = 1.0 - z;
  const double scale = (1.0 + a) * (1.0 + std::fabs(z) + std::fabs(z) / rest);
  return log_beta_mean(b, c - b, scale, [&](double p, double q) {
    return -a * (p < 0.5 ? std::log1p(-z * p) : std::log(rest + z * q));
  });
}

}  // namespace till::math
