/// \file
/// Rates: how customers differ in how often they buy and how soon they leave.
///
/// A model of the family says so twice: as a density that customers are drawn from, and, for each
/// customer seen, as a mean given the history. Rates are positive and shares lie in (0, 1), and
/// both spread over orders of magnitude, so densities are over the logarithm of a rate and over the
/// logit of a share: they are finite everywhere, and areas are shares of customers.
///
///     const std::vector<RateDensity> densities = rate_densities(ParetoNbd{...});
///     const RateSpread spread = rate_spread(densities[0], posterior_means, weights);
///
/// Layer:   models (core, math).   Threads: pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/models/buy_till_you_die.hpp"

namespace till::models {

/// The density that a rate is drawn from.
struct RateDensity {
  enum class Kind {
    PurchaseRate,   ///< Purchases per time unit: Gamma(first, second).
    DropoutRate,    ///< Of leaving, per time unit: Gamma(first, second).
    DropoutChance,  ///< Of leaving after a purchase: Beta(first, second).
  };
  Kind kind = Kind::PurchaseRate;
  double first = 1.0;   ///< Shape of a gamma, or a; > 0.
  double second = 1.0;  ///< Rate of a gamma, or b; > 0.

  /// Returns whether it is a share of customers' purchases, and has a logit.
  [[nodiscard]] bool is_chance() const noexcept { return kind == Kind::DropoutChance; }

  /// Returns the place of a rate: its logarithm, or the logit of a share.
  [[nodiscard]] double place(double rate) const noexcept;
  /// Returns the rate at a place.
  [[nodiscard]] double rate(double place) const noexcept;
  /// Returns the density over places. \pre place is finite.
  [[nodiscard]] double density(double place) const noexcept;

  [[nodiscard]] double mean() const noexcept {
    return first / (is_chance() ? first + second : second);
  }
};

/// Returns what a model's customers differ in, given its parameters by name: r and alpha; s and
/// beta, or b, s and beta; a and b. A model of `stages` buys at each `stages`-th event.
[[nodiscard]] std::vector<RateDensity> rate_densities(std::span<const ModelParameter> parameters,
                                                      std::span<const double> values,
                                                      double stages = 1.0);

/// A density and how the customers seen lie along it.
struct RateSpread {
  RateDensity density;
  double from = 0.0;  ///< Places that hold all but the outermost of both.
  double to = 0.0;
  /// The share of customers whose posterior mean lies in each of so many equally wide stretches of
  /// [from, to], by weight; those outside count to the ends.
  std::vector<double> shares;
  double posterior_mean = 0.0;  ///< Of all customers.
};

/// Counts customers by the posterior mean of a rate.
///
/// \param means    one for each customer; those that are not finite are left out.
/// \param weights  as many, or empty.
[[nodiscard]] RateSpread rate_spread(const RateDensity& density,
                                     std::span<const double> means,
                                     std::span<const double> weights);

}  // namespace till::models
