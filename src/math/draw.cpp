#include "till/math/draw.hpp"

#include <cmath>

namespace till::math {

double draw_exponential(Rng& rng) noexcept {
  return -std::log1p(-rng.uniform());
}

double draw_normal(Rng& rng) noexcept {
  for (;;) {
    const double u = 2.0 * rng.uniform() - 1.0;
    const double v = 2.0 * rng.uniform() - 1.0;
    const double square = u * u + v * v;
    if (square < 1.0 && square > 0.0) {
      return u * std::sqrt(-2.0 * std::log(square) / square);
    }
  }
}

double draw_log_gamma(double shape, Rng& rng) noexcept {
  if (shape < 1.0) {  // Gamma(shape) = Gamma(shape + 1) U^(1 / shape)
    return draw_log_gamma(shape + 1.0, rng) - draw_exponential(rng) / shape;
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double normal = draw_normal(rng);
    const double root = 1.0 + c * normal;
    if (root <= 0.0) {
      continue;
    }
    const double log_cube = 3.0 * std::log(root);
    if (-draw_exponential(rng) <
        0.5 * normal * normal + d * (1.0 - std::exp(log_cube) + log_cube)) {
      return std::log(d) + log_cube;
    }
  }
}

double draw_beta_logit(double a, double b, Rng& rng) noexcept {
  const double log_p = draw_log_gamma(a, rng);
  return log_p - draw_log_gamma(b, rng);
}

}  // namespace till::math
