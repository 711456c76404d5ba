/// \file
/// Forecaster registry: every forecaster by its name. A new model is its header and one line here.
///
/// Layer:   engine (private).   Threads: immutable.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "fields.hpp"

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/evaluation/backtest.hpp"
#include "till/models/baselines.hpp"
#include "till/models/boosted_trees.hpp"
#include "till/models/buy_till_you_die_months.hpp"
#include "till/models/dynamic_nbd.hpp"
#include "till/models/ensemble.hpp"
#include "till/models/forecast.hpp"

namespace till::engine {

template <>
struct Words<models::Effort> {
  static constexpr std::array kAll = {std::pair{"quick", models::Effort::Quick},
                                      std::pair{"full", models::Effort::Full}};
};

/// All forecasters, the default first.
using Forecasters = std::tuple<models::Ensemble,
                               models::QuickEnsemble,
                               models::DynamicNbd,
                               models::BoostedTrees,
                               models::ParetoNbdMonths,
                               models::BgNbdMonths,
                               models::MbgNbdMonths,
                               models::MeanOf3Months,
                               models::MeanOf6Months,
                               models::MeanOf12Months,
                               models::SameMonthLastYear,
                               models::LastMonth,
                               models::ExponentialSmoothing,
                               models::IntermittentDemand>;

/// A forecast and what its model had to say about it.
using ModelForecast = evaluation::Refitted;

struct RegisteredForecaster {
  std::string_view name;
  bool is_baseline = false;  ///< What anybody would guess: every backtest has them.
  /// Fits to a panel and forecasts what comes after it.
  Result<ModelForecast> (*forecast)(const Panel&,
                                    const models::ForecastTarget&,
                                    const models::Computation&);
  /// Returns the same as one who takes part in a backtest, under its name.
  evaluation::Competitor (*competitor)();
};

/// Returns all models, the default first.
[[nodiscard]] std::span<const RegisteredForecaster> registered_forecasters();

/// Returns the model with a name; "auto" is the default.
///
/// Errors: `NotFound` with the nearest names as remedy.
[[nodiscard]] Result<const RegisteredForecaster*> forecaster_named(std::string_view function,
                                                                   std::string_view name);

/// Returns the ensemble that thinks as much as it is told to; every other model as it is.
[[nodiscard]] const RegisteredForecaster* with_effort(const RegisteredForecaster* model,
                                                      models::Effort effort);

/// The parameter of both verbs that ask for it.
[[nodiscard]] Parameter effort_parameter();

/// Returns the models that names between commas mean, each once, in the order of the registry;
/// "all" is every model, "auto" the default; dashes and underscores are the same.
///
/// Errors: `NotFound` with the nearest names; `InvalidArgument` when there is no name.
[[nodiscard]] Result<std::vector<const RegisteredForecaster*>> forecasters_named(
    std::string_view function, std::string_view text);

}  // namespace till::engine
