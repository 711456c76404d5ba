/// \file
/// Calendar: days, months and windows of time in a time zone.
///
/// A transaction at 2018-01-01T03:00Z belongs to December in New York and to January in Paris, so
/// every question about days or months carries a TimeZone. Month arithmetic clamps to the month's
/// end (31 August minus 6 months is 28 February), and every range is half-open.
///
///     TILL_ASSIGN(const TimeZone zone, TimeZone::find("America/New_York"));
///     const Month january{2018, 1};
///     const TimeRange range = month_range(january, zone);   // [05:00Z 1 Jan, 05:00Z 1 Feb)
///
/// Years, months and instants that would leave the range of their type stop at its end; nothing
/// overflows.
///
/// Layer:   core (std only; time-zone rules come from the system's tz database).
/// Threads: all objects immutable once built, except ZoneConverter: one per thread.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/instant.hpp"
#include "till/core/result.hpp"

namespace till {

/// A civil date in the proleptic Gregorian calendar; always valid when made by this module.
struct Date {
  std::int32_t year = 1970;
  std::int32_t month = 1;  ///< 1 ... 12.
  std::int32_t day = 1;    ///< 1 ... 31.

  friend auto operator<=>(const Date&, const Date&) = default;
};

/// A date and a time of day without a zone.
struct LocalTime {
  Date date;
  std::int64_t micros_of_day = 0;  ///< 0 <= micros_of_day < kMicrosPerDay.

  friend auto operator<=>(const LocalTime&, const LocalTime&) = default;
};

/// A calendar month.
struct Month {
  std::int32_t year = 1970;
  std::int32_t month = 1;  ///< 1 ... 12.

  friend auto operator<=>(const Month&, const Month&) = default;
};

/// Returns whether year-month-day is a day of the calendar (30 February is not).
[[nodiscard]] bool is_valid(const Date& date) noexcept;

/// Returns the days of a month: 28 ... 31.
[[nodiscard]] std::int32_t days_in(Month month) noexcept;
/// Returns the days from 1970-01-01 to a date. \pre is_valid(date).
[[nodiscard]] std::int64_t days_since_epoch(const Date& date) noexcept;
/// Returns the date that is so many days after 1970-01-01.
[[nodiscard]] Date date_from_days(std::int64_t days) noexcept;

/// Returns the month that is `months` later (earlier when negative).
[[nodiscard]] Month add_months(Month month, std::int32_t months) noexcept;
/// Returns the number of months from `from` to `to`.
[[nodiscard]] std::int32_t months_between(Month from, Month to) noexcept;
/// Returns "2018-01"; years outside 0 ... 9999 carry a sign: "+12018-01".
[[nodiscard]] std::string to_string(Month month);
/// Returns "2018-01-31".
[[nodiscard]] std::string to_string(const Date& date);
/// Parses "2018-01". Errors: `InvalidArgument` naming the text.
[[nodiscard]] Result<Month> parse_month(std::string_view text);

/// The seconds that local time is ahead of UTC during [from, to).
struct OffsetPeriod {
  TimeRange range;
  std::int64_t offset_seconds = 0;
};

namespace detail {
struct ZoneRules;
}

/// A time zone of the tz database, by its name. Cheap to copy.
///
/// Rules announced for the years to come are assumed to hold for ever.
class TimeZone {
 public:
  /// UTC; reads nothing from the system.
  TimeZone() = default;

  /// Returns the zone with a name such as "Europe/Paris" or "UTC".
  ///
  /// Errors: `InvalidArgument` with the nearest known names as remedy; `Io` when the system has no
  /// tz database; `CorruptFile` when the zone's file cannot be read. "UTC" cannot fail.
  [[nodiscard]] static Result<TimeZone> find(std::string_view name);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// How many instants a local time names: none in the gap when clocks go forward, two when they go
  /// back.
  enum class Mapping { Unique, Nonexistent, Ambiguous };

  struct Resolved {
    Instant instant;  ///< The earlier one when ambiguous; the end of the gap when nonexistent.
    Mapping mapping = Mapping::Unique;
  };

  /// Returns the instant that clocks of this zone call `local`.
  [[nodiscard]] Resolved resolve(const LocalTime& local) const;
  /// Returns what clocks of this zone show at an instant.
  [[nodiscard]] LocalTime local(Instant instant) const;
  /// Returns the offset in force at an instant, and for how long it is in force.
  [[nodiscard]] OffsetPeriod offset_at(Instant instant) const;
  /// Returns the offsets that cover a range, in order; at least one. They are whole: the first may
  /// begin before the range and the last end after it. Two a year where there is daylight saving.
  [[nodiscard]] std::vector<OffsetPeriod> offsets(TimeRange range) const;

