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

/// The terms of those who left after i = t_x, t_x + 1 ... occasions. The first is the largest: the
/// others are kept as what they are of it.
struct Gone {
  Gone(const BgBb& bg_bb, const PurchaseHistory& history) noexcept
      : model(bg_bb), x(history.x), i(history.t_x) {}

  [[nodiscard]] double log_first() const noexcept {
    return log_purchases(model, x, i) + log_stay(model, i) + log_leave(model, i);
  }

  void next() noexcept {
    share *= (model.beta + (i - x)) * (model.delta + i) /
             ((model.alpha + model.beta + i) * (model.gamma + model.delta + i + 1.0));
    i += 1.0;
  }

  BgBb model;
  double x;
  double i;
  double share = 1.0;
};

double log_alive_term(const BgBb& model, const PurchaseHistory& history) noexcept {
  return log_purchases(model, history.x, history.T) + log_stay(model, history.T);
}

double log_gone_term(const BgBb& model, const PurchaseHistory& history) noexcept {
  Gone gone(model, history);
  const double log_first = gone.log_first();
  double sum = 0.0;
  for (; gone.i < history.T; gone.next()) {
    sum += gone.share;
  }
  return log_first + std::log(sum);
}

/// P(a purchase at one of the first T occasions): at occasion i + 1 the first, still there.
double any_purchase(const BgBb& model, double T) noexcept {
  const auto& [alpha, beta, gamma, delta] = model;
  double none = 1.0;  // so far, if there
  double there = 1.0;
  double sum = 0.0;
  for (double i = 0.0; i < T; i += 1.0) {
    there *= (delta + i) / (gamma + delta + i);
    sum += none * there * (alpha / (alpha + beta + i));
    none *= (beta + i) / (alpha + beta + i);
  }
  return sum;
}

/// digamma(shape + n) - digamma(shape), each n from the one before.
struct Rise {
  Rise(double from, double n) noexcept : at(from + n), value(math::digamma_rise(from, n)) {}

  void next() noexcept {
    value += 1.0 / at;
    at += 1.0;
  }

  double at;
  double value;
};

}  // namespace

double log_likelihood(const BgBb& model, const PurchaseHistory& history) noexcept {
  if (history.x == 0.0) {
    const double purchase = any_purchase(model, history.T);
    if (purchase < 0.35) {
      return std::log1p(-purchase);
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
    const auto add = [&](double mass,
                         double rise,
                         double beta_rise,
                         double left_rise,
                         double delta_rise,
                         double left) {
      gradient[0] += mass * alpha * (math::digamma_rise(alpha, x) - rise);
      gradient[1] += mass * beta * (beta_rise - rise);
      gradient[2] += mass * (left - gamma * left_rise);
      gradient[3] += mass * delta * (delta_rise - left_rise);
    };
    Gone gone(model, history);
    const double log_first = gone.log_first();
    Rise rise(alpha + beta, history.t_x);
    Rise beta_rise(beta, history.t_x - x);
    Rise delta_rise(delta, history.t_x);
    Rise left_rise(gamma + delta, history.t_x + 1.0);
    // Sums over those who left: their share of the first term, and the means of what it multiplies.
    double left = 0.0;
    double sum_rise = 0.0;
    double sum_beta_rise = 0.0;
    double sum_left_rise = 0.0;
    double sum_delta_rise = 0.0;
    while (gone.i < history.T) {
      left += gone.share;
      sum_rise += gone.share * rise.value;
      sum_beta_rise += gone.share * beta_rise.value;
      sum_left_rise += gone.share * left_rise.value;
      sum_delta_rise += gone.share * delta_rise.value;
      gone.next();
      rise.next();
      beta_rise.next();
      left_rise.next();
      delta_rise.next();
    }
    const double log_alive = log_alive_term(model, history);
    const double log_total = math::log_add(log_alive, log_first + std::log(left));
    if (left > 0.0) {
      const double mass = weight * std::exp(log_first + std::log(left) - log_total);
      add(mass,
          sum_rise / left,
          sum_beta_rise / left,
          sum_left_rise / left,
          sum_delta_rise / left,
          1.0);
    }
    add(weight * std::exp(log_alive - log_total),
        math::digamma_rise(alpha + beta, history.T),
        math::digamma_rise(beta, history.T - x),
        math::digamma_rise(gamma + delta, history.T),
        math::digamma_rise(delta, history.T),
        0.0);
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
  const auto add = [&](double i, double mass, double left) {
    rates.purchase_rate += mass * (model.alpha + history.x) / (model.alpha + model.beta + i);
    rates.dropout_rate += mass * (model.gamma + left) / (model.gamma + model.delta + i + left);
  };
  Gone gone(model, history);
  const double first = std::exp(gone.log_first() - log_total);
  for (; gone.i < history.T; gone.next()) {
    add(gone.i, first * gone.share, 1.0);
  }
  add(history.T, std::exp(log_alive - log_total), 0.0);
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
