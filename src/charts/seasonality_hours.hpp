/// \file
/// Hours of the week as a panel.
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <array>
#include <cstdint>

#include "charts/figure.hpp"
#include "charts/plot.hpp"

#include "till/insight/seasonality.hpp"

namespace till::charts {

/// Transactions by day of the week, Monday first, and hour.
using HoursOfWeek = std::array<std::array<std::int64_t, 24>, 7>;

[[nodiscard]] HoursOfWeek hours_of_week(const insight::DayCounts& counts);

/// Returns a cell for each hour of the week: the darker, the more.
[[nodiscard]] Json hours_panel(const HoursOfWeek& hours, const Frame& frame);

}  // namespace till::charts
