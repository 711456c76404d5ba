/// \file
/// fit: estimates a model's parameters from purchase histories, and says what to think of them.
///
/// A fit maximises the likelihood, and it always ends: with a report that names what it found. The
/// search starts from moments of the data at several points, and from the optimum of every simpler
/// model that is a special case, so that a richer model never ends below a simpler one. Where the
/// data cannot tell the two apart - nobody drops out, all customers are alike - the report says so
/// in words instead of printing a parameter on its way to infinity.
///
///     TILL_ASSIGN(const FitReport report, fit(likelihood_of(ParetoNbd{}), histories));
///     if (report.is_usable()) use(report.parameters);
///
/// Histories that are equal are computed once; many are fitted on a sample first, which leaves two
/// or three passes over all of them.
///
/// Layer:   models (core, math).   Threads: pure; uses `options.threads` threads of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "till/core/purchase_history.hpp"
#include "till/core/result.hpp"
#include "till/math/minimize.hpp"
#include "till/math/symmetric.hpp"
#include "till/models/buy_till_you_die.hpp"

namespace till::models {

/// A special case: the model with some parameters gone to zero or infinity, or being 1.
struct SpecialCase {
  enum class Limit { Free, Zero, Infinity, One };
  std::string name;               ///< "no_dropout".
  std::string meaning;            ///< What it means where the data fit it: "nobody drops out".
  std::vector<Limit> limits;      ///< One for each parameter.
  std::int32_t lost_degrees = 1;  ///< How many parameters it has less.
};

/// Means over customers, weighted: what starting points are made from.
struct HistoryMoments {
  double customers = 0.0;  ///< The sum of the weights.
  double repeaters = 0.0;  ///< The weight of those with x > 0.
  double mean_x = 0.0;
  double variance_x = 0.0;
  double mean_T = 0.0;      // NOLINT(readability-identifier-naming): as in the papers
  double variance_T = 0.0;  // NOLINT(readability-identifier-naming)
  double mean_t_x = 0.0;
  double longest_T = 0.0;  // NOLINT(readability-identifier-naming)
};

/// A model as the fit sees it: a function of logarithms of positive parameters.
struct Likelihood {
  std::string model;  ///< "pareto_nbd".
  std::vector<ModelParameter> parameters;
  /// How far from its middle - 1, or the mean age to its power - the logarithm of each may go.
  std::vector<double> reach;
  std::vector<SpecialCase> special_cases;
  /// Whether `sum_log_intervals` does more than shift the log-likelihood by a constant: histories
  /// are then equal only where it is, too.
  bool compares_intervals = false;
  /// On how many histories all starts and special cases are tried first, where there are more;
  /// fewer for a likelihood that costs much.
  std::size_t first_sample = 2048;
  /// How many parameters, the last ones, are ratios of covariates; half of `ridge` times the sum of
  /// their squared logarithms is what the search adds to minus the log-likelihood.
  std::size_t ratios = 0;
  double ridge = 0.0;
  /// Returns the log-likelihood summed over histories, each times its weight, and writes its
  /// gradient with respect to the logarithms of the parameters. Called from several threads.
  std::function<double(std::span<const double> log_parameters,
                       const PurchaseHistories& histories,
                       std::span<double> gradient)>
      log_likelihood;
  /// Returns starting points: parameters, not logarithms.
  std::function<std::vector<std::vector<double>>(const HistoryMoments&)> starts;
};

struct FitOptions {
  std::int32_t max_iterations = 200;  ///< Of each search; > 0.
  std::int32_t threads = 1;           ///< > 0; the result does not depend on it.
  bool standard_errors = true;        ///< Costs a few passes over at most 98,304 histories.
  /// Asked before each pass; empty: never.
  std::function<bool()> cancelled = {};

  /// Errors: `InvalidArgument` naming the field and the rule it breaks.
  [[nodiscard]] Result<void> validate() const;
};

/// One parameter.
struct Estimate {
  std::string name;
  double value = 0.0;
  double standard_error = 0.0;  ///< Of the value. Infinite where the data say nothing.
  double lower = 0.0;           ///< The 95 % interval; from the logarithm, so never below 0.
  double upper = 0.0;
  bool at_limit = false;  ///< Went as far towards zero or infinity as the search goes.
};

/// How well a special case fits, beside the model itself.
struct SpecialCaseFit {
  std::string name;
  std::string meaning;
  double log_likelihood = 0.0;  ///< At most the model's.
  double ratio = 0.0;           ///< Twice the difference, >= 0.
  std::int32_t lost_degrees = 1;
  double p_value = 1.0;  ///< Of the likelihood-ratio test; conservative, as it is at a boundary.
  /// Whether the difference was measured on a sample of the histories and scaled up to all: there
  /// it was too large for more of them to close.
  bool from_sample = false;
};

struct FitReport {
  std::string model;
  math::Termination termination = math::Termination::NotFinite;
  std::string message;           ///< Why the search ended.
  std::int32_t iterations = 0;   ///< Of the last search, over all histories.
  std::int32_t evaluations = 0;  ///< Of the last search: passes over all histories.
  double gradient_norm = 0.0;    ///< By log-parameter, for each customer; those at a limit aside.
  double log_likelihood = 0.0;
  double customers = 0.0;  ///< The sum of the weights.
  std::int64_t distinct_histories = 0;
  double aic = 0.0;  ///< 2 parameters - 2 log_likelihood; smaller is better.
  double bic = 0.0;  ///< log(customers) parameters - 2 log_likelihood.
  std::vector<double> parameters;
  std::vector<Estimate> estimates;
  /// Correlations of the logarithms of the estimates; empty without standard errors.
  math::SymmetricMatrix correlations;
  std::string standard_errors_from;  ///< "observed information", or what was done where it fails.
  std::vector<SpecialCaseFit> special_cases;
  std::vector<std::string> findings;  ///< What the fit says about the customers, in words.
  std::vector<std::string> warnings;  ///< What is thin about the data, in words.

  /// Returns whether the parameters may be used to predict.
  [[nodiscard]] bool is_usable() const noexcept;
};

/// Checks histories before a fit.
///
/// Errors: `InvalidData` naming the field, index, value and rule, for the first history that is not
/// one: x a whole number >= 0, 0 <= t_x <= T, T > 0, weights > 0, all finite, as many of each.
[[nodiscard]] Result<void> check_histories(const PurchaseHistories& histories);

/// Fits a model.
///
/// Errors: those of options.validate() and check_histories(); `InvalidData` when there is no
/// history. A search that did not end well is no error: see FitReport.
[[nodiscard]] Result<FitReport> fit(const Likelihood& likelihood,
                                    const PurchaseHistories& histories,
                                    const FitOptions& options = {});

}  // namespace till::models
