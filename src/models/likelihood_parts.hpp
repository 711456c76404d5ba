/// \file
/// Likelihood parts: what the likelihoods of several models have in common.
///
/// Layer:   models (private).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "till/models/buy_till_you_die.hpp"
#include "till/models/fit.hpp"

namespace till::models {

using Limit = SpecialCase::Limit;

// The logarithm of a shape may go to +-12: a gamma or beta of shape e^12 is a point, one of e^-12
// a coin. A rate goes with its shape and with the customers' rates, and needs more room.
inline constexpr double kShapeReach = 12.0;
inline constexpr double kTimeReach = 20.0;

/// Wraps a model's functions: parameters from their logarithms, spans of a known length.
template <BuyTillYouDieModel M>
Likelihood wrapped(const M& model) {
  constexpr std::size_t kSize = M::kParameters.size();
  Likelihood likelihood;
  likelihood.model = std::string(M::kName);
  likelihood.parameters.assign(M::kParameters.begin(), M::kParameters.end());
  for (const ModelParameter& parameter : M::kParameters) {
    likelihood.reach.push_back(parameter.time_power != 0 ? kTimeReach : kShapeReach);
  }
  likelihood.log_likelihood = [model](std::span<const double> log_parameters,
                                      const PurchaseHistories& histories,
                                      std::span<double> gradient) {
    std::array<double, kSize> values{};
    for (std::size_t i = 0; i < kSize; ++i) {
      values[i] = std::exp(log_parameters[i]);
    }
    return log_likelihood(model.with(std::span<const double, kSize>(values)),
                          histories,
                          std::span<double, kSize>(gradient.data(), kSize));
  };
  return likelihood;
}

/// A gamma of purchase rates.
struct PurchaseRates {
  double r;
  double alpha;
};

/// Returns the gamma whose mean and variance of x, were nobody to leave, are those of the data:
/// with m = E[x] / E[T], Var(x) = E[x] + E[x]^2 / r + m^2 Var(T).
inline PurchaseRates rates_of(const HistoryMoments& moments) {
  const double mean = std::max(moments.mean_x, 1e-6);
  const double rate = mean / moments.mean_T;
  const double excess = moments.variance_x - mean - rate * rate * moments.variance_T;
  const double r = excess > 0.0 ? std::clamp(mean * mean / excess, 0.05, 50.0) : 50.0;
  return {r, r / rate};
}

/// Whoever leaves early makes rates look low and varied: starts for few, some and many who do.
struct Start {
  double r_factor;
  double alpha_factor;
  double first;  // of the two dropout parameters; in mean ages if they are times
  double second;
};

inline std::vector<std::vector<double>> starts_of(const HistoryMoments& moments,
                                                  std::span<const Start> starts,
                                                  double second_unit,
                                                  double stages) {
  const PurchaseRates rates = rates_of(moments);
  std::vector<std::vector<double>> points;
  for (const Start& start : starts) {
    points.push_back({rates.r * start.r_factor,
                      rates.alpha * start.alpha_factor / stages,
                      start.first,
                      start.second * second_unit});
  }
  return points;
}

inline SpecialCase same_rate(std::size_t parameters) {
  SpecialCase special{"same_rate", "all customers buy at the same rate", {}, 1};
  special.limits.assign(parameters, Limit::Free);
  special.limits[0] = Limit::Infinity;
  return special;
}

/// A model whose customers leave after a purchase, with a chance of Beta(a, b).
template <BuyTillYouDieModel M>
Likelihood leaving_at_purchases(const M& model, double stages) {
  Likelihood likelihood = wrapped(model);
  likelihood.special_cases = {
      {"no_dropout",
       "nobody drops out",
       {Limit::Free, Limit::Free, Limit::Zero, Limit::Infinity},
       2},
      {"same_dropout",
       "all customers are equally likely to leave after a purchase",
       {Limit::Free, Limit::Free, Limit::Free, Limit::Infinity},
       1},
      same_rate(4),
      {"alike",
       "all customers are alike: they buy at the same rate and are equally likely to leave",
       {Limit::Infinity, Limit::Free, Limit::Free, Limit::Infinity},
       2}};
  likelihood.starts = [stages](const HistoryMoments& moments) {
    constexpr std::array kStarts = {
        Start{1.2, 0.8, 0.5, 4.0}, Start{1.0, 0.4, 0.8, 2.4}, Start{2.0, 0.6, 1.0, 1.0}};
    return starts_of(moments, kStarts, 1.0, stages);
  };
  return likelihood;
}

inline constexpr std::array kLifetimeStarts = {
    Start{1.2, 0.7, 1.0, 3.0}, Start{1.0, 0.4, 0.6, 0.4}, Start{2.0, 0.6, 0.5, 0.2}};

}  // namespace till::models
