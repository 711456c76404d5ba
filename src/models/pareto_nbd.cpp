#include "till/models/pareto_nbd.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "negative_binomial.hpp"
#include "one_history.hpp"

#include "till/math/draw.hpp"
#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"
#include "till/math/quadrature.hpp"

namespace till::models {

namespace {

// The customer was alive until tau = T, or left at an unseen tau in (t_x, T]. Given tau, lambda and
// mu integrate out, and with A = alpha + t_x, B = beta + t_x, D = tau - t_x:
//
//   L = Gamma(r+x)/Gamma(r) alpha^r beta^s A^-(r+x) B^-s { E + s/B J }
//   E = (1 + (T-t_x)/A)^-(r+x) (1 + (T-t_x)/B)^-s                              alive
//   J = integral over D of (1 + D/A)^-(r+x) (1 + D/B)^-(s+1)                   gone
//
// [FH05-009] evaluates J as a difference of two 2F1, which cancel where D is small, and divides by
// s - 1 or the like elsewhere. J itself has none of this: with D = m (e^v - 1), m = min(A, B), its
// integrand e^g is log-concave in v and analytic for |Im v| < pi, because A + D is 0 at v = i pi
// when A = m, and further away for the larger of A and B.

struct Lifetime {
  Lifetime(const ParetoNbd& model, const PurchaseHistory& history) noexcept
      : A(model.alpha + history.t_x),
        B(model.beta + history.t_x),
        m(std::min(A, B)),
        idle(history.T - history.t_x),
        end(std::log1p(idle / m)) {}

  /// log of the integrand of J, with powers p and q of 1 + D/A and 1 + D/B.
  [[nodiscard]] auto log_density(double p, double q) const noexcept {
    return [this, p, q](double v) {
      const double D = m * std::expm1(v);
      return v - p * std::log1p(D / A) - q * std::log1p(D / B);
    };
  }

  /// log J.
  [[nodiscard]] double log_integral(double p, double q) const noexcept {
    return std::log(m) + math::log_integral(log_density(p, q), 0.0, end, 0.0);
  }

