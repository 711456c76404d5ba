#include "till/models/discounted_purchases.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "till/math/quadrature.hpp"

namespace till::models {

namespace {

// e^(-delta t) E(t) + delta times the integral of e^(-delta u) E(u) over (0, t]. With
// u = c (e^v - 1), c far below every time that matters, E is smooth in v: Gauss-Legendre rules on
// panels of width 3. What is worth less than e^-40 is left out.
constexpr double kSmallest = 1e-5;  // c, in times that matter
constexpr double kWidth = 3.0;
constexpr std::size_t kNodes = 12;

template <class M>
void by_parts(const M& model,
              const PurchaseHistories& histories,
              double t,
              double delta,
              std::span<double> out) noexcept {
  conditional_expectations(model, histories, t, out);
  if (delta == 0.0 || t == 0.0) {
    return;
  }
  const double decay = std::exp(-delta * t);
  for (double& expected : out) {
    expected *= decay;
  }
  const double end = std::min(t, 40.0 / delta);
  const double c = kSmallest * std::min(t, 1.0 / delta);
  const double last = std::log1p(end / c);
  const double panels = std::ceil(last / kWidth);
  const double half = 0.5 * last / panels;
  const auto& rule = math::gauss_legendre<kNodes>();
  std::vector<double> expected(histories.size());
  for (double panel = 0.0; panel < panels; panel += 1.0) {  // NOLINT: counts, and is exact
    for (std::size_t node = 0; node < kNodes; ++node) {
      const double v = half * (2.0 * panel + 1.0 + rule.nodes[node]);
      const double u = c * std::expm1(v);
      const double weight =
          half * rule.weights[node] * c * std::exp(v) * delta * std::exp(-delta * u);
      conditional_expectations(model, histories, u, expected);
      for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] += weight * expected[i];
      }
    }
  }
}

}  // namespace

void discounted_expectations(const BgNbd& model,
                             const PurchaseHistories& histories,
                             double t,
                             double delta,
                             std::span<double> out) noexcept {
  by_parts(model, histories, t, delta, out);
}

void discounted_expectations(const MbgNbd& model,
                             const PurchaseHistories& histories,
                             double t,
                             double delta,
                             std::span<double> out) noexcept {
  by_parts(model, histories, t, delta, out);
}

}  // namespace till::models
