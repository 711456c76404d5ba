/// \file
/// Boosted trees: next month from what a customer's last months look like, whatever the pattern.
///
/// Every customer seen before each of the last twelve months is a row: what was known when the
/// month began - lags, means, recency, tenure - and what came. Trees learn one after the other what
/// is still missing, on the scale of ln mean, by the Tweedie deviance of power 1.5, which suits
/// counts that are often 0 and sometimes large. The season is no column but an offset, the exposure
/// of the month against those of the three before it, so that few months cannot teach noise.
///
///     TILL_ASSIGN(const BoostedTrees model, BoostedTrees::fit(panel, {.threads = 2}, nullptr));
///     TILL_ASSIGN(const Forecast forecast, model.forecast(panel, target, {.threads = 2}));
///
/// Around the mean stands a negative binomial, fitted to how trees that have not seen the last two
/// months would have forecast them.
///
/// Layer:   models (core, math).   Threads: immutable.
/// Sources: [CG16] -- keys resolve in docs/references.md.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/models/baselines.hpp"
#include "till/models/forecast.hpp"

namespace till::models {

class BoostedTrees {
 public:
  static constexpr std::string_view kName = "boosted_trees";

  /// Grows the trees on at most 120,000 rows (fewer customers of each month where there are more).
  /// Falls back to the mean of three months where there are less than 200 rows or four whole
  /// months. `before` is not looked at: trees are grown anew. The result does not depend on the
  /// number of threads.
  ///
  /// Errors: `Cancelled`, within a tree; `InvalidArgument` for a panel without months.
  [[nodiscard]] static Result<BoostedTrees> fit(const Panel& panel,
                                                const Computation& computation,
                                                const BoostedTrees* before);

  /// One part for each customer; a mean is at most three times the largest count that was learned
  /// from. A target of several months is taken as its first, times how many such months it is;
  /// customers born in a month that is not over get the mean of three months. Errors: as fit.
  [[nodiscard]] Result<Forecast> forecast(const Panel& panel,
                                          const ForecastTarget& target,
                                          const Computation& computation) const;

  /// Returns what was learned, and makes the same model of it again. Errors: `CorruptFile`.
  [[nodiscard]] State save() const;
  [[nodiscard]] static Result<BoostedTrees> load(const State& state);

  [[nodiscard]] std::span<const std::string> warnings() const noexcept { return warnings_; }

  /// Returns what the trees look at, from the most to the least; empty where there are none.
  [[nodiscard]] std::vector<FeatureGain> feature_gains() const;

  [[nodiscard]] const Spread& spread() const noexcept { return spread_; }

 private:
  struct Learned;

  std::shared_ptr<const Learned> state_;  // none: too little to learn from
  Spread spread_;
  std::optional<MeanOf3Months> fallback_;
  std::vector<std::string> warnings_;
};

}  // namespace till::models
