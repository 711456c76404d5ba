#include "charts/heat.hpp"

#include <utility>

namespace till::charts {

Json cell_channel(std::string_view field, const std::vector<std::string>& names, bool with_axis) {
  Json channel{{"field", field},
               {"type", "ordinal"},
               {"scale", {{"domain", names}, {"padding", 0.04}}},
               {"axis", nullptr}};
  if (with_axis) {
    channel["axis"] = {{"title", nullptr},
                       {"labelAngle", 0},
                       {"labelOverlap", false},
                       {"ticks", false},
                       {"domain", false}};
  }
  return channel;
}

Json cell_layer(Json x, Json y, Json tooltip) {
  return layer_of({{"type", "rect"}},
                  {{"x", std::move(x)},
                   {"y", std::move(y)},
                   {"color", {{"field", "color"}, {"type", "nominal"}, {"scale", nullptr}}},
                   {"description", {{"field", "description"}, {"type", "nominal"}}},
                   {"tooltip", std::move(tooltip)}});
}

}  // namespace till::charts
