#include "till/models/bg_cnbd.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cnbd.hpp"
#include "negative_binomial.hpp"

#include "till/math/draw.hpp"
#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"
#include "till/math/quadrature.hpp"

// NOLINTBEGIN(bugprone-float-loop-counter): doubles that count are whole, and exact.

namespace till::models {

namespace {

double stages(const BgCnbd& model) noexcept {
  return model.k;
}

/// log of B(a, b+n) / B(a, b), the chance to stay n times.
double log_stay(const BgCnbd& model, double n) noexcept {
  return math::log_rising(model.b, n) - math::log_rising(model.a + model.b, n);
}

/// Calls visit(j, log of the weight) for the stages 0 <= j < k that may have passed at T, given
/// alive:
///
///   w_j ~ (r)_j / j! (idle / alpha)^j, the negative binomial count of stages cut below k.
template <class Visit>
void visit_stages(const CnbdFuture& future, const Visit& visit) noexcept {
  const double r = future.after.r;
  const double alpha = future.after.alpha;
  if (future.idle == 0.0) {
    visit(0.0, 0.0);
    return;
  }
  const double log_part = std::log(future.idle / alpha);
  double log_sum = math::kLogZero;
  double log_weight = 0.0;
  for (double j = 0.0; j < stages(future.after); j += 1.0) {
    log_sum = math::log_add(log_sum, log_weight);
    log_weight += log_part + std::log((r + j) / (j + 1.0));
  }
  log_weight = -log_sum;
  for (double j = 0.0; j < stages(future.after); j += 1.0) {
    visit(j, log_weight);
    log_weight += log_part + std::log((r + j) / (j + 1.0));
  }
}

/// log_stay for any n >= 0 that need not be whole, however large.
double log_stay_long(const BgCnbd& model, double n) noexcept {
  return math::log_rising(model.b, model.a) - math::log_rising(model.b + n, model.a);
}

// More purchases than these are summed as an integral.
constexpr double kHead = 1024.0;

/// log of the sum of e^log_f(N) over N = first, first + 1, ..., for a function that is smooth on
/// the scale of `first`: its integral from first - 1/2, and what that leaves out (Euler and
/// Maclaurin).
template <class LogF>
double log_sum_from(double first, double guess, const LogF& log_f) noexcept {
  const double from = first - 0.5;
  const double log_integral = math::log_integral(
      [&](double w) {
        const double N = std::exp(w);
        return w + log_f(N);
      },
      std::log(from),
      std::numeric_limits<double>::infinity(),
      std::log(std::max(guess, from)));
  const double log_slope = 0.5 * (log_f(from + 1.0) - log_f(from - 1.0));
  const double share = std::exp(log_f(from) - log_integral) * log_slope / 24.0;
  return log_integral + (share > -0.5 ? std::log1p(share) : 0.0);
}

/// Returns log of the sum over stage counts m in (0, t] of P(m) value(purchases due by then).
///
/// With j stages passed, lambda ~ Gamma(r + j, alpha): m is negative binomial, and
/// floor((m + j) / k) purchases have been due. The value must not grow faster than n, which bounds
/// what is left out.
/// \param log_tail  log_tail(j) is the same sum over those with kHead or more purchases due.
template <class Value, class Tail>
double log_sum_over_stages(const CnbdFuture& future,
                           double t,
                           Value log_value,
                           const Tail& log_tail) noexcept {
  const double k = stages(future.after);
  const double r = future.after.r;
  const double alpha = future.after.alpha;
  const double log_fail = -std::log1p(alpha / t);  // of the chance t / (alpha + t)
  double log_total = math::kLogZero;
  visit_stages(future, [&](double j, double log_weight) {
    const double shape = r + j;
    const double mean = shape * t / alpha;
    double log_mass = -shape * std::log1p(t / alpha);
    double log_sum = math::kLogZero;
    for (double m = 0.0;; m += 1.0) {
      const double due = std::floor((m + j) / k);
      if (due >= kHead) {
        log_sum = math::log_add(log_sum, log_tail(j));
        break;
      }
      const double log_term = log_mass + log_value(due);
      log_sum = math::log_add(log_sum, log_term);
      // Beyond the mean the ratio of terms is at most this, and falls.
      const double ratio = (shape + m) / (m + 1.0) * std::exp(log_fail) * (m + 2.0) / (m + 1.0);
      if (m > mean && ratio < 1.0 && m >= k && log_term - std::log1p(-ratio) < log_sum - 39.0) {
        break;
      }
      log_mass += log_fail + std::log((shape + m) / (m + 1.0));
    }
    log_total = math::log_add(log_total, log_weight + log_sum);
  });
  return log_total;
}

}  // namespace

math::LogTails silence(const BgCnbd& model, const PurchaseHistory& history) noexcept {
  const double shape = model.r + stages(model) * history.x;
  const double A = model.alpha + history.t_x;
  const double idle = history.T - history.t_x;
  if (model.k == 1) {
    const double none = -shape * std::log1p(idle / A);
    return {.lower = none, .upper = math::log_complement(none)};
  }
  if (idle == 0.0) {
    return {.lower = 0.0, .upper = math::kLogZero};
  }
  const double p = 1.0 / (1.0 + A / idle);
  const double q = 1.0 / (1.0 + idle / A);
  const math::LogTails tails = math::log_incomplete_beta(stages(model), shape, p, q);
  return {.lower = tails.upper, .upper = tails.lower};
}

double log_purchase_times(const BgCnbd& model, const PurchaseHistory& history) noexcept {
  const double k = model.k;
  const double r = model.r;
  const double alpha = model.alpha;
  const double passed = k * history.x;
  return (k - 1.0) * history.sum_log_intervals - history.x * math::log_gamma(k) +
         math::log_rising(r, passed) - r * std::log1p(history.t_x / alpha) -
         passed * std::log(alpha + history.t_x);
}

void add_rate_gradient(const BgCnbd& model,
                       const PurchaseHistory& history,
                       double weight,
                       double alive,
                       double gone,
                       std::span<double, 4> gradient) noexcept {
  const double k = model.k;
  const double r = model.r;
  const double alpha = model.alpha;
  const double x = history.x;
  const double t_x = history.t_x;
  const double T = history.T;
  const double passed = k * x;
  double by_r = math::digamma_rise(r, passed) - alive * std::log1p(T / alpha) -
                gone * std::log1p(t_x / alpha);
  double by_alpha = gone * (r * t_x - passed * alpha) / (alpha + t_x);
  visit_stages(given_alive(model, history), [&](double j, double log_weight) {
    const double mass = alive * std::exp(log_weight);
    by_r += mass * math::digamma_rise(r + passed, j);
    by_alpha += mass * (r * T - (passed + j) * alpha) / (alpha + T);
  });
  gradient[0] += weight * r * by_r;
  gradient[1] += weight * by_alpha;
}

double mean_purchase_rate(const BgCnbd& model,
                          const PurchaseHistory& history,
                          double alive,
                          double gone) noexcept {
  const double shape = model.r + stages(model) * history.x;
  double rate = gone * shape / (model.alpha + history.t_x);
  visit_stages(given_alive(model, history), [&](double j, double log_weight) {
    rate += alive * std::exp(log_weight) * (shape + j) / (model.alpha + history.T);
  });
  return rate / stages(model);
}

double log_likelihood(const BgCnbd& model, const PurchaseHistory& history) noexcept {
  const double log_silent = silence(model, history).lower;
  const double log_times = log_purchase_times(model, history);
  if (history.x == 0.0) {
    return log_silent;
  }
  const double log_left = std::log(model.a) - std::log(model.b + (history.x - 1.0));
  return log_times + log_stay(model, history.x) + math::log_add(log_silent, log_left);
}

double log_likelihood(const BgCnbd& model,
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
    const double gone = std::exp(odds.log_gone);
    add_rate_gradient(model, history, weight, std::exp(odds.log_alive), gone, gradient);
    if (x > 0.0) {
      const double rise = math::digamma_rise(a + b, x);
      gradient[2] += weight * (gone - a * rise);
      gradient[3] += weight * b * (math::digamma_rise(b, x) - rise - gone / (b + (x - 1.0)));
    }
  }
  return sum;
}

