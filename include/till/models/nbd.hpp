/// \file
/// NBD: how often a customer buys, if nobody ever leaves.
///
/// Every customer buys for ever, as a Poisson process with a rate of their own:
///
///     lambda ~ Gamma(shape r, rate alpha)      purchases per time unit
///
/// It is what all models of the family become when dropout goes to zero, hence their benchmark.
///
/// Layer:   models (core, math).   Threads: pure.
/// Sources: [EHR59] -- keys resolve in docs/references.md.
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

/// The NBD with its parameters; all > 0.
struct Nbd {
  double r;      ///< Shape of the purchase-rate gamma. Dimensionless.
  double alpha;  ///< Rate of the purchase-rate gamma. Time units.

  using FutureModel = Nbd;
  static constexpr std::string_view kName = "nbd";
  static constexpr std::array<ModelParameter, 2> kParameters = {{
      {.name = "r"},
      {.name = "alpha", .time_power = 1},
  }};

  [[nodiscard]] std::array<double, 2> values() const noexcept { return {r, alpha}; }

  [[nodiscard]] Nbd with(std::span<const double, 2> v) const noexcept { return {v[0], v[1]}; }
};

/// Returns the log-likelihood of one history.
///
/// Gamma(r+x)/Gamma(r) alpha^r / (alpha+T)^(r+x): the density of the x purchase times.
[[nodiscard]] double log_likelihood(const Nbd& model, const PurchaseHistory& history) noexcept;

/// Returns the weighted sum of log-likelihoods and writes its gradient with respect to the
/// logarithms of the parameters.
double log_likelihood(const Nbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 2> gradient) noexcept;

/// Returns whether a customer is alive at T. Always.
[[nodiscard]] Aliveness aliveness(const Nbd& model, const PurchaseHistory& history) noexcept;

/// Returns the model of (T, infinity) for a customer who is alive at T.
[[nodiscard]] Nbd given_alive(const Nbd& model, const PurchaseHistory& history) noexcept;

/// Returns the means of the customer's rates given the history.
[[nodiscard]] PosteriorRates posterior_rates(const Nbd& model,
                                             const PurchaseHistory& history) noexcept;

/// Returns log E[X(t)]. \pre t >= 0.
[[nodiscard]] double log_expected_transactions(const Nbd& model, double t) noexcept;

/// Returns log P(X(t) = n). \pre n >= 0, t >= 0.
[[nodiscard]] double log_pmf(const Nbd& model, std::int64_t n, double t) noexcept;

/// Writes P(X(t) = n) for n = 0, 1, ... \pre t >= 0. \param[out] out  of any length.
void pmf_from_zero(const Nbd& model, double t, std::span<double> out) noexcept;

/// Returns log P(alive at t). \pre t >= 0.
[[nodiscard]] double log_survival(const Nbd& model, double t) noexcept;

/// Returns the logarithm of the expected purchases in (0, t], each discounted by e^(-delta u).
/// \pre t >= 0, may be infinity if delta > 0; delta >= 0.
[[nodiscard]] double log_discounted_transactions(const Nbd& model, double t, double delta) noexcept;

/// Draws a customer, and the times of the purchases in (0, t].
[[nodiscard]] std::vector<double> simulate(const Nbd& model, double t, Rng& rng);

}  // namespace till::models
