/// \file
/// Pareto/NBD: how often a customer will still buy, and whether they have already left.
///
/// While alive a customer buys as a Poisson process with rate lambda; the unseen lifetime is
/// exponential with rate mu. Across customers both rates vary independently:
///
///     lambda ~ Gamma(shape r, rate alpha)      purchases per time unit
///     mu     ~ Gamma(shape s, rate beta)       dropouts  per time unit
///
/// Nothing here is computed from the papers' hypergeometric functions, which cancel, overflow and
/// have removable singularities: the unseen lifetime is integrated numerically, a positive
/// integrand that is smooth in the logarithm of time. docs/models/pareto_nbd.md derives it.
///
/// Layer:   models (core, math).   Threads: pure.
/// Sources: [SMC87], [FH05-009] -- keys resolve in docs/references.md.
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

/// The Pareto/NBD with its parameters; all > 0.
struct ParetoNbd {
  double r;      ///< Shape of the purchase-rate gamma. Dimensionless.
  double alpha;  ///< Rate of the purchase-rate gamma. Time units.
  double s;      ///< Shape of the dropout-rate gamma. Dimensionless.
  double beta;   ///< Rate of the dropout-rate gamma. Time units.

  using FutureModel = ParetoNbd;
  static constexpr std::string_view kName = "pareto_nbd";
  static constexpr std::array<ModelParameter, 4> kParameters = {{
      {.name = "r"},
      {.name = "alpha", .time_power = 1},
      {.name = "s"},
      {.name = "beta", .time_power = 1},
  }};

  [[nodiscard]] std::array<double, 4> values() const noexcept { return {r, alpha, s, beta}; }

  [[nodiscard]] ParetoNbd with(std::span<const double, 4> v) const noexcept {
    return {v[0], v[1], v[2], v[3]};
  }
};

/// Returns the log-likelihood of one history.
///
/// log of [FH05-009] eq. (18), with the integral over the unseen lifetime kept as one. Finite for
/// every valid history.
/// Accuracy: 1e-10 relative.
[[nodiscard]] double log_likelihood(const ParetoNbd& model,
                                    const PurchaseHistory& history) noexcept;

/// Returns the weighted sum of log-likelihoods and writes its gradient with respect to the
/// logarithms of the parameters.
double log_likelihood(const ParetoNbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 4> gradient) noexcept;

/// Returns whether a customer is alive at T.
[[nodiscard]] Aliveness aliveness(const ParetoNbd& model, const PurchaseHistory& history) noexcept;

/// Returns the model of (T, infinity) for a customer who is alive at T.
[[nodiscard]] ParetoNbd given_alive(const ParetoNbd& model,
                                    const PurchaseHistory& history) noexcept;

/// Returns the means of the customer's rates given the history.
[[nodiscard]] PosteriorRates posterior_rates(const ParetoNbd& model,
                                             const PurchaseHistory& history) noexcept;

/// Returns log E[X(t)]. \pre t >= 0.
[[nodiscard]] double log_expected_transactions(const ParetoNbd& model, double t) noexcept;

/// Returns log P(X(t) = n). \pre n >= 0, t >= 0.
[[nodiscard]] double log_pmf(const ParetoNbd& model, std::int64_t n, double t) noexcept;

/// Writes P(X(t) = n) for n = 0, 1, ... \pre t >= 0. \param[out] out  of any length.
void pmf_from_zero(const ParetoNbd& model, double t, std::span<double> out) noexcept;

/// Returns log P(alive at t). \pre t >= 0.
[[nodiscard]] double log_survival(const ParetoNbd& model, double t) noexcept;

/// Returns the logarithm of the expected purchases in (0, t], each discounted by e^(-delta u).
/// \pre t >= 0, may be infinity if delta > 0; delta >= 0.
[[nodiscard]] double log_discounted_transactions(const ParetoNbd& model,
                                                 double t,
                                                 double delta) noexcept;

/// Writes P(alive at T) of each history. \param[out] out  length n.
void probabilities_alive(const ParetoNbd& model,
                         const PurchaseHistories& histories,
                         std::span<double> out) noexcept;

/// Writes the mean number of purchases in (T, T + t] of each history. \pre t >= 0.
/// \param[out] out  length n.
void conditional_expectations(const ParetoNbd& model,
                              const PurchaseHistories& histories,
                              double t,
                              std::span<double> out) noexcept;

/// Writes P(no purchase in (T, T + t]) of each history. \pre t >= 0. \param[out] out  length n.
void probabilities_of_no_purchase(const ParetoNbd& model,
                                  const PurchaseHistories& histories,
                                  double t,
                                  std::span<double> out) noexcept;

/// Draws a customer, and the times of the purchases in (0, t].
[[nodiscard]] std::vector<double> simulate(const ParetoNbd& model, double t, Rng& rng);

}  // namespace till::models
