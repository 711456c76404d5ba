/// \file
/// forecast: how many transactions each customer will make in a month, or some days, to come.
///
/// Layer:   engine (core, log, history, models).   Threads: one session per thread.
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

/// What is drawn: the total of all customers, one customer, what trees look at, or what the members
/// of an ensemble count for.
enum class ForecastPlot { Total, Customer, Importance, Members };

/// What each field means, with its default, is in the parameter table: `till forecast --help`.
struct ForecastOptions {
  std::optional<Month> month = {};
  std::optional<Period> period = {};  ///< Unset: a calendar month, or as a saved model was fitted.
  std::optional<Instant> as_of = {};
  std::string model = "auto";
  std::string model_file = {};
  models::Effort effort = models::Effort::Full;
  std::string customer = {};              ///< Empty: all.
  std::optional<ForecastPlot> plot = {};  ///< Unset: total, or customer where one is said.
  std::string features = {};
  std::string holidays = {};
  std::optional<TimeZone> time_zone = {};
  std::string transaction = {};  ///< Empty: row, or as a saved model was fitted.
  std::optional<log::Counting::Returns> returns = {};  ///< Unset: count, or as a saved model was.
  std::int64_t limit = 0;
};

/// Forecasts every customer seen before the month. Rows, from the highest mean down:
/// `customer_id, expected_transactions, median, q05, q25, q75, q95, probability_zero,
/// probability_alive`. Nothing at or after the month's start is read.
///
/// With `customer`, only the row of this one, whose past and distribution are in the summary.
///
/// Errors: `InvalidArgument`; `NotFound` for a model that is none, with the nearest, and for a
/// customer not seen before the month; `Unsupported` for a picture the model has not; `InvalidData`
/// when no known customer was seen before the month; those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> forecast(Session& session, const ForecastOptions& options);

}  // namespace till::engine
