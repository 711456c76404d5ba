/// \file
/// Model registry: every model by its name, whatever it does.
///
/// A model fits histories (`fit`, `predict`), forecasts months (`forecast`, `backtest`), or both:
/// the same assumptions, once read from the dates of a customer and once from counts by month. A
/// new model is its header and one entry here.
///
/// Layer:   engine (private).   Threads: immutable.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fields.hpp"

#include "till/core/panel.hpp"
#include "till/core/purchase_history.hpp"
#include "till/core/result.hpp"
#include "till/evaluation/backtest.hpp"
#include "till/models/ensemble.hpp"
#include "till/models/fit.hpp"
#include "till/models/forecast.hpp"
#include "till/models/frequencies.hpp"
#include "till/models/rates.hpp"
#include "till/models/state.hpp"

namespace till::engine {

template <>
struct Words<models::Effort> {
  static constexpr std::array kAll = {std::pair{"quick", models::Effort::Quick},
                                      std::pair{"full", models::Effort::Full}};
};

/// What a model says of one customer.
struct Prediction {
  double probability_alive = 0.0;      ///< At the end of T.
  double expected_transactions = 0.0;  ///< In (T, T + t].
  double probability_zero = 0.0;       ///< Of no purchase in (T, T + t].
};

/// How a model fits histories.
struct HistoryModel {
  bool reads_intervals = false;
  bool reads_occasions = false;  ///< Of the calendar, by the time unit; other histories do not fit.
  bool by_name_only = false;     ///< Takes so long on many customers that `all` leaves it out.
  models::Likelihood likelihood = {};
  /// Writes what a model with these parameters says of each customer. \pre t >= 0.
  std::function<void(std::span<const double> parameters,
                     const PurchaseHistories& histories,
                     double t,
                     std::span<Prediction> out)>
      predict = {};
  /// Writes the purchases of each customer in (T, T + t], each worth e^(-delta u) at T + u.
  std::function<void(std::span<const double> parameters,
                     const PurchaseHistories& histories,
                     double t,
                     double delta,
                     std::span<double> out)>
      discount_transactions = {};
  /// Writes how many customers a model with these parameters expects in each class.
  std::function<void(std::span<const double> parameters,
                     std::span<const models::AgeGroup> ages,
                     std::span<models::FrequencyClass> classes)>
      expect_frequencies = {};
  /// Writes E[X(t)] of a new customer, for each t >= 0.
  std::function<void(
      std::span<const double> parameters, std::span<const double> times, std::span<double> out)>
      expect_transactions = {};
  /// Writes the posterior means of the rates of each customer.
  std::function<void(std::span<const double> parameters,
                     const PurchaseHistories& histories,
                     std::span<models::PosteriorRates> out)>
      posterior_rates = {};
  /// Returns how the rates of the customers of a model with these parameters are spread.
  std::function<std::vector<models::RateDensity>(std::span<const double> parameters)>
      rate_densities = {};
};

/// A fitted forecaster, whatever its type.
struct FittedForecaster {
  std::function<Result<models::Forecast>(
      const Panel&, const models::ForecastTarget&, const models::Computation&)>
      forecast = {};
  std::vector<std::string> warnings = {};
  std::function<models::State()> save = {};
  std::vector<models::MemberWeight> members = {};  ///< Of an ensemble.
  /// Returns what its trees look at; empty where the model has none.
  std::function<std::vector<models::FeatureGain>()> feature_gains = {};
};

/// How a model forecasts months.
struct MonthsModel {
  bool is_baseline = false;  ///< What anybody would guess: every backtest has them.
  bool has_members = false;  ///< An ensemble.
  Result<FittedForecaster> (*fit)(const Panel&, const models::Computation&) = nullptr;
  /// Makes the model again that `save` of one was called on. Errors: `CorruptFile`, `Unsupported`.
  Result<FittedForecaster> (*load)(const models::State&) = nullptr;
  /// Returns the same as one who takes part in a backtest, under its name.
  evaluation::Competitor (*competitor)() = nullptr;
};

struct ModelEntry {
  std::string name = {};    ///< "pareto_nbd".
  std::string title = {};   ///< "Pareto/NBD".
  std::string family = {};  ///< "buy-till-you-die", "baseline", ...
  std::string story = {};   ///< What it assumes of customers, in a sentence.
  std::string data = {};    ///< What it reads.
  std::string paper = {};   ///< Its key in docs/references.md; empty: none.
  std::optional<HistoryModel> history = {};
  std::optional<MonthsModel> months = {};
};

/// Returns all models: those that fit histories, simplest first, then those that only forecast.
[[nodiscard]] std::span<const ModelEntry> model_entries();

/// Returns the models that fit histories, simplest first.
[[nodiscard]] std::span<const ModelEntry* const> history_models();

/// Returns the models that forecast months, the default first.
[[nodiscard]] std::span<const ModelEntry* const> forecasters();

/// Returns the model of histories with a name; dashes, slashes and underscores are the same, case
/// is ignored.
///
/// \param function  whose argument it is; begins the message.
/// Errors: `NotFound` with the nearest names as remedy; `Unsupported` for a model that only
/// forecasts.
[[nodiscard]] Result<const ModelEntry*> history_model_named(std::string_view function,
                                                            std::string_view name);

/// Returns whether a name, spelt as above, is of a model that forecasts and fits no histories.
///
/// Errors: `NotFound` with the nearest names as remedy.
[[nodiscard]] Result<bool> is_forecaster_only(std::string_view function, std::string_view name);

/// Returns the forecaster with a name, spelt as above; "auto" is the default.
///
/// Errors: `NotFound` with the nearest names as remedy; `Unsupported` for a model that only fits
/// histories.
[[nodiscard]] Result<const ModelEntry*> forecaster_named(std::string_view function,
                                                         std::string_view name);

/// Returns the forecasters that names between commas mean, each once, in the order of
/// `forecasters()`; "all" is every one, "auto" the default.
///
/// Errors: as forecaster_named; `InvalidArgument` when there is no name.
[[nodiscard]] Result<std::vector<const ModelEntry*>> forecasters_named(std::string_view function,
                                                                       std::string_view text);

/// Returns the ensemble that thinks as much as it is told to; every other model as it is.
[[nodiscard]] const ModelEntry* with_effort(const ModelEntry* model, models::Effort effort);

/// The parameter of all verbs that ask for it.
[[nodiscard]] Parameter effort_parameter();

}  // namespace till::engine
