#include "till/models/gamma_gamma.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "till/math/draw.hpp"
#include "till/math/gamma.hpp"

namespace till::models {

double log_likelihood(const GammaGamma& model, double monetary_value, double x) noexcept {
  // 1/m / B(px, q) (gamma / (gamma + m x))^q (m x / (gamma + m x))^(p x)
  const auto& [p, q, gamma] = model;
  const double total = monetary_value * x;
  return -std::log(monetary_value) - math::log_beta(p * x, q) - q * std::log1p(total / gamma) -
         p * x * std::log1p(gamma / total);
}

double log_likelihood(const GammaGamma& model,
                      const SpendHistories& histories,
                      std::span<double, 3> gradient) noexcept {
  const auto& [p, q, gamma] = model;
  double sum = 0.0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (std::size_t i = 0; i < histories.monetary_value.size(); ++i) {
    const double m = histories.monetary_value[i];
    const double x = histories.frequency[i];
    const double weight = histories.weights.empty() ? 1.0 : histories.weights[i];
    const double total = m * x;
    sum += weight * log_likelihood(model, m, x);
    gradient[0] += weight * p * x * (math::digamma_rise(p * x, q) - std::log1p(gamma / total));
    gradient[1] += weight * q * (math::digamma_rise(q, p * x) - std::log1p(total / gamma));
    gradient[2] += weight * (q * total - p * x * gamma) / (gamma + total);
  }
  return sum;
}

double conditional_expected_spend(const GammaGamma& model,
                                  double monetary_value,
                                  double x) noexcept {
  const auto& [p, q, gamma] = model;
  const double shape = p * x + (q - 1.0);
  if (!(shape > 0.0)) {
    return std::numeric_limits<double>::infinity();
  }
  return p * (gamma + (x > 0.0 ? monetary_value * x : 0.0)) / shape;
}

double clv(const GammaGamma& model,
           double monetary_value,
           double x,
           double discounted_transactions) noexcept {
  return discounted_transactions * conditional_expected_spend(model, monetary_value, x);
}

std::vector<double> simulate(const GammaGamma& model, std::size_t n, Rng& rng) {
  const double log_scale = std::log(model.gamma) - math::draw_log_gamma(model.q, rng);
  std::vector<double> spend(n);
  std::generate(spend.begin(), spend.end(), [&] {
    return std::exp(log_scale + math::draw_log_gamma(model.p, rng));
  });
  return spend;
}

}  // namespace till::models
