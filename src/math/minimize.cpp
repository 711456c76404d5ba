#include "till/math/minimize.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "till/core/check.hpp"

namespace till::math {

namespace {

constexpr double kForwardStep = 1e-5;
constexpr double kAcceptedRatio = 1e-4;
constexpr double kSmallestRadius = 1e-13;
constexpr int kMaxSurprises = 3;

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

double length(std::span<const double> v) {
  return std::sqrt(dot(v, v));
}

bool is_finite(double value, std::span<const double> gradient) {
  return std::isfinite(value) &&
         std::all_of(gradient.begin(), gradient.end(), [](double g) { return std::isfinite(g); });
}

/// Returns the step s of length <= radius that minimises g's + s'Bs/2, given the eigenvalues of B.
///
/// The minimiser is s = -(B + mu I)^-1 g with the smallest mu >= 0 that makes B + mu I positive
/// definite and s no longer than the radius [MS83]. In the eigenvectors' basis |s|^2 is
/// sum (g_i / (lambda_i + mu))^2, which falls in mu, so bisection cannot fail. Where g has nothing
/// along the lowest eigenvector ("hard case"), a stretch along it fills the radius.
std::vector<double> trust_region_step(const Eigen& eigen,
                                      std::span<const double> gradient,
                                      double radius) {
  const std::size_t n = gradient.size();
  std::vector<double> along(n);
  for (std::size_t i = 0; i < n; ++i) {
    along[i] = dot(eigen.vectors[i], gradient);
  }
  const double lowest = eigen.values.front();
  const double scale = std::max({std::abs(lowest), std::abs(eigen.values.back()), 1e-300});
  const auto length_at = [&](double mu) {
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      const double term = along[i] / (eigen.values[i] + mu);
      sum += term * term;
    }
    return std::sqrt(sum);
  };
  const double smallest_mu = lowest > 1e-14 * scale ? 0.0 : 1e-14 * scale - lowest;
  double mu = smallest_mu;
  double stretch = 0.0;
  const double shortest = length_at(smallest_mu);
  if (shortest > radius) {
    double from = smallest_mu;
    double to = smallest_mu + length(gradient) / radius;
    for (int i = 0; i < 200 && to - from > 1e-12 * to; ++i) {
      mu = 0.5 * (from + to);
      (length_at(mu) > radius ? from : to) = mu;
    }
    mu = to;
  } else if (smallest_mu > 0.0) {
    stretch = std::sqrt(std::max(0.0, radius * radius - shortest * shortest));
  }
  std::vector<double> step(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    double amount = -along[i] / (eigen.values[i] + mu);
    if (i == 0) {
      amount += along[0] > 0.0 ? -stretch : stretch;
    }
    for (std::size_t k = 0; k < n; ++k) {
      step[k] += amount * eigen.vectors[i][k];
    }
  }
  return step;
}

/// One search from one start.
class Search {
 public:
  Search(const Objective& objective, std::span<double> x, const MinimizeOptions& options)
      : objective_(objective), options_(options), x_(x), radius_(options.initial_radius) {}

  MinimizeSummary run();

 private:
  struct Step {
    std::vector<double> to;
    std::vector<double> by;
    double expected = 0.0;  // what the model says the function falls by
  };

  double evaluate(std::span<const double> x, std::span<double> gradient);
  void measure();
  [[nodiscard]] double lower(std::size_t i) const;
  [[nodiscard]] double upper(std::size_t i) const;
  void hold();
  [[nodiscard]] Step best_step() const;
  [[nodiscard]] Step boxed(std::span<const double> by) const;
  void learn(std::span<const double> by, std::span<const double> gradient);
  [[nodiscard]] double tolerance() const;
  MinimizeSummary finish(Termination termination, std::string message);

