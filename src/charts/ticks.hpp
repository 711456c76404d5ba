/// \file
/// Ticks: the numbers written on an axis.
///
/// Chosen here rather than by Vega so that the room their labels need is known before the plot is
/// sized.
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace till::charts {

/// What an axis shows: its ends and the numbers written on it.
struct Axis {
  double from = 0;
  double to = 1;
  bool logarithmic = false;
  std::vector<double> ticks;
};

/// Returns a linear axis of counts over [min, max] and 0, with about `wanted` round ticks at whole
/// numbers. It begins at 0, or at min where that is negative, and ends at the tick above max.
[[nodiscard]] Axis linear_axis(double min, double max, int wanted);

/// Returns a logarithmic axis over [min, max], 0 < min <= max: ticks at powers of ten when there
/// are three or more of them, at 1-2-5 steps otherwise. The axis ends where the data end, but spans
/// a factor of two at least.
[[nodiscard]] Axis log_axis(double min, double max);

/// Returns a linear axis of any numbers over [min, max], min <= max, with about `wanted` round
/// ticks, in fractions where they are needed. It begins and ends at a tick; 0 is shown only where
/// it lies between.
[[nodiscard]] Axis measure_axis(double min, double max, int wanted);

/// Returns how a tick of such an axis reads: "0.25", "1,500".
[[nodiscard]] std::string measure_label(double value);

/// Returns a measured number as three digits say it: "0.0852", "12.3", "1,240".
[[nodiscard]] std::string three_digits(double value);

/// Returns how a tick reads: "1,500", "1.5 million", "2 billion".
[[nodiscard]] std::string tick_label(double value);

/// The same as a Vega expression of `datum.value`.
inline constexpr std::string_view kTickLabelExpression =
    "abs(datum.value) >= 1e9 ? format(datum.value / 1e9, '~g') + ' billion' : "
    "abs(datum.value) >= 1e6 ? format(datum.value / 1e6, '~g') + ' million' : "
    "format(datum.value, ',~g')";

}  // namespace till::charts
