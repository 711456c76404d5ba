/// \file
/// BG/BB: for customers who can buy once at each of regular occasions - a month, an issue, an
/// event.
///
/// At every occasion a customer who is still there buys with probability p, and before it leaves
/// for good with probability theta. Both vary independently:
///
///     p     ~ Beta(alpha, beta)       buying at an occasion
///     theta ~ Beta(gamma, delta)      leaving before an occasion
///
/// Times are counts of occasions: in a history T is how many there were, t_x the last one at which
/// the customer bought (0: none), x at how many. Elsewhere a time t means floor(t) occasions.
///
/// Layer:   models (core, math).   Threads: pure.
/// Sources: [FHS10] -- keys resolve in docs/references.md.
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

/// The BG/BB with its parameters; all > 0.
struct BgBb {
  double alpha;  ///< First parameter of the purchase beta. Dimensionless.
  double beta;   ///< Second parameter of the purchase beta. Dimensionless.
  double gamma;  ///< First parameter of the dropout beta. Dimensionless.
  double delta;  ///< Second parameter of the dropout beta. Dimensionless.

  using FutureModel = BgBb;
  static constexpr std::string_view kName = "bg_bb";
  static constexpr std::array<ModelParameter, 4> kParameters = {{
      {.name = "alpha"},
      {.name = "beta"},
      {.name = "gamma"},
      {.name = "delta"},
  }};

  [[nodiscard]] std::array<double, 4> values() const noexcept {
    return {alpha, beta, gamma, delta};
  }

  [[nodiscard]] BgBb with(std::span<const double, 4> v) const noexcept {
    return {v[0], v[1], v[2], v[3]};
  }
};

/// Returns the log-likelihood of one history.
///
/// log of [FHS10] eq. (3). Close to 1, as for a customer who never bought among customers who never
/// buy, it is the logarithm of the complement. Accuracy: 1e-10 relative.   Cost: O(T - t_x).
[[nodiscard]] double log_likelihood(const BgBb& model, const PurchaseHistory& history) noexcept;

/// Returns the weighted sum of log-likelihoods and writes its gradient with respect to the
/// logarithms of the parameters.
double log_likelihood(const BgBb& model,
                      const PurchaseHistories& histories,
                      std::span<double, 4> gradient) noexcept;

/// Returns whether a customer is alive at the T-th occasion, the dropout after it still to come. At
/// occasion T + 1, which is what [FHS10] reports, it is `probability_alive(model, history, 1)`.
[[nodiscard]] Aliveness aliveness(const BgBb& model, const PurchaseHistory& history) noexcept;

/// Returns the model of (T, infinity) for a customer who is alive at T.
[[nodiscard]] BgBb given_alive(const BgBb& model, const PurchaseHistory& history) noexcept;

/// Returns the means of the customer's rates given the history.
[[nodiscard]] PosteriorRates posterior_rates(const BgBb& model,
                                             const PurchaseHistory& history) noexcept;

/// Returns log E[X(t)]. \pre t >= 0.
[[nodiscard]] double log_expected_transactions(const BgBb& model, double t) noexcept;

/// Returns log P(X(t) = n). \pre n >= 0, t >= 0.
[[nodiscard]] double log_pmf(const BgBb& model, std::int64_t n, double t) noexcept;

/// Returns log P(alive at t). \pre t >= 0.
[[nodiscard]] double log_survival(const BgBb& model, double t) noexcept;

/// Returns the logarithm of the expected purchases in (0, t], each discounted by e^(-delta u).
/// \pre t >= 0, may be infinity if delta > 0; delta >= 0.
[[nodiscard]] double log_discounted_transactions(const BgBb& model,
                                                 double t,
                                                 double delta) noexcept;

/// Draws a customer, and the times of the purchases in (0, t].
[[nodiscard]] std::vector<double> simulate(const BgBb& model, double t, Rng& rng);

}  // namespace till::models
