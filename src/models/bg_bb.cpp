#include "till/models/bg_bb.hpp"

#include <algorithm>
#include <cmath>

#include "till/math/draw.hpp"
#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"
#include "till/math/long_sum.hpp"

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
// All terms are positive, and those of who left fall from the first on.

/// log of the first term. Both ratios of beta functions are of small numbers, however large i is.
double log_purchases(const BgBb& model, double x, double i) noexcept {
  return math::log_rising(model.alpha, x) + math::log_rising(model.beta, model.alpha) -
         math::log_rising(model.beta + (i - x), model.alpha + x);
}

/// log of B(gamma, delta+i) / B(gamma, delta): there at occasion i.
double log_stay(const BgBb& model, double i) noexcept {
  return math::log_rising(model.delta, model.gamma) -
         math::log_rising(model.delta + i, model.gamma);
}

/// log of the chance to leave between occasions i and i + 1, given there at i.
double log_leave(const BgBb& model, double i) noexcept {
  return -std::log1p((model.delta + i) / model.gamma);
}

double log_alive_term(const BgBb& model, const PurchaseHistory& history) noexcept {
  return log_purchases(model, history.x, history.T) + log_stay(model, history.T);
}

/// log of the term of those who left after t_x occasions: the largest.
double log_first_gone_term(const BgBb& model, const PurchaseHistory& history) noexcept {
  return log_purchases(model, history.x, history.t_x) + log_stay(model, history.t_x) +
         log_leave(model, history.t_x);
}

/// Visits the terms of those who left after i = t_x, t_x + 1 ... T - 1 occasions, as what they are
/// of the first.
template <class Visit>
void visit_gone(const BgBb& model, const PurchaseHistory& history, const Visit& visit) noexcept {
  const double alpha = model.alpha;
  const double beta = model.beta;
  const double gamma = model.gamma;
  const double delta = model.delta;
  const double x = history.x;
  const auto log_term = [&](double i) {
    return -math::log_rising(beta + (i - x), alpha + x) - math::log_rising(delta + i, gamma + 1.0);
  };
  math::visit_falling_terms(
      history.t_x,
      history.T,
      [&](double i) {
        return (beta + (i - x)) * (delta + i) / ((alpha + beta + i) * (gamma + delta + i + 1.0));
      },
      log_term,
      visit);
}

double log_gone_term(const BgBb& model, const PurchaseHistory& history) noexcept {
  double sum = 0.0;
  visit_gone(model, history, [&](double /*i*/, double share) { sum += share; });
  return log_first_gone_term(model, history) + std::log(sum);
}

/// P(a purchase at one of the first T occasions): at occasion i + 1 the first, still there.
double any_purchase(const BgBb& model, double T) noexcept {
  const double alpha = model.alpha;
  const double beta = model.beta;
  const double gamma = model.gamma;
  const double delta = model.delta;
  const auto log_term = [&](double i) {
    return -math::log_rising(beta + i, alpha + 1.0) - math::log_rising(delta + i + 1.0, gamma);
  };
  double sum = 0.0;
  math::visit_falling_terms(
      0.0,
      T,
      [&](double i) {
        return (beta + i) * (delta + i + 1.0) /
               ((alpha + beta + i + 1.0) * (gamma + delta + i + 1.0));
      },
      log_term,
      [&](double /*i*/, double share) { sum += share; });
  return sum * (delta / (gamma + delta)) * (alpha / (alpha + beta));
}

/// digamma(shape + n) - digamma(shape), at one n after the other.
class Rise {
 public:
  Rise(double shape, double n) noexcept
      : shape_(shape), n_(n), value_(math::digamma_rise(shape, n)) {}

  double at(double n) noexcept {
    if (n == n_ + 1.0) {
      value_ += 1.0 / (shape_ + n_);
    } else if (n != n_) {
      value_ = math::digamma_rise(shape_, n);
    }
    n_ = n;
    return value_;
  }

 private:
  double shape_;
  double n_;
  double value_;
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
    const double log_first = log_first_gone_term(model, history);
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
    visit_gone(model, history, [&](double i, double share) {
      left += share;
      sum_rise += share * rise.at(i);
      sum_beta_rise += share * beta_rise.at(i - x);
      sum_left_rise += share * left_rise.at(i + 1.0);
      sum_delta_rise += share * delta_rise.at(i);
    });
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
  const double first = std::exp(log_first_gone_term(model, history) - log_total);
  visit_gone(model, history, [&](double i, double share) { add(i, first * share, 1.0); });
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
