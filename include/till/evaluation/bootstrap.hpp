/// \file
/// Bootstrap: how much of a score, or of the lead of one model over another, is luck with
/// customers.
///
/// Customers are drawn with replacement, each with all of his outcomes: what a customer does in one
/// month says much about the next, so his months are no independent evidence. Every model sees the
/// same draws, so that the interval of a difference is paired: it holds what is left once both
/// have been asked about the same customers. A model is called better only when that interval
/// excludes zero.
///
/// Months are not drawn: an interval says what other customers would have done in the same months,
/// not what other months would have brought (for that, diebold_mariano.hpp).
///
/// Layer:   evaluation (models, core).   Threads: pure; immutable once built.
/// Sources: [ET93] -- keys resolve in docs/references.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "till/evaluation/scores.hpp"

namespace till::evaluation {

/// Customers beyond this many are drawn in so many groups of equal size: customer i is in group i
/// mod 4096. An interval hardly widens by that, and costs no more for a million customers.
inline constexpr std::size_t kClusters = 4096;

/// Sums of outcomes by customer, or by group of customers.
class Clusters {
 public:
  /// \param customers  of all outcomes that will be added: those of every origin, >= 0.
  explicit Clusters(std::size_t customers);

  /// Adds an outcome of a customer, the same at every origin. \pre customer < customers.
  void add(std::size_t customer, const Terms& terms) noexcept;

  [[nodiscard]] std::span<const Terms> terms() const noexcept { return terms_; }

 private:
  std::vector<Terms> terms_;
};

/// Where a number probably lies.
struct Interval {
  double low = 0.0;
  double high = 0.0;

  /// Returns whether zero is not among the values: false for NaN.
  [[nodiscard]] bool excludes_zero() const noexcept { return low > 0.0 || high < 0.0; }
};

struct BootstrapOptions {
  std::size_t resamples = 1000;  ///< > 0.
  std::uint64_t seed = 0;        ///< Same seed, same draws: for every model, on every machine.
};

/// The sums of every resample.
class Resamples {
 public:
  /// Draws. Cost: resamples x clusters.
  [[nodiscard]] static Resamples draw(const Clusters& clusters, const BootstrapOptions& options);

  [[nodiscard]] std::span<const Terms> terms() const noexcept { return terms_; }

  /// Returns the central 95 % of a score over the resamples. NaN where the score is not defined in
  /// every one, and for auc and gini. \pre resamples > 0.
  [[nodiscard]] Interval interval(Metric metric) const;

  /// Returns the central 95 % of this score minus that of `other`, draw by draw.
  /// \pre `other` was drawn with the same options from as many clusters.
  [[nodiscard]] Interval difference(Metric metric, const Resamples& other) const;

 private:
  std::vector<Terms> terms_;
};

}  // namespace till::evaluation
