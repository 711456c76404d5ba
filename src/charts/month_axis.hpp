/// \file
/// Month axis: calendar months along the bottom of a panel.
///
/// The n-th month lies at n: months are equally far apart, whatever their days, and in every zone.
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "charts/figure.hpp"

#include "till/core/calendar.hpp"
#include "till/core/panel_month.hpp"

namespace till::charts {

/// A month, and where it begins along an axis.
struct PlacedMonth {
  double at = 0;
  Month month;
};

/// Returns the axis of consecutive months: Januaries by their year, and what fits between.
[[nodiscard]] Json month_axis(const std::vector<Month>& months);

/// Returns the axis of consecutive months of a panel: those of the calendar as above, days that
/// stand in for months with the calendar months that begin within them.
[[nodiscard]] Json month_axis(const std::vector<PanelMonth>& months);

/// Returns the axis of months that lie where they are put; every `step`-th of a year has a tick.
///
/// \param step  divides 12.
[[nodiscard]] Json month_axis(std::span<const PlacedMonth> months, std::int32_t step);

/// Returns where a moment lies on such an axis, given the days since 1970-01-01 on its calendar.
[[nodiscard]] double month_place(double days, Month first);

/// Returns the channel of a field of such places over [from, to], with the axis of its months.
[[nodiscard]] Json month_channel(std::string_view field, double from, double to, Month first);

}  // namespace till::charts
