/// \file
/// Figure: the frame that every chart of till shares.
///
///     title, the answer in words
///     subtitle, what is shown
///     panels, top to bottom
///     notes, source and parameters
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "charts/text.hpp"
#include "charts/theme.hpp"
#include <nlohmann/json.hpp>

#include "till/charts/chart.hpp"

namespace till::charts {

using Json = nlohmann::ordered_json;

/// A picture before its frame.
struct Figure {
  std::string title;
  std::string subtitle;            ///< May be empty.
  std::vector<Json> panels;        ///< At least one view; each is one unit or layered view.
  std::vector<std::string> notes;  ///< Sentences that come before the source.
};

/// Returns the complete chart: panels under a title, above source and parameters, in till's theme.
[[nodiscard]] Chart framed(Figure figure, const Context& context);

/// Returns the calm picture of an answer that has nothing to draw.
[[nodiscard]] Chart framed_without_data(std::string title,
                                        std::string subtitle,
                                        const Context& context);

/// Returns a view's inline data.
[[nodiscard]] Json inline_data(Json rows);

/// Returns a mark definition with the channels that differ; `encoding` may be empty.
[[nodiscard]] Json layer_of(Json mark, Json encoding);

/// A text at a place of a panel.
struct Label {
  std::string text;
  double x = 0;  ///< Pixels from the panel's left edge; may lie outside.
  double y = 0;  ///< Pixels from its top.
  std::string_view align = "left";
  std::string_view baseline = "middle";
  std::string_view color = kInk;
  Font font = kLabelFont;
};

/// Returns a panel's heading: above it, flush with the figure's left edge.
///
/// \param left  pixels from there to the panel.
[[nodiscard]] Label heading(std::string text, double left);

/// Appends labels to a layered view, on top of what is there.
void add_labels(Json& layers, const std::vector<Label>& labels);

/// As add_labels, over a white rim, so that no line runs through the letters.
void add_labels_with_halo(Json& layers, const std::vector<Label>& labels);

/// Appends what a pointer finds near the points of the panel's data. It is there on a screen only:
/// on paper it would be hundreds of marks that nobody sees.
///
/// \param size  area of a target, in square pixels.
void add_pointer_targets(Json& layers, Json x, Json y, Json tooltip, double size);

/// Appends text marks that follow data, over a white rim.
void add_text_with_halo(Json& layers, Json layer);

}  // namespace till::charts
