/// \file
/// BG/NBD: a customer may leave right after any repeat purchase.
///
/// While alive a customer buys as a Poisson process with rate lambda; after each repeat purchase
/// the customer leaves with probability p. Across customers both vary independently:
///
///     lambda ~ Gamma(shape r, rate alpha)      purchases per time unit
///     p      ~ Beta(a, b)                      chance to leave after a purchase
///
/// Who never bought again is alive for certain: the model's known weakness, see mbg_nbd.hpp.
///
/// Layer:   models (core, math).   Threads: pure.
/// Sources: [FHL05] -- keys resolve in docs/references.md.
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

namespace till::models {

/// The BG/NBD with its parameters; all > 0.
struct BgNbd {
  double r;      ///< Shape of the purchase-rate gamma. Dimensionless.
  double alpha;  ///< Rate of the purchase-rate gamma. Time units.
  double a;      ///< First parameter of the dropout beta. Dimensionless.
  double b;      ///< Second parameter of the dropout beta. Dimensionless.

  using FutureModel = BgNbd;
  static constexpr std::string_view kName = "bg_nbd";
  static constexpr std::array<ModelParameter, 4> kParameters = {{
      {.name = "r"},
      {.name = "alpha", .time_power = 1},
      {.name = "a"},
      {.name = "b"},
  }};

  [[nodiscard]] std::array<double, 4> values() const noexcept { return {r, alpha, a, b}; }

  [[nodiscard]] BgNbd with(std::span<const double, 4> v) const noexcept {
    return {v[0], v[1], v[2], v[3]};
  }
};

/// Returns the log-likelihood of one history.
///
/// log of [FHL05] eq. (6). Closed form. Accuracy: 1e-10 relative.
[[nodiscard]] double log_likelihood(const BgNbd& model, const PurchaseHistory& history) noexcept;

/// Returns the weighted sum of log-likelihoods and writes its gradient with respect to the
/// logarithms of the parameters.
double log_likelihood(const BgNbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 4> gradient) noexcept;

/// Returns whether a customer is alive at T. Certain when x = 0.
[[nodiscard]] Aliveness aliveness(const BgNbd& model, const PurchaseHistory& history) noexcept;

/// Returns the model of (T, infinity) for a customer who is alive at T.
[[nodiscard]] BgNbd given_alive(const BgNbd& model, const PurchaseHistory& history) noexcept;

/// Returns the means of the customer's rates given the history.
[[nodiscard]] PosteriorRates posterior_rates(const BgNbd& model,
                                             const PurchaseHistory& history) noexcept;

/// Returns log E[X(t)]. \pre t >= 0.
[[nodiscard]] double log_expected_transactions(const BgNbd& model, double t) noexcept;

/// Returns log P(X(t) = n). \pre n >= 0, t >= 0.
[[nodiscard]] double log_pmf(const BgNbd& model, std::int64_t n, double t) noexcept;

/// Writes P(X(t) = n) for n = 0, 1, ... \pre t >= 0. \param[out] out  of any length.
void pmf_from_zero(const BgNbd& model, double t, std::span<double> out) noexcept;

/// Returns log P(alive at t). \pre t >= 0.
[[nodiscard]] double log_survival(const BgNbd& model, double t) noexcept;

/// Returns the logarithm of the expected purchases in (0, t], each discounted by e^(-delta u).
/// \pre t >= 0, may be infinity if delta > 0; delta >= 0.
[[nodiscard]] double log_discounted_transactions(const BgNbd& model,
                                                 double t,
                                                 double delta) noexcept;

/// Writes P(alive at T) of each history. \param[out] out  length n.
void probabilities_alive(const BgNbd& model,
                         const PurchaseHistories& histories,
                         std::span<double> out) noexcept;

/// Writes the mean number of purchases in (T, T + t] of each history. \pre t >= 0.
/// \param[out] out  length n.
void conditional_expectations(const BgNbd& model,
                              const PurchaseHistories& histories,
                              double t,
                              std::span<double> out) noexcept;

/// Writes P(no purchase in (T, T + t]) of each history. \pre t >= 0. \param[out] out  length n.
void probabilities_of_no_purchase(const BgNbd& model,
                                  const PurchaseHistories& histories,
                                  double t,
                                  std::span<double> out) noexcept;

/// Draws a customer, and the times of the purchases in (0, t].
[[nodiscard]] std::vector<double> simulate(const BgNbd& model, double t, Rng& rng);

}  // namespace till::models
