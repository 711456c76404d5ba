/// \file
/// Paper: an SVG becomes PNG or PDF, by librsvg and cairo.
///
/// Layer:   charts, private.   Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "till/core/result.hpp"

namespace till::charts {

/// Returns the picture as PNG with `scale` pixels per unit.
///
/// Errors: `Internal` when the SVG cannot be read, `InvalidArgument` when the picture would have
/// more than 32,767 pixels on a side.
[[nodiscard]] Result<std::string> png_of(std::string_view svg, double scale);

/// Returns the picture as a PDF page of its size: vectors and text, no date but a fixed one.
///
/// Errors: `Internal` when the SVG cannot be read.
[[nodiscard]] Result<std::string> pdf_of(std::string_view svg, std::string_view title);

}  // namespace till::charts
