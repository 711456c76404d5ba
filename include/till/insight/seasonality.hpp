/// \file
/// Seasonality: does the calendar decide when people buy, how strongly, and is it real?
///
///     TILL_ASSIGN(const Seasonality result, seasonality(log, {}));
///     for (const Season& season : result.seasons) {
///       use(season.period, season.evidence, season.values);
///     }
///
/// Customers are many at once: a promotion or a growing shop makes any count differ from any other.
/// So the unit of every test is a whole week, month, day or year-month and never a transaction, and
/// what is compared is what is left without the trend:
///
///     day of the week    days within whole weeks        each over the trend around it
///     hour               hours within whole days        each as counted
///     day of the month   days 1 ... 28 within months    each over trend and day of the week
///     month of the year  months, two or more of each    each over a trend that bends once a year,
///                                                       per day, adjusted for its days of the week
///
/// The trend of days is a local line over 91 days. The first three are Friedman's test of the ranks
/// within a block. The last is twice the smaller p-value of Kruskal and Wallis's test, which one
/// wild month does not move, and of the deviance of a quasi-Poisson regression [MN89], which sees a
/// month that always stands out. All use the F law with degrees of freedom that shrink where
/// neighbours are alike. p-values of one answer become q-values [BH95]: of all seasons said to be
/// there, 5 % are not.
///
/// An index is a value's transactions over those expected from the trend alone, 1 on average; its
/// interval holds the truth in 95 of 100 logs and rests on the same units.
///
/// Layer:   insight (core, math, warehouse, log).   Threads: one log per thread.
/// Sources: [BH95], [CCMT90], [GG59], [MN89], [WSH06] -- keys resolve in docs/references.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/log/holidays.hpp"
#include "till/log/log.hpp"

