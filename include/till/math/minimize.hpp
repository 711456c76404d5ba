/// \file
/// minimize: finds where a smooth function of a few variables is smallest, within a box.
///
/// A trust-region method: in every iteration a quadratic model of the function is minimised exactly
/// within a ball around the best point so far; the ball grows where the model is right and shrinks
/// where it is wrong, so that neither saddles nor valleys nor places where the function is not
/// finite can stop it. The model's curvature starts from differences of the gradient and is then
/// updated with what each step showed (symmetric rank one [CGT91], which unlike BFGS may say
/// "saddle"). Variables that push against the box are held there.
///
///     std::array<double, 2> x = {-1.2, 1.0};
///     const MinimizeSummary summary = minimize(
///         [](std::span<const double> p, std::span<double> gradient) {
///           gradient[0] = 2.0 * p[0];
///           gradient[1] = 2.0 * p[1];
///           return p[0] * p[0] + p[1] * p[1];
///         },
///         x);
///     // summary.termination == Termination::Converged, x == {0, 0}
///
/// Layer:   math (core).   Threads: pure; `objective` is called by the caller's thread.
/// Sources: [MS83], [CGT91] -- keys resolve in docs/references.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "till/core/result.hpp"
#include "till/math/symmetric.hpp"

namespace till::math {

/// Writes the gradient at x and returns the value; a value or gradient that is not finite means
/// that x is outside of the function's domain.
using Objective = std::function<double(std::span<const double> x, std::span<double> gradient)>;

/// Why the search ended.
enum class Termination {
  Converged,       ///< No step within reach makes the function smaller by more than the tolerance.
  Stalled,         ///< Rounding errors hide all further progress.
  IterationLimit,  ///< max_iterations were used up.
  NotFinite,       ///< The function is not finite at the starting point.
  Cancelled,       ///< `cancelled` said so.
};

/// Returns "converged", "stalled", "iteration_limit", "not_finite" or "cancelled".
[[nodiscard]] const char* name(Termination termination) noexcept;

struct MinimizeOptions {
  /// The box: lower[i] <= x[i] <= upper[i]; empty means unbounded.
  std::vector<double> lower = {};
  std::vector<double> upper = {};
  /// The curvature at the start, where it is known well. The search then trusts it as long as it
  /// is right about each step; else curvature is measured, at one gradient for each variable, at
  /// the start, at the end, and where the model was wrong about three steps.
  std::optional<SymmetricMatrix> hessian = {};
  /// Converged when the model expects at most `absolute_tolerance + relative_tolerance * |f|` from
  /// its best step. Both >= 0.
  double absolute_tolerance = 1e-10;
  double relative_tolerance = 1e-14;
  std::int32_t max_iterations = 200;  ///< >= 0.
  double initial_radius = 1.0;        ///< Of the ball at the start, in units of x; > 0.
  double max_radius = 8.0;            ///< Of the ball; >= initial_radius.
  /// Asked before each evaluation; empty: never.
  std::function<bool()> cancelled = {};

  /// Errors: `InvalidArgument` naming the field and the rule it breaks.
  [[nodiscard]] Result<void> validate(std::size_t variables) const;
};

struct MinimizeSummary {
  Termination termination = Termination::NotFinite;
  std::string message;           ///< The reason in one sentence.
  std::int32_t iterations = 0;   ///< Steps tried.
  std::int32_t evaluations = 0;  ///< Of value and gradient.
  double value = 0.0;            ///< At the best point.
  std::vector<double> gradient;  ///< At the best point.
  double gradient_norm = 0.0;    ///< Largest absolute element over the variables not held.
  std::vector<bool> is_held;     ///< Variables at the box that push outwards.
  SymmetricMatrix hessian;       ///< The model's curvature at the end.

  /// Returns whether x is a minimum as far as rounding lets one see.
  [[nodiscard]] bool is_usable() const noexcept {
    return termination == Termination::Converged || termination == Termination::Stalled;
  }
};

/// Minimises a function from a starting point.
///
/// \param[in,out] x  the start; then the best point that was seen, whatever the termination.
/// \pre options.validate(x.size()) has no error.
/// Cost: one evaluation an iteration, x.size() more to measure curvature where needed.
[[nodiscard]] MinimizeSummary minimize(const Objective& objective,
                                       std::span<double> x,
                                       const MinimizeOptions& options = {});

/// Measures the curvature at x by differences of the gradient on both sides.
///
/// \return the Hessian, or nothing where the gradient is not finite nearby.
/// \param step  how far to go along each variable; > 0.
/// Accuracy: about step^2 relative. Cost: 2 x.size() evaluations.
[[nodiscard]] std::optional<SymmetricMatrix> hessian_by_differences(const Objective& objective,
                                                                    std::span<const double> x,
                                                                    double step = 1e-4);

}  // namespace till::math
