/// \file
/// Panel month: what a panel divides time into: calendar months, or days that stand in for them.
///
/// Who plans by four weeks wants periods of 28 days, which all have as many Saturdays. All that
/// counts by month takes such periods as its months: the month before is the 28 days before, and
/// the month a year before the one that began 13 periods, 364 days, before.
///
///     const PanelMonth january(Month{2019, 1});       // "2019-01"
///     const PanelMonth four_weeks({2019, 1, 5}, 28);  // "2019-01-05", its first day
///     add_months(four_weeks, 1);                      // "2019-02-02"
///
/// Layer:   core (std only).   Threads: pure.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "till/core/calendar.hpp"
#include "till/core/instant.hpp"

namespace till {

/// The days that may stand in for a month: a week at least, and no more than a month has.
inline constexpr std::int32_t kFewestMonthDays = 7;
inline constexpr std::int32_t kMostMonthDays = 31;

/// A calendar month, or a number of days in a row that stands in for one.
struct PanelMonth {
  PanelMonth() = default;

  /// A calendar month is one of a panel. NOLINTNEXTLINE(google-explicit-constructor)
  PanelMonth(Month month) noexcept : first{month.year, month.month, 1} {}

  /// \param length  > 0.
  PanelMonth(const Date& first_day, std::int32_t length_in_days) noexcept
      : first(first_day), length(length_in_days) {}

  [[nodiscard]] bool is_calendar() const noexcept { return length == 0; }

  /// Returns its days, whole ones.
  [[nodiscard]] std::int32_t days() const noexcept {
    return is_calendar() ? days_in({first.year, first.month}) : length;
  }

  friend auto operator<=>(const PanelMonth&, const PanelMonth&) = default;

  Date first;               ///< Its first day.
  std::int32_t length = 0;  ///< Days that stand in for a month; 0: it is one of the calendar.
};

/// Returns the month that is so many later (earlier when negative), of the same kind.
[[nodiscard]] PanelMonth add_months(const PanelMonth& month, std::int32_t months) noexcept;
/// Returns the first instant of a month in a zone.
[[nodiscard]] Instant start_of(const PanelMonth& month, const TimeZone& zone);
/// Returns [start of the month, start of the next).
[[nodiscard]] TimeRange month_range(const PanelMonth& month, const TimeZone& zone);
/// Returns how many months of its kind a year has: 12, or the nearest number of periods.
[[nodiscard]] std::int32_t months_per_year(const PanelMonth& month) noexcept;

/// Returns its name: "2019-01", or the first day, "2019-01-05".
[[nodiscard]] std::string to_string(const PanelMonth& month);
/// Returns what follows "in": "2019-01", or "the 28 days from 2019-01-05".
[[nodiscard]] std::string describe(const PanelMonth& month);
/// Returns the word for n of its kind: "month", "months", "period of 28 days", "periods of 28
/// days".
[[nodiscard]] std::string month_noun(const PanelMonth& month, std::int64_t n);
/// Returns "12 months", or "12 periods of 28 days": months as one of them is.
[[nodiscard]] std::string count_of_months(std::int64_t n, const PanelMonth& like);

}  // namespace till
