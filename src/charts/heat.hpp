/// \file
/// Heat: cells whose shade says how much there is.
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "charts/figure.hpp"

namespace till::charts {

/// Returns a channel with one cell for each name, in this order, close to each other. An axis that
/// is not asked for is not drawn.
[[nodiscard]] Json cell_channel(std::string_view field,
                                const std::vector<std::string>& names,
                                bool with_axis);

/// Returns the layer of cells; rows have the fields of the channels, `color` and `description`.
[[nodiscard]] Json cell_layer(Json x, Json y, Json tooltip);

}  // namespace till::charts
