/// \file
/// MBG/CNBD-k: the MBG/NBD for customers who buy at regular intervals.
///
/// The time between two purchases of a customer is Erlang-k: the sum of k exponential stages, of
/// which nobody sees the first k-1. The larger k, the more regular; k = 1 is the model without k.
///
///     lambda ~ Gamma(shape r, rate alpha)      stages per time unit
///     p      ~ Beta(a, b)                      chance to leave after a purchase
///
/// All quantities are exact: the unseen stage at T is summed over, with its posterior weight.
///
/// Layer:   models (core, math).   Threads: pure.
/// Sources: [RPS21] -- keys resolve in docs/references.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "till/core/purchase_history.hpp"
#include "till/core/rng.hpp"
#include "till/models/bg_cnbd.hpp"
#include "till/models/buy_till_you_die.hpp"

namespace till::models {

/// The model with its parameters; all > 0.
struct MbgCnbd {
  std::int32_t k;  ///< Stages of one interval; >= 1. Given, not estimated with the others.
  double r;        ///< Shape of the purchase-rate gamma. Dimensionless.
  double alpha;    ///< Rate of the purchase-rate gamma. Time units.
  double a;        ///< First parameter of the dropout beta. Dimensionless.
  double b;        ///< Second parameter of the dropout beta. Dimensionless.

  using FutureModel = CnbdFuture;
  static constexpr std::string_view kName = "mbg_cnbd_k";
  static constexpr std::array<ModelParameter, 4> kParameters = {{
      {.name = "r"},
      {.name = "alpha", .time_power = 1},
      {.name = "a"},
      {.name = "b"},
  }};

  [[nodiscard]] std::array<double, 4> values() const noexcept { return {r, alpha, a, b}; }

  [[nodiscard]] MbgCnbd with(std::span<const double, 4> v) const noexcept {
    return {k, v[0], v[1], v[2], v[3]};
  }
};

/// Returns the log-likelihood of one history.
///
/// The density of the purchase times: it reads `sum_log_intervals`. Accuracy: 1e-10 relative.
[[nodiscard]] double log_likelihood(const MbgCnbd& model, const PurchaseHistory& history) noexcept;

/// Returns the weighted sum of log-likelihoods and writes its gradient with respect to the
/// logarithms of the parameters.
double log_likelihood(const MbgCnbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 4> gradient) noexcept;

/// Returns whether a customer is alive at T.
[[nodiscard]] Aliveness aliveness(const MbgCnbd& model, const PurchaseHistory& history) noexcept;

/// Returns the model of (T, infinity) for a customer who is alive at T.
[[nodiscard]] CnbdFuture given_alive(const MbgCnbd& model, const PurchaseHistory& history) noexcept;

/// Returns the means of the customer's rates given the history.
[[nodiscard]] PosteriorRates posterior_rates(const MbgCnbd& model,
                                             const PurchaseHistory& history) noexcept;

/// Returns log E[X(t)]. \pre t >= 0.
[[nodiscard]] double log_expected_transactions(const MbgCnbd& model, double t) noexcept;

/// Returns log P(X(t) = n). \pre n >= 0, t >= 0.
[[nodiscard]] double log_pmf(const MbgCnbd& model, std::int64_t n, double t) noexcept;

/// Returns log P(alive at t). \pre t >= 0.
[[nodiscard]] double log_survival(const MbgCnbd& model, double t) noexcept;

/// Returns the logarithm of the expected purchases in (0, t], each discounted by e^(-delta u).
/// \pre t >= 0, may be infinity if delta > 0; delta >= 0.
[[nodiscard]] double log_discounted_transactions(const MbgCnbd& model,
                                                 double t,
                                                 double delta) noexcept;

/// Draws a customer, and the times of the purchases in (0, t].
[[nodiscard]] std::vector<double> simulate(const MbgCnbd& model, double t, Rng& rng);

}  // namespace till::models
