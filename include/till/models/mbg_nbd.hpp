/// \file
/// MBG/NBD: a customer may leave after any purchase, the first included.
///
/// The BG/NBD, but the first purchase may already have been the last:
///
///     lambda ~ Gamma(shape r, rate alpha)      purchases per time unit
///     p      ~ Beta(a, b)                      chance to leave after a purchase
///
/// A customer known to be alive is one of the BG/NBD, because the first chance to leave has passed.
///
/// Layer:   models (core, math).   Threads: pure.
/// Sources: [BDK07] -- keys resolve in docs/references.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "till/core/purchase_history.hpp"
#include "till/core/rng.hpp"
#include "till/models/bg_nbd.hpp"
#include "till/models/buy_till_you_die.hpp"

namespace till::models {

/// The MBG/NBD with its parameters; all > 0.
struct MbgNbd {
  double r;      ///< Shape of the purchase-rate gamma. Dimensionless.
  double alpha;  ///< Rate of the purchase-rate gamma. Time units.
  double a;      ///< First parameter of the dropout beta. Dimensionless.
  double b;      ///< Second parameter of the dropout beta. Dimensionless.

  using FutureModel = BgNbd;
  static constexpr std::string_view kName = "mbg_nbd";
  static constexpr std::array<ModelParameter, 4> kParameters = {{
      {.name = "r"},
      {.name = "alpha", .time_power = 1},
      {.name = "a"},
      {.name = "b"},
  }};

  [[nodiscard]] std::array<double, 4> values() const noexcept { return {r, alpha, a, b}; }

  [[nodiscard]] MbgNbd with(std::span<const double, 4> v) const noexcept {
    return {v[0], v[1], v[2], v[3]};
  }
};

/// Returns the log-likelihood of one history.
///
/// log of the likelihood in [BDK07]. Closed form. Accuracy: 1e-10 relative.
[[nodiscard]] double log_likelihood(const MbgNbd& model, const PurchaseHistory& history) noexcept;

/// Returns the weighted sum of log-likelihoods and writes its gradient with respect to the
/// logarithms of the parameters.
double log_likelihood(const MbgNbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 4> gradient) noexcept;

/// Returns whether a customer is alive at T.
[[nodiscard]] Aliveness aliveness(const MbgNbd& model, const PurchaseHistory& history) noexcept;

/// Returns the model of (T, infinity) for a customer who is alive at T.
[[nodiscard]] BgNbd given_alive(const MbgNbd& model, const PurchaseHistory& history) noexcept;

/// Returns the means of the customer's rates given the history.
[[nodiscard]] PosteriorRates posterior_rates(const MbgNbd& model,
                                             const PurchaseHistory& history) noexcept;

/// Returns log E[X(t)]. \pre t >= 0.
[[nodiscard]] double log_expected_transactions(const MbgNbd& model, double t) noexcept;

/// Returns log P(X(t) = n). \pre n >= 0, t >= 0.
[[nodiscard]] double log_pmf(const MbgNbd& model, std::int64_t n, double t) noexcept;

/// Writes P(X(t) = n) for n = 0, 1, ... \pre t >= 0. \param[out] out  of any length.
void pmf_from_zero(const MbgNbd& model, double t, std::span<double> out) noexcept;

/// Returns log P(alive at t). \pre t >= 0.
[[nodiscard]] double log_survival(const MbgNbd& model, double t) noexcept;

/// Returns the logarithm of the expected purchases in (0, t], each discounted by e^(-delta u).
/// \pre t >= 0, may be infinity if delta > 0; delta >= 0.
[[nodiscard]] double log_discounted_transactions(const MbgNbd& model,
                                                 double t,
                                                 double delta) noexcept;

/// Writes P(alive at T) of each history. \param[out] out  length n.
void probabilities_alive(const MbgNbd& model,
                         const PurchaseHistories& histories,
                         std::span<double> out) noexcept;

/// Writes the mean number of purchases in (T, T + t] of each history. \pre t >= 0.
/// \param[out] out  length n.
void conditional_expectations(const MbgNbd& model,
                              const PurchaseHistories& histories,
                              double t,
                              std::span<double> out) noexcept;

/// Writes P(no purchase in (T, T + t]) of each history. \pre t >= 0. \param[out] out  length n.
void probabilities_of_no_purchase(const MbgNbd& model,
                                  const PurchaseHistories& histories,
                                  double t,
                                  std::span<double> out) noexcept;

/// Draws a customer, and the times of the purchases in (0, t].
[[nodiscard]] std::vector<double> simulate(const MbgNbd& model, double t, Rng& rng);

}  // namespace till::models