Aliveness aliveness(const BgCnbd& model, const PurchaseHistory& history) noexcept {
  if (history.x == 0.0) {
    return {.log_alive = 0.0, .log_gone = math::kLogZero};
  }
  const double odds =
      std::log(model.a) - std::log(model.b + (history.x - 1.0)) - silence(model, history).lower;
  return {.log_alive = -math::softplus(odds), .log_gone = -math::softplus(-odds)};
}

CnbdFuture given_alive(const BgCnbd& model, const PurchaseHistory& history) noexcept {
  return {.after = {.k = model.k,
                    .r = model.r + stages(model) * history.x,
                    .alpha = model.alpha + history.T,
                    .a = model.a,
                    .b = model.b + history.x},
          .idle = history.T - history.t_x};
}

PosteriorRates posterior_rates(const BgCnbd& model, const PurchaseHistory& history) noexcept {
  const Aliveness odds = aliveness(model, history);
  const double gone = std::exp(odds.log_gone);
  return {.purchase_rate = mean_purchase_rate(model, history, std::exp(odds.log_alive), gone),
          .dropout_rate = (model.a + gone) / (model.a + model.b + history.x)};
}

double log_expected_transactions(const BgCnbd& model, double t) noexcept {
  return log_expected_transactions(CnbdFuture{.after = model, .idle = 0.0}, t);
}

