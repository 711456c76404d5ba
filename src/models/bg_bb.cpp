#include "till/models/bg_bb.hpp"

#include <algorithm>
#include <cmath>

#include "till/math/draw.hpp"
#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"

// NOLINTBEGIN(bugprone-float-loop-counter): doubles that count are whole, and exact.

namespace till::models {

namespace {

// A customer with x purchases, the last at occasion t_x, was there for i = t_x ... T occasions, the
// last of these until now:
//
//   B(alpha+x, beta+i-x) / B(alpha, beta)      bought at x given ones of i
//   B(gamma+1, delta+i) / B(gamma, delta)      left after i, i < T
//   B(gamma, delta+T)   / B(gamma, delta)      is still there
//
// All terms are positive; each follows from the one before by a ratio of small numbers.

/// log of the first term.
double log_purchases(const BgBb& model, double x, double i) noexcept {
  return math::log_rising(model.alpha, x) + math::log_rising(model.beta, i - x) -
         math::log_rising(model.alpha + model.beta, i);
}

/// log of B(gamma, delta+i) / B(gamma, delta): there at occasion i.
double log_stay(const BgBb& model, double i) noexcept {
  return math::log_rising(model.delta, i) - math::log_rising(model.gamma + model.delta, i);
}

/// log of the chance to leave between occasions i and i + 1, given there at i.
double log_leave(const BgBb& model, double i) noexcept {
  return -std::log1p((model.delta + i) / model.gamma);
}

/// Calls visit(i, log term) for those who left after i = t_x ... T - 1 occasions.
template <class Visit>
void visit_gone(const BgBb& model, const PurchaseHistory& history, const Visit& visit) noexcept {
  const auto& [alpha, beta, gamma, delta] = model;
  const auto& [x, t_x, T, unused] = history;
  double log_there = log_purchases(model, x, t_x) + log_stay(model, t_x);
  for (double i = t_x; i < T; i += 1.0) {
    visit(i, log_there + log_leave(model, i));
    log_there += std::log((beta + (i - x)) / (alpha + beta + i)) +
                 std::log((delta + i) / (gamma + delta + i));
  }
}

double log_alive_term(const BgBb& model, const PurchaseHistory& history) noexcept {
  return log_purchases(model, history.x, history.T) + log_stay(model, history.T);
}

double log_gone_term(const BgBb& model, const PurchaseHistory& history) noexcept {
  double sum = math::kLogZero;
  visit_gone(
      model, history, [&](double /*i*/, double log_term) { sum = math::log_add(sum, log_term); });
  return sum;
}

}  // namespace

double log_likelihood(const BgBb& model, const PurchaseHistory& history) noexcept {
  const double alpha = model.alpha;
  const double beta = model.beta;
  if (history.x == 0.0) {
    // Of the first purchase, at occasion i + 1.
    double log_none = 0.0;  // no purchase yet, if there
    double log_purchase = math::kLogZero;
    for (double i = 0.0; i < history.T; i += 1.0) {
      const double log_first = log_none + std::log(alpha / (alpha + beta + i));
      log_purchase = math::log_add(log_purchase, log_first + log_stay(model, i + 1.0));
      log_none += std::log((beta + i) / (alpha + beta + i));
    }
    if (log_purchase < -1.0) {
      return std::log1p(-std::exp(log_purchase));
    }
  }
  return math::log_add(log_alive_term(model, history), log_gone_term(model, history));
}

double log_likelihood(const BgBb& model,
                      const PurchaseHistories& histories,
                      std::span<double, 4> gradient) noexcept {
  const double alpha = model.alpha;
  const double beta = model.beta;
  const double gamma = model.gamma;
  const double delta = model.delta;
  double sum = 0.0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (std::size_t h = 0; h < histories.size(); ++h) {
    const PurchaseHistory history = histories[h];
    const double x = history.x;
    const double weight = histories.weight(h);
    sum += weight * log_likelihood(model, history);
    const double log_total =
        math::log_add(log_alive_term(model, history), log_gone_term(model, history));
    const auto add = [&](double i, double log_term, double left) {
      const double mass = weight * std::exp(log_term - log_total);
      const double rise = math::digamma_rise(alpha + beta, i);
      const double dropout_rise = math::digamma_rise(gamma + delta, i + left);
      gradient[0] += mass * alpha * (math::digamma_rise(alpha, x) - rise);
      gradient[1] += mass * beta * (math::digamma_rise(beta, i - x) - rise);
      gradient[2] += mass * (left - gamma * dropout_rise);
      gradient[3] += mass * delta * (math::digamma_rise(delta, i) - dropout_rise);
    };
    visit_gone(model, history, [&](double i, double log_term) { add(i, log_term, 1.0); });
    add(history.T, log_alive_term(model, history), 0.0);
  }
  return sum;
}

Aliveness aliveness(const BgBb& model, const PurchaseHistory& history) noexcept {
  const double odds = log_gone_term(model, history) - log_alive_term(model, history);
  return {.log_alive = -math::softplus(odds), .log_gone = -math::softplus(-odds)};
}

BgBb given_alive(const BgBb& model, const PurchaseHistory& history) noexcept {
  return {.alpha = model.alpha + history.x,
          .beta = model.beta + (history.T - history.x),
          .gamma = model.gamma,
          .delta = model.delta + history.T};
}

PosteriorRates posterior_rates(const BgBb& model, const PurchaseHistory& history) noexcept {
  const double log_alive = log_alive_term(model, history);
  const double log_total = math::log_add(log_alive, log_gone_term(model, history));
  PosteriorRates rates = {.purchase_rate = 0.0, .dropout_rate = 0.0};
  const auto add = [&](double i, double log_term, double left) {
    const double mass = std::exp(log_term - log_total);
    rates.purchase_rate += mass * (model.alpha + history.x) / (model.alpha + model.beta + i);
    rates.dropout_rate += mass * (model.gamma + left) / (model.gamma + model.delta + i + left);
  };
  visit_gone(model, history, [&](double i, double log_term) { add(i, log_term, 1.0); });
  add(history.T, log_alive, 0.0);
  return rates;
}

double log_expected_transactions(const BgBb& model, double t) noexcept {
  return log_discounted_transactions(model, t, 0.0);
}

double log_pmf(const BgBb& model, std::int64_t n, double t) noexcept {
  const auto count = static_cast<double>(n);
  const double occasions = std::floor(t);
  if (count > occasions) {
    return math::kLogZero;
  }
  // n purchases of i occasions, whichever they were.
  const auto log_count = [&](double i) {
    return log_purchases(model, count, i) + math::log_rising(i - count + 1.0, count) -
           math::log_gamma(count + 1.0);
  };
  double sum = log_count(occasions) + log_stay(model, occasions);
  for (double i = count; i < occasions; i += 1.0) {
    sum = math::log_add(sum, log_count(i) + log_stay(model, i) + log_leave(model, i));
  }
  return sum;
}

double log_survival(const BgBb& model, double t) noexcept {
  return log_stay(model, std::floor(t));
}

double log_discounted_transactions(const BgBb& model, double t, double delta) noexcept {
  // E[p] times the sum over occasions i <= t of e^(-delta i) P(there at i).
  const double occasions = std::floor(t);
  double sum = 0.0;
  double term = 1.0;
  const double discount = std::exp(-delta);
  for (double i = 0.0; i < occasions; i += 1.0) {
    term *= discount * (model.delta + i) / (model.gamma + model.delta + i);
    sum += term;
    if (delta > 0.0 && term < 1e-17 * delta * sum) {
      break;  // the rest is less than a geometric series
    }
  }
  return std::log(sum) - std::log1p(model.beta / model.alpha);
}

std::vector<double> simulate(const BgBb& model, double t, Rng& rng) {
  const double buys = 1.0 / (1.0 + std::exp(-math::draw_beta_logit(model.alpha, model.beta, rng)));
  const double leaves =
      1.0 / (1.0 + std::exp(-math::draw_beta_logit(model.gamma, model.delta, rng)));
  std::vector<double> times;
  for (double i = 1.0; i <= t; i += 1.0) {
    if (rng.uniform() < leaves) {
      break;
    }
    if (rng.uniform() < buys) {
      times.push_back(i);
    }
  }
  return times;
}

}  // namespace till::models

// NOLINTEND(bugprone-float-loop-counter)