  double A;
  double B;
  double m;
  double idle;  ///< T - t_x.
  double end;   ///< v at tau = T.
};

/// Log-odds that the customer is gone: log (s/B J / E).
double log_odds_gone(const ParetoNbd& model,
                     const PurchaseHistory& history,
                     const Lifetime& lifetime) noexcept {
  const double p = model.r + history.x;
  const double log_alive = -p * std::log1p(lifetime.idle / lifetime.A) -
                           model.s * std::log1p(lifetime.idle / lifetime.B);
  if (lifetime.idle > 0.0) {
    const ParetoNbd at_last = {.r = p, .alpha = lifetime.A, .s = model.s, .beta = lifetime.B};
    if (const std::optional<double> gone = leaves_before_buying(at_last, lifetime.idle)) {
      return std::log(*gone) - log_alive;
    }
  }
  return std::log(model.s / lifetime.B) + lifetime.log_integral(p, model.s + 1.0) - log_alive;
}

/// What is averaged over tau given the history.
struct TauMeans {
  double gone = 0.0;        ///< P(gone).
  double log_a = 0.0;       ///< log(1 + tau/alpha)
  double log_b = 0.0;       ///< log(1 + tau/beta)
  double by_alpha = 0.0;    ///< (r tau - x alpha) / (alpha + tau)
  double by_beta = 0.0;     ///< alive: s tau / (beta + tau); gone: (s tau - beta) / (beta + tau)
  double one_by_a = 0.0;    ///< 1 / (alpha + tau)
  double shape_by_b = 0.0;  ///< alive: s / (beta + tau); gone: (s + 1) / (beta + tau)
};

struct TauPosterior {
  double log_sum = 0.0;  ///< log {E + s/B J}
  TauMeans means;
};

TauPosterior tau_posterior(const ParetoNbd& model, const PurchaseHistory& history) noexcept {
  const double r = model.r;
  const double alpha = model.alpha;
  const double s = model.s;
  const double beta = model.beta;
  const Lifetime lifetime(model, history);
  const double p = r + history.x;
  const auto log_density = lifetime.log_density(p, s + 1.0);
  TauMeans sum;
  const auto add = [&](double tau, double weight, bool is_gone) {
    sum.log_a += weight * std::log1p(tau / alpha);
    sum.log_b += weight * std::log1p(tau / beta);
    sum.by_alpha += weight * (r * tau - history.x * alpha) / (alpha + tau);
    sum.by_beta += weight * (s * tau - (is_gone ? beta : 0.0)) / (beta + tau);
    sum.one_by_a += weight / (alpha + tau);
    sum.shape_by_b += weight * (is_gone ? s + 1.0 : s) / (beta + tau);
  };
  const double log_alive =
      -p * std::log1p(lifetime.idle / lifetime.A) - s * std::log1p(lifetime.idle / lifetime.B);
  double log_scale = log_alive;
  if (lifetime.idle > 0.0) {
    const math::Support support = math::support_of(log_density, 0.0, lifetime.end, 0.0);
    const double log_front = std::log(s * lifetime.m / lifetime.B);
    log_scale = std::max(log_alive, log_front + support.peak);
    math::visit_nodes(support, [&](double v, double weight) {
      const double tau = std::min(history.t_x + lifetime.m * std::expm1(v), history.T);
      const double mass = weight * std::exp(log_front + log_density(v) - log_scale);
      sum.gone += mass;
      add(tau, mass, true);
    });
  }
  const double alive = std::exp(log_alive - log_scale);
  add(history.T, alive, false);
  const double total = alive + sum.gone;
  for (double* mean : {&sum.gone,
                       &sum.log_a,
                       &sum.log_b,
                       &sum.by_alpha,
                       &sum.by_beta,
                       &sum.one_by_a,
                       &sum.shape_by_b}) {
    *mean /= total;
  }
  return {.log_sum = log_scale + std::log(total), .means = sum};
}

/// log L from log {E + s/B J}.
double with_front(const ParetoNbd& model, const PurchaseHistory& history, double log_sum) noexcept {
  const auto& [r, alpha, s, beta] = model;
  if (history.x == 0.0) {
    // L is a probability, of no purchase. Close to 1 its logarithm is that of the complement: a
    // first purchase at tau, before dropout.
    const Lifetime lifetime(model, history);
    const double log_purchase = std::log(r / alpha) + lifetime.log_integral(r + 1.0, s);
    if (log_purchase < -1.0) {
      return std::log1p(-std::exp(log_purchase));
    }
  }
  return math::log_rising(r, history.x) - r * std::log1p(history.t_x / alpha) -
         history.x * std::log(alpha + history.t_x) - s * std::log1p(history.t_x / beta) + log_sum;
}

}  // namespace

double log_likelihood(const ParetoNbd& model, const PurchaseHistory& history) noexcept {
  const Lifetime lifetime(model, history);
  const double p = model.r + history.x;
  const double log_alive = -p * std::log1p(lifetime.idle / lifetime.A) -
                           model.s * std::log1p(lifetime.idle / lifetime.B);
  const double log_gone = std::log(model.s / lifetime.B) + lifetime.log_integral(p, model.s + 1.0);
  return with_front(model, history, math::log_add(log_alive, log_gone));
}

double add_log_likelihood(const ParetoNbd& model,
                          const PurchaseHistory& history,
                          double weight,
                          std::span<double, 4> gradient) noexcept {
  const TauPosterior posterior = tau_posterior(model, history);
  const TauMeans& mean = posterior.means;
  gradient[0] += weight * model.r * (math::digamma_rise(model.r, history.x) - mean.log_a);
  gradient[1] += weight * mean.by_alpha;
  gradient[2] += weight * (mean.gone - model.s * mean.log_b);
  gradient[3] += weight * mean.by_beta;
  return weight * with_front(model, history, posterior.log_sum);
}

Aliveness aliveness(const ParetoNbd& model, const PurchaseHistory& history) noexcept {
  const double odds = log_odds_gone(model, history, Lifetime(model, history));
  return {.log_alive = -math::softplus(odds), .log_gone = -math::softplus(-odds)};
}

ParetoNbd given_alive(const ParetoNbd& model, const PurchaseHistory& history) noexcept {
  return {.r = model.r + history.x,
          .alpha = model.alpha + history.T,
          .s = model.s,
          .beta = model.beta + history.T};
}

PosteriorRates posterior_rates(const ParetoNbd& model, const PurchaseHistory& history) noexcept {
  const TauMeans mean = tau_posterior(model, history).means;
  return {.purchase_rate = (model.r + history.x) * mean.one_by_a, .dropout_rate = mean.shape_by_b};
}

double log_expected_transactions(const ParetoNbd& model, double t) noexcept {
  // r/alpha times the integral of (1 + u/beta)^-s over (0, t], which is
  // beta [1 - e^-(s-1) log(1 + t/beta)] / (s - 1), or beta log(1 + t/beta) at s = 1.
  const auto& [r, alpha, s, beta] = model;
  const double log_growth = std::log1p(t / beta);
  return std::log(r) - std::log(alpha) + std::log(beta) + std::log(log_growth) +
         math::log_decay_mean((s - 1.0) * log_growth);
}

double log_pmf(const ParetoNbd& model, std::int64_t n, double t) noexcept {
  const double r = model.r;
  const double alpha = model.alpha;
  const double s = model.s;
  const double beta = model.beta;
  if (t == 0.0) {
    return n == 0 ? 0.0 : math::kLogZero;
  }
  // n purchases until t, alive; or n purchases until a dropout at tau = e^w.
  const auto count = static_cast<double>(n);
  const double log_front = math::log_rising(r, count) - math::log_gamma(count + 1.0);
  const auto log_count = [&](double tau) {
    return log_front - r * std::log1p(tau / alpha) -
           (n == 0 ? 0.0 : count * std::log1p(alpha / tau));
  };
  const double log_gone = math::log_integral(
      [&](double w) {
        const double tau = std::exp(w);
        return log_count(tau) + w - (s + 1.0) * std::log1p(tau / beta);
      },
      -std::numeric_limits<double>::infinity(),
      std::log(t),
      std::log(t));
  return math::log_add(log_count(t) - s * std::log1p(t / beta), std::log(s / beta) + log_gone);
}

double log_survival(const ParetoNbd& model, double t) noexcept {
  return -model.s * std::log1p(t / model.beta);
}

double log_discounted_transactions(const ParetoNbd& model, double t, double delta) noexcept {
  if (delta == 0.0) {
    return log_expected_transactions(model, t);
  }
  // r/alpha times the integral of e^(-delta u) (1 + u/beta)^-s, over w = log u.
  const double last = std::min(std::log(t), std::log(800.0 / delta));
  return std::log(model.r) - std::log(model.alpha) +
         math::log_integral(
             [&](double w) {
               const double u = std::exp(w);
               return w - delta * u - model.s * std::log1p(u / model.beta);
             },
             -std::numeric_limits<double>::infinity(),
             last,
             last);
}

std::vector<double> simulate(const ParetoNbd& model, double t, Rng& rng) {
  const double mean_interval = std::exp(std::log(model.alpha) - math::draw_log_gamma(model.r, rng));
  const double mean_lifetime = std::exp(std::log(model.beta) - math::draw_log_gamma(model.s, rng));
  const double end = std::min(t, mean_lifetime * math::draw_exponential(rng));
  std::vector<double> times;
  double now = mean_interval * math::draw_exponential(rng);
  while (now <= end) {
    times.push_back(now);
    now += mean_interval * math::draw_exponential(rng);
  }
  return times;
}

}  // namespace till::models
