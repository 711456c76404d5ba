/// \file
/// fit: estimates models from the log, and says what to think of them.
///
/// Layer:   engine (core, log, history, models).   Threads: one session per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/model_file.hpp"
#include "till/engine/session.hpp"
#include "till/models/ensemble.hpp"

namespace till::engine {

/// The unit of recency, T and of every rate. Months and years are the calendar's mean ones.
enum class TimeUnit { Day, Week, Month, Year };

/// What --chart draws.
enum class FitPlot { Frequencies, Tracking, Holdout, Matrix, Rates, Profiles };

/// What each field means, with its default, is in the parameter table: `till fit --help`.
struct FitOptions {
  std::string model = "all";  ///< Names between commas; one where it is to forecast.
  std::optional<Purpose> purpose = {};
  std::string covariates = {};  ///< Columns of the customer table, between commas.
  double ridge = 0.0;           ///< On the logarithms of the covariates' ratios; >= 0.
  models::Effort effort = models::Effort::Full;
  std::optional<Period> period = {};  ///< Of a forecaster. Unset: a calendar month.
  std::optional<Instant> as_of = {};
  std::optional<Date> calibration_end = {};
  std::optional<Date> holdout_end = {};
  TimeUnit time_unit = TimeUnit::Week;
  FitPlot plot = FitPlot::Frequencies;
  std::string features = {};
  std::string holidays = {};
  std::optional<TimeZone> time_zone = {};
  std::string transaction = {};  ///< Empty: day, or row where the model is to forecast.
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Fits models. Rows: `model, parameter, estimate, standard_error, lower, upper`, by model as asked
/// for. A model that is to forecast has no standard errors; its rows are all the numbers it
/// learned. The answer's model file is the model, or of several that with the smallest AIC.
///
/// Errors: `InvalidArgument`; `NotFound` for a model that does not exist; `InvalidData` when there
/// is no customer before the end; those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> fit(Session& session, const FitOptions& options);

}  // namespace till::engine