  const Objective& objective_;
  const MinimizeOptions& options_;
  std::span<double> x_;
  double radius_;
  double value_ = 0.0;
  std::vector<double> gradient_;
  SymmetricMatrix curvature_;
  bool is_measured_ = false;  // the curvature, at this very point
  bool was_right_ = false;    // the model, about the last step
  int surprises_ = 0;         // steps about which the model was wrong since it was measured
  MinimizeSummary summary_;
};

double Search::evaluate(std::span<const double> x, std::span<double> gradient) {
  ++summary_.evaluations;
  return objective_(x, gradient);
}

double Search::lower(std::size_t i) const {
  return options_.lower.empty() ? -HUGE_VAL : options_.lower[i];
}

double Search::upper(std::size_t i) const {
  return options_.upper.empty() ? HUGE_VAL : options_.upper[i];
}

double Search::tolerance() const {
  return options_.absolute_tolerance + options_.relative_tolerance * std::abs(value_);
}

/// Measures the curvature by one gradient beside x for each variable, on the side away from the
/// box. A variable beside which the function is not finite gets the curvature 1.
void Search::measure() {
  const std::size_t n = x_.size();
  std::vector<double> beside(x_.begin(), x_.end());
  std::vector<std::vector<double>> columns(n, std::vector<double>(n, 0.0));
  std::vector<double> gradient(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double step = x_[i] + kForwardStep <= upper(i) ? kForwardStep : -kForwardStep;
    beside[i] = x_[i] + step;
    const double value = evaluate(beside, gradient);
    if (is_finite(value, gradient)) {
      for (std::size_t k = 0; k < n; ++k) {
        columns[i][k] = (gradient[k] - gradient_[k]) / step;
      }
    } else {
      columns[i][i] = 1.0;
    }
    beside[i] = x_[i];
  }
  curvature_ = SymmetricMatrix(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      curvature_.set(i, k, 0.5 * (columns[i][k] + columns[k][i]));
    }
  }
  is_measured_ = true;
  surprises_ = 0;
}

void Search::hold() {
  for (std::size_t i = 0; i < x_.size(); ++i) {
    summary_.is_held[i] =
        (x_[i] <= lower(i) && gradient_[i] > 0.0) || (x_[i] >= upper(i) && gradient_[i] < 0.0);
  }
}

/// Returns a step cut to the box, and what the model expects of what is left of it.
Search::Step Search::boxed(std::span<const double> by) const {
  const std::size_t n = x_.size();
  Step step{std::vector<double>(n), std::vector<double>(n)};
  for (std::size_t i = 0; i < n; ++i) {
    step.to[i] = std::clamp(x_[i] + by[i], lower(i), upper(i));
    step.by[i] = step.to[i] - x_[i];
  }
  std::vector<double> bent(n);
  curvature_.multiply(step.by, bent);
  step.expected = -(dot(gradient_, step.by) + 0.5 * dot(bent, step.by));
  return step;
}

/// Returns the step that the model likes best among those within the radius.
Search::Step Search::best_step() const {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < x_.size(); ++i) {
    if (!summary_.is_held[i]) {
      free.push_back(i);
    }
  }
  std::vector<double> by(x_.size(), 0.0);
  if (free.empty()) {
    return boxed(by);
  }
  SymmetricMatrix curvature(free.size());
  std::vector<double> gradient(free.size());
  for (std::size_t i = 0; i < free.size(); ++i) {
    gradient[i] = gradient_[free[i]];
    for (std::size_t k = 0; k <= i; ++k) {
      curvature.set(i, k, curvature_(free[i], free[k]));
    }
  }
  const std::vector<double> step = trust_region_step(eigen_of(curvature), gradient, radius_);
  for (std::size_t i = 0; i < free.size(); ++i) {
    by[free[i]] = step[i];
  }
  Step best = boxed(by);
  // A step that the box bent may lead uphill; one against the gradient does not, if it is short.
  const double steepness = length(gradient);
  double reach = radius_;
  while (best.expected <= 0.0 && steepness > 0.0 && reach > kSmallestRadius) {
    for (const std::size_t i : free) {
      by[i] = -gradient_[i] * reach / steepness;
    }
    best = boxed(by);
    reach *= 0.25;
  }
  return best;
}

