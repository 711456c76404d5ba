/// \file
/// Zone rules: the history and future of one time zone's offsets, ready to be searched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/instant.hpp"
#include "till/core/result.hpp"

namespace till::detail {

/// No zone's clocks differ from UTC by more (the record is 15:13:42, Manila before 1845).
inline constexpr std::int64_t kMostOffsetSeconds = std::int64_t{26} * 3600;

/// The Gregorian calendar, weekdays included, repeats after 400 years = 146,097 days.
inline constexpr std::int64_t kMicrosPerCycle = 146'097 * kMicrosPerDay;

/// Periods of constant offset; neighbours differ. Period i is [starts[i], starts[i + 1]).
struct ZoneRules {
  std::vector<std::int64_t> starts;          ///< Microseconds, ascending; the first is the minimum.
  std::vector<std::int64_t> offset_seconds;  ///< As long as `starts`.
  /// From here on the 400 years [cycle_from, cycle_from + kMicrosPerCycle) repeat for ever; the
  /// maximum when the last period does.
  std::int64_t cycle_from = std::numeric_limits<std::int64_t>::max();
};

/// Reads the rules of a zone from the tz database of the system.
///
/// Errors: as TimeZone::find.
[[nodiscard]] Result<std::shared_ptr<const ZoneRules>> read_zone_rules(std::string_view name);

/// Appends the transitions that a POSIX TZ string such as "CET-1CEST,M3.5.0,M10.5.0/3" makes after
/// `last`, 400 years of them. A string without daylight saving adds nothing.
///
/// \param last  microseconds of the last transition known, which need not be in `rules`: a new
///              abbreviation is none there; the minimum when none is known.
/// \return whether the string was understood.
[[nodiscard]] bool append_posix_rule(std::string_view text, std::int64_t last, ZoneRules& rules);

}  // namespace till::detail
