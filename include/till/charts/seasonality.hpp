/// \file
/// Pictures of seasons.
///
/// Layer:   charts (core, insight).   Threads: all functions are safe from any thread.
#pragma once

#include <string>

#include "till/charts/chart.hpp"
#include "till/insight/seasonality.hpp"

namespace till::charts {

/// Draws what each month of the year, day of the week, hour and day of the month is against the
/// average, with intervals; then the months of the log with their trend, and the hours of the week.
///
/// Grey where there is no evidence of a season. What the log is too short for is named in a note.
/// Cost: O(n) for n days; 3 ms.
[[nodiscard]] Chart seasonality(const insight::Seasonality& result, const Context& context);

/// Draws the first part of `seasonality` alone: the profiles of the periods.
[[nodiscard]] Chart seasonality_profiles(const insight::Seasonality& result,
                                         const Context& context);

/// Draws the months of the log taken apart, below each other: as seen, trend, season and rest.
/// Calm for a log of less than two years. Cost: O(n) for n months; 3 ms.
[[nodiscard]] Chart seasonality_decomposition(const insight::Seasonality& result,
                                              const Context& context);

/// Draws a cell for each hour of the week: the darker, the more transactions. Calm where times are
/// dates.
[[nodiscard]] Chart seasonality_hours(const insight::Seasonality& result, const Context& context);

/// Draws a cell for each day: a year is a strip of weeks, of which the last eight are shown; the
/// darkest hundredth of days look alike.
[[nodiscard]] Chart seasonality_calendar(const insight::Seasonality& result,
                                         const Context& context);

/// Returns what was found as a sentence without its full stop: "There is no evidence of a season".
[[nodiscard]] std::string seasonality_sentence(const insight::Seasonality& result);

}  // namespace till::charts
