/// \file
/// lifecycle: who is new, who stays, who comes back, and who has fallen silent, month by month.
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

/// Which picture of lifecycle is drawn.
enum class LifecyclePlot { Flow, Survival, Intervals, Segments };

/// What each field means, with its default, is in the parameter table: `till lifecycle --help`.
struct LifecycleOptions {
  std::optional<Instant> as_of = {};
  std::int64_t dormant_after = 3;
  LifecyclePlot plot = LifecyclePlot::Flow;
  std::optional<TimeZone> time_zone = {};
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Tells what customers are in each month, and how they buy. Rows: `month, new, active, returning,
/// resurrected, resting, dormant`, which are the customers so far. Summary: `customers, dormant,
/// transactions, transactions_without_customer, returned_months`; of the intervals between days
/// with a purchase `intervals, mean_interval, interval_10, interval_25, median_interval,
/// interval_75, interval_90`, in days; `regularity, regularity_low, regularity_high, rhythm`;
/// `repeated, median_second_purchase, second_purchase`; and the RFM `segments`.
///
/// Errors: `InvalidArgument`; those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> lifecycle(Session& session, const LifecycleOptions& options);

}  // namespace till::engine
