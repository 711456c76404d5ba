/// \file
/// backtest: how good forecasts of the past months would have been.
///
/// Layer:   engine (core, log, history, models, evaluation, charts).   Threads: one session per
/// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/session.hpp"
#include "till/models/ensemble.hpp"

namespace till::engine {

/// Which picture of a backtest is drawn.
enum class BacktestPlot { Leaderboard, Tracking, Deciles, Calibration, Frequency, Members, All };

/// What each field means, with its default, is in the parameter table: `till backtest --help`.
struct BacktestOptions {
  std::int64_t origins = 12;
  std::string model = "auto";  ///< Names between commas.
  models::Effort effort = models::Effort::Full;
  Period period{1, Period::Unit::Month};
  std::optional<Instant> as_of = {};
  BacktestPlot plot = BacktestPlot::Leaderboard;
  std::int64_t resamples = 1000;
  std::string features = {};
  std::string holidays = {};
  std::optional<TimeZone> time_zone = {};
  std::string transaction = "row";
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Refits models at the start of each of the last months and scores what they forecast. Rows:
/// `model, origin, customers, actual, predicted` and the scores, the best model first.
///
/// Errors: `InvalidArgument`; `NotFound` for a model or a column there is not; `InvalidData` when
/// the log has fewer than two whole months; those of Session::log, of the models and of the
/// warehouse.
[[nodiscard]] Result<Answer> backtest(Session& session, const BacktestOptions& options);

}  // namespace till::engine
