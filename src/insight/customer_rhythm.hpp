/// \file
/// Customer rhythm: on how many days a customer buys, how far apart, and how fast within a day.
///
/// Layer:   insight (private).   Threads: pure.
#pragma once

#include <cstdint>
#include <span>

#include "insight/customer_rows.hpp"
#include "insight/largest_part.hpp"
#include "insight/purchase_steps.hpp"

#include "till/core/instant.hpp"

namespace till::insight {

/// A customer by the days on which anything was bought, days since 1970-01-01.
struct CustomerDays {
  std::int64_t key = 0;
  Parts busy;  ///< Transactions beyond the first of each day.
  /// Days without a purchase between one and the next, and from the last to the end.
  Parts silent;
  std::int64_t busiest_day = 0;
  std::int64_t silent_from = 0;  ///< The first day of the longest silence.
  std::int64_t silent_to = 0;    ///< The day that ended it.
};

/// Returns what the days of a customer say. \param days  in order of time, each once; those without
/// a purchase do not count. \param end  the day after the last of the log.
[[nodiscard]] CustomerDays customer_days(std::int64_t key,
                                         std::span<const PurchaseStep> days,
                                         std::int64_t end);

/// A customer by the instants at which anything was bought.
struct CustomerInstants {
  std::int64_t key = 0;
  TimeRange range;              ///< From the first to just after the last.
  std::int64_t gaps = 0;        ///< One less than the instants.
  double mean_gap = 0.0;        ///< Seconds.
  double gap_deviation = 0.0;   ///< Seconds; 0 for a single gap.
  bool has_whole_days = false;  ///< Whether all gaps are: the log may have no times of day.
  Parts minutes;                ///< Instants beyond the first in each minute with any.
  Instant busiest_minute;
};

/// Returns what the instants of a customer say. \param rows  at least one, in order of time.
[[nodiscard]] CustomerInstants customer_instants(std::int64_t key,
                                                 std::span<const CustomerRow> rows);

}  // namespace till::insight
