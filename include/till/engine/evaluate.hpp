/// \file
/// evaluate: how good the forecasts of a saved model are on months it has not seen.
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
#include "till/engine/backtest.hpp"
#include "till/engine/session.hpp"

namespace till::engine {

/// What each field means, with its default, is in the parameter table: `till evaluate --help`.
struct EvaluateOptions {
  std::string model_file = {};
  std::optional<Month> month = {};
  std::optional<Month> first_month = {};
  std::optional<Month> last_month = {};
  BacktestPlot plot = BacktestPlot::Leaderboard;
  std::int64_t resamples = 1000;
  std::int64_t limit = 0;
};

/// Forecasts each month after a model's cutoff with the model as it was fitted, from what was known
/// when the month began, and scores it beside the baselines. Rows as of backtest.
///
/// Errors: `InvalidArgument` for a month that the model has seen or the log has not whole;
/// `InvalidData` where no whole month is left; those of read_model_file, of Session::log and of the
/// warehouse.
[[nodiscard]] Result<Answer> evaluate(Session& session, const EvaluateOptions& options);

}  // namespace till::engine
