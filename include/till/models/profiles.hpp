/// \file
/// Profiles: how much worse the best fit is when one parameter is held away from its estimate.
///
/// The profile of a parameter is the log-likelihood maximised over all others, as a function of it.
/// Where it is a parabola of the logarithm, standard errors say all; where it levels off, the data
/// do not bound the parameter on that side, whatever its standard error.
///
///     TILL_ASSIGN(const std::vector<Profile> profiles,
///                 profile_likelihoods(likelihood_of(BgNbd{}), histories, report));
///
/// Layer:   models (core, math).   Threads: as fit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "till/core/purchase_history.hpp"
#include "till/core/result.hpp"
#include "till/models/fit.hpp"

namespace till::models {

struct ProfilePoint {
  double value = 0.0;  ///< Of the parameter.
  double loss = 0.0;   ///< The largest log-likelihood minus that with this value; >= 0.
};

/// One parameter.
struct Profile {
  std::string parameter;
  double estimate = 0.0;
  std::vector<ProfilePoint> points;  ///< By ascending value; one of them is the estimate.
  /// Where the loss is that of the 95 % interval, 1.92; unset where it is not reached.
  std::optional<double> lower;
  std::optional<double> upper;
};

/// The loss at the ends of a 95 % interval: half the chi-squared quantile.
inline constexpr double kProfileLoss95 = 1.9207294103470572;

/// Profiles every parameter of a fit, on both sides until the loss is three times that of the 95 %
/// interval, or the value a hundred times off.
///
/// More than 32,768 distinct histories are represented by so many of them, weighted up.
/// \pre report.is_usable(), and is of this likelihood and these histories.
/// Errors: those of check_histories(); `Cancelled`.
/// Cost: some sixteen short searches for each parameter.
[[nodiscard]] Result<std::vector<Profile>> profile_likelihoods(const Likelihood& likelihood,
                                                               const PurchaseHistories& histories,
                                                               const FitReport& report,
                                                               const FitOptions& options = {});

}  // namespace till::models
