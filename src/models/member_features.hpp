/// \file
/// Member features: what a learner may look at of each customer when a month begins.
///
/// A row is a customer at the start of a month; all of its numbers come from before. They stand in
/// groups, of which a learner takes the first ones:
///
///     counts  of past months, their means and spread, recency, the shop's level
///     days    when in the months: days of silence, active days, gaps
///     models  what the dynamic NBD filter and two buy-till-you-die models know of the customer
///
/// Layer:   models (private).   Threads: pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "boosting.hpp"

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/models/buy_till_you_die_months.hpp"
#include "till/models/dynamic_nbd.hpp"
#include "till/models/forecast.hpp"

namespace till::models {

enum class FeatureGroup { Counts, Days, Models };

/// Returns the names of the features of all groups up to this one, in their order.
[[nodiscard]] std::vector<std::string> feature_names(FeatureGroup last);

/// Returns the names of what is taken of the panel's measures: "spend_sum_of_3_months".
[[nodiscard]] std::vector<std::string> declared_names(const Panel& panel);

/// What features of the last group are read from; fitted before the months that are looked at, or
/// to all of them.
struct FeatureModels {
  DynamicNbd filter = DynamicNbd({}, {});
  MbgNbdMonths mbg_nbd = {};
  ParetoNbdMonths pareto_nbd = {};
};

/// What those models say of a month that begins.
struct ModelViews {
  Forecast filter;
  Forecast mbg_nbd;
  Forecast pareto_nbd;
};

/// The features of the customers seen when a month began.
struct MonthFeatures {
  std::size_t month = 0;   ///< The month that begins; panel.months() is the one after the panel.
  FeatureMatrix rows;      ///< Of the groups asked for; one for each customer seen before.
  FeatureMatrix declared;  ///< What is taken of the panel's measures, in the same rows.
  std::optional<ModelViews> views;  ///< Where models were asked.
};

/// Returns features at the start of some months.
///
/// \param months  ascending; > 0, <= panel.months().
/// \param target  the month after the panel, for the last one.
/// \param models  null: the features of that group are left out.
/// \pre all months of the panel are whole.
/// Errors: `Cancelled`.
[[nodiscard]] Result<std::vector<MonthFeatures>> member_features(
    const Panel& panel,
    std::span<const std::size_t> months,
    const ForecastTarget& target,
    const FeatureModels* models,
    const Computation& computation);

/// Returns the first columns of a month's rows, and behind them what is declared.
[[nodiscard]] FeatureMatrix with_declared(const MonthFeatures& month, std::size_t columns);

}  // namespace till::models
