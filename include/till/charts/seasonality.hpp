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

/// Returns what was found as a sentence without its full stop: "There is no evidence of a season".
[[nodiscard]] std::string seasonality_sentence(const insight::Seasonality& result);

}  // namespace till::charts
