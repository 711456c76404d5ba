/// \file
/// Plot: panels with two axes of numbers, aligned below each other.
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "charts/figure.hpp"
#include "charts/ticks.hpp"

namespace till::charts {

/// Where a panel lies beside its labels, in pixels.
struct Frame {
  double left = 0;  ///< From the figure's edge: room for the labels of y.
  double width = 0;
};

/// Returns the frame of panels that stand below each other: wide enough for each axis's labels.
[[nodiscard]] Frame frame_for(std::span<const Axis* const> axes);

/// Returns the channel of a field along an axis whose labels fit the frame; `labels` is an
/// expression of `datum.value`.
[[nodiscard]] Json y_channel(std::string_view field,
                             const Axis& axis,
                             const Frame& frame,
                             std::string_view labels = kTickLabelExpression);

/// Returns a channel with one place for each name, in this order, all of them labelled.
[[nodiscard]] Json place_channel(std::string_view field, const std::vector<std::string>& names);

/// Returns a panel: rows, size, layers, and the heading above.
[[nodiscard]] Json plot_panel(
    Json rows, Json layers, std::string heading, const Frame& frame, double height);

/// The name of a line, at the height where it ends.
struct LineName {
  std::string text;
  double y = 0;  ///< Pixels from the panel's top.
  std::string_view color;
};

/// Returns the names as labels right of a panel, moved apart where they would overlap, within it.
[[nodiscard]] std::vector<Label> names_beside(std::vector<LineName> names,
                                              const Frame& frame,
                                              double height);

/// Returns "2 %" and the like for a tick.
inline constexpr std::string_view kPercentLabelExpression =
    "format(datum.value * 100, '~g') + '\u00A0%'";

}  // namespace till::charts
