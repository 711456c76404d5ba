/// \file
/// Count trees: boosted trees that learn next month's count from past months of the same log.
///
/// Every past month is a lesson: what was known of each customer when it began, and what came. The
/// season is no feature but an offset, shrunken by CalendarExposure: from two Decembers trees would
/// learn their noise. Trees that correct the filter begin at what the dynamic NBD filter expects of
/// each customer, season included, and learn by what factor it errs: so they follow those who buy
/// far more than any leaf's mean.
///
/// Layer:   models (private).   Threads: immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boosting.hpp"
#include "member_features.hpp"

#include "till/models/calendar_exposure.hpp"

namespace till::models {

/// What some trees learn, and from what.
struct TreeRecipe {
  std::string_view name;
  CountLoss loss = CountLoss::NegativeBinomial;
  std::int32_t rounds = 200;
  double learning_rate = 0.05;  ///< (0, 1].
  FeatureGroup features = FeatureGroup::Models;
  /// Which past months, by age: 1 is the last one; both ends included.
  std::vector<std::pair<std::size_t, std::size_t>> ages = {{1, 12}};
  bool corrects_filter = false;  ///< Needs features of the last group.

  [[nodiscard]] bool takes(std::size_t age) const noexcept;
};

/// Puts gains in order, from the most to the least; equal ones by name.
void sort_gains(std::vector<FeatureGain>& gains);

class CountTrees {
 public:
  /// Learns from the months of a panel.
  ///
  /// \param features  of months of the panel; those whose age the recipe takes are used.
  /// \return nothing where there is no month to learn from.
  /// Errors: `Cancelled`; `Internal` with XGBoost's message.
  [[nodiscard]] static Result<std::optional<CountTrees>> learn(
      const TreeRecipe& recipe,
      const Panel& panel,
      std::span<const MonthFeatures> features,
      const CalendarExposure& season,
      const Computation& computation);

  /// Returns the mean count of each customer in a month, whose features these are.
  ///
  /// Errors: `InvalidArgument` where the panel's measures are not those of the one learned from.
  [[nodiscard]] Result<std::vector<double>> predict(const Panel& panel,
                                                    const MonthFeatures& features,
                                                    const MonthPart& month,
                                                    const CalendarExposure& season,
                                                    const Computation& computation) const;

  /// Returns what was learned, and makes the same trees of it again.
  ///
  /// \param recipe  the one they were grown by.
  /// Errors: `CorruptFile`; `Unsupported` where a feature is no longer what it was.
  [[nodiscard]] Result<State> save() const;
  [[nodiscard]] static Result<CountTrees> load(const State& state, const TreeRecipe& recipe);

  /// Returns each feature's share of what the trees gained, in their order.
  [[nodiscard]] std::vector<FeatureGain> feature_gains() const;

  [[nodiscard]] const TreeRecipe& recipe() const noexcept { return recipe_; }

 private:
  CountTrees(TreeRecipe recipe,
             Boosting trees,
             double log_mean,
             double largest,
             std::vector<std::string> declared)
      : recipe_(std::move(recipe)),
        trees_(std::move(trees)),
        log_mean_(log_mean),
        largest_(largest),
        declared_(std::move(declared)) {}

  [[nodiscard]] std::vector<std::string> all_names() const;

  TreeRecipe recipe_;
  Boosting trees_;
  double log_mean_ = 0.0;              // of all counts learned from; 0 of what corrects the filter
  double largest_ = 0.0;               // mean that is believed
  std::vector<std::string> declared_;  // names of columns behind the recipe's own
};

}  // namespace till::models
