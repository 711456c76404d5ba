/// \file
/// Reads the purchase rhythm from a log (till/insight/purchase_rhythm.hpp has the formulas).
///
/// Layer:   insight (private).   Threads: one log per thread.
#pragma once

#include <cstdint>
#include <span>

#include "insight/tally.hpp"

#include "till/core/result.hpp"
#include "till/insight/purchase_rhythm.hpp"
#include "till/log/log.hpp"

namespace till::insight {

/// Customers with the same last purchase day and number of purchase days.
struct RecencyFrequency {
  std::int64_t last_day = 0;
  std::int64_t purchase_days = 0;
  std::int64_t customers = 0;
  std::int64_t transactions = 0;
};

/// Returns the segments of customers; in any order. \param end_day  >= every last day.
[[nodiscard]] std::vector<SegmentCustomers> segments_of(std::span<const RecencyFrequency> customers,
                                                        std::int64_t end_day);

/// Reads the rhythm of the known customers of a tally, which is by customer and by day.
///
/// Errors: those of the warehouse. Cost: one pass over the log; what comes back grows with days,
/// not with customers.
[[nodiscard]] Result<PurchaseRhythm> read_purchase_rhythm(log::Log& log, const Tally& tally);

}  // namespace till::insight
