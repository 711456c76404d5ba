/// \file
/// MBG/CNBD mixture: customers who differ in how regularly they buy.
///
/// Some customers buy at random, some every other week as clocks do. A fixed k takes all of them
/// for equally regular, and is sure too early that an irregular one has left. Here each customer
/// has a k of their own, 1, 2, 4 or 8, which the intervals between purchases tell:
///
///     k      = 1, 2, 4, 8 with odds 1 : odds_2 : odds_4 : odds_8
///     lambda ~ Gamma(shape r, rate alpha)      purchases per time unit, the same for every k
///     p      ~ Beta(a, b)                      chance to leave after a purchase, the first
///     included
///
/// Given k it is the MBG/CNBD-k whose stages pass k times as fast, MbgCnbd{k, r, alpha / k, a, b};
/// all quantities are means of those over the customer's k, exact, without simulation. Histories
/// need `sum_log_intervals`: without it nothing is known of a customer's regularity.
///
/// Layer:   models (core, math).   Threads: pure.
/// Sources: [PR16], [RPS21] -- keys resolve in docs/references.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "till/core/purchase_history.hpp"
#include "till/core/rng.hpp"
#include "till/models/buy_till_you_die.hpp"
#include "till/models/mbg_cnbd.hpp"

namespace till::models {

struct CnbdMixtureFuture;

/// The model with its parameters; all > 0.
struct MbgCnbdMixture {
  double r;       ///< Shape of the purchase-rate gamma. Dimensionless.
  double alpha;   ///< Rate of the purchase-rate gamma. Time units.
  double a;       ///< First parameter of the dropout beta. Dimensionless.
  double b;       ///< Second parameter of the dropout beta. Dimensionless.
  double odds_2;  ///< Customers with k = 2 for each with k = 1.
  double odds_4;  ///< Customers with k = 4 for each with k = 1.
  double odds_8;  ///< Customers with k = 8 for each with k = 1.

  using FutureModel = CnbdMixtureFuture;
  static constexpr std::string_view kName = "mbg_cnbd_mixture";
  static constexpr std::array<ModelParameter, 7> kParameters = {{
      {.name = "r"},
      {.name = "alpha", .time_power = 1},
      {.name = "a"},
      {.name = "b"},
      {.name = "odds_2"},
      {.name = "odds_4"},
      {.name = "odds_8"},
  }};
  static constexpr std::array<std::int32_t, 4> kStages = {1, 2, 4, 8};

  [[nodiscard]] std::array<double, 7> values() const noexcept {
    return {r, alpha, a, b, odds_2, odds_4, odds_8};
  }

  [[nodiscard]] MbgCnbdMixture with(std::span<const double, 7> v) const noexcept {
    return {v[0], v[1], v[2], v[3], v[4], v[5], v[6]};
  }

  /// Returns the model of the customers with the i-th of kStages. \pre i < 4.
  [[nodiscard]] MbgCnbd component(std::size_t i) const noexcept {
    return {.k = kStages[i], .r = r, .alpha = alpha / kStages[i], .a = a, .b = b};
  }
};

/// What a customer alive at T does next: one future for each k, with the logarithm of its chance.
struct CnbdMixtureFuture {
  std::array<CnbdFuture, 4> futures;
  std::array<double, 4> log_weights;
};

/// Returns the chance of each of kStages given the history.
[[nodiscard]] std::array<double, 4> posterior_regularity(const MbgCnbdMixture& model,
                                                         const PurchaseHistory& history) noexcept;

/// Returns the log-likelihood of one history: of the sum over k of its chance times the density
/// given k. Accuracy: 1e-10 relative.
[[nodiscard]] double log_likelihood(const MbgCnbdMixture& model,
                                    const PurchaseHistory& history) noexcept;

/// Returns the weighted sum of log-likelihoods and writes its gradient with respect to the
/// logarithms of the parameters.
double log_likelihood(const MbgCnbdMixture& model,
                      const PurchaseHistories& histories,
                      std::span<double, 7> gradient) noexcept;

/// Returns whether a customer is alive at T.
[[nodiscard]] Aliveness aliveness(const MbgCnbdMixture& model,
                                  const PurchaseHistory& history) noexcept;

/// Returns the model of (T, infinity) for a customer who is alive at T.
[[nodiscard]] CnbdMixtureFuture given_alive(const MbgCnbdMixture& model,
                                            const PurchaseHistory& history) noexcept;

/// Returns the means of the customer's rates given the history.
[[nodiscard]] PosteriorRates posterior_rates(const MbgCnbdMixture& model,
                                             const PurchaseHistory& history) noexcept;

/// Returns log E[X(t)]. \pre t >= 0.
[[nodiscard]] double log_expected_transactions(const MbgCnbdMixture& model, double t) noexcept;

/// Returns log P(X(t) = n). \pre n >= 0, t >= 0.
[[nodiscard]] double log_pmf(const MbgCnbdMixture& model, std::int64_t n, double t) noexcept;

/// Returns log P(alive at t). \pre t >= 0.
[[nodiscard]] double log_survival(const MbgCnbdMixture& model, double t) noexcept;

/// Returns the logarithm of the expected purchases in (0, t], each discounted by e^(-delta u).
/// \pre t >= 0, may be infinity if delta > 0; delta >= 0.
[[nodiscard]] double log_discounted_transactions(const MbgCnbdMixture& model,
                                                 double t,
                                                 double delta) noexcept;

/// Draws a customer, and the times of the purchases in (0, t].
[[nodiscard]] std::vector<double> simulate(const MbgCnbdMixture& model, double t, Rng& rng);

/// Returns log E[X(t)]. \pre t >= 0.
[[nodiscard]] double log_expected_transactions(const CnbdMixtureFuture& future, double t) noexcept;

/// Returns log P(X(t) = n). \pre n >= 0, t >= 0.
[[nodiscard]] double log_pmf(const CnbdMixtureFuture& future, std::int64_t n, double t) noexcept;

/// Returns log P(alive at t). \pre t >= 0.
[[nodiscard]] double log_survival(const CnbdMixtureFuture& future, double t) noexcept;

/// Returns the logarithm of the expected purchases in (0, t], each discounted by e^(-delta u).
/// \pre t >= 0, may be infinity if delta > 0; delta >= 0.
[[nodiscard]] double log_discounted_transactions(const CnbdMixtureFuture& future,
                                                 double t,
                                                 double delta) noexcept;

/// Draws a customer, and the times of the purchases in (0, t].
[[nodiscard]] std::vector<double> simulate(const CnbdMixtureFuture& future, double t, Rng& rng);

}  // namespace till::models