/// Lets the curvature explain how the gradient changed along a step: symmetric rank one.
void Search::learn(std::span<const double> by, std::span<const double> gradient) {
  const std::size_t n = by.size();
  std::vector<double> surprise(n);
  curvature_.multiply(by, surprise);
  for (std::size_t i = 0; i < n; ++i) {
    surprise[i] = gradient[i] - gradient_[i] - surprise[i];
  }
  const double along = dot(surprise, by);
  if (std::abs(along) < 1e-8 * length(surprise) * length(by) || along == 0.0) {
    return;
  }
  SymmetricMatrix updated = curvature_;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      updated.set(i, k, curvature_(i, k) + surprise[i] * surprise[k] / along);
    }
  }
  if (updated.is_finite()) {
    curvature_ = std::move(updated);
  }
}

MinimizeSummary Search::finish(Termination termination, std::string message) {
  summary_.termination = termination;
  summary_.message = std::move(message);
  summary_.value = value_;
  summary_.gradient_norm = 0.0;
  for (std::size_t i = 0; i < gradient_.size(); ++i) {
    if (!summary_.is_held[i]) {
      summary_.gradient_norm = std::max(summary_.gradient_norm, std::abs(gradient_[i]));
    }
  }
  summary_.gradient = std::move(gradient_);
  summary_.hessian = std::move(curvature_);
  return std::move(summary_);
}

MinimizeSummary Search::run() {
  const std::size_t n = x_.size();
  summary_.is_held.assign(n, false);
  gradient_.assign(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    x_[i] = std::clamp(x_[i], lower(i), upper(i));
  }
  value_ = evaluate(x_, gradient_);
  curvature_ = SymmetricMatrix(n);
  if (!is_finite(value_, gradient_)) {
    return finish(Termination::NotFinite, "the function is not finite at the starting point");
  }
  if (options_.hessian && options_.hessian->is_finite()) {
    curvature_ = *options_.hessian;
    is_measured_ = true;
  } else {
    measure();
  }
  const auto is_cancelled = [&] { return options_.cancelled && options_.cancelled(); };
  std::vector<double> gradient(n);
  while (summary_.iterations < options_.max_iterations) {
    if (is_cancelled()) {
      return finish(Termination::Cancelled, "the search was cancelled");
    }
    hold();
    if (surprises_ >= kMaxSurprises && !is_measured_) {
      measure();
    }
    const Step step = best_step();
    const double step_length = length(step.by);
    const bool is_exhausted = radius_ < kSmallestRadius * (1.0 + length(x_));
    if (step.expected <= tolerance() || is_exhausted || step_length == 0.0) {
      if (is_exhausted && is_measured_) {
        return finish(Termination::Stalled, "rounding errors hide all further progress");
      }
      if (is_measured_ || (options_.hessian && was_right_)) {
        return finish(Termination::Converged, "no step makes the function smaller");
      }
      measure();
      radius_ = std::max(radius_, 0.01 * options_.initial_radius);
      continue;
    }
    ++summary_.iterations;
    const double value = evaluate(step.to, gradient);
    if (!is_finite(value, gradient)) {
      radius_ = 0.25 * step_length;
      continue;
    }
    const double fall = value_ - value;
    // Below the rounding of the function's own sum the gradient alone tells what is lower.
    const double rounding = 1e-15 * (std::abs(value_) + std::abs(value));
    const bool is_hidden = step.expected < 16.0 * rounding && std::abs(fall) < 16.0 * rounding;
    const double ratio =
        is_hidden ? (length(gradient) < length(gradient_) ? 1.0 : 0.0) : fall / step.expected;
    learn(step.by, gradient);
    was_right_ = ratio > 0.7 && ratio < 1.3;
    if (ratio > 0.75 && step_length > 0.8 * radius_) {
      radius_ = std::min(2.0 * radius_, options_.max_radius);
    } else if (ratio < 0.25) {
      radius_ = 0.25 * step_length;
      ++surprises_;
    }
    if (ratio > kAcceptedRatio) {
      std::copy(step.to.begin(), step.to.end(), x_.begin());
      value_ = value;
      std::swap(gradient_, gradient);
      is_measured_ = false;
    }
  }
  hold();
  return finish(
      Termination::IterationLimit,
      "the limit of " + std::to_string(options_.max_iterations) + " iterations was reached");
}

}  // namespace

