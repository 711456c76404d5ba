#include "charts/shade.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace till::charts {

std::string shade(double part) {
  constexpr double kPalest = 0.04;  // the smallest value is not white
  constexpr std::array<double, 3> kDark = {0x1a, 0x65, 0x9e};
  constexpr std::string_view kDigits = "0123456789abcdef";
  const double weight = kPalest + (1.0 - kPalest) * std::clamp(part, 0.0, 1.0);
  std::string color = "#";
  for (const double channel : kDark) {
    const auto value = static_cast<unsigned>(std::lround(255.0 + weight * (channel - 255.0)));
    color += kDigits[value / 16];
    color += kDigits[value % 16];
  }
  return color;
}

std::string_view ink_on_shade(double part) noexcept {
  constexpr double kDarkShade = 0.78;  // from which white letters have more contrast than dark ones
  return part > kDarkShade ? std::string_view("white") : kInk;
}

}  // namespace till::charts
