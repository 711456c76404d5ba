/// \file
/// Purchase histories: what each customer did until a cutoff, in three numbers.
///
/// Buy-till-you-die models read a customer as (x, t_x, T): repeat purchases, time from the first
/// purchase to the last, time from the first purchase to the cutoff. They are put together by the
/// database; nothing after the cutoff is looked at.
///
///     0 ---- x repeat purchases ---- t_x .... idle .... T = cutoff
///
/// What a purchase is follows the counting. By `Day` - the papers' rule - the rows of one local day
/// are one purchase, made at the day's start, and times are whole days of the calendar, whatever
/// the clocks did in between. By `Row`, `Timestamp` or `Column` a purchase is at its instant (a
/// `Column`'s at its first row) and times are exact.
///
///     TILL_ASSIGN(const CustomerHistories histories,
///                 purchase_histories(log, {.cutoff = log.end()}));
///     // histories.x[i] repeat purchases of customer histories.customer_key[i]
///
/// Layer:   history (core, warehouse, log).   Threads: one log per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/purchase_history.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"

namespace till::history {

inline constexpr double kDaysPerWeek = 7.0;
inline constexpr double kDaysPerYear = 365.2425;              ///< The calendar's mean.
inline constexpr double kDaysPerMonth = kDaysPerYear / 12.0;  ///< The calendar's mean.

struct HistoryOptions {
  Instant cutoff;  ///< Only rows before it count; the end of every T.
  /// The papers' rule for the end, instead of `cutoff`: the last day that counts, included. By
  /// `Day`, T ends at this day's start, so that CDNOW to 1997-09-30 has T = 272 days for those who
  /// first bought on 1 January; who first bought on the day itself has no T and is left out.
  std::optional<Date> calibration_end = {};
  /// What one purchase is. Returns may be counted or dropped, not subtracted.
  log::Counting counting = {.unit = log::Counting::Unit::Day};
  TimeZone zone = {};  ///< Whose days are days.
  /// Whether to add up the logarithms of the times between purchases, which only models of regular
  /// purchases read.
  bool with_intervals = false;
  /// Where said - Day, Week, Month or Year - a customer buys at whole occasions of the calendar: x
  /// is at how many after the first they bought, t_x at which last, T how many there were. Weeks
  /// begin on Monday. An occasion that is not over at the end is left out, and `counting.unit` does
  /// not matter.
  std::optional<Period::Unit> occasion = {};
  double days_per_unit = kDaysPerWeek;  ///< The time unit of t_x and T, in days; > 0.
};

/// One element for each customer seen before the cutoff, in the order of the keys.
struct CustomerHistories {
  std::vector<std::int32_t> customer_key;
  std::vector<double> x;    ///< Repeat purchases; a whole number >= 0; 0 where t_x is.
  std::vector<double> t_x;  ///< From the first purchase to the last; [0, T].
  std::vector<double> T;    ///< From the first purchase to the cutoff; > 0.
  /// Sum of the logarithms of the x times between purchases; empty unless asked for. Purchases at
  /// one instant have none between them.
  std::vector<double> sum_log_intervals;
  std::vector<double> segments = {};  ///< As PurchaseHistories has them; empty: left to others.
  std::int64_t purchases = 0;         ///< Of all these customers, the first of each included.
  /// Customers whose only purchases, two or more, were at one instant: they have x = 0.
  std::int64_t at_one_instant = 0;
  std::int64_t without_age = 0;  ///< Customers left out because they have no T.
};

/// Returns histories as models read them. \pre `histories` outlives the view.
[[nodiscard]] inline PurchaseHistories view(const CustomerHistories& histories) noexcept {
  return {
      histories.x, histories.t_x, histories.T, {}, histories.sum_log_intervals, histories.segments};
}

PurchaseHistories view(CustomerHistories&&) = delete;

/// Returns the ids of all customers of a log, by key.
///
/// Errors: those of the warehouse.
[[nodiscard]] Result<std::vector<std::string>> customer_ids(log::Log& log);

/// Returns the instant at which every T ends: the cutoff, the end of the last day that counts, or
/// of the last occasion that is over by then.
[[nodiscard]] Instant histories_end(const HistoryOptions& options);

/// Returns how many occasions are over between two instants. \pre options.occasion is said.
[[nodiscard]] double occasions_between(const HistoryOptions& options, Instant from, Instant to);

/// Puts the histories together.
///
/// Errors: `InvalidArgument` when returns are to be subtracted or days_per_unit is not > 0; those
/// of the warehouse. A log without rows before the cutoff gives no histories.
/// Cost: reads the kept customers when rows are counted and the log ends before the cutoff; else
/// the rows before the cutoff: 40 ns each where those of a customer are kept in order of time, as
/// they are unless files were added that overlap; else they are grouped by the engine.
[[nodiscard]] Result<CustomerHistories> purchase_histories(log::Log& log,
                                                           const HistoryOptions& options);

/// Purchases of one local day.
struct DayPurchases {
  Date day;
  std::int64_t purchases = 0;
};

/// Counts by day the repeat purchases, until a moment, of the customers that purchase_histories()
/// gives: what such customers did since, models may be held against. Ascending; days without a
/// purchase are left out. A purchase at the instant of the first is no repeat.
///
/// Errors: as purchase_histories().
[[nodiscard]] Result<std::vector<DayPurchases>> repeat_purchases_by_day(
    log::Log& log, const HistoryOptions& options, Instant until);

/// Counts the purchases of each customer after the histories end, until a moment.
///
/// \return one number for each element of `histories`.
/// Errors: as purchase_histories().
[[nodiscard]] Result<std::vector<std::int64_t>> purchases_after(log::Log& log,
                                                                const HistoryOptions& options,
                                                                const CustomerHistories& histories,
                                                                Instant until);

/// What customers spent on their repeat purchases: one element for each element of the histories.
struct CustomerSpend {
  /// Mean spend of a purchase, in the log's currency; 0 where `purchases` is.
  std::vector<double> monetary_value;
  /// How many repeat purchases that is the mean of: those at which an amount is known.
  std::vector<double> purchases;
};

/// Adds up what customers spent, purchase by purchase, until the histories end. The first purchase,
/// and all at its instant, are left out, as papers do; a purchase of several rows is their sum.
///
/// \pre log.has_amount().
/// Errors: as purchase_histories().
[[nodiscard]] Result<CustomerSpend> customer_spend(log::Log& log,
                                                   const HistoryOptions& options,
                                                   const CustomerHistories& histories);

/// Returns when a customer bought, until the histories end: ascending, on the scale of t_x, the
/// first at 0; by occasion, at which of them.
///
/// Errors: as purchase_histories().
[[nodiscard]] Result<std::vector<double>> purchase_times(log::Log& log,
                                                         const HistoryOptions& options,
                                                         std::int32_t customer_key);

}  // namespace till::history
