/// \file
/// Tally: how many transactions each customer, product or month has, as SQL.
///
/// Every question of this module is a tally that is then ordered, cut or added up. A tally is
/// written for the smallest table that knows the answer:
///
///     totals of customers or products   every row of the whole log
///     product x month                   every row of whole calendar months of the log's own zone
///     the log itself                    everything else, within a range of timestamps
///
/// What one transaction is when it is not a row: the rows of one customer that share an instant, a
/// local day or a value are one. Rows without a customer count as those of one unknown customer,
/// and rows without a value as sharing one. A transaction with several products is one of each of
/// them.
///
/// Layer:   insight (private).   Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"
#include "till/warehouse/statement.hpp"

namespace till::insight {

using warehouse::for_each_row;
using warehouse::Statement;

inline constexpr TimeRange kAllTime{kMinInstant, kMaxInstant};

/// What is counted, and by what.
struct Tally {
  TimeRange range = kAllTime;  ///< Only rows in [from, to).
  log::Counting counting;      ///< What one transaction is. \pre check_counting() found no fault.
  TimeZone zone;               ///< Whose days are transactions, and whose months are months.

  bool by_customer = false;  ///< A count for each customer; those of nobody under NULL.
  bool by_product = false;   ///< A count for each product or, with `grouped`, group of products.
  bool by_month = false;     ///< A count for each calendar month.
  bool by_day = false;       ///< A count for each calendar day.
  bool by_hour = false;      ///< A count for each hour that clocks show, 0 ... 23.

  bool grouped = false;  ///< Products stand for their group: needs `add_product_groups` before.
  std::optional<std::int64_t> product_key;  ///< Only this product or, with `grouped`, this group.
  bool without_customer = false;            ///< Only rows without a customer.
  bool counts_customers = false;            ///< The distinct known customers, too.
};

/// The tables that can know a tally, smallest first.
enum class TallyTable { Customers, Products, ProductMonths, Transactions };

/// Returns the smallest table that knows a tally.
[[nodiscard]] TallyTable smallest_table(const log::Log& log, const Tally& tally);

/// Returns the months [first, second) of the log's zone that hold the rows of a range.
///
/// \pre smallest_table() of a tally of the range is Products or ProductMonths.
[[nodiscard]] std::pair<Month, Month> months_within(const log::Log& log, TimeRange range);

/// Writes the SELECT of a tally: one row for each of what it is counted by, with the columns
/// `customer_key`, `product_key`, `month` (months since year 0), `day` (days since 1970-01-01),
/// `hour`, each only if it is counted by, then `transactions` and, if asked for, `customers`.
/// Counted by nothing it is one row.
///
/// Where returns are subtracted, and for products that were never sold, a count may be 0.
void add_tally(Statement& statement, const log::Log& log, const Tally& tally);

/// Writes the SELECT of the transactions that a tally counts in the log itself, one row for each:
/// the same columns as add_tally() but in any order, and without `transactions`; where returns are
/// subtracted `weight`, -1 for a return.
///
/// \pre counts_customers is false.
void add_tally_rows(Statement& statement, const log::Log& log, const Tally& tally);

/// Returns whether rows of a tally weigh differently: returns are subtracted.
[[nodiscard]] bool has_weights(const log::Log& log, const Tally& tally) noexcept;

/// Returns the month that the column `month` of a tally stands for.
[[nodiscard]] Month month_of_tally(std::int64_t month) noexcept;
/// Returns what the column `month` of a tally holds for a month.
[[nodiscard]] std::int64_t tally_month(Month month) noexcept;

/// Checks that a log can be counted so.
///
/// Errors: `NotFound` when the counting's column is none of the log's; `InvalidArgument` when
/// returns are to be subtracted from anything but rows.
[[nodiscard]] Result<void> check_counting(const log::Log& log,
                                          std::string_view function,
                                          const log::Counting& counting);

/// Returns whether an instant is where a calendar month begins, for good: not where clocks go back
/// into the month before, so that time alone tells which month a row belongs to.
[[nodiscard]] bool is_month_start(Instant instant, const TimeZone& zone);

/// Returns part / whole; 0 where there is no whole.
[[nodiscard]] double ratio(std::int64_t part, std::int64_t whole) noexcept;

/// Returns the part of a range that the log reaches into; an empty range where there is none.
[[nodiscard]] TimeRange within_log(const log::Log& log, TimeRange range) noexcept;

}  // namespace till::insight
