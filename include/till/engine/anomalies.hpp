/// \file
/// anomalies: days, customers and products that are not what their own past says.
///
/// Layer:   engine (core, log, insight, charts).   Threads: one session per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/session.hpp"

namespace till::engine {

/// What each field means, with its default, is in the parameter table: `till anomalies --help`.
struct AnomaliesOptions {
  std::optional<Instant> as_of = {};
  std::optional<TimeZone> time_zone = {};
  std::string transaction = "row";
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t rows = 0;
  std::int64_t limit = 0;
};

/// Tells what stands out. Rows: `kind, id`, `name` where products have names, `what, from, to,
/// expected, actual, q_value, finding`; with `rows` those of the log behind each instead: `anomaly`
/// (its place, from 1), `kind, id, what, customer_id, product_id, timestamp`, `amount` and
/// `quantity` where the log has them, `file`. Summary: `days, products, customers` (rows of each
/// kind), `days_tested, products_tested, customers_tested`.
///
/// Errors: `InvalidArgument`; `NotFound`; those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> anomalies(Session& session, const AnomaliesOptions& options);

}  // namespace till::engine
