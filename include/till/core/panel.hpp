/// \file
/// Panel: how many transactions every customer made in every month before a cutoff.
///
/// Customers stand in the order in which they were first seen (month of the first transaction, then
/// key), so that those seen by any month are the first ones, and their counts of one month lie side
/// by side. A panel that ends earlier is therefore the same numbers read less far: `before` copies
/// nothing, and what it hides cannot leak into a forecast.
///
///     month            2018-01   2018-02   2018-03  | cutoff
///     customer 0             3         0         1     born in January
///     customer 1             1         0         0
///     customer 2             -         2         5     born in February
///
///     for (std::size_t t = 0; t < panel.months(); ++t) {
///       for (const std::int32_t y : panel.counts(t)) { ... }   // of the customers seen by then
///     }
///     const Panel a_year_ago = panel.before(panel.months() - 12);
///
/// A month is one of the calendar, or a number of days that stands in for one (panel_month.hpp):
/// [its start, start of the next) in the zone the panel was read for; the last one ends at the
/// cutoff if that comes first. Weekdays are 0 = Monday ... 6 = Sunday.
///
/// Layer:   core (std only).   Threads: immutable; copies share their numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/instant.hpp"
#include "till/core/panel_month.hpp"
#include "till/core/result.hpp"

namespace till {

/// A month, or the part of it that counts, and the days it has by weekday.
struct MonthPart {
  PanelMonth month;
  TimeRange range;                       ///< Not empty; within the month.
  std::array<double, 7> weekday_days{};  ///< Days, Monday first; parts of a day as fractions.

  /// Returns all days of the part.
  [[nodiscard]] double days() const noexcept;
};

/// Returns the months that a range reaches into, in order; none for an empty range.
///
/// \param like  one of the months, near or far: by default they are those of the calendar.
[[nodiscard]] std::vector<MonthPart> month_parts(TimeRange range,
                                                 const TimeZone& zone,
                                                 const PanelMonth& like = {});

/// Returns the weekday of a day counted from 1970-01-01: 0 = Monday ... 6 = Sunday.
[[nodiscard]] std::size_t weekday_of(std::int64_t days_since_epoch) noexcept;

/// What learners take of the last months of a measure.
enum class Take { Sum, Mean, Minimum, Maximum, Last };

/// A number of each customer and month, beside the counts.
struct Measure {
  std::string name;
  Take take = Take::Sum;
  std::vector<std::int32_t> windows;  ///< Months that it is taken of; each > 0.
  std::vector<float> values;          ///< As PanelColumns::counts; NaN: there is none.
};

/// A day that has a name, known before it comes.
struct NamedDay {
  Date date;
  std::string name;

  friend bool operator==(const NamedDay&, const NamedDay&) = default;
};

/// The numbers of a panel, as whoever reads or simulates them puts them together.
struct PanelColumns {
  std::vector<MonthPart> months;            ///< Adjoining; the last may end before its month does.
  std::vector<std::int32_t> customer_keys;  ///< One for each customer, by month of birth, then key.
  std::vector<Instant> births;              ///< First transaction; within the months.
  /// Month after month, the counts of the customers born by the end of that month; >= 0.
  std::vector<std::int32_t> counts;
  /// Transactions of known customers on each local day, from the first day of the first month; >=
  /// 0. May end early: there were none after.
  std::vector<std::int64_t> daily_transactions;
  /// Beside each count, the local days of its month with a transaction: bit d - 1 is the d-th day.
  /// Empty: not known.
  std::vector<std::uint32_t> active_days;
  /// Holidays, also those to come; in any order. Empty: none are known.
  std::vector<NamedDay> holidays = {};
  std::vector<Measure> measures = {};
};

class Panel {
 public:
  /// A panel without customers and months.
  Panel();

  /// Errors: `InvalidData` naming the column and the first value that breaks its rule.
  [[nodiscard]] static Result<Panel> make(PanelColumns columns);

  [[nodiscard]] std::size_t months() const noexcept { return months_; }

  /// Returns how many customers were seen before the cutoff.
  [[nodiscard]] std::size_t customers() const noexcept { return customers_; }

  /// Returns the first instant that the panel knows nothing of. \pre months() > 0.
  [[nodiscard]] Instant cutoff() const noexcept;
  /// \pre month < months().
  [[nodiscard]] const MonthPart& month(std::size_t month) const noexcept;

  /// Returns whether the last month ends with its last day: it does unless the cutoff cuts it.
  /// \pre months() > 0.
  [[nodiscard]] bool is_last_month_whole() const noexcept;

  /// Returns how many customers were born by the end of a month. \pre month < months().
  [[nodiscard]] std::size_t customers_seen(std::size_t month) const noexcept;
  /// Returns the counts of a month, of customers 0 ... customers_seen(month) - 1.
  /// \pre month < months().
  [[nodiscard]] std::span<const std::int32_t> counts(std::size_t month) const noexcept;
  /// Returns a count; 0 before the customer's birth. \pre customer < customers(), month < months().
  [[nodiscard]] std::int32_t count(std::size_t customer, std::size_t month) const noexcept;

  /// Returns the days of a month with a transaction, of customers 0 ... customers_seen(month) - 1:
  /// bit d - 1 is the d-th day. Empty where days are not known. \pre month < months().
  [[nodiscard]] std::span<const std::uint32_t> active_days(std::size_t month) const noexcept;

  /// Returns the key of each customer, as in the log. Length customers().
  [[nodiscard]] std::span<const std::int32_t> customer_keys() const noexcept;
  /// Returns the instant of the first transaction of each customer. Length customers().
  [[nodiscard]] std::span<const Instant> births() const noexcept;
  /// Returns the month of the first transaction. \pre customer < customers().
  [[nodiscard]] std::size_t birth_month(std::size_t customer) const noexcept;
  /// Returns which part of the birth month came after the first transaction; (0, 1].
  /// \pre customer < customers().
  [[nodiscard]] double birth_share(std::size_t customer) const noexcept;

  /// Returns the transactions of known customers on each local day, from the first day of the first
  /// month on; the days after its end had none.
  [[nodiscard]] std::span<const std::int64_t> daily_transactions() const noexcept;

  /// Returns what there is beside the counts; its values are those of all months: `measured` reads
  /// what was known.
  [[nodiscard]] std::span<const Measure> measures() const noexcept;
  /// Returns the values of a measure in a month, of customers 0 ... customers_seen(month) - 1.
  /// \pre measure < measures().size(), month < months().
  [[nodiscard]] std::span<const float> measured(std::size_t measure,
                                                std::size_t month) const noexcept;

  /// Returns the holidays, also those after the cutoff: a calendar is known in advance.
  [[nodiscard]] std::span<const NamedDay> holidays() const noexcept;

  /// Returns the panel that was known when a month began: months 0 ... month - 1 and the customers
  /// born in them. \pre month <= months(). Cost: O(1).
  [[nodiscard]] Panel before(std::size_t month) const;

 private:
  struct Shared;

  std::shared_ptr<const Shared> shared_;
  std::size_t months_ = 0;
  std::size_t customers_ = 0;
};

}  // namespace till
