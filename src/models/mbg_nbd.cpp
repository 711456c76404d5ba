#include "till/models/mbg_nbd.hpp"

#include <cmath>

#include "mbg_after_first.hpp"
#include "one_history.hpp"

#include "till/math/draw.hpp"
#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"

namespace till::models {

namespace {

/// log of the chance to stay at the first purchase.
double log_stay_first(const MbgNbd& model) noexcept {
  return -std::log1p(model.a / model.b);
}

/// (r+x) log of (alpha+T) / (alpha+t_x).
double log_silence(const MbgNbd& model, const PurchaseHistory& history) noexcept {
  return (model.r + history.x) *
         std::log1p((history.T - history.t_x) / (model.alpha + history.t_x));
}

}  // namespace

double log_likelihood(const MbgNbd& model, const PurchaseHistory& history) noexcept {
  const auto& [r, alpha, a, b] = model;
  const auto& [x, t_x, T, unused] = history;
  // [B(a, b+x+1) (alpha+T)^-(r+x) + B(a+1, b+x) (alpha+t_x)^-(r+x)] / B(a, b): what is close to 1
  // as 1 minus what silence takes, so that its logarithm has all digits.
  const double silence = log_silence(model, history);
  const double loss = -std::expm1(-silence) / (1.0 + a / (b + x));
  const double bracket =
      loss < 0.5 ? std::log1p(-loss)
                 : math::log_add(-silence - std::log1p(a / (b + x)), -std::log1p((b + x) / a));
  return math::log_rising(r, x) - r * std::log1p(t_x / alpha) - x * std::log(alpha + t_x) +
         math::log_rising(b, x) - math::log_rising(a + b, x) + bracket;
}

double add_log_likelihood(const MbgNbd& model,
                          const PurchaseHistory& history,
                          double weight,
                          std::span<double, 4> gradient) noexcept {
  const auto& [r, alpha, a, b] = model;
  const auto& [x, t_x, T, unused] = history;
  const Aliveness odds = aliveness(model, history);
  const double alive = std::exp(odds.log_alive);
  const double gone = std::exp(odds.log_gone);
  const double rise = math::digamma_rise(a + b, x + 1.0);
  gradient[0] +=
      weight * r *
      (math::digamma_rise(r, x) - alive * std::log1p(T / alpha) - gone * std::log1p(t_x / alpha));
  gradient[1] += weight * (alive * (r * T - x * alpha) / (alpha + T) +
                           gone * (r * t_x - x * alpha) / (alpha + t_x));
  gradient[2] += weight * (gone - a * rise);
  gradient[3] += weight * b * (math::digamma_rise(b, x) - rise + alive / (b + x));
  return weight * log_likelihood(model, history);
}

Aliveness aliveness(const MbgNbd& model, const PurchaseHistory& history) noexcept {
  const double odds =
      std::log(model.a) - std::log(model.b + history.x) + log_silence(model, history);
  return {.log_alive = -math::softplus(odds), .log_gone = -math::softplus(-odds)};
}

BgNbd given_alive(const MbgNbd& model, const PurchaseHistory& history) noexcept {
  return given_alive(after_first(model), history);
}

PosteriorRates posterior_rates(const MbgNbd& model, const PurchaseHistory& history) noexcept {
  const auto& [r, alpha, a, b] = model;
  const auto& [x, t_x, T, unused] = history;
  const Aliveness odds = aliveness(model, history);
  const double alive = std::exp(odds.log_alive);
  const double gone = std::exp(odds.log_gone);
  return {.purchase_rate = (r + x) * (alive / (alpha + T) + gone / (alpha + t_x)),
          .dropout_rate = (a + gone) / (a + b + x + 1.0)};
}

double log_expected_transactions(const MbgNbd& model, double t) noexcept {
  return log_stay_first(model) + log_expected_transactions(after_first(model), t);
}

double log_pmf(const MbgNbd& model, std::int64_t n, double t) noexcept {
  const double if_stayed = log_stay_first(model) + log_pmf(after_first(model), n, t);
  return n == 0 ? math::log_add(-std::log1p(model.b / model.a), if_stayed) : if_stayed;
}

double log_survival(const MbgNbd& model, double t) noexcept {
  return log_stay_first(model) + log_survival(after_first(model), t);
}

double log_discounted_transactions(const MbgNbd& model, double t, double delta) noexcept {
  return log_stay_first(model) + log_discounted_transactions(after_first(model), t, delta);
}

std::vector<double> simulate(const MbgNbd& model, double t, Rng& rng) {
  if (rng.uniform() * (model.a + model.b) < model.a) {
    return {};
  }
  return simulate(after_first(model), t, rng);
}

}  // namespace till::models
