/// \file
/// Buy till you die: what every model of the family answers for one customer.
///
/// A model is a plain struct of its parameters, such as `ParetoNbd{.r, .alpha, .s, .beta}`. Few
/// functions are written for each of them; all others follow from those and stand here once:
///
///     const ParetoNbd model = {.r = 0.55, .alpha = 10.6, .s = 0.61, .beta = 11.7};
///     const PurchaseHistory customer = {.x = 2, .t_x = 30.4, .T = 38.9};
///     probability_alive(model, customer);                        // now
///     conditional_expected_transactions(model, customer, 4.3);   // in (T, T + 4.3]
///     conditional_pmf(model, customer, 0, 4.3);                  // no purchase until then
///
/// The key is that a customer known to be alive at T is a customer of the same family whose
/// parameters have been updated by the history: `given_alive()` returns that model, the *future*.
/// Everything about (T, T + t] is P(alive) times the same thing of the future.
///
/// What is computed is kept as logarithms, because a customer whose chance to be alive is 1e-400 is
/// a customer like others; functions named without `log_` return what the logarithm stands for,
/// which may underflow to 0.
///
/// Layer:   models (core, math).   Threads: pure.
#pragma once

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "till/core/purchase_history.hpp"
#include "till/core/rng.hpp"
#include "till/math/log_space.hpp"

