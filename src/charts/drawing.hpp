/// \file
/// Drawing: a specification becomes SVG, by Vega inside an embedded JavaScript engine.
///
/// Layer:   charts, private.
/// Threads: any; each has an engine of its own, started by its first drawing and kept.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "till/core/result.hpp"

namespace till::charts {

/// What Vega made of a specification.
struct Drawing {
  std::string svg;
  std::vector<std::string> warnings;  ///< Of Vega and Vega-Lite. till's own charts cause none.
};

/// Starts an engine on a thread of its own, for the next thread that needs one to find.
void start_drawing_ahead();

/// Draws a Vega-Lite or Vega specification.
///
/// It sees neither network nor files nor clock, may use 512 MB and some 30 s of computing; whatever
/// goes wrong ends this drawing only.
/// Errors: `Internal` with Vega's message.
[[nodiscard]] Result<Drawing> draw(std::string_view specification);

}  // namespace till::charts
