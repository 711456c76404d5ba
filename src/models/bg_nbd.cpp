#include "till/models/bg_nbd.hpp"

#include <cmath>
#include <limits>

#include "negative_binomial.hpp"
#include "one_history.hpp"

#include "till/math/draw.hpp"
#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"
#include "till/math/quadrature.hpp"

namespace till::models {

namespace {

/// Log-odds that the customer left at the last purchase; x > 0.
///
/// B(a+1, b+x-1) (alpha+t_x)^-(r+x) against B(a, b+x) (alpha+T)^-(r+x).
double log_odds_gone(const BgNbd& model, const PurchaseHistory& history) noexcept {
  const auto& [r, alpha, a, b] = model;
  return std::log(a) - std::log(b + (history.x - 1.0)) +
         (r + history.x) * std::log1p((history.T - history.t_x) / (alpha + history.t_x));
}

/// log of B(a, b+n) / B(a, b), the chance to stay n times.
double log_stay(const BgNbd& model, double n) noexcept {
  return math::log_rising(model.b, n) - math::log_rising(model.a + model.b, n);
}

}  // namespace

double log_likelihood(const BgNbd& model, const PurchaseHistory& history) noexcept {
  const auto& [r, alpha, a, b] = model;
  const auto& [x, t_x, T, unused] = history;
  if (x == 0.0) {
    return -r * std::log1p(T / alpha);
  }
  const double log_alive = -(r + x) * std::log1p((T - t_x) / (alpha + t_x));
  return math::log_rising(r, x) - r * std::log1p(t_x / alpha) - x * std::log(alpha + t_x) +
         log_stay(model, x) + math::log_add(log_alive, std::log(a) - std::log(b + (x - 1.0)));
}

double add_log_likelihood(const BgNbd& model,
                          const PurchaseHistory& history,
                          double weight,
                          std::span<double, 4> gradient) noexcept {
  const auto& [r, alpha, a, b] = model;
  const auto& [x, t_x, T, unused] = history;
  const Aliveness odds = aliveness(model, history);
  const double alive = std::exp(odds.log_alive);
  const double gone = std::exp(odds.log_gone);
  // Means over the end of purchasing, T if alive and t_x if gone.
  gradient[0] +=
      weight * r *
      (math::digamma_rise(r, x) - alive * std::log1p(T / alpha) - gone * std::log1p(t_x / alpha));
  gradient[1] += weight * (alive * (r * T - x * alpha) / (alpha + T) +
                           gone * (r * t_x - x * alpha) / (alpha + t_x));
  if (x > 0.0) {
    const double rise = math::digamma_rise(a + b, x);
    gradient[2] += weight * (gone - a * rise);
    gradient[3] += weight * b * (math::digamma_rise(b, x) - rise - gone / (b + (x - 1.0)));
  }
  return weight * log_likelihood(model, history);
}

Aliveness aliveness(const BgNbd& model, const PurchaseHistory& history) noexcept {
  if (history.x == 0.0) {
    return {.log_alive = 0.0, .log_gone = math::kLogZero};
  }
  const double odds = log_odds_gone(model, history);
  return {.log_alive = -math::softplus(odds), .log_gone = -math::softplus(-odds)};
}

BgNbd given_alive(const BgNbd& model, const PurchaseHistory& history) noexcept {
  return {.r = model.r + history.x,
          .alpha = model.alpha + history.T,
          .a = model.a,
          .b = model.b + history.x};
}

PosteriorRates posterior_rates(const BgNbd& model, const PurchaseHistory& history) noexcept {
  const auto& [r, alpha, a, b] = model;
  const auto& [x, t_x, T, unused] = history;
  const Aliveness odds = aliveness(model, history);
  const double alive = std::exp(odds.log_alive);
  const double gone = std::exp(odds.log_gone);
  return {.purchase_rate = (r + x) * (alive / (alpha + T) + gone / (alpha + t_x)),
          .dropout_rate = (a + gone) / (a + b + x)};
}

double log_expected_transactions(const BgNbd& model, double t) noexcept {
  if (t == 0.0) {
    return math::kLogZero;
  }
  // Given p, purchases stop at rate lambda p: E[X(t)] = E[(1 - (1 + p t/alpha)^-r) / p]. The closed
  // form of [FHL05] eq. (9) is this mean written as a difference that cancels near a = 1.
  const double r = model.r;
  const double alpha = model.alpha;
  const double a = model.a;
  const double b = model.b;
  const double z = t / alpha;
  const double at_zero = std::log(r) + std::log(z);
  return math::log_beta_mean(a, b, (1.0 + z) * (1.0 + r), [&](double p, double /*q*/) {
    return p > 0.0 ? std::log(-std::expm1(-r * std::log1p(p * z))) - std::log(p) : at_zero;
  });
}

double log_pmf(const BgNbd& model, std::int64_t n, double t) noexcept {
  const auto& [r, alpha, a, b] = model;
  if (t == 0.0) {
    return n == 0 ? 0.0 : math::kLogZero;
  }
  const auto count = static_cast<double>(n);
  const double log_alive = log_negative_binomial(r, alpha, count, t);
  if (n == 0) {
    return log_alive;
  }
  // Left at the n-th purchase, which came until t.
  const double log_gone =
      std::log(a) - std::log(b + (count - 1.0)) + log_negative_binomial_tail(r, alpha, count, t);
  return log_stay(model, count) + math::log_add(log_alive, log_gone);
}

double log_survival(const BgNbd& model, double t) noexcept {
  const double r = model.r;
  const double alpha = model.alpha;
  const double a = model.a;
  const double b = model.b;
  const double z = t / alpha;
  return math::log_beta_mean(
      a, b, (1.0 + z) * (1.0 + r), [&](double p, double /*q*/) { return -r * std::log1p(p * z); });
}

double log_discounted_transactions(const BgNbd& model, double t, double delta) noexcept {
  if (delta == 0.0) {
    return log_expected_transactions(model, t);
  }
  // The purchase rate at u is r/alpha E[(1 + p u/alpha)^-(r+1)]; over w = log u.
  const double r = model.r;
  const double alpha = model.alpha;
  const double a = model.a;
  const double b = model.b;
  const double last = std::min(std::log(t), std::log(800.0 / delta));
  return std::log(r) - std::log(alpha) +
         math::log_integral(
             [&](double w) {
               const double u = std::exp(w);
               const BgNbd next = {.r = r + 1.0, .alpha = alpha, .a = a, .b = b};
               return w - delta * u + log_survival(next, u);
             },
             -std::numeric_limits<double>::infinity(),
             last,
             last);
}

std::vector<double> simulate(const BgNbd& model, double t, Rng& rng) {
  const double mean_interval = std::exp(std::log(model.alpha) - math::draw_log_gamma(model.r, rng));
  const double leaves = 1.0 / (1.0 + std::exp(-math::draw_beta_logit(model.a, model.b, rng)));
  std::vector<double> times;
  double now = mean_interval * math::draw_exponential(rng);
  while (now <= t) {
    times.push_back(now);
    if (rng.uniform() < leaves) {
      break;
    }
    now += mean_interval * math::draw_exponential(rng);
  }
  return times;
}

}  // namespace till::models
