/// \file
/// Uncertainty: standard errors, intervals and correlations of fitted log-parameters.
///
/// Layer:   models (private).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cells.hpp"

#include "till/math/minimize.hpp"
#include "till/math/symmetric.hpp"

namespace till::models {

/// Of log-parameters.
struct Uncertainty {
  std::vector<double> standard_errors;
  std::vector<double> lower;  ///< The 95 % interval.
  std::vector<double> upper;
  math::SymmetricMatrix correlations;
  std::string from;
};

/// Returns what the curvature of minus the log-likelihood at its minimum says: its inverse is the
/// covariance. Nothing where the curvature is not that of a clear minimum.
[[nodiscard]] std::optional<Uncertainty> from_information(const math::SymmetricMatrix& information,
                                                          std::span<const double> estimates);

/// Fits weights of the same cells anew, from the estimates; returns log-parameters.
using Refit = std::function<std::optional<std::vector<double>>(const Cells& cells)>;

/// Returns how far refits scatter when customers are drawn anew, with replacement.
///
/// Where there are many cells, some hundred of them are drawn from and the scatter is scaled to
/// all. The draws are the same in every run.
[[nodiscard]] Uncertainty from_bootstrap(const Cells& cells,
                                         std::span<const double> estimates,
                                         const Refit& refit);

}  // namespace till::models