const char* name(Termination termination) noexcept {
  switch (termination) {
    case Termination::Converged:
      return "converged";
    case Termination::Stalled:
      return "stalled";
    case Termination::IterationLimit:
      return "iteration_limit";
    case Termination::NotFinite:
      return "not_finite";
    case Termination::Cancelled:
      return "cancelled";
  }
  return "";
}

Result<void> MinimizeOptions::validate(std::size_t variables) const {
  const auto fault = [](std::string what, const std::string& value, const std::string& rule) {
    return Error{ErrorCode::InvalidArgument,
                 "minimize: " + std::move(what) + " is " + value + ", but must be " + rule,
                 ""};
  };
  for (const auto& [side, bounds] : {std::pair{"lower", &lower}, std::pair{"upper", &upper}}) {
    if (!bounds->empty() && bounds->size() != variables) {
      return fault(std::string("the size of ") + side,
                   std::to_string(bounds->size()),
                   "0 or " + std::to_string(variables));
    }
  }
  for (std::size_t i = 0; i < std::min(lower.size(), upper.size()); ++i) {
    if (!(lower[i] <= upper[i])) {
      return fault("lower[" + std::to_string(i) + "]",
                   std::to_string(lower[i]),
                   "at most upper (" + std::to_string(upper[i]) + ")");
    }
  }
  if (hessian && hessian->size() != variables) {
    return fault("the size of hessian", std::to_string(hessian->size()), std::to_string(variables));
  }
  const std::array tolerances = {std::pair{"absolute_tolerance", absolute_tolerance},
                                 std::pair{"relative_tolerance", relative_tolerance}};
  for (const auto& [field, tolerance] : tolerances) {
    if (!(tolerance >= 0.0)) {
      return fault(field, std::to_string(tolerance), "at least 0");
    }
  }
  if (max_iterations < 0) {
    return fault("max_iterations", std::to_string(max_iterations), "at least 0");
  }
  if (!(initial_radius > 0.0)) {
    return fault("initial_radius", std::to_string(initial_radius), "more than 0");
  }
  if (!(max_radius >= initial_radius)) {
    return fault("max_radius", std::to_string(max_radius), "at least initial_radius");
  }
  return {};
}

MinimizeSummary minimize(const Objective& objective,
                         std::span<double> x,
                         const MinimizeOptions& options) {
  TILL_ASSERT(options.validate(x.size()), "minimize: an option is not valid");
  return Search(objective, x, options).run();
}

std::optional<SymmetricMatrix> hessian_by_differences(const Objective& objective,
                                                      std::span<const double> x,
                                                      double step) {
  const std::size_t n = x.size();
  std::vector<double> beside(x.begin(), x.end());
  std::vector<std::vector<double>> columns(n, std::vector<double>(n));
  std::vector<double> above(n);
  std::vector<double> below(n);
  for (std::size_t i = 0; i < n; ++i) {
    beside[i] = x[i] + step;
    const double value_above = objective(beside, above);
    beside[i] = x[i] - step;
    const double value_below = objective(beside, below);
    beside[i] = x[i];
    if (!is_finite(value_above, above) || !is_finite(value_below, below)) {
      return std::nullopt;
    }
    for (std::size_t k = 0; k < n; ++k) {
      columns[i][k] = (above[k] - below[k]) / (2.0 * step);
    }
  }
  SymmetricMatrix hessian(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      hessian.set(i, k, 0.5 * (columns[i][k] + columns[k][i]));
    }
  }
  return hessian;
}

}  // namespace till::math
