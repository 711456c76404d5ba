/// \file
/// seasonality: does the calendar decide when people buy, how strongly, and is it real?
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

/// Which picture of the seasons is drawn.
enum class SeasonalityPlot { All, Profiles, Decomposition, Hours, Calendar };

/// What each field means, with its default, is in the parameter table: `till seasonality --help`.
struct SeasonalityOptions {
  std::string product = {};
  std::string by = {};
  std::int64_t k = 10;
  std::string holidays = {};
  SeasonalityPlot plot = SeasonalityPlot::All;
  std::optional<Instant> as_of = {};
  std::optional<TimeZone> time_zone = {};
  std::string transaction = "row";
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Finds the seasons of the log, of one product, or of each of the k largest products or groups.
/// Rows: `period, value, transactions, index, low, high`, after `product_id` (and `name`) with
/// `by`. Summary: `transactions, days, change_per_year`, and for `month_of_year`, `day_of_week`,
/// `hour`, `day_of_month` and `trend` an object `strength, units, p_value, q_value, qs_p_value,
/// evidence`; with `by`, `products`: the evidence of each.
///
/// Errors: `InvalidArgument`; `NotFound` for a product the log does not have; those of
/// log::read_holidays, Session::log and the warehouse.
[[nodiscard]] Result<Answer> seasonality(Session& session, const SeasonalityOptions& options);

}  // namespace till::engine
