/// \file
/// Ensemble: several models together, weighed by how well each forecast this log's own past.
///
/// No single model wins on every log: a filter that follows each customer does where levels shift,
/// buy-till-you-die models do on sparse dates, trees do where there is much to learn from. So all
/// of them forecast the last six months, each month from what was known before it, and
///
///  1. their means are pooled, as a mean or as a mean of logarithms, whichever did better. Members
///     that were far behind are left out; weights are a quarter equal, the rest those that did
///     best;
///  2. a head turns the pooled mean into a distribution whose width depends on the customer: zero-
///     inflated negative binomial, fitted to the same months;
///  3. the filter's own distribution, moved to the pooled mean, is mixed in as far as it helped.
///
/// A log too short to look back on is left to the filter, and the warnings say so. Customers born
/// in a month that is not over are forecast by the filter alone.
///
/// Layer:   models (core, math).   Threads: immutable.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/models/forecast.hpp"

namespace till::models {

/// How much an ensemble thinks.
enum class Effort {
  Quick,  ///< One member of trees, three months looked back on.
  Full,   ///< All members, six months.
};

/// The ensemble; the same with less effort is another type, and another model.
template <Effort E>
class EnsembleOf {
 public:
  static constexpr std::string_view kName = E == Effort::Full ? "ensemble" : "ensemble_quick";

  /// Fits the members, and looks back on as many months as `before` has not looked at already.
  ///
  /// Errors: `Cancelled`; `InvalidArgument` for a panel without months; `Internal` from trees.
  /// Cost: a fit of every member for each month looked back on; one of each where `before` was
  /// fitted a month earlier.
  [[nodiscard]] static Result<EnsembleOf> fit(const Panel& panel,
                                              const Computation& computation,
                                              const EnsembleOf* before);

  /// Two parts for each customer: the head's, and the filter's. A target of several months is taken
  /// as its first, times how many such months it is. Errors: as fit.
  [[nodiscard]] Result<Forecast> forecast(const Panel& panel,
                                          const ForecastTarget& target,
                                          const Computation& computation) const;

  /// Returns what was learned, and makes the same model of it again. Errors: `CorruptFile`.
  [[nodiscard]] State save() const;
  [[nodiscard]] static Result<EnsembleOf> load(const State& state);

  [[nodiscard]] std::span<const std::string> warnings() const noexcept { return warnings_; }

  /// Returns what the members count for; one, the filter, where it stands alone.
  [[nodiscard]] std::vector<MemberWeight> weights() const;

  /// Returns what its trees look at: the mean over those that count, by their weights; from the
  /// most to the least. Empty where none counts.
  [[nodiscard]] std::vector<FeatureGain> feature_gains() const;

 private:
  struct Learned;

  std::shared_ptr<const Learned> state_;
  std::vector<std::string> warnings_;
};

using Ensemble = EnsembleOf<Effort::Full>;
using QuickEnsemble = EnsembleOf<Effort::Quick>;

}  // namespace till::models
