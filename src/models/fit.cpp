#include "till/models/fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <utility>

#include "cells.hpp"
#include "summed_likelihood.hpp"
#include "uncertainty.hpp"

#include "till/math/chi_squared.hpp"

namespace till::models {

namespace {

using math::MinimizeOptions;
using math::MinimizeSummary;
using math::Termination;

constexpr std::size_t kSecondSample = 32768;  // where curvature is measured
constexpr double kTolerance = 1e-7;           // of the log-likelihood, where it decides
constexpr double kCustomers = 1e4;            // more of them deserve a proportional tolerance
constexpr double kSampleTolerance = 1e-3;     // where it is a start for more histories
constexpr int kMoreSearches = 5;              // where one did not end
constexpr double kSame = 0.01;                // log-likelihoods this close are the same fit
constexpr double kCertainRatio = 60.0;        // of a special case that more histories cannot revive

/// A point, and the search that ended there.
struct Found {
  std::vector<double> point;
  MinimizeSummary summary;
};

/// The fit of one model to one set of cells.
class Fitter {
 public:
  Fitter(const Likelihood& likelihood, Cells cells, const FitOptions& options);

  FitReport run();

 private:
  using Limits = std::vector<SpecialCase::Limit>;

  Found search(const Cells& cells,
               std::vector<double> start,
               double tolerance,
               const Limits& limits = {},
               std::optional<math::SymmetricMatrix> curvature = std::nullopt,
               std::int32_t max_iterations = 0) const;
  std::vector<std::vector<double>> starts(const Cells& cells) const;
  Found explore(const Cells& cells, double tolerance);
  Found refine(const Cells& cells, const Found& from, std::size_t sample_size, double tolerance);
  Found no_worse_than_cases(const Cells& cells, Found best, double tolerance) const;
  std::optional<math::SymmetricMatrix> curvature(const Cells& cells,
                                                 std::span<const double> point) const;
  Uncertainty uncertainty(const Found& best,
                          const std::optional<math::SymmetricMatrix>& information,
                          std::size_t sample_size) const;
  void describe(FitReport& report, const Found& best) const;
  double penalty(const Found& found) const;
  void compare(FitReport& report, double log_likelihood) const;