double log_pmf(const BgCnbd& model, std::int64_t n, double t) noexcept {
  return log_pmf(CnbdFuture{.after = model, .idle = 0.0}, n, t);
}

double log_survival(const BgCnbd& model, double t) noexcept {
  return log_survival(CnbdFuture{.after = model, .idle = 0.0}, t);
}

double log_discounted_transactions(const BgCnbd& model, double t, double delta) noexcept {
  return log_discounted_transactions(CnbdFuture{.after = model, .idle = 0.0}, t, delta);
}

std::vector<double> simulate(const BgCnbd& model, double t, Rng& rng) {
  return simulate(CnbdFuture{.after = model, .idle = 0.0}, t, rng);
}

double log_expected_transactions(const CnbdFuture& future, double t) noexcept {
  if (t == 0.0) {
    return math::kLogZero;
  }
  // When n purchases have been due, G(n) = 1 + (chance to stay once) + ... of them are expected.
  const BgCnbd& after = future.after;
  const double k = stages(after);
  double due = 0.0;
  double stay = 1.0;
  double sum = 0.0;
  const auto expected_of = [&](double n) {
    if (n < due) {  // the next stage begins anew
      due = 0.0;
      stay = 1.0;
      sum = 0.0;
    }
    for (; due < n; due += 1.0) {
      sum += stay;
      stay *= (after.b + due) / (after.a + after.b + due);
    }
    return std::log(sum);
  };
  return log_sum_over_stages(future, t, expected_of, [&](double j) {
    // G(kHead) for all of them, and one more for each N > kHead that is due and come to.
    const auto log_due = [&](double N) {
      return log_negative_binomial_tail(after.r + j, after.alpha, k * N - j, t);
    };
    const double log_more =
        log_sum_from(kHead + 1.0, (after.r + j) * t / after.alpha / k, [&](double N) {
          return log_stay_long(after, N - 1.0) + log_due(N);
        });
    return math::log_add(expected_of(kHead) + log_due(kHead), log_more);
  });
}

double log_pmf(const CnbdFuture& future, std::int64_t n, double t) noexcept {
  const BgCnbd& after = future.after;
  const double k = after.k;
  const double r = after.r;
  const double alpha = after.alpha;
  const double a = after.a;
  const double b = after.b;
  if (t == 0.0) {
    return n == 0 ? 0.0 : math::kLogZero;
  }
  const auto count = static_cast<double>(n);
  double log_alive = math::kLogZero;  // n purchases have been due, not n + 1
  double log_gone = math::kLogZero;   // n or more have been due
  visit_stages(future, [&](double j, double log_weight) {
    const double from = std::max(0.0, k * count - j);
    const double to = k * (count + 1.0) - j;
    double log_sum = math::kLogZero;
    double log_mass = log_negative_binomial(r + j, alpha, from, t);
    const double log_fail = -std::log1p(alpha / t);
    for (double m = from; m < to; m += 1.0) {
      log_sum = math::log_add(log_sum, log_mass);
      log_mass += log_fail + std::log((r + j + m) / (m + 1.0));
    }
    log_alive = math::log_add(log_alive, log_weight + log_sum);
    if (n > 0) {
      log_gone =
          math::log_add(log_gone, log_weight + log_negative_binomial_tail(r + j, alpha, from, t));
    }
  });
  if (n == 0) {
    return log_alive;
  }
  return log_stay(future.after, count) +
         math::log_add(log_alive, std::log(a) - std::log(b + (count - 1.0)) + log_gone);
}

