/// \file
/// Cohorts: of those who came together, how many still buy, and how much?
///
///     TILL_ASSIGN(const Cohorts result, cohorts(log, {.as_of = {}, .zone = zone}));
///     for (const Cohort& cohort : result.cohorts) {
///       use(cohort.name, cohort.cells[3].retention);   // "2018-01", the share active 3 months
///       later
///     }
///
/// A cohort is the customers who bought for the first time in one period (month, week, quarter,
/// year). Its age is counted in one of two ways:
///
///     calendar   age = period of the purchase - period of the first one
///     rolling    age = floor(days since the day of the first purchase / L)
///                with L = 30 days for a month, 7 for a week, 91 for a quarter, 365 for a year
///
/// By the calendar everybody of a cohort is looked at in the same month, but who came on the 30th
/// has age 0 for a day; rolling gives each customer the same time. Everybody is active at age 0.
///
/// A cell that the log has not seen to its end is no zero: it has no retention but a forecast
/// (src/insight/triangle.hpp says which), and what was seen of it so far.
///
/// Layer:   insight (core, math, warehouse, log).   Threads: one log per thread.
/// Sources: [W27], [M91] -- keys resolve in docs/references.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"

namespace till::insight {

/// How long a period is. A week begins on Monday.
enum class CohortPeriod { Week, Month, Quarter, Year };

struct CohortOptions {
  CohortPeriod period = CohortPeriod::Month;
  bool rolling = false;  ///< Ages from each customer's own first purchase.
  /// Only what happened before, which is known in full; unset: the whole log, taken to be complete
  /// to the end of its last day. It always looks back to the log's beginning.
  std::optional<Instant> as_of;
  TimeZone zone;           ///< Whose calendar days.
  log::Counting counting;  ///< What one transaction is.
};

/// A cohort at one age.
struct CohortCell {
  /// Customers of the cohort active at this age, and their transactions; what was seen of them so
  /// far where the age is not over for all; unset where it has begun for nobody.
  std::optional<std::int64_t> active;
  std::optional<std::int64_t> transactions;
  bool is_whole = false;            ///< Whether all of it was seen.
  std::optional<double> retention;  ///< active / customers, if whole.
  std::optional<double> forecast;   ///< The share expected to be active, if not whole and known.
  /// 95 % interval: of the share in the cohort's like (Wilson's), or of what will be seen.
  std::optional<double> low;
  std::optional<double> high;
  std::optional<double> transactions_per_customer;  ///< Of the cohort's customers; if whole.
  std::optional<double> transactions_forecast;      ///< The same, expected, if not whole and known.
};

struct Cohort {
  std::string name;  ///< "2018-01", "2018-W05", "2018-Q1", "2018".
  Date begin;        ///< The first day of the period.
  std::int64_t customers = 0;
  std::vector<CohortCell> cells;  ///< By age, from 0; as many as there are ages.
};

/// All cohorts together at one age: those that were seen to its end.
struct CohortAge {
  std::int64_t customers = 0;
  std::int64_t active = 0;
  std::int64_t transactions = 0;
  double retention = 0.0;  ///< Of `customers`; 0 without any.
  double low = 0.0;        ///< Wilson's interval, 95 %.
  double high = 1.0;
};

struct Cohorts {
  CohortPeriod period = CohortPeriod::Month;
  bool rolling = false;
  std::vector<Cohort> cohorts;  ///< In order of time; only those with customers.
  std::vector<CohortAge> ages;  ///< As many as each cohort has cells.
  std::int64_t customers = 0;
  std::int64_t transactions = 0;  ///< Of all cells.
  std::int64_t transactions_without_customer = 0;
  /// Periods (or ages) of customers whose returns, where they are subtracted, outweigh what they
  /// bought: no purchase; and the transactions of these together, <= 0.
  std::int64_t returned_periods = 0;
  std::int64_t returned_transactions = 0;
  std::int64_t later_transactions = 0;  ///< At ages beyond kMostCohortAges.
};

/// Ages that are told apart; one wrong date must not make a table of a million columns.
inline constexpr std::int64_t kMostCohortAges = 600;

/// Tells how many customers of each cohort are active at each age, and how many transactions they
/// make; what the log has not seen yet is forecast.
///
/// Transactions of all cells, of nobody, of returned periods and later ones add up to the log's.
/// Errors: `InvalidArgument` when returns are to be subtracted from anything but rows; `NotFound`
/// when the log has no column to count by; those of the warehouse.
/// Cost: one pass over the log, grouped by customer and month (or day); then one row for each
/// cohort (rolling: first day) and age comes back, not customers.
[[nodiscard]] Result<Cohorts> cohorts(log::Log& log, const CohortOptions& options);

/// Returns the age that says most in a sentence: a year (for years: three) or, in a younger log,
/// the last that a cohort was seen at to its end; 0 without any.
[[nodiscard]] std::size_t telling_age(const Cohorts& result) noexcept;

/// Returns "month", "week", "quarter", "year".
[[nodiscard]] std::string_view name(CohortPeriod period) noexcept;

}  // namespace till::insight