  friend bool operator==(const TimeZone& a, const TimeZone& b) noexcept {
    return a.name_ == b.name_;
  }

 private:
  TimeZone(std::string name, std::shared_ptr<const detail::ZoneRules> rules) noexcept;

  std::string name_ = "UTC";
  std::shared_ptr<const detail::ZoneRules> rules_;  // null for UTC
};

/// Converts many instants and local times of one zone.
///
/// Answers as TimeZone does, and remembers the offset last used, so that rows near in time cost
/// about 10 ns each instead of a search through the zone's history.
class ZoneConverter {
 public:
  explicit ZoneConverter(TimeZone zone);

  [[nodiscard]] const TimeZone& zone() const noexcept { return zone_; }

  /// As TimeZone::resolve.
  [[nodiscard]] TimeZone::Resolved resolve(const LocalTime& local);
  /// As TimeZone::local.
  [[nodiscard]] LocalTime local(Instant instant);

 private:
  TimeZone zone_;
  OffsetPeriod period_;  // the offset last used, in instants
  TimeRange certain_;    // local times, as if UTC, that surely have this offset and no other
};

/// Returns the first instant of a day in a zone: 01:00 where clocks skip midnight, the earlier
/// midnight where they show it twice, the start of the next day where they skip the day.
///
/// Where clocks turn back across midnight (St John's, 1 November 2009, 00:01 to 23:01) the hour
/// that is shown again belongs to the new day's range, though `local` gives it the old day's date.
[[nodiscard]] Instant start_of(const Date& date, const TimeZone& zone);
/// Returns the first instant of a month in a zone.
[[nodiscard]] Instant start_of(Month month, const TimeZone& zone);
/// Returns the month an instant falls into.
[[nodiscard]] Month month_of(Instant instant, const TimeZone& zone);
/// Returns [start of the month, start of the next).
[[nodiscard]] TimeRange month_range(Month month, const TimeZone& zone);
/// Returns [1 January, 1 January of the next year).
[[nodiscard]] TimeRange year_range(std::int32_t year, const TimeZone& zone);

/// A length of time as a person says it: months or days are calendar units, hours are exact.
struct Period {
  enum class Unit { Hour, Day, Week, Month, Year };
  std::int32_t count = 0;  ///< > 0.
  Unit unit = Unit::Month;

  friend bool operator==(const Period&, const Period&) = default;
};

/// Parses "6mo", "90d", "12w", "1y", "36h", or in words "6 months", "1 year"; case is ignored.
///
/// Errors: `InvalidArgument` when the text is not a positive count and a unit, when the unit is "m"
/// (months or minutes?), or when the period is longer than 1000 years.
[[nodiscard]] Result<Period> parse_period(std::string_view text);
/// Returns "6mo".
[[nodiscard]] std::string to_string(const Period& period);
/// Returns "6 months", "1 year".
[[nodiscard]] std::string describe(const Period& period);
/// Returns the instant one period before, at the same local time, clamped to the month's end.
/// Hours are exact; a local time that a clock change skips or doubles is taken as `resolve` says.
[[nodiscard]] Instant subtract(Instant instant, const Period& period, const TimeZone& zone);
/// Returns the instant one period after, by the same rules.
[[nodiscard]] Instant add(Instant instant, const Period& period, const TimeZone& zone);

/// Parses an instant given by a user: "2018-01-31", "2018-01", "2018-01-31T09:31:08.5", with an
/// optional "Z" or "+02:00" after a time. A date or month is its start in `zone`; a time without
/// offset is local to `zone`. "T" may be a space, seconds may be left out, digits of a fraction
/// after the sixth are dropped. Reads everything `to_string(Instant)` writes.
///
/// Errors: `InvalidArgument` naming the text and the forms that are understood.
[[nodiscard]] Result<Instant> parse_instant(std::string_view text, const TimeZone& zone);

/// Returns an instant as a person of the zone writes it: a bare date when it is the start of a day,
/// otherwise "2018-01-31 09:31", with seconds and fraction only where they are not zero.
[[nodiscard]] std::string describe(Instant instant, const TimeZone& zone);

}  // namespace till
