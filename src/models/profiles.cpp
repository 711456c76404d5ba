#include "till/models/profiles.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cells.hpp"
#include "summed_likelihood.hpp"

#include "till/math/minimize.hpp"

namespace till::models {

namespace {

constexpr std::size_t kMostCells = 32768;
constexpr int kSteps = 16;         // on each side, at most
constexpr double kFurthest = 4.6;  // of a log-parameter: a factor of a hundred
constexpr double kEndLoss = 3.0 * kProfileLoss95;
constexpr double kSmallestStep = 0.01;
constexpr double kLargestStep = 0.5;

/// Profiles the parameters of one fit.
class Profiler {
 public:
  Profiler(const Likelihood& likelihood, const Cells& cells, const FitOptions& options)
      : objective_(likelihood, cells, options.threads), options_(options) {
    double customers = 0.0;
    double age = 0.0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      customers += cells.weights[i];
      age += cells.weights[i] * cells.T[i];
    }
    for (std::size_t i = 0; i < likelihood.parameters.size(); ++i) {
      const double middle = likelihood.parameters[i].time_power * std::log(age / customers);
      lower_.push_back(middle - likelihood.reach[i]);
      upper_.push_back(middle + likelihood.reach[i]);
    }
  }

  /// Finds the optimum near the estimates; a sample's differs from that of all.
  void settle(std::vector<double> start) {
    best_ = std::move(start);
    const math::MinimizeSummary summary = search(best_, lower_, upper_);
    value_ = summary.value;
    is_cancelled_ = summary.termination == math::Termination::Cancelled;
  }

  [[nodiscard]] bool is_cancelled() const noexcept { return is_cancelled_; }

  /// \param error  the standard error of the log-parameter, where it is known.
  Profile profile(std::size_t i, double error) {
    Profile found;
    found.estimate = std::exp(best_[i]);
    const double step =
        std::isfinite(error) ? std::clamp(0.5 * error, kSmallestStep, kLargestStep) : kLargestStep;
    found.points.push_back({found.estimate, 0.0});
    walk(i, -step, found.points);
    std::reverse(found.points.begin(), found.points.end());
    walk(i, step, found.points);
    for (std::size_t k = 1; k < found.points.size(); ++k) {
      const ProfilePoint& a = found.points[k - 1];
      const ProfilePoint& b = found.points[k];
      if ((a.loss < kProfileLoss95) != (b.loss < kProfileLoss95)) {
        const double part = (kProfileLoss95 - a.loss) / (b.loss - a.loss);
        const double crossing = std::exp(std::log(a.value) + part * std::log(b.value / a.value));
        if (a.loss > b.loss) {
          found.lower = crossing;
        } else {
          found.upper = crossing;
        }
      }
    }
    return found;
  }

 private:
  math::MinimizeSummary search(std::vector<double>& point,
                               const std::vector<double>& lower,
                               const std::vector<double>& upper) const {
    math::MinimizeOptions options;
    options.lower = lower;
    options.upper = upper;
    options.absolute_tolerance = 1e-4;
    options.max_iterations = options_.max_iterations;
    options.cancelled = options_.cancelled;
    return math::minimize([&](std::span<const double> x,
                              std::span<double> gradient) { return objective_(x, gradient); },
                          point,
                          options);
  }

  /// Appends points away from the optimum, each found from the one before.
  void walk(std::size_t i, double step, std::vector<ProfilePoint>& points) {
    std::vector<double> point = best_;
    for (int k = 0; k < kSteps && !is_cancelled_; ++k) {
      const double at = point[i] + step;
      if (at <= lower_[i] || at >= upper_[i] || std::abs(at - best_[i]) > kFurthest) {
        return;
      }
      std::vector<double> lower = lower_;
      std::vector<double> upper = upper_;
      lower[i] = at;
      upper[i] = at;
      point[i] = at;
      const math::MinimizeSummary summary = search(point, lower, upper);
      is_cancelled_ = summary.termination == math::Termination::Cancelled;
      if (!std::isfinite(summary.value)) {
        return;
      }
      const double loss = std::max(0.0, summary.value - value_);
      // Slow at first where the standard error was too small.
      step *= loss < 0.1 ? 1.6 : 1.0;
      points.push_back({std::exp(at), loss});
      if (loss > kEndLoss) {
        return;
      }
    }
  }

  SummedLikelihood objective_;
  const FitOptions& options_;
  std::vector<double> lower_;
  std::vector<double> upper_;
  std::vector<double> best_;
  double value_ = 0.0;
  bool is_cancelled_ = false;
};

}  // namespace

Result<std::vector<Profile>> profile_likelihoods(const Likelihood& likelihood,
                                                 const PurchaseHistories& histories,
                                                 const FitReport& report,
                                                 const FitOptions& options) {
  TILL_TRY(options.validate());
  TILL_TRY(check_histories(histories));
  const Cells cells =
      sample_of(distinct_cells(histories, likelihood.compares_intervals), kMostCells);
  Profiler profiler(likelihood, cells, options);
  std::vector<double> start;
  start.reserve(report.parameters.size());
  for (const double value : report.parameters) {
    start.push_back(std::log(value));
  }
  profiler.settle(std::move(start));
  std::vector<Profile> profiles;
  for (std::size_t i = 0; i < report.estimates.size() && !profiler.is_cancelled(); ++i) {
    const Estimate& estimate = report.estimates[i];
    profiles.push_back(profiler.profile(i, estimate.standard_error / estimate.value));
    profiles.back().parameter = estimate.name;
  }
  if (profiler.is_cancelled()) {
    return Error{ErrorCode::Cancelled, "profile_likelihoods: cancelled", ""};
  }
  return profiles;
}

}  // namespace till::models
