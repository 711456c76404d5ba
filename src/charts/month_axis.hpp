/// \file
/// Month axis: calendar months along the bottom of a panel.
///
/// The n-th month lies at n: months are equally far apart, whatever their days, and in every zone.
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <vector>

#include "charts/figure.hpp"

#include "till/core/calendar.hpp"

namespace till::charts {

/// Returns the axis of consecutive months: Januaries by their year, and what fits between.
[[nodiscard]] Json month_axis(const std::vector<Month>& months);

}  // namespace till::charts
