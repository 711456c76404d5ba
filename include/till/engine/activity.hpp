/// \file
/// activity: who buys how often, from the most to the least active customer.
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

/// What each field means, with its default, is in the parameter table: `till activity --help`.
struct ActivityOptions {
  std::optional<Instant> as_of = {};
  std::optional<Period> window = {};
  std::optional<TimeZone> time_zone = {};
  std::string transaction = "row";
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Counts the transactions of every customer. Rows: `rank, customer_id, transactions, share,
/// cumulative_share`.
///
/// Errors: `InvalidArgument`; those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> activity(Session& session, const ActivityOptions& options);

}  // namespace till::engine
