/// \file
/// Instant: a point on the time line, in microseconds since 1970-01-01T00:00:00Z.
///
/// An Instant has no zone; which calendar day or month it falls into is asked of a TimeZone
/// (till/core/calendar.hpp).
///
/// Layer:   core (std only).   Threads: plain data.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>

namespace till {

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

/// Microseconds since the Unix epoch, leap seconds not counted.
struct Instant {
  std::int64_t micros = 0;

  friend auto operator<=>(const Instant&, const Instant&) = default;
};

inline constexpr Instant kMinInstant{std::numeric_limits<std::int64_t>::min()};
inline constexpr Instant kMaxInstant{std::numeric_limits<std::int64_t>::max()};

/// Half-open span of time [from, to); empty when from >= to.
struct TimeRange {
  Instant from;
  Instant to;

  [[nodiscard]] bool empty() const noexcept { return from >= to; }

  [[nodiscard]] bool contains(Instant t) const noexcept { return from <= t && t < to; }

  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

/// Returns an instant in UTC as RFC 3339: "2018-01-31T09:31:08Z", with as many fraction digits
/// (0, 3 or 6) as it needs. Years outside 0 ... 9999 carry a sign: "+12018-01-31T00:00:00Z".
[[nodiscard]] std::string to_string(Instant instant);

}  // namespace till
