#include "till/math/quadrature.hpp"

#include <numbers>

namespace till::math {

void gauss_legendre(std::size_t n, double* nodes, double* weights) noexcept {
  const auto degree = static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    double x = -std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (degree + 0.5));
    double slope = 1.0;
    for (int iteration = 0; iteration < 8; ++iteration) {
      double value = 1.0;
      double previous = 0.0;
      for (std::size_t k = 0; k < n; ++k) {  // (k+1) P_(k+1) = (2k+1) x P_k - k P_(k-1)
        const auto order = static_cast<double>(k);
        const double next = ((2.0 * order + 1.0) * x * value - order * previous) / (order + 1.0);
        previous = value;
        value = next;
      }
      slope = degree * (x * value - previous) / (x * x - 1.0);
      x -= value / slope;
    }
    nodes[i] = x;
    weights[i] = 2.0 / ((1.0 - x * x) * slope * slope);
  }
}

}  // namespace till::math
