/// \file
/// Covariates: what is known of customers beyond their purchases, on both processes of a model.
///
/// A covariate z multiplies the purchase rate of a customer by ratio^z, and the risk to leave by
/// another ratio^z; a ratio of 1 says that it does not matter. Every model has a parameter that its
/// rates go with: with covariates that parameter is the customer's own,
///
///     alpha / ratio^z         purchases: all models of times
///     beta / ratio^z          leaving at any time: the Pareto/NBD, the GGom/NBD
///     a * ratio^z             leaving at purchases: the odds to leave
///
/// and everything else of the model stays. The logarithms of the ratios are the coefficients of
/// other software.
///
/// Layer:   models (core, math).   Threads: pure; tables are immutable.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "till/core/purchase_history.hpp"
#include "till/models/fit.hpp"

namespace till::models {

/// Segments of customers who share all covariates. A history names its segment.
struct CovariateTable {
  std::vector<std::string> names;  ///< Of the columns; not empty.
  std::vector<double> values;      ///< Segment by segment, each as many as there are names; finite.

  [[nodiscard]] std::span<const double> row(std::size_t segment) const noexcept {
    return std::span(values).subspan(segment * names.size(), names.size());
  }
};

/// The parameter that a rate goes with.
struct CovariateTarget {
  std::string process;        ///< "purchase" or "dropout".
  std::size_t parameter = 0;  ///< Of the model without covariates.
  double power = 1.0;         ///< The parameter times ratio^(power z).
};

/// Returns what covariates of a model with these parameters change: the purchases, and where
/// somebody leaves the dropout; nothing for a model of occasions.
[[nodiscard]] std::vector<CovariateTarget> covariate_targets(
    std::span<const ModelParameter> parameters);

/// Returns the likelihood of a model with covariates. Behind its own parameters are those of each
/// target, one for each column: "purchase.NAME", "dropout.NAME", all > 0.
///
/// \param ridge  the penalty is half of it times the sum of the squared logarithms of the ratios;
///     >= 0. It is on them alone, and no part of the log-likelihood that is reported.
/// \pre covariate_targets(base.parameters) is not empty.
[[nodiscard]] Likelihood with_covariates(const Likelihood& base,
                                         std::shared_ptr<const CovariateTable> table,
                                         double ridge = 0.0);

/// Returns the parameters of the model without covariates that a segment's customers follow.
///
/// \param parameters  of the model without covariates, then the ratios, as fitted.
/// \param own  the parameters of the model without covariates.
[[nodiscard]] std::vector<double> parameters_of_segment(std::span<const ModelParameter> own,
                                                        const CovariateTable& table,
                                                        std::span<const double> parameters,
                                                        std::size_t segment);

}  // namespace till::models