double log_survival(const CnbdFuture& future, double t) noexcept {
  if (t == 0.0) {
    return 0.0;
  }
  const BgCnbd& after = future.after;
  const double k = stages(after);
  return log_sum_over_stages(
      future,
      t,
      [&](double n) { return log_stay(after, n); },
      [&](double j) {
        return log_sum_from(kHead, (after.r + j) * t / after.alpha / k, [&](double N) {
          double log_due = math::kLogZero;  // exactly N
          for (double i = 0.0; i < k; i += 1.0) {
            log_due = math::log_add(
                log_due, log_negative_binomial(after.r + j, after.alpha, k * N - j + i, t));
          }
          return log_stay_long(after, N) + log_due;
        });
      });
}

double log_discounted_transactions(const CnbdFuture& future, double t, double delta) noexcept {
  if (delta == 0.0) {
    return log_expected_transactions(future, t);
  }
  const BgCnbd& after = future.after;
  const double k = after.k;
  const double r = after.r;
  const double alpha = after.alpha;
  const double a = after.a;
  const double b = after.b;
  if (std::isinf(t)) {
    // Given lambda and p, a stage is worth f = lambda / (lambda + delta), and with j stages passed
    // the purchases are worth f^(k-j) / (1 - (1-p) f^k). Mean over p outside, log lambda inside.
    double log_total = math::kLogZero;
    visit_stages(future, [&](double j, double log_weight) {
      const double shape = r + j;
      const double log_norm = math::log_gamma(shape);
      const double log_mean = math::log_beta_mean(a, b, 1.0, [&](double p, double /*q*/) {
        // u = alpha lambda
        const auto log_f = [&](double w) {
          const double wait = std::log1p(delta * alpha * std::exp(-w));
          const double keep = -std::expm1(-k * wait) + p * std::exp(-k * wait);
          return shape * w - std::exp(w) - (k - j) * wait - std::log(keep);
        };
        return math::log_integral(log_f,
                                  -std::numeric_limits<double>::infinity(),
                                  std::log(shape + 60.0 * std::sqrt(shape) + 800.0),
                                  std::log(shape)) -
               log_norm;
      });
      log_total = math::log_add(log_total, log_weight + log_mean);
    });
    return log_total;
  }
  // e^(-delta t) E(t) + delta times the integral of e^(-delta u) E(u), over w = log u.
  const double last = std::log(t);
  const double log_rest =
      std::log(delta) + math::log_integral(
                            [&](double w) {
                              const double u = std::exp(w);
                              return w - delta * u + log_expected_transactions(future, u);
                            },
                            -std::numeric_limits<double>::infinity(),
                            last,
                            last);
  return math::log_add(log_expected_transactions(future, t) - delta * t, log_rest);
}

std::vector<double> simulate(const CnbdFuture& future, double t, Rng& rng) {
  const BgCnbd& after = future.after;
  const double k = after.k;
  const double r = after.r;
  const double alpha = after.alpha;
  const double a = after.a;
  const double b = after.b;
  double level = rng.uniform();
  double passed = 0.0;
  visit_stages(future, [&](double j, double log_weight) {
    if (level >= 0.0) {
      passed = j;
      level -= std::exp(log_weight);
    }
  });
  const double mean_stage = std::exp(std::log(alpha) - math::draw_log_gamma(r + passed, rng));
  const double leaves = 1.0 / (1.0 + std::exp(-math::draw_beta_logit(a, b, rng)));
  std::vector<double> times;
  double now = 0.0;
  for (;;) {
    for (double stage = passed; stage < k; stage += 1.0) {
      now += mean_stage * math::draw_exponential(rng);
    }
    passed = 0.0;
    if (!(now <= t)) {
      return times;
    }
    times.push_back(now);
    if (rng.uniform() < leaves) {
      return times;
    }
  }
}

}  // namespace till::models

// NOLINTEND(bugprone-float-loop-counter)
