#include "charts/shade.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace till::charts {

namespace {

std::array<double, 3> color_of(double part) {
  constexpr double kPalest = 0.04;  // the smallest value is not white
  constexpr std::array<double, 3> kDark = {0x1a, 0x65, 0x9e};
  const double weight = kPalest + (1.0 - kPalest) * std::clamp(part, 0.0, 1.0);
  std::array<double, 3> color = {};
  for (std::size_t i = 0; i < color.size(); ++i) {
    color[i] = std::round(255.0 + weight * (kDark[i] - 255.0));
  }
  return color;
}

/// Light of one channel.
double light_of(double channel) noexcept {
  const double value = channel / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

}  // namespace

std::string shade(double part) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string color = "#";
  for (const double channel : color_of(part)) {
    const auto value = static_cast<unsigned>(std::lround(channel));
    color += kDigits[value / 16];
    color += kDigits[value % 16];
  }
  return color;
}

std::string_view ink_on(double red, double green, double blue) noexcept {
  constexpr double kLightOfInk = 0.0197;  // #1d2733
  const double light =
      0.05 + 0.2126 * light_of(red) + 0.7152 * light_of(green) + 0.0722 * light_of(blue);
  return 1.05 / light > light / (kLightOfInk + 0.05) ? std::string_view("white") : kInk;
}

std::string_view ink_on_shade(double part) noexcept {
  const std::array<double, 3> color = color_of(part);
  return ink_on(color[0], color[1], color[2]);
}

}  // namespace till::charts
