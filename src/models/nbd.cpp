#include "till/models/nbd.hpp"

#include <cmath>

#include "negative_binomial.hpp"

#include "till/math/draw.hpp"
#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"

namespace till::models {

double log_likelihood(const Nbd& model, const PurchaseHistory& history) noexcept {
  const auto& [r, alpha] = model;
  // alpha^r / (alpha + T)^(r + x), such that alpha >> T cancels nothing.
  return math::log_rising(r, history.x) - r * std::log1p(history.T / alpha) -
         history.x * std::log(alpha + history.T);
}

double log_likelihood(const Nbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 2> gradient) noexcept {
  const auto& [r, alpha] = model;
  double sum = 0.0;
  double by_r = 0.0;
  double by_alpha = 0.0;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    const PurchaseHistory history = histories[i];
    const auto& [x, t_x, T, unused] = history;
    const double weight = histories.weight(i);
    sum += weight * log_likelihood(model, history);
    by_r += weight * (math::digamma_rise(r, x) - std::log1p(T / alpha));
    by_alpha += weight * (r * T - x * alpha) / (alpha + T);
  }
  gradient[0] = r * by_r;
  gradient[1] = by_alpha;
  return sum;
}

Aliveness aliveness(const Nbd& /*model*/, const PurchaseHistory& /*history*/) noexcept {
  return {.log_alive = 0.0, .log_gone = math::kLogZero};
}

Nbd given_alive(const Nbd& model, const PurchaseHistory& history) noexcept {
  return {.r = model.r + history.x, .alpha = model.alpha + history.T};
}

PosteriorRates posterior_rates(const Nbd& model, const PurchaseHistory& history) noexcept {
  return {.purchase_rate = (model.r + history.x) / (model.alpha + history.T), .dropout_rate = 0.0};
}

double log_expected_transactions(const Nbd& model, double t) noexcept {
  return std::log(model.r) - std::log(model.alpha) + std::log(t);
}

double log_pmf(const Nbd& model, std::int64_t n, double t) noexcept {
  if (t == 0.0) {
    return n == 0 ? 0.0 : math::kLogZero;
  }
  return log_negative_binomial(model.r, model.alpha, static_cast<double>(n), t);
}

double log_survival(const Nbd& /*model*/, double /*t*/) noexcept {
  return 0.0;
}

double log_discounted_transactions(const Nbd& model, double t, double delta) noexcept {
  const double log_rate = std::log(model.r) - std::log(model.alpha);
  return std::isinf(t) ? log_rate - std::log(delta)
                       : log_rate + std::log(t) + math::log_decay_mean(delta * t);
}

std::vector<double> simulate(const Nbd& model, double t, Rng& rng) {
  const double mean_interval = std::exp(std::log(model.alpha) - math::draw_log_gamma(model.r, rng));
  std::vector<double> times;
  double now = mean_interval * math::draw_exponential(rng);
  while (now <= t) {
    times.push_back(now);
    now += mean_interval * math::draw_exponential(rng);
  }
  return times;
}

}  // namespace till::models
