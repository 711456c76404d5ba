#include "charts/heat.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace till::charts {

std::string shade(double share) {
  constexpr std::array<int, 3> kFrom = {0xf3, 0xf5, 0xf7};
  constexpr std::array<int, 3> kTo = {0x1a, 0x65, 0x9e};
  const double part = std::clamp(share, 0.0, 1.0);
  std::array<char, 8> text{};
  std::array<int, 3> mixed{};
  for (std::size_t i = 0; i < 3; ++i) {
    mixed[i] = static_cast<int>(std::lround(kFrom[i] + part * (kTo[i] - kFrom[i])));
  }
  std::snprintf(text.data(), text.size(), "#%02x%02x%02x", mixed[0], mixed[1], mixed[2]);
  return text.data();
}

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