  const Likelihood& likelihood_;
  const FitOptions& options_;
  Cells cells_;
  HistoryMoments moments_;
  double scale_;  // of tolerances: many customers deserve a proportional one
  std::vector<double> lower_;
  std::vector<double> upper_;
  std::vector<Found> cases_;       // the optimum of each special case
  std::vector<double> advantage_;  // of the model over each, as log-likelihood
  std::vector<bool> from_sample_;  // where that was measured on fewer histories than there are
};

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

Fitter::Fitter(const Likelihood& likelihood, Cells cells, const FitOptions& options)
    : likelihood_(likelihood),
      options_(options),
      cells_(std::move(cells)),
      moments_(moments_of(cells_.view())),
      scale_(std::max(1.0, moments_.customers / kCustomers)) {
  for (std::size_t i = 0; i < likelihood.parameters.size(); ++i) {
    const double middle = likelihood.parameters[i].time_power * std::log(moments_.mean_T);
    lower_.push_back(middle - likelihood.reach[i]);
    upper_.push_back(middle + likelihood.reach[i]);
  }
}

/// Searches from a start; parameters that a special case takes to a limit are fixed there.
Found Fitter::search(const Cells& cells,
                     std::vector<double> start,
                     double tolerance,
                     const Limits& limits,
                     std::optional<math::SymmetricMatrix> curvature,
                     std::int32_t max_iterations) const {
  MinimizeOptions options;
  options.lower = lower_;
  options.upper = upper_;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    if (limits[i] == SpecialCase::Limit::Zero) {
      options.upper[i] = lower_[i];
    } else if (limits[i] == SpecialCase::Limit::Infinity) {
      options.lower[i] = upper_[i];
    } else if (limits[i] == SpecialCase::Limit::One) {
      options.lower[i] = 0.0;
      options.upper[i] = 0.0;
    }
  }
  options.hessian = std::move(curvature);
  options.absolute_tolerance = tolerance * scale_;
  options.max_iterations = max_iterations > 0 ? max_iterations : options_.max_iterations;
  options.cancelled = options_.cancelled;
  const SummedLikelihood objective(likelihood_, cells, options_.threads);
  Found found{std::move(start), {}};
  found.summary = math::minimize(
      [&](std::span<const double> x, std::span<double> gradient) { return objective(x, gradient); },
      found.point,
      options);
  return found;
}

/// Returns the starting points as log-parameters, best first; those where the likelihood is not
/// finite are left out.
std::vector<std::vector<double>> Fitter::starts(const Cells& cells) const {
  const SummedLikelihood objective(likelihood_, cells, options_.threads);
  std::vector<std::pair<double, std::vector<double>>> valued;
  std::vector<double> gradient(lower_.size());
  for (std::vector<double>& start : likelihood_.starts(moments_)) {
    for (std::size_t i = 0; i < start.size(); ++i) {
      const double margin = 1e-3 * (upper_[i] - lower_[i]);
      const double at = std::log(start[i]);
      // A moment that is not a number says nothing; the middle says as much.
      start[i] = std::isnan(at) ? 0.5 * (lower_[i] + upper_[i])
                                : std::clamp(at, lower_[i] + margin, upper_[i] - margin);
    }
    if (const double value = objective(start, gradient); std::isfinite(value)) {
      valued.emplace_back(value, std::move(start));
    }
  }
  std::stable_sort(
      valued.begin(), valued.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::vector<double>> ordered;
  ordered.reserve(valued.size());
  for (auto& [value, start] : valued) {
    ordered.push_back(std::move(start));
  }
  return ordered;
}

/// Finds the optimum of every special case, and the model's own from several starts.
Found Fitter::explore(const Cells& cells, double tolerance) {
  std::vector<std::vector<double>> points = starts(cells);
  if (points.empty()) {
    points.push_back(std::vector<double>(lower_.size()));
    for (std::size_t i = 0; i < lower_.size(); ++i) {
      points.back()[i] = 0.5 * (lower_[i] + upper_[i]);
    }
  }
  const std::vector<double> first = points.front();
  points.resize(std::min<std::size_t>(points.size(), 2));
  cases_.clear();
  from_sample_.assign(likelihood_.special_cases.size(), false);
  for (const SpecialCase& special : likelihood_.special_cases) {
    cases_.push_back(search(cells, first, tolerance, special.limits));
    // What the case says of the parameters it has, and the start of the others.
    std::vector<double> point = cases_.back().point;
    for (std::size_t i = 0; i < point.size(); ++i) {
      if (special.limits[i] != SpecialCase::Limit::Free) {
        point[i] = first[i];
      }
    }
    points.push_back(std::move(point));
  }
  std::optional<Found> best;
  for (std::vector<double>& point : points) {
    Found found = search(cells, std::move(point), tolerance);
    if (!best || !std::isfinite(best->summary.value) || found.summary.value < best->summary.value) {
      best = std::move(found);
    }
  }
  return no_worse_than_cases(cells, std::move(*best), tolerance);
}

/// Takes an optimum of a sample, and those of the special cases, to more histories.
Found Fitter::refine(const Cells& cells,
                     const Found& from,
                     std::size_t sample_size,
                     double tolerance) {
  Found best = search(cells, from.point, tolerance, {}, from.summary.hessian);
  for (std::size_t c = 0; c < cases_.size(); ++c) {
    // A case that the sample, small as it is, has ruled out many times over is not followed.
    const double ratio =
        2.0 * advantage_[c] * static_cast<double>(sample_size) / static_cast<double>(cells_.size());
    if (ratio < kCertainRatio || cells.size() <= kSecondSample) {
      cases_[c] = search(cells,
                         cases_[c].point,
                         tolerance,
                         likelihood_.special_cases[c].limits,
                         cases_[c].summary.hessian);
    } else {
      from_sample_[c] = true;
      cases_[c].summary.value =
          best.summary.value - penalty(best) + advantage_[c] + penalty(cases_[c]);
    }
  }
  return no_worse_than_cases(cells, std::move(best), tolerance);
}

/// Starts again from any special case that is better; and, where the search did not end, from any
/// that is as good.
Found Fitter::no_worse_than_cases(const Cells& cells, Found best, double tolerance) const {
  const double same = kSame * scale_;
  for (int again = 0; again < kMoreSearches; ++again) {
    if (best.summary.termination != Termination::IterationLimit) {
      break;
    }
    const double before = best.summary.value;
    best = search(cells, std::move(best.point), tolerance);
    if (best.summary.termination == Termination::IterationLimit &&
        before - best.summary.value < same) {
      best.summary.termination = Termination::Stalled;
      best.summary.message = "the likelihood is flat: as many iterations again gained nothing";
    }
  }
  for (const Found& special : cases_) {
    const double slack = best.summary.is_usable() ? 0.0 : same;
    if (special.summary.value >= best.summary.value + slack) {
      continue;
    }
    Found found = search(cells, special.point, tolerance);
    const bool is_ended = found.summary.is_usable() && !best.summary.is_usable();
    if (found.summary.value < best.summary.value + (is_ended ? same : 0.0)) {
      best = std::move(found);
    }
  }
  return best;
}

/// Returns the curvature at a point, or nothing where the likelihood is not finite nearby.
std::optional<math::SymmetricMatrix> Fitter::curvature(const Cells& cells,
                                                       std::span<const double> point) const {
  const SummedLikelihood objective(likelihood_, cells, options_.threads);
  return math::hessian_by_differences(
      [&](std::span<const double> x, std::span<double> gradient) { return objective(x, gradient); },
      point);
}

/// \param information  of a sample, where it was measured on one.
Uncertainty Fitter::uncertainty(const Found& best,
                                const std::optional<math::SymmetricMatrix>& information,
                                std::size_t sample_size) const {
  const bool is_at_limit = std::any_of(best.summary.is_held.begin(),
                                       best.summary.is_held.end(),
                                       [](bool is_held) { return is_held; });
  if (!is_at_limit) {
    const std::optional<math::SymmetricMatrix> measured =
        information ? information : curvature(cells_, best.point);
    if (measured) {
      if (std::optional<Uncertainty> found = from_information(*measured, best.point)) {
        if (information) {
          found->from += " of a sample of " + std::to_string(sample_size);
        }
        return *std::move(found);
      }
    }
  }
  return from_bootstrap(cells_, best.point, [&](const Cells& drawn) {
    const Found found = search(drawn, best.point, kSampleTolerance, {}, std::nullopt, 12);
    return std::isfinite(found.summary.value) ? std::optional(found.point) : std::nullopt;
  });
}

/// Writes what the fit says about the customers.
void Fitter::compare(FitReport& report, double log_likelihood) const {
  for (std::size_t c = 0; c < cases_.size(); ++c) {
    const SpecialCase& special = likelihood_.special_cases[c];
    const double difference = std::max(0.0, advantage_[c]);
    SpecialCaseFit fit;
    fit.name = special.name;
    fit.meaning = special.meaning;
    fit.log_likelihood = log_likelihood - difference;
    fit.ratio = 2.0 * difference;
    fit.lost_degrees = special.lost_degrees;
    fit.p_value = math::chi_squared_survival(fit.ratio, fit.lost_degrees);
    fit.from_sample = from_sample_[c];
    if (difference < kSame * scale_) {
      report.findings.push_back("The data do not tell this model from one in which " +
                                special.meaning + ".");
    } else if (fit.p_value > 0.05) {
      report.findings.push_back("There is little evidence against a model in which " +
                                special.meaning + " (likelihood ratio " + number(fit.ratio) +
                                ", p = " + number(fit.p_value) + ").");
    }
    report.special_cases.push_back(std::move(fit));
  }
  if (moments_.repeaters == 0.0) {
    report.findings.insert(report.findings.begin(),
                           "Nobody bought a second time: the purchase rate is as good as zero, and "
                           "nothing else can be learnt.");
  }
}

/// Returns what the search added to minus the log-likelihood.
double Fitter::penalty(const Found& found) const {
  double squares = 0.0;
  for (std::size_t i = found.point.size() - likelihood_.ratios; i < found.point.size(); ++i) {
    squares += found.point[i] * found.point[i];
  }
  return likelihood_.ridge > 0.0 ? 0.5 * likelihood_.ridge * squares : 0.0;
}

void Fitter::describe(FitReport& report, const Found& best) const {
  report.model = likelihood_.model;
  report.termination = best.summary.termination;
  report.message = best.summary.message;
  report.iterations = best.summary.iterations;
  report.evaluations = best.summary.evaluations;
  report.customers = moments_.customers;
  report.gradient_norm = best.summary.gradient_norm / moments_.customers;
  report.log_likelihood = penalty(best) - best.summary.value;
  report.distinct_histories = static_cast<std::int64_t>(cells_.size());
  const auto parameters = static_cast<double>(best.point.size());
  report.aic = 2.0 * (parameters - report.log_likelihood);
  report.bic = parameters * std::log(report.customers) - 2.0 * report.log_likelihood;
  for (std::size_t i = 0; i < best.point.size(); ++i) {
    const double value = std::exp(best.point[i]);
    Estimate estimate;
    estimate.name = std::string(likelihood_.parameters[i].name);
    estimate.value = value;
    estimate.at_limit = best.point[i] <= lower_[i] || best.point[i] >= upper_[i];
    report.parameters.push_back(value);
    report.estimates.push_back(std::move(estimate));
  }
}

/// Writes what is thin about the data.
void add_warnings(FitReport& report, const HistoryMoments& moments) {
  const auto count = [](double value) {
    return std::to_string(static_cast<long long>(std::llround(value)));
  };
  if (moments.repeaters < 50.0) {
    report.warnings.push_back("Only " + count(moments.repeaters) + " of " +
                              count(moments.customers) +
                              " customers bought again: the estimates rest on few.");
  }
  const double interval = moments.mean_x > 0.0 ? moments.mean_t_x / moments.mean_x : 0.0;
  if (interval > 0.0 && moments.longest_T < 3.0 * interval) {
    report.warnings.push_back(
        "The log is short: its oldest customer has been watched for " + number(moments.longest_T) +
        " time units, while those who buy again do so every " + number(interval) + ".");
  }
  if (moments.customers > 1.0 && moments.variance_T <= 1e-18 * moments.mean_T * moments.mean_T) {
    report.warnings.push_back(
        "All customers began at the same time: how customers differ by age is not seen.");
  }
}

FitReport Fitter::run() {
  const bool is_small = cells_.size() <= likelihood_.first_sample;
  const bool is_large = cells_.size() > 3 * kSecondSample;
  const auto remember_advantages = [&](const Found& best) {
    advantage_.clear();
    for (const Found& special : cases_) {
      const double advantage =
          (special.summary.value - penalty(special)) - (best.summary.value - penalty(best));
      advantage_.push_back(std::isfinite(advantage) ? advantage : HUGE_VAL);
    }
  };
  Found best = explore(is_small ? cells_ : sample_of(cells_, likelihood_.first_sample),
                       is_small ? kTolerance : kSampleTolerance);
  remember_advantages(best);
  std::optional<Cells> sample;
  if (is_large) {
    sample = sample_of(cells_, kSecondSample);
    best = refine(*sample, best, likelihood_.first_sample, kSampleTolerance);
    remember_advantages(best);
  }
  std::optional<math::SymmetricMatrix> information;
  if (sample) {
    // The curvature of a good sample is all that separates this point from the optimum.
    information = curvature(*sample, best.point);
    if (information) {
      best.summary.hessian = *information;
    }
  }
  if (!is_small) {
    best = refine(cells_, best, sample ? sample->size() : likelihood_.first_sample, kTolerance);
    remember_advantages(best);
  }
  FitReport report;
  describe(report, best);
  if (!std::isfinite(best.summary.value)) {
    report.standard_errors_from = "none: the likelihood is not finite";
    return report;
  }
  compare(report, report.log_likelihood);
  add_warnings(report, moments_);
  if (options_.standard_errors) {
    const Uncertainty found = uncertainty(best, information, kSecondSample);
    for (std::size_t i = 0; i < report.estimates.size(); ++i) {
      Estimate& estimate = report.estimates[i];
      estimate.standard_error = estimate.value * found.standard_errors[i];
      estimate.lower = std::exp(found.lower[i]);
      estimate.upper = std::exp(found.upper[i]);
    }
    report.correlations = found.correlations;
    report.standard_errors_from = found.from;
  } else {
    report.standard_errors_from = "none: not asked for";
  }
  return report;
}

}  // namespace

bool FitReport::is_usable() const noexcept {
  return (termination == Termination::Converged || termination == Termination::Stalled) &&
         std::isfinite(log_likelihood);
}

Result<void> FitOptions::validate() const {
  if (max_iterations <= 0) {
    return Error{
        ErrorCode::InvalidArgument,
        "fit: max_iterations is " + std::to_string(max_iterations) + ", but must be more than 0",
        ""};
  }
  if (threads <= 0) {
    return Error{ErrorCode::InvalidArgument,
                 "fit: threads is " + std::to_string(threads) + ", but must be more than 0",
                 ""};
  }
  return {};
}

Result<void> check_histories(const PurchaseHistories& histories) {
  const std::size_t n = histories.x.size();
  const auto fault = [](const std::string& what, const std::string& value, std::string rule) {
    return Error{ErrorCode::InvalidData,
                 "check_histories: " + what + " is " + value + ", but must be " + std::move(rule),
                 ""};
  };
  const auto at = [](std::string_view field, std::size_t i) {
    return std::string(field) + "[" + std::to_string(i) + "]";
  };
  for (const auto& [field, size] :
       {std::pair{"t_x", histories.t_x.size()},
        std::pair{"T", histories.T.size()},
        std::pair{"weights", histories.weights.size()},
        std::pair{"sum_log_intervals", histories.sum_log_intervals.size()},
        std::pair{"segments", histories.segments.size()}}) {
    const bool may_be_empty = std::string_view(field) != "t_x" && std::string_view(field) != "T";
    if (size != n && !(may_be_empty && size == 0)) {
      return fault("the number of " + std::string(field),
                   std::to_string(size),
                   "that of x (" + std::to_string(n) + ")");
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double x = histories.x[i];
    const double t_x = histories.t_x[i];
    const double T = histories.T[i];
    if (!(x >= 0.0) || !std::isfinite(x) || x != std::floor(x)) {
      return fault(at("x", i), number(x), "a whole number, at least 0");
    }
    if (!(T > 0.0) || !std::isfinite(T)) {
      return fault(at("T", i), number(T), "more than 0 and finite");
    }
    if (!(t_x >= 0.0) || t_x > T) {
      return fault(at("t_x", i), number(t_x), "at least 0 and at most T (" + number(T) + ")");
    }
    if ((x == 0.0) != (t_x == 0.0)) {
      return fault(at("t_x", i), number(t_x), "0 if x is 0, and only then");
    }
    if (!histories.weights.empty() &&
        (!(histories.weights[i] > 0.0) || !std::isfinite(histories.weights[i]))) {
      return fault(at("weights", i), number(histories.weights[i]), "more than 0 and finite");
    }
    if (!std::isfinite(histories[i].sum_log_intervals)) {
      return fault(
          at("sum_log_intervals", i), number(histories[i].sum_log_intervals), "a finite number");
    }
  }
  return {};
}

Result<FitReport> fit(const Likelihood& likelihood,
                      const PurchaseHistories& histories,
                      const FitOptions& options) {
  TILL_TRY(options.validate());
  TILL_TRY(check_histories(histories));
  if (histories.x.empty()) {
    return Error{ErrorCode::InvalidData,
                 "fit: the number of histories is 0, but must be at least 1",
                 "there is no customer before the cutoff"};
  }
  FitReport report =
      Fitter(likelihood, distinct_cells(histories, likelihood.compares_intervals), options).run();
  if (report.termination == Termination::Cancelled) {
    return Error{ErrorCode::Cancelled, "fit: cancelled", ""};
  }
  return report;
}

}  // namespace till::models