namespace till::insight {

enum class SeasonPeriod { MonthOfYear, DayOfWeek, Hour, DayOfMonth };

inline constexpr std::array<SeasonPeriod, 4> kSeasonPeriods = {SeasonPeriod::MonthOfYear,
                                                               SeasonPeriod::DayOfWeek,
                                                               SeasonPeriod::Hour,
                                                               SeasonPeriod::DayOfMonth};

/// What the q-value says: none from 0.05 on, strong below 0.001.
enum class Evidence { None, Weak, Strong };

/// Transactions of each day and hour of a calendar, without gaps.
struct DayCounts {
  std::int64_t first_day = 0;                      ///< Days since 1970-01-01.
  std::vector<std::array<std::int64_t, 24>> days;  ///< Below 0 where returns outweigh purchases.
  bool has_hours = true;  ///< False where times are dates: everything is in one hour.
};

/// One value of a period: March, Monday, 13 o'clock, the 31st.
struct SeasonValue {
  std::int32_t value = 0;         ///< 1 ... 12; 1 (Monday) ... 7; 0 ... 23; 1 ... 31.
  std::int64_t transactions = 0;  ///< All of them; they add up to the log's.
  std::optional<double> index;    ///< >= 0; unset where the season is not known.
  std::optional<double> low;      ///< Ends of the 95 % interval; unset for a single unit.
  std::optional<double> high;
};

struct Season {
  SeasonPeriod period = SeasonPeriod::MonthOfYear;
  std::vector<SeasonValue> values;
  std::int64_t units = 0;          ///< Weeks, days or months that were compared.
  std::optional<double> strength;  ///< max(0, 1 - var(remainder) / var(season + remainder)).
  std::optional<double> p_value;   ///< Unset where there is too little to test.
  std::optional<double> q_value;
  std::optional<double> qs_p_value;  ///< Of QS, for months of the year and days of the week.
  Evidence evidence = Evidence::None;
  std::string untested;  ///< Why there is no test: "it takes two whole years of months".
};

/// The direction of the whole series, by Mann and Kendall's test.
struct Trend {
  std::string unit;  ///< "month" or, for a log of less than ten, "week"; empty: not tested.
  std::int64_t units = 0;
  std::optional<double> strength;  ///< As of a season.
  std::optional<double> p_value;   ///< With the variance that likeness of neighbours leads to.
  std::optional<double> change_per_year;  ///< 0.1: a tenth more; median of slopes.
  Evidence evidence = Evidence::None;     ///< By the p-value.
};

/// A month of the series, taken apart: rate = trend x season x remainder.
struct SeriesMonth {
  Month month;
  std::int64_t transactions = 0;
  double days = 0.0;  ///< Covered, each weighing as its day of the week; 0: too few to use.
  double rate = 0.0;  ///< Transactions for each of these days.
  std::optional<double> trend = {};  ///< By STL; unset for less than two years.
  std::optional<double> season = {};
  std::optional<double> remainder = {};
};

using log::Holiday;

/// The days of one name, against what trend and day of the week say.
struct HolidayEffect {
  std::string name;
  std::int64_t days = 0;             ///< In the log.
  std::int64_t transactions = 0;     ///< On them.
  std::optional<double> index = {};  ///< 1: a day like any other; unset where nothing was to come.
  std::optional<double> low = {};
  std::optional<double> high = {};
  std::optional<double> p_value = {};
  std::optional<double> q_value = {};  ///< Among the holidays.
  Evidence evidence = Evidence::None;
};

struct SeasonalityOptions {
  std::optional<Instant> as_of;  ///< Only what happened before; unset: the whole log.
  TimeZone zone;                 ///< Whose hours, days and months.
  log::Counting counting;        ///< What one transaction is.
  std::string product;  ///< The id or the name of one product, or with `by` a group; empty: all.
  std::string by;       ///< An attribute of the product table; empty: products.
  std::vector<Holiday> holidays;  ///< In any order; days of one name belong together.
};

struct Seasonality {
  std::string product_id;  ///< Of the product or group; empty: all.
  std::string name;
  DayCounts counts;             ///< From the first to the last day with a transaction.
  std::vector<Season> seasons;  ///< In the order of kSeasonPeriods; empty without transactions.
  Trend trend;
  std::vector<SeriesMonth> months;
  std::vector<HolidayEffect> holidays;  ///< In the order of their first date.
};

/// Returns "month_of_year", "day_of_week", "hour" or "day_of_month".
[[nodiscard]] std::string_view to_string(SeasonPeriod period) noexcept;
/// Returns "none", "weak" or "strong".
[[nodiscard]] std::string_view to_string(Evidence evidence) noexcept;
/// Returns how a value of a period is called: "March", "Monday", "13".
/// \pre it is one of the period's, as in SeasonValue.
[[nodiscard]] std::string value_name(SeasonPeriod period, std::int32_t value);

/// Finds the seasons of counts: everything of Seasonality but the product.
///
/// Cost: O(days), some 20 ms for ten years.
[[nodiscard]] Seasonality seasonality_of(DayCounts counts, std::span<const Holiday> holidays);

/// Finds the seasons of the log, or of one product or group.
///
/// Errors: `InvalidArgument` when `by` is no attribute, or returns are to be subtracted from
/// anything but rows; `NotFound` when there is no such product, or no column to count by; those of
/// the warehouse.
/// Cost: one pass over the log; one row for each hour with a transaction comes back.
[[nodiscard]] Result<Seasonality> seasonality(log::Log& log, const SeasonalityOptions& options);

/// Finds the seasons of each of the k products, or groups, with the most transactions; q-values are
/// those among all of them. `options.product` is ignored. Ties are ordered by id.
///
/// Errors: as above; `InvalidArgument` when k <= 0. Cost: one pass for each.
[[nodiscard]] Result<std::vector<Seasonality>> seasonality_by_product(
    log::Log& log, const SeasonalityOptions& options, std::int64_t k);

}  // namespace till::insight
