/// \file
/// predict: what each customer will do next, by a model fitted to the log.
///
/// Layer:   engine (core, log, history, models).   Threads: one session per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/fit.hpp"
#include "till/engine/session.hpp"

namespace till::engine {

/// What each field means, with its default, is in the parameter table: `till predict --help`.
struct PredictOptions {
  std::string model = "mbg_nbd";
  std::string model_file = {};
  std::string covariates = {};  ///< Columns of the customer table, between commas.
  Period horizon = {1, Period::Unit::Month};
  double discount_rate = 0.1;  ///< A year; >= 0. Read where the log has amounts.
  std::optional<std::string> customer = {};
  std::optional<Instant> as_of = {};
  std::optional<Date> calibration_end = {};
  std::optional<TimeUnit> time_unit = {};  ///< Unset: week, or as a saved model was fitted.
  std::optional<TimeZone> time_zone = {};
  std::string transaction = {};  ///< Empty: day, or as a saved model was fitted.
  std::optional<log::Counting::Returns> returns = {};  ///< Unset: count, or as a saved model was.
  std::int64_t limit = 0;
};

/// Predicts every customer seen before the end. Rows: `rank, customer_id, frequency, recency, T,
/// probability_alive, expected_transactions, probability_zero`, from the most to the least expected
/// transactions; ties by id. Where the log says what customers spent, also `expected_spend` of one
/// purchase and `clv`, what the purchases within the horizon are worth at its start.
///
/// Errors: as fit; `InvalidData` when the fit is not usable; `NotFound` for a customer who did not
/// buy before the end.
[[nodiscard]] Result<Answer> predict(Session& session, const PredictOptions& options);

}  // namespace till::engine
