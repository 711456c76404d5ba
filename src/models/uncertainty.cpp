#include "uncertainty.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "till/core/rng.hpp"

namespace till::models {

namespace {

constexpr double kNormal95 = 1.959963984540054;
constexpr double kSingular = 1e-9;          // smallest over largest eigenvalue of a clear minimum
constexpr double kClearInformation = 0.01;  // a log-parameter known worse than to e^10 is not known
constexpr int kDraws = 30;
constexpr std::size_t kBootstrapCells = 200;
constexpr std::uint64_t kSeed = 20051031;

/// Returns how often a customer, or a cell of many, is drawn.
double poisson_draw(double mean, Rng& rng) {
  if (mean > 50.0) {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - rng.uniform()));
    const double normal = radius * std::cos(2.0 * std::numbers::pi * rng.uniform());
    return std::max(0.0, std::round(mean + std::sqrt(mean) * normal));
  }
  const double limit = std::exp(-mean);
  double count = 0.0;
  double product = rng.uniform();
  while (product > limit) {
    count += 1.0;
    product *= rng.uniform();
  }
  return count;
}

Cells redrawn(const Cells& cells, Rng& rng) {
  Cells drawn;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (const double times = poisson_draw(cells.weights[i], rng); times > 0.0) {
      drawn.add(cells.view()[i], times, cells.view(), i);
    }
  }
  return drawn;
}

math::SymmetricMatrix correlations_of(const math::SymmetricMatrix& covariance) {
  math::SymmetricMatrix correlations(covariance.size());
  for (std::size_t i = 0; i < covariance.size(); ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      const double scale = std::sqrt(covariance(i, i) * covariance(k, k));
      const double correlation = scale > 0.0 ? covariance(i, k) / scale : 0.0;
      correlations.set(i, k, i == k ? 1.0 : std::clamp(correlation, -1.0, 1.0));
    }
  }
  return correlations;
}

/// Returns every so-manieth cell with its own weight.
Cells thinned(const Cells& cells) {
  Cells thin = sample_of(cells, kBootstrapCells);
  const double all = std::accumulate(cells.weights.begin(), cells.weights.end(), 0.0);
  const double part = std::accumulate(thin.weights.begin(), thin.weights.end(), 0.0);
  const double share = static_cast<double>(thin.size()) / static_cast<double>(cells.size());
  for (double& weight : thin.weights) {
    weight *= share * all / part;
  }
  return thin;
}

}  // namespace

std::optional<Uncertainty> from_information(const math::SymmetricMatrix& information,
                                            std::span<const double> estimates) {
  if (!information.is_finite()) {
    return std::nullopt;
  }
  const math::Eigen eigen = math::eigen_of(information);
  if (!(eigen.values.front() > kSingular * eigen.values.back()) ||
      eigen.values.front() < kClearInformation) {
    return std::nullopt;
  }
  const math::SymmetricMatrix covariance = math::inverse_of(eigen);
  Uncertainty uncertainty;
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    const double error = std::sqrt(covariance(i, i));
    uncertainty.standard_errors.push_back(error);
    uncertainty.lower.push_back(estimates[i] - kNormal95 * error);
    uncertainty.upper.push_back(estimates[i] + kNormal95 * error);
  }
  uncertainty.correlations = correlations_of(covariance);
  uncertainty.from = "observed information";
  return uncertainty;
}

Uncertainty from_bootstrap(const Cells& cells,
                           std::span<const double> estimates,
                           const Refit& refit) {
  const Cells thin = thinned(cells);
  const double scale =
      std::sqrt(static_cast<double>(thin.size()) / static_cast<double>(cells.size()));
  Rng rng(kSeed);
  std::vector<std::vector<double>> deviations;
  for (int draw = 0; draw < kDraws; ++draw) {
    const Cells drawn = redrawn(thin, rng);
    if (drawn.size() == 0) {
      continue;
    }
    if (std::optional<std::vector<double>> fitted = refit(drawn)) {
      for (std::size_t i = 0; i < fitted->size(); ++i) {
        (*fitted)[i] = scale * ((*fitted)[i] - estimates[i]);
      }
      deviations.push_back(std::move(*fitted));
    }
  }
  const std::size_t n = estimates.size();
  Uncertainty uncertainty;
  math::SymmetricMatrix covariance(n);
  const auto draws = static_cast<double>(deviations.size());
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      double sum = 0.0;
      for (const std::vector<double>& deviation : deviations) {
        sum += deviation[i] * deviation[k];
      }
      covariance.set(i, k, draws > 0.0 ? sum / draws : HUGE_VAL);
    }
    // The second smallest and largest of thirty leave out 3 % on each side.
    std::vector<double> ordered;
    ordered.reserve(deviations.size());
    for (const std::vector<double>& deviation : deviations) {
      ordered.push_back(deviation[i]);
    }
    std::sort(ordered.begin(), ordered.end());
    const bool is_known = ordered.size() > 3;
    uncertainty.standard_errors.push_back(is_known ? std::sqrt(covariance(i, i)) : HUGE_VAL);
    uncertainty.lower.push_back(is_known ? estimates[i] + std::min(0.0, ordered[1]) : -HUGE_VAL);
    uncertainty.upper.push_back(is_known ? estimates[i] + std::max(0.0, ordered[ordered.size() - 2])
                                         : HUGE_VAL);
  }
  uncertainty.correlations =
      correlations_of(covariance.is_finite() ? covariance : math::SymmetricMatrix(n));
  uncertainty.from = "bootstrap of " + std::to_string(deviations.size()) +
                     " draws, because the observed information is singular";
  return uncertainty;
}

}  // namespace till::models
