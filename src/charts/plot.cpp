#include "charts/plot.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "charts/text.hpp"
#include "charts/theme.hpp"

namespace till::charts {

Frame frame_for(std::span<const Axis* const> axes) {
  double label_width = 0;
  for (const Axis* axis : axes) {
    for (const double tick : axis->ticks) {
      label_width = std::max(label_width, text_width(measure_label(tick) + "\u00A0%", kLabelFont));
    }
  }
  const double left = std::ceil(label_width) + 8;
  return {left, kInnerWidth - left - 4};
}

Json y_channel(std::string_view field,
               const Axis& axis,
               const Frame& frame,
               std::string_view labels) {
  return Json{{"field", field},
              {"type", "quantitative"},
              {"scale", {{"domain", {axis.from, axis.to}}, {"nice", false}, {"zero", false}}},
              {"axis",
               {{"title", nullptr},
                {"grid", true},
                {"values", axis.ticks},
                {"labelExpr", labels},
                {"minExtent", frame.left},
                {"maxExtent", frame.left}}}};
}

Json place_channel(std::string_view field, const std::vector<std::string>& names) {
  return Json{{"field", field},
              {"type", "ordinal"},
              {"scale", {{"domain", names}, {"paddingInner", 0.3}, {"paddingOuter", 0.15}}},
              {"axis", {{"title", nullptr}, {"labelAngle", 0}, {"labelOverlap", false}}}};
}

std::vector<Label> names_beside(std::vector<LineName> names, const Frame& frame, double height) {
  constexpr double kApart = 14;
  std::stable_sort(
      names.begin(), names.end(), [](const LineName& a, const LineName& b) { return a.y < b.y; });
  // Downwards until none overlaps, then up again from the bottom.
  double top = 0;
  for (LineName& name : names) {
    name.y = std::max(name.y, top);
    top = name.y + kApart;
  }
  double bottom = height;
  std::vector<Label> labels;
  for (std::size_t i = names.size(); i-- > 0;) {
    names[i].y = std::min(names[i].y, bottom);
    bottom = names[i].y - kApart;
    labels.push_back(
        {names[i].text, frame.width + 6, names[i].y, "left", "middle", names[i].color});
  }
  return labels;
}

Json plot_panel(
    Json rows, Json layers, std::string heading_text, const Frame& frame, double height) {
  add_labels(layers, {heading(std::move(heading_text), frame.left)});
  return Json{{"data", inline_data(std::move(rows))},
              {"width", frame.width},
              {"height", height},
              {"layer", std::move(layers)}};
}

}  // namespace till::charts
