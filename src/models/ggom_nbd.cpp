#include "till/models/ggom_nbd.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ggom_lifetime.hpp"

#include "till/math/draw.hpp"
#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"
#include "till/math/quadrature.hpp"

namespace till::models {

namespace {

struct TauMeans {
  double gone = 0.0;
  double log_a = 0.0;     ///< log(1 + tau/alpha)
  double by_alpha = 0.0;  ///< (r tau - x alpha) / (alpha + tau)
  double by_b = 0.0;      ///< derivatives of the log density or survival
  double risk = 0.0;      ///< at tau
  double by_beta = 0.0;
  double one_by_a = 0.0;      ///< 1 / (alpha + tau)
  double dropout_rate = 0.0;  ///< of the customer, at the start of the lifetime
};

struct TauPosterior {
  double log_sum = 0.0;
  TauMeans means;
};

TauPosterior tau_posterior(const GgomNbd& model, const PurchaseHistory& history) noexcept {
  const double r = model.r;
  const double alpha = model.alpha;
  const double b = model.b;
  const double s = model.s;
  const double beta = model.beta;
  const Lifetime lifetime(model, history);
  const double p = r + history.x;
  const auto log_density = lifetime.log_density(p);
  TauMeans sum;
  const auto add = [&](double tau, double weight, bool is_gone) {
    const double grown = 1.0 / calm(model, tau);                  // e^(b tau) / D
    const double shrunk = std::exp(-b * tau) / calm(model, tau);  // 1 / D
    const double died = is_gone ? 1.0 : 0.0;
    sum.log_a += weight * std::log1p(tau / alpha);
    sum.by_alpha += weight * (r * tau - history.x * alpha) / (alpha + tau);
    sum.risk += weight * risk(model, tau);
    sum.by_b += weight * (died * (1.0 + b * tau) - (s + died) * b * tau * grown);
    sum.by_beta += weight * (-s * std::expm1(-b * tau) * grown - died * beta * shrunk);
    sum.one_by_a += weight / (alpha + tau);
    sum.dropout_rate += weight * b * (s + died) * shrunk;
  };
  const double log_alive = lifetime.log_alive(p);
  const math::Panels panels = math::panels_of(log_density, 0.0, lifetime.end);
  const double log_scale = std::max(log_alive, panels.peak);
  math::visit_nodes(panels, [&](double v, double weight) {
    const double mass = weight * std::exp(log_density(v) - log_scale);
    sum.gone += mass;
    add(lifetime.tau(v), mass, true);
  });
  const double alive = std::exp(log_alive - log_scale);
  add(history.T, alive, false);
  const double total = alive + sum.gone;
  for (double* mean : {&sum.gone,
                       &sum.log_a,
                       &sum.by_alpha,
                       &sum.by_b,
                       &sum.risk,
                       &sum.by_beta,
                       &sum.one_by_a,
                       &sum.dropout_rate}) {
    *mean /= total;
  }
  return {.log_sum = log_scale + std::log(total), .means = sum};
}

double with_front(const GgomNbd& model, const PurchaseHistory& history, double log_sum) noexcept {
  const double r = model.r;
  const double alpha = model.alpha;
  const double s = model.s;
  if (history.x == 0.0) {
    // Close to 1 the logarithm is that of the complement: a first purchase at y, before dropout.
    const Lifetime lifetime(model, history);
    const double log_purchase =
        std::log(r / alpha) + math::panels_of(
                                  [&](double v) {
                                    const double y = lifetime.tau(v);
                                    return v + std::log(lifetime.m) -
                                           (r + 1.0) * std::log1p(y / alpha) - s * risk(model, y);
                                  },
                                  0.0,
                                  lifetime.end)
                                  .log_area;
    if (log_purchase < -1.0) {
      return std::log1p(-std::exp(log_purchase));
    }
  }
  return math::log_rising(r, history.x) - r * std::log1p(history.t_x / alpha) -
         history.x * std::log(alpha + history.t_x) + log_sum;
}

double log_gone(const Lifetime& lifetime, double p) noexcept {
  return math::panels_of(lifetime.log_density(p), 0.0, lifetime.end).log_area;
}

}  // namespace

double log_likelihood(const GgomNbd& model, const PurchaseHistory& history) noexcept {
  const Lifetime lifetime(model, history);
  const double p = model.r + history.x;
  return with_front(model, history, math::log_add(lifetime.log_alive(p), log_gone(lifetime, p)));
}

double add_log_likelihood(const GgomNbd& model,
                          const PurchaseHistory& history,
                          double weight,
                          std::span<double, 5> gradient) noexcept {
  const TauPosterior posterior = tau_posterior(model, history);
  const TauMeans& mean = posterior.means;
  gradient[0] += weight * model.r * (math::digamma_rise(model.r, history.x) - mean.log_a);
  gradient[1] += weight * mean.by_alpha;
  gradient[2] += weight * mean.by_b;
  gradient[3] += weight * (mean.gone - model.s * mean.risk);
  gradient[4] += weight * mean.by_beta;
  return weight * with_front(model, history, posterior.log_sum);
}

Aliveness aliveness(const GgomNbd& model, const PurchaseHistory& history) noexcept {
  const Lifetime lifetime(model, history);
  const double p = model.r + history.x;
  const double odds = log_gone(lifetime, p) - lifetime.log_alive(p);
  return {.log_alive = -math::softplus(odds), .log_gone = -math::softplus(-odds)};
}

GgomNbd given_alive(const GgomNbd& model, const PurchaseHistory& history) noexcept {
  // The remaining lifetime has D(T + t) / D(T) = (beta' + e^(b t) - 1) / beta', beta' = calm(T).
  return {.r = model.r + history.x,
          .alpha = model.alpha + history.T,
          .b = model.b,
          .s = model.s,
          .beta = calm(model, history.T)};
}

PosteriorRates posterior_rates(const GgomNbd& model, const PurchaseHistory& history) noexcept {
  const TauMeans mean = tau_posterior(model, history).means;
  return {.purchase_rate = (model.r + history.x) * mean.one_by_a,
          .dropout_rate = mean.dropout_rate};
}

double log_expected_transactions(const GgomNbd& model, double t) noexcept {
  return log_discounted_transactions(model, t, 0.0);
}

double log_pmf(const GgomNbd& model, std::int64_t n, double t) noexcept {
  const double r = model.r;
  const double alpha = model.alpha;
  const double b = model.b;
  const double s = model.s;
  if (t == 0.0) {
    return n == 0 ? 0.0 : math::kLogZero;
  }
  const auto count = static_cast<double>(n);
  const auto log_count = [&](double tau) {
    return -r * std::log1p(tau / alpha) - (n == 0 ? 0.0 : count * std::log1p(alpha / tau));
  };
  const auto log_density = [&](double w) {
    const double tau = std::exp(w);
    return log_count(tau) + w - std::log(calm(model, tau)) - model.s * risk(model, tau);
  };
  const double last = std::log(t);
  constexpr double kReach = 46.0;  // below e^-46 t the integrand is that part of the whole, or less
  const double log_gone_early =
      std::log(s * b) + math::panels_of(log_density, last - kReach, last).log_area;
  return math::log_rising(r, count) - math::log_gamma(count + 1.0) +
         math::log_add(log_count(t) - s * risk(model, t), log_gone_early);
}

double log_survival(const GgomNbd& model, double t) noexcept {
  return -model.s * risk(model, t);
}

double log_discounted_transactions(const GgomNbd& model, double t, double delta) noexcept {
  if (t == 0.0) {
    return math::kLogZero;
  }
  // r/alpha times the integral of e^(-delta u) P(alive at u), over w = log u.
  const auto log_f = [&](double w) {
    const double u = std::exp(w);
    return w - delta * u - model.s * risk(model, u);
  };
  const double last = std::min(std::log(t), std::log(800.0 / delta));
  const math::Support support =
      math::support_of(log_f, -std::numeric_limits<double>::infinity(), last, last);
  return std::log(model.r) - std::log(model.alpha) +
         math::panels_of(log_f, support.from, support.to).log_area;
}

std::vector<double> simulate(const GgomNbd& model, double t, Rng& rng) {
  const double mean_interval = std::exp(std::log(model.alpha) - math::draw_log_gamma(model.r, rng));
  // e^(-level (e^(b y) - 1)) is the survival of a customer with level ~ Gamma(s, beta).
  const double hazard = math::draw_exponential(rng) * model.beta;
  const double log_ratio = std::log(hazard) - math::draw_log_gamma(model.s, rng);
  const double lifetime = math::softplus(log_ratio) / model.b;
  const double end = std::min(t, lifetime);
  std::vector<double> times;
  double now = mean_interval * math::draw_exponential(rng);
  while (now <= end) {
    times.push_back(now);
    now += mean_interval * math::draw_exponential(rng);
  }
  return times;
}

}  // namespace till::models
