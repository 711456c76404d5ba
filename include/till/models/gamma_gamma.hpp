/// \file
/// Gamma-Gamma: how much a customer spends per purchase, seen through few purchases.
///
/// A customer's purchases scatter around a mean of their own; the means vary between customers:
///
///     spend of one purchase ~ Gamma(shape p, rate nu)      currency
///     nu                    ~ Gamma(shape q, rate gamma)
///
/// Independent of how often they buy: look at the correlation of frequency and spend before use.
/// With few purchases a customer's mean is drawn towards that of all:
///
///     conditional_expected_spend({.p = 6.25, .q = 3.74, .gamma = 15.4}, 30.0, 2);   // 32.1
///
/// Layer:   models (core, math).   Threads: pure.
/// Sources: [FH13-025] -- keys resolve in docs/references.md.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "till/core/result.hpp"
#include "till/core/rng.hpp"
#include "till/models/buy_till_you_die.hpp"
#include "till/models/fit.hpp"

namespace till::models {

/// The Gamma-Gamma with its parameters; all > 0.
struct GammaGamma {
  double p;  ///< Shape of one purchase's spend. Dimensionless.
  double q;  ///< Shape of the gamma of rates. Dimensionless; the mean spend is infinite if q <= 1.
  double gamma;  ///< Rate of the gamma of rates. Currency.

  static constexpr std::string_view kName = "gamma_gamma";
  static constexpr std::array<ModelParameter, 3> kParameters = {{
      {.name = "p"},
      {.name = "q"},
      {.name = "gamma"},
  }};

  [[nodiscard]] std::array<double, 3> values() const noexcept { return {p, q, gamma}; }

  [[nodiscard]] GammaGamma with(std::span<const double, 3> v) const noexcept {
    return {v[0], v[1], v[2]};
  }
};

/// Customers by column, viewed not owned. Equal lengths; empty `weights` means 1.
struct SpendHistories {
  std::span<const double> monetary_value;  ///< Mean spend per purchase; > 0. Currency.
  std::span<const double> frequency;       ///< How many purchases that is the mean of; >= 1.
  std::span<const double> weights = {};
};

/// Returns the log density of a mean spend over x purchases, [FH13-025] eq. (1a).
/// \pre monetary_value > 0, x >= 1.   Accuracy: 1e-10 relative.
[[nodiscard]] double log_likelihood(const GammaGamma& model,
                                    double monetary_value,
                                    double x) noexcept;

/// Returns the weighted sum of log-likelihoods and writes its gradient with respect to the
/// logarithms of the parameters.
double log_likelihood(const GammaGamma& model,
                      const SpendHistories& histories,
                      std::span<double, 3> gradient) noexcept;

/// Fits the model to customers who bought again; the other arguments, the report and its errors
/// are those of fit() in till/models/fit.hpp. Special cases: all customers spend alike; each
/// customer spends the same every time.
///
/// Errors: `InvalidData` for a monetary value or a frequency that is not one; those of fit().
[[nodiscard]] Result<FitReport> fit(const GammaGamma& model,
                                    const SpendHistories& histories,
                                    const FitOptions& options = {});

/// Returns how much the mean spend of customers goes with how often they bought, as the
/// correlation over them; the model takes it for 0. Nothing where one of the two does not vary.
[[nodiscard]] std::optional<double> correlation_with_frequency(const SpendHistories& histories);

/// Returns the mean spend per purchase to expect of a customer, [FH13-025] eq. (5): a mean of
/// their own and everybody's. Infinite where p x + q <= 1.
/// \pre x >= 0; the monetary value does not count when x = 0.
[[nodiscard]] double conditional_expected_spend(const GammaGamma& model,
                                                double monetary_value,
                                                double x) noexcept;

/// Returns the customer lifetime value: what all future purchases are worth today, from the
/// discounted number of them (dert or dect) and the spend of each.
[[nodiscard]] double clv(const GammaGamma& model,
                         double monetary_value,
                         double x,
                         double discounted_transactions) noexcept;

/// Draws a customer, and the spend of n purchases.
[[nodiscard]] std::vector<double> simulate(const GammaGamma& model, std::size_t n, Rng& rng);

}  // namespace till::models
