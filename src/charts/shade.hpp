/// \file
/// Shade: a cell of a table of numbers, the darker the more.
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <string>
#include <string_view>

#include "charts/theme.hpp"

namespace till::charts {

/// Returns a colour between nearly white and the accent, as "#rrggbb".
///
/// \param part  of the darkest colour; what lies outside [0, 1] is its end.
[[nodiscard]] std::string shade(double part);

/// Returns the colour of letters that has the most contrast on a ground, by WCAG 2.1: white or ink.
/// \param red, green, blue  of sRGB; 0 ... 255.
[[nodiscard]] std::string_view ink_on(double red, double green, double blue) noexcept;

/// Returns the colour of letters on such a ground.
[[nodiscard]] std::string_view ink_on_shade(double part) noexcept;

}  // namespace till::charts
