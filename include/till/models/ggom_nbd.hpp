/// \file
/// GGom/NBD: the Pareto/NBD for customers whose risk to leave changes with age.
///
/// Purchases as in the Pareto/NBD; the lifetime is Gompertz, so that the risk to leave grows as
/// e^(b t), and its level varies between customers:
///
///     lambda ~ Gamma(shape r, rate alpha)          purchases per time unit
///     P(alive at t) = (beta / (beta + e^(b t) - 1))^s
///
/// b -> 0 with beta / b fixed is the Pareto/NBD, a ridge on which only the ratio is known.
///
/// Layer:   models (core, math).   Threads: pure.
/// Sources: [BG12] -- keys resolve in docs/references.md.
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

/// The GGom/NBD with its parameters; all > 0.
struct GgomNbd {
  double r;      ///< Shape of the purchase-rate gamma. Dimensionless.
  double alpha;  ///< Rate of the purchase-rate gamma. Time units.
  double b;      ///< Growth of the risk to leave. Per time unit.
  double s;      ///< Shape of the gamma of risk levels. Dimensionless.
  double beta;   ///< Rate of the gamma of risk levels. Dimensionless.

  using FutureModel = GgomNbd;
  static constexpr std::string_view kName = "ggom_nbd";
  static constexpr std::array<ModelParameter, 5> kParameters = {{
      {.name = "r"},
      {.name = "alpha", .time_power = 1},
      {.name = "b", .time_power = -1},
      {.name = "s"},
      {.name = "beta"},
  }};

  [[nodiscard]] std::array<double, 5> values() const noexcept { return {r, alpha, b, s, beta}; }

  [[nodiscard]] GgomNbd with(std::span<const double, 5> v) const noexcept {
    return {v[0], v[1], v[2], v[3], v[4]};
  }
};

/// Returns the log-likelihood of one history.
///
/// The unseen lifetime is integrated numerically. Accuracy: 1e-10 relative.
[[nodiscard]] double log_likelihood(const GgomNbd& model, const PurchaseHistory& history) noexcept;

/// Returns the weighted sum of log-likelihoods and writes its gradient with respect to the
/// logarithms of the parameters.
double log_likelihood(const GgomNbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 5> gradient) noexcept;

/// Returns whether a customer is alive at T.
[[nodiscard]] Aliveness aliveness(const GgomNbd& model, const PurchaseHistory& history) noexcept;

/// Returns the model of (T, infinity) for a customer who is alive at T.
[[nodiscard]] GgomNbd given_alive(const GgomNbd& model, const PurchaseHistory& history) noexcept;

/// Returns the means of the customer's rates given the history.
[[nodiscard]] PosteriorRates posterior_rates(const GgomNbd& model,
                                             const PurchaseHistory& history) noexcept;

/// Returns log E[X(t)]. \pre t >= 0.
[[nodiscard]] double log_expected_transactions(const GgomNbd& model, double t) noexcept;

/// Returns log P(X(t) = n). \pre n >= 0, t >= 0.
[[nodiscard]] double log_pmf(const GgomNbd& model, std::int64_t n, double t) noexcept;

/// Returns log P(alive at t). \pre t >= 0.
[[nodiscard]] double log_survival(const GgomNbd& model, double t) noexcept;

/// Returns the logarithm of the expected purchases in (0, t], each discounted by e^(-delta u).
/// \pre t >= 0, may be infinity if delta > 0; delta >= 0.
[[nodiscard]] double log_discounted_transactions(const GgomNbd& model,
                                                 double t,
                                                 double delta) noexcept;

/// Draws a customer, and the times of the purchases in (0, t].
[[nodiscard]] std::vector<double> simulate(const GgomNbd& model, double t, Rng& rng);

}  // namespace till::models
