#include "till/models/mbg_cnbd.hpp"

#include <algorithm>
#include <cmath>

#include "cnbd.hpp"

#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"

namespace till::models {

namespace {

/// The same purchases without the chance to leave at the first.
BgCnbd without_first(const MbgCnbd& model) noexcept {
  return {.k = model.k, .r = model.r, .alpha = model.alpha, .a = model.a, .b = model.b};
}

/// Who did not leave at the first purchase is a customer of the BG/CNBD-k with one more stay
/// behind.
BgCnbd after_first(const MbgCnbd& model) noexcept {
  return {.k = model.k, .r = model.r, .alpha = model.alpha, .a = model.a, .b = model.b + 1.0};
}

double log_stay_first(const MbgCnbd& model) noexcept {
  return -std::log1p(model.a / model.b);
}

}  // namespace

double log_likelihood(const MbgCnbd& model, const PurchaseHistory& history) noexcept {
  const double a = model.a;
  const double b = model.b;
  const double x = history.x;
  const BgCnbd purchases = without_first(model);
  // As for the MBG/NBD: what is close to 1 as 1 minus what silence takes.
  const math::LogTails silent = silence(purchases, history);
  const double loss = std::exp(silent.upper) / (1.0 + a / (b + x));
  const double bracket =
      loss < 0.5 ? std::log1p(-loss)
                 : math::log_add(silent.lower - std::log1p(a / (b + x)), -std::log1p((b + x) / a));
  return log_purchase_times(purchases, history) + math::log_rising(b, x) -
         math::log_rising(a + b, x) + bracket;
}

double log_likelihood(const MbgCnbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 4> gradient) noexcept {
  const double a = model.a;
  const double b = model.b;
  double sum = 0.0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (std::size_t i = 0; i < histories.size(); ++i) {
    const PurchaseHistory history = histories[i];
    const double x = history.x;
    const double weight = histories.weight(i);
    sum += weight * log_likelihood(model, history);
    const Aliveness odds = aliveness(model, history);
    const double alive = std::exp(odds.log_alive);
    const double gone = std::exp(odds.log_gone);
    add_rate_gradient(without_first(model), history, weight, alive, gone, gradient);
    const double rise = math::digamma_rise(a + b, x + 1.0);
    gradient[2] += weight * (gone - a * rise);
    gradient[3] += weight * b * (math::digamma_rise(b, x) - rise + alive / (b + x));
  }
  return sum;
}

Aliveness aliveness(const MbgCnbd& model, const PurchaseHistory& history) noexcept {
  const double odds = std::log(model.a) - std::log(model.b + history.x) -
                      silence(without_first(model), history).lower;
  return {.log_alive = -math::softplus(odds), .log_gone = -math::softplus(-odds)};
}

CnbdFuture given_alive(const MbgCnbd& model, const PurchaseHistory& history) noexcept {
  return given_alive(after_first(model), history);
}

PosteriorRates posterior_rates(const MbgCnbd& model, const PurchaseHistory& history) noexcept {
  const Aliveness odds = aliveness(model, history);
  const double gone = std::exp(odds.log_gone);
  return {.purchase_rate =
              mean_purchase_rate(without_first(model), history, std::exp(odds.log_alive), gone),
          .dropout_rate = (model.a + gone) / (model.a + model.b + history.x + 1.0)};
}

double log_expected_transactions(const MbgCnbd& model, double t) noexcept {
  return log_stay_first(model) + log_expected_transactions(after_first(model), t);
}

double log_pmf(const MbgCnbd& model, std::int64_t n, double t) noexcept {
  const double if_stayed = log_stay_first(model) + log_pmf(after_first(model), n, t);
  return n == 0 ? math::log_add(-std::log1p(model.b / model.a), if_stayed) : if_stayed;
}

double log_survival(const MbgCnbd& model, double t) noexcept {
  return log_stay_first(model) + log_survival(after_first(model), t);
}

double log_discounted_transactions(const MbgCnbd& model, double t, double delta) noexcept {
  return log_stay_first(model) + log_discounted_transactions(after_first(model), t, delta);
}

std::vector<double> simulate(const MbgCnbd& model, double t, Rng& rng) {
  if (rng.uniform() * (model.a + model.b) < model.a) {
    return {};
  }
  return simulate(after_first(model), t, rng);
}

}  // namespace till::models