namespace till::models {

/// One parameter of a model. All parameters are > 0.
struct ModelParameter {
  std::string_view name;
  /// 1 for a time, -1 for a rate per time unit, 0 for a pure number.
  int time_power = 0;
};

/// Whether a customer is still there, as logarithms of the two probabilities: one of them may be
/// too close to 1, or too small, for a double.
struct Aliveness {
  double log_alive;
  double log_gone;
};

/// Means of the rates of one customer given the history. Infinite where the mean does not exist.
struct PosteriorRates {
  double purchase_rate;  ///< lambda; purchases per time unit while alive.
  /// Continuous dropout: the mean of mu, per time unit. Dropout at purchases: the mean of p, the
  /// chance to leave at each. No dropout: 0.
  double dropout_rate;
};

/// What a customer who is alive at the start does in (0, t].
template <typename F>
concept Future = requires(const F& future, double t, std::int64_t n, Rng& rng) {
  /// log E[X(t)]; -infinity at t = 0. Finite for every t in (0, infinity).
  { log_expected_transactions(future, t) } noexcept -> std::same_as<double>;
  /// log P(X(t) = n).
  { log_pmf(future, n, t) } noexcept -> std::same_as<double>;
  /// log P(alive at t).
  { log_survival(future, t) } noexcept -> std::same_as<double>;
  /// log of the sum of e^(-delta u) over the expected purchases u in (0, t]; t may be infinity.
  { log_discounted_transactions(future, t, t) } noexcept -> std::same_as<double>;
  /// The times of the purchases in (0, t], ascending.
  { simulate(future, t, rng) } -> std::same_as<std::vector<double>>;
};

/// A model: what a customer does after the first purchase, and how a history updates that.
template <typename M>
concept BuyTillYouDieModel =
    Future<M> && Future<typename M::FutureModel> &&
    requires(const M& model,
             const PurchaseHistory& history,
             std::span<const double, M::kParameters.size()> values,
             const PurchaseHistories& histories,
             std::span<double, M::kParameters.size()> gradient) {
      { M::kName } -> std::convertible_to<std::string_view>;
      /// Names, in the order of values().
      { M::kParameters[0] } -> std::convertible_to<ModelParameter>;
      { model.values() } noexcept -> std::same_as<std::array<double, M::kParameters.size()>>;
      /// The same model (k and the like kept) with other parameters.
      { model.with(values) } noexcept -> std::same_as<M>;
      { log_likelihood(model, history) } noexcept -> std::same_as<double>;
      /// Weighted sum over histories, and its gradient with respect to the *logarithms* of the
      /// parameters.
      { log_likelihood(model, histories, gradient) } noexcept -> std::same_as<double>;
      { aliveness(model, history) } noexcept -> std::same_as<Aliveness>;
      { given_alive(model, history) } noexcept -> std::same_as<typename M::FutureModel>;
      { posterior_rates(model, history) } noexcept -> std::same_as<PosteriorRates>;
    };

/// Writes the log-likelihood of each history; weights are not applied.
/// \param[out] out  length n; finite for every valid history.
template <BuyTillYouDieModel M>
void log_likelihoods(const M& model,
                     const PurchaseHistories& histories,
                     std::span<double> out) noexcept {
  for (std::size_t i = 0; i < histories.size(); ++i) {
    out[i] = log_likelihood(model, histories[i]);
  }
}

// --- a new customer, or one known to be alive
// ------------------------------------------------------

/// Returns E[X(t)]: the mean number of purchases in (0, t], the first not counted. \pre t >= 0.
template <Future F>
[[nodiscard]] double expected_transactions(const F& future, double t) noexcept {
  return std::exp(log_expected_transactions(future, t));
}

/// Returns P(X(t) = n). \pre n >= 0, t >= 0.
template <Future F>
[[nodiscard]] double pmf(const F& future, std::int64_t n, double t) noexcept {
  return std::exp(log_pmf(future, n, t));
}

/// Writes P(X(t) = n) for n = 0, 1, ... \pre t >= 0. \param[out] out  of any length.
///
/// The models of the most customers have faster ones of their own, which agree with this to 1e-10.
template <Future F>
void pmf_from_zero(const F& future, double t, std::span<double> out) noexcept {
  for (std::size_t n = 0; n < out.size(); ++n) {
    out[n] = pmf(future, static_cast<std::int64_t>(n), t);
  }
}

// --- a customer with a history ------------------------------------------------------------------

/// Returns P(alive at T).
template <BuyTillYouDieModel M>
[[nodiscard]] double probability_alive(const M& model, const PurchaseHistory& history) noexcept {
  return std::exp(aliveness(model, history).log_alive);
}

/// Returns P(alive at T + t). \pre t >= 0.
template <BuyTillYouDieModel M>
[[nodiscard]] double probability_alive(const M& model,
                                       const PurchaseHistory& history,
                                       double t) noexcept {
  return std::exp(aliveness(model, history).log_alive +
                  log_survival(given_alive(model, history), t));
}

/// Returns log E[Y(t)], Y being the number of purchases in (T, T + t]. \pre t >= 0.
template <BuyTillYouDieModel M>
[[nodiscard]] double log_conditional_expected_transactions(const M& model,
                                                           const PurchaseHistory& history,
                                                           double t) noexcept {
  return aliveness(model, history).log_alive +
         log_expected_transactions(given_alive(model, history), t);
}

/// Returns the mean number of purchases in (T, T + t]. \pre t >= 0.
template <BuyTillYouDieModel M>
[[nodiscard]] double conditional_expected_transactions(const M& model,
                                                       const PurchaseHistory& history,
                                                       double t) noexcept {
  return std::exp(log_conditional_expected_transactions(model, history, t));
}

/// Returns the mean number of purchases in (T + from, T + to]. \pre 0 <= from <= to.
template <BuyTillYouDieModel M>
[[nodiscard]] double conditional_expected_transactions(const M& model,
                                                       const PurchaseHistory& history,
                                                       double from,
                                                       double to) noexcept {
  const double until_to = conditional_expected_transactions(model, history, to);
  return from > 0.0 ? until_to - conditional_expected_transactions(model, history, from) : until_to;
}

/// Returns log P(Y(t) = n). \pre n >= 0, t >= 0.
template <BuyTillYouDieModel M>
[[nodiscard]] double log_conditional_pmf(const M& model,
                                         const PurchaseHistory& history,
                                         std::int64_t n,
                                         double t) noexcept {
  const Aliveness odds = aliveness(model, history);
  const double if_alive = odds.log_alive + log_pmf(given_alive(model, history), n, t);
  return n == 0 ? math::log_add(odds.log_gone, if_alive) : if_alive;
}

/// Returns P(Y(t) = n): n purchases in (T, T + t]. \pre n >= 0, t >= 0.
template <BuyTillYouDieModel M>
[[nodiscard]] double conditional_pmf(const M& model,
                                     const PurchaseHistory& history,
                                     std::int64_t n,
                                     double t) noexcept {
  return std::exp(log_conditional_pmf(model, history, n, t));
}

/// Returns P(Y(t) = 0). \pre t >= 0.
template <BuyTillYouDieModel M>
[[nodiscard]] double probability_of_no_purchase(const M& model,
                                                const PurchaseHistory& history,
                                                double t) noexcept {
  return conditional_pmf(model, history, 0, t);
}

/// Writes P(Y(t) = n) for n = 0, 1, ... \pre t >= 0. \param[out] out  of any length.
template <BuyTillYouDieModel M>
void conditional_pmf_from_zero(const M& model,
                               const PurchaseHistory& history,
                               double t,
                               std::span<double> out) noexcept {
  if (out.empty()) {
    return;
  }
  const Aliveness odds = aliveness(model, history);
  pmf_from_zero(given_alive(model, history), t, out);
  const double alive = std::exp(odds.log_alive);
  for (double& mass : out) {
    mass *= alive;
  }
  out.front() += std::exp(odds.log_gone);
}

/// Returns the smallest n with P(Y(t) <= n) >= level.
///
/// Adds up the pmf; a level that the sum does not reach by rounding gives where the sum ended.
/// \pre 0 <= level < 1, t >= 0.
/// Cost: one pmf for each purchase up to the answer.
template <BuyTillYouDieModel M>
[[nodiscard]] std::int64_t conditional_quantile(const M& model,
                                                const PurchaseHistory& history,
                                                double level,
                                                double t) noexcept {
  std::array<double, 24> first{};  // enough for most
  conditional_pmf_from_zero(model, history, t, first);
  double below = 0.0;
  for (std::size_t n = 0; n < first.size(); ++n) {
    below += first[n];
    if (below >= level) {
      return static_cast<std::int64_t>(n);
    }
  }
  const double alive = probability_alive(model, history);
  const auto future = given_alive(model, history);
  const double mean = expected_transactions(future, t);
  for (auto n = static_cast<std::int64_t>(first.size());; ++n) {
    const double mass = alive * pmf(future, n, t);
    below += mass;
    if (below >= level || (static_cast<double>(n) > mean && mass < 1e-18)) {
      return n;
    }
  }
}

/// Returns the time from T within which the next purchase comes with this probability; infinity
/// when the customer buys never again with probability 1 - level or more.
///
/// P(next purchase within t) = 1 - P(Y(t) = 0), which grows with t: found by bisection.
/// \pre 0 < level < 1.
/// Accuracy: 1e-12 relative.
template <BuyTillYouDieModel M>
[[nodiscard]] double next_purchase_time(const M& model,
                                        const PurchaseHistory& history,
                                        double level) noexcept {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  const double alive = probability_alive(model, history);
  if (level >= alive) {
    return kNever;
  }
  const auto future = given_alive(model, history);
  // log P(no purchase within t | alive) to be reached.
  const double target = std::log1p(-level / alive);
  double high = history.T > 0.0 ? history.T : 1.0;
  while (log_pmf(future, 0, high) > target) {
    high *= 4.0;
    if (high > 1e15 * history.T) {
      return kNever;
    }
  }
  double low = high;
  while (low > 0.0 && log_pmf(future, 0, low) <= target) {
    low *= 0.25;
  }
  while (high - low > 1e-13 * high) {
    const double middle = low + 0.5 * (high - low);
    if (middle <= low || middle >= high) {
      break;
    }
    (log_pmf(future, 0, middle) > target ? low : high) = middle;
  }
  return high;
}

/// Returns the discounted expected residual transactions, purchases in (T, infinity), each worth
/// e^(-delta u) at T + u. \pre delta > 0, per time unit.
template <BuyTillYouDieModel M>
[[nodiscard]] double dert(const M& model, const PurchaseHistory& history, double delta) noexcept {
  return std::exp(aliveness(model, history).log_alive +
                  log_discounted_transactions(
                      given_alive(model, history), std::numeric_limits<double>::infinity(), delta));
}

/// Returns the discounted expected transactions in (T, T + t]. \pre t >= 0, delta >= 0.
template <BuyTillYouDieModel M>
[[nodiscard]] double dect(const M& model,
                          const PurchaseHistory& history,
                          double t,
                          double delta) noexcept {
  return std::exp(aliveness(model, history).log_alive +
                  log_discounted_transactions(given_alive(model, history), t, delta));
}

// --- many customers ---------------------------------------------------------------------------
//
// The models of the most customers have faster ones of their own, which agree with these to 1e-12.

/// Writes P(alive at T) of each history. \param[out] out  length n.
template <BuyTillYouDieModel M>
void probabilities_alive(const M& model,
                         const PurchaseHistories& histories,
                         std::span<double> out) noexcept {
  for (std::size_t i = 0; i < histories.size(); ++i) {
    out[i] = probability_alive(model, histories[i]);
  }
}

/// Writes the mean number of purchases in (T, T + t] of each history. \pre t >= 0.
/// \param[out] out  length n.
template <BuyTillYouDieModel M>
void conditional_expectations(const M& model,
                              const PurchaseHistories& histories,
                              double t,
                              std::span<double> out) noexcept {
  for (std::size_t i = 0; i < histories.size(); ++i) {
    out[i] = conditional_expected_transactions(model, histories[i], t);
  }
}

/// Writes P(no purchase in (T, T + t]) of each history. \pre t >= 0. \param[out] out  length n.
template <BuyTillYouDieModel M>
void probabilities_of_no_purchase(const M& model,
                                  const PurchaseHistories& histories,
                                  double t,
                                  std::span<double> out) noexcept {
  for (std::size_t i = 0; i < histories.size(); ++i) {
    out[i] = probability_of_no_purchase(model, histories[i], t);
  }
}

/// Returns the history that purchases at these times leave at T. \pre times ascend within (0, T].
[[nodiscard]] PurchaseHistory history_of(std::span<const double> times, double T) noexcept;

}  // namespace till::models
