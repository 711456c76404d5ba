/// \file
/// Day series: the transactions of the whole log by calendar day.
///
/// Layer:   insight (private).   Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "insight/tally.hpp"

namespace till::insight {

/// From the first day with a transaction to the last that the log covers.
struct DaySeries {
  std::int64_t first = 0;            ///< Days since 1970-01-01.
  std::vector<double> transactions;  ///< By day; silent days are 0.
};

/// Reads what a tally of nothing else counts by day. Cost: one pass over the log.
[[nodiscard]] Result<DaySeries> read_days(log::Log& log, Tally tally);

/// Returns the day of the week, Monday being 0.
[[nodiscard]] std::size_t weekday_of(std::int64_t day) noexcept;

}  // namespace till::insight
