/// \file
/// Activity: who buys how often, from the most to the least active customer.
///
///     TILL_ASSIGN(const Activity result, activity(log, {.limit = 20}));
///     for (const ActivityRow& row : result.rows) {
///       use(row.rank, row.customer_id, row.transactions);   // 1, "8649525", 34963
///     }
///
/// Customers are ordered by their transactions, then by the bytes of their id. Those with none in
/// the range do not appear; where returns are subtracted neither do those whose count is 0, while a
/// count below 0 comes last. Shares are of `Activity::transactions`.
///
/// Layer:   insight (core, math, warehouse, log).   Threads: one log per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"

namespace till::insight {

/// What `activity` counts, and how much of it is returned.
struct ActivityOptions {
  std::optional<TimeRange> range;     ///< Only transactions in [from, to); unset: the whole log.
  TimeZone zone;                      ///< Whose calendar days, when a transaction is a day.
  log::Counting counting;             ///< What one transaction is.
  std::optional<std::int64_t> limit;  ///< Rows returned; >= 0; unset: all. Totals stay whole.
};

struct ActivityRow {
  std::int64_t rank = 0;    ///< 1 is the most active; ties are ranked by customer_id, ascending.
  std::string customer_id;  ///< As written in the log.
  std::int64_t transactions = 0;  ///< > 0 unless returns are subtracted.
  /// Of all transactions of known customers; [0, 1] unless returns are subtracted; 0 when they all
  /// together are none.
  double share = 0.0;
  double cumulative_share = 0.0;  ///< Share of this customer and all ranked before.
};

/// Customers that made exactly so many transactions.
struct ActivityLevel {
  std::int64_t transactions = 0;  ///< Not 0.
  std::int64_t customers = 0;     ///< > 0.
};

struct Activity {
  std::vector<ActivityRow> rows;
  /// The whole ordered curve, most active first, one entry per distinct count: exact for a million
  /// customers in a few thousand entries.
  std::vector<ActivityLevel> levels;
  std::int64_t customers = 0;     ///< Customers in the whole order.
  std::int64_t transactions = 0;  ///< Of known customers.
  /// Transactions without a customer: counted here, attributed to nobody.
  std::int64_t transactions_without_customer = 0;
};

/// Counts the transactions of every customer and orders them.
///
/// Rows without a customer are counted as those of one unknown customer: on days, say, each day on
/// which somebody unknown bought is one transaction.
///
/// Errors: `InvalidArgument` when limit < 0, the range is empty, or returns are to be subtracted
/// from anything but rows; `NotFound` when the log has no column to count by; those of the
/// warehouse.
/// Cost: reads the kept customer totals unless a range or another way of counting is asked for.
[[nodiscard]] Result<Activity> activity(log::Log& log, const ActivityOptions& options);

}  // namespace till::insight
