/// \file
/// Saved model: from a fit to a model file, and from the file back to a model that answers.
///
/// Layer:   engine (private).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "covariates_question.hpp"
#include "model_registry.hpp"
#include "panel_question.hpp"

#include "till/engine/model_file.hpp"
#include "till/evaluation/backtest.hpp"

namespace till::engine {

template <>
struct Words<Purpose> {
  static constexpr std::array kAll = {std::pair{"predict", Purpose::Predict},
                                      std::pair{"forecast", Purpose::Forecast}};
};

/// The parameter of verbs that ask a saved model.
[[nodiscard]] Parameter model_file_parameter(std::string help);

/// Returns a parameter whose value a saved model may say.
///
/// \param otherwise  what it is without one.
[[nodiscard]] Parameter as_fitted(Parameter parameter, const std::string& otherwise);

/// A forecaster as it was when it was fitted.
struct SavedForecaster {
  ModelFile file;
  FittedForecaster fitted;
};

/// Reads a model file and makes its forecaster again.
///
/// \param function  whose argument the file is; begins messages.
/// Errors: those of read_model_file and of the model; `InvalidArgument` for a model of histories.
[[nodiscard]] Result<SavedForecaster> read_forecaster(std::string_view function,
                                                      const std::string& path);

/// Returns a model of histories and its parameters. Errors: as above, for a forecaster.
struct SavedHistoryModel {
  ModelFile file;
  const ModelEntry* model = nullptr;
  std::vector<double> parameters;
  std::vector<CovariateColumn> covariates;  ///< Empty: it has none.
};

[[nodiscard]] Result<SavedHistoryModel> read_history_model(std::string_view function,
                                                           const std::string& path);

/// Returns the state of a model of histories.
[[nodiscard]] models::State history_state(const models::FitReport& report);

/// How a saved model wants a log to be read.
struct SavedReading {
  TimeZone zone;
  log::Counting counting;
};

/// Returns how the file says that the log is read; what is empty or unset was not said.
///
/// Errors: `InvalidArgument` where something else was said; `NotFound` for a column that the log
/// does not have.
[[nodiscard]] Result<SavedReading> saved_reading(std::string_view function,
                                                 const log::Log& log,
                                                 const ModelFile& file,
                                                 const std::optional<TimeZone>& zone,
                                                 const std::string& transaction,
                                                 std::optional<log::Counting::Returns> returns,
                                                 const std::string& time_unit = "");

/// Returns the days that stand in for a month of a saved forecaster; 0: those of the calendar.
///
/// Errors: `InvalidArgument` where another period was said.
[[nodiscard]] Result<std::int32_t> saved_month_days(std::string_view function,
                                                    const ModelFile& file,
                                                    const std::optional<Period>& said);

/// Returns a file but for what it learned: how the log was read, and which it was.
[[nodiscard]] ModelFile file_about(const ModelEntry& model,
                                   Purpose purpose,
                                   const Session& session,
                                   const log::Log& log,
                                   const TimeZone& zone,
                                   const log::Counting& counting,
                                   Instant cutoff);

/// Says what of the panel a model saw, and how it does on the last months of it.
///
/// Errors: those of the model.
[[nodiscard]] Result<void> add_training(ModelFile& file,
                                        const Panel& panel,
                                        const FittedForecaster& fitted,
                                        const models::Computation& computation);

/// Returns what should be known when a model fitted to one log is asked about another, or about
/// months that it has seen. Empty where the past of the log is as it was, however it has grown.
[[nodiscard]] std::vector<std::string> log_warnings(const ModelFile& file,
                                                    const log::Log& log,
                                                    const Panel& panel);

/// Returns the saved model as one who takes part in a backtest: asked, never fitted.
[[nodiscard]] evaluation::Competitor competitor_of(const FittedForecaster& fitted,
                                                   std::string name);

/// One number of a state, under the names of the parts that it lies in: "pool.weights.dynamic_nbd".
struct NamedNumber {
  std::string name;
  double value = 0.0;
};

/// Returns all numbers of a state. Lists of numbers beside a list of as many texts are named by
/// these, others counted from 1.
[[nodiscard]] std::vector<NamedNumber> numbers_of(const models::State& state);

/// Returns what a file says of itself, for a summary.
[[nodiscard]] Object facts_of(const ModelFile& file);

/// Returns the scores of training, for a summary.
[[nodiscard]] List scores_of(const ModelFile& file);

}  // namespace till::engine
