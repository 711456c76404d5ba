/// \file
/// Lifecycle: who is new, who stays, who comes back, and who has fallen silent, month by month.
///
///     TILL_ASSIGN(const Lifecycle result, lifecycle(log, {.dormant_after = 3}));
///     for (const LifecycleMonth& month : result.months) {
///       use(month.month, month.fresh, month.dormant);
///     }
///
/// In each calendar month everybody who ever bought is exactly one of six, by the months g since
/// the month of the last purchase before, or up to, it:
///
///     bought in this month       fresh         never before
///                                active        also in the month before       g = 1
///                                returning     after a pause                  2 <= g <= D
///                                resurrected   after having been dormant      g > D
///     did not buy in it          resting       last purchase is recent        1 <= g < D
///                                dormant       last purchase is D months ago  g >= D
///
/// with D = `dormant_after`. The months are a flow that adds up: customers so far grow by the new
/// ones alone, and the dormant of a month are those of the month before, less the resurrected, plus
/// those who fell silent.
///
/// Layer:   insight (core, warehouse, log).   Threads: one log per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/insight/purchase_rhythm.hpp"
#include "till/log/log.hpp"

namespace till::insight {

struct LifecycleOptions {
  /// Only what happened before; unset: the whole log. It always looks back to the log's beginning:
  /// nobody is new who bought before.
  std::optional<Instant> as_of;
  TimeZone zone;                   ///< Whose calendar months.
  log::Counting counting;          ///< What one transaction is.
  std::int64_t dormant_after = 3;  ///< D, months without a purchase; >= 1.
};

/// Customers of one calendar month.
struct LifecycleMonth {
  Month month;
  std::int64_t fresh = 0;  ///< Bought for the first time: the column `new`.
  std::int64_t active = 0;
  std::int64_t returning = 0;
  std::int64_t resurrected = 0;
  std::int64_t resting = 0;
  std::int64_t dormant = 0;
  std::int64_t fell_dormant = 0;  ///< Dormant now and not a month ago.
  std::int64_t transactions = 0;  ///< Of those who bought.

  /// Returns the customers with a purchase in this month.
  [[nodiscard]] std::int64_t buyers() const noexcept {
    return fresh + active + returning + resurrected;
  }

  /// Returns the customers with a purchase in this month or before.
  [[nodiscard]] std::int64_t customers() const noexcept { return buyers() + resting + dormant; }
};

struct Lifecycle {
  /// Every month from the first purchase to the last transaction, also those without any; the ones
  /// at the ends may be covered in part.
  std::vector<LifecycleMonth> months;
  std::int64_t dormant_after = 3;
  std::int64_t transactions_without_customer = 0;  ///< Of nobody known: in no month.
  /// Months of customers whose returns, where they are subtracted, outweigh what they bought: no
  /// purchase; and the transactions of these months together, <= 0.
  std::int64_t returned_months = 0;
  std::int64_t returned_transactions = 0;
  PurchaseRhythm rhythm;  ///< Of the same customers, by days.
};

/// Tells for every month how many customers are new, active, returning, resurrected, resting and
/// dormant, and how the customers of all months buy: intervals, regularity, second purchase, RFM
/// segments.
///
/// Transactions of all months, of nobody and of returned months add up to those of the log.
/// Errors: `InvalidArgument` when dormant_after < 1, or returns are to be subtracted from anything
/// but rows; `NotFound` when the log has no column to count by; those of the warehouse.
/// Cost: two passes over the log, or one for each 2^24 rows, of which 8 bytes each are held.
[[nodiscard]] Result<Lifecycle> lifecycle(log::Log& log, const LifecycleOptions& options);

}  // namespace till::insight
