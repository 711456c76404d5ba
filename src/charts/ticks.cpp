#include "charts/ticks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <initializer_list>

#include "charts/wording.hpp"

#include "till/core/check.hpp"

namespace till::charts {
namespace {

// The round whole number (1, 2, 2.5 or 5 times a power of ten) not below `step`.
double round_step(double step) {
  double power = 1;
  while (10 * power < step) {
    power *= 10;
  }
  for (const double digit : {1.0, 2.0, 2.5, 5.0}) {
    const double round = digit * power;
    if (round >= step && round == std::floor(round)) {
      return round;
    }
  }
  return 10 * power;
}

std::string shortest(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

}  // namespace

Axis linear_axis(double min, double max, int wanted) {
  TILL_ASSERT(wanted > 0, "an axis has ticks");
  const double low = std::min(min, 0.0);
  const double high = std::max({max, 0.0, low + 1});
  const double step = round_step((high - low) / wanted);
  Axis axis;
  axis.from = low;
  axis.to = std::ceil(high / step) * step;
  const auto first = static_cast<std::int64_t>(std::ceil(low / step));
  const auto last = static_cast<std::int64_t>(std::ceil(high / step));
  for (std::int64_t i = first; i <= last; ++i) {
    axis.ticks.push_back(static_cast<double>(i) * step);
  }
  return axis;
}

Axis log_axis(double min, double max) {
  TILL_ASSERT(min > 0 && min <= max, "a logarithmic axis is positive");
  Axis axis;
  axis.logarithmic = true;
  axis.from = min;
  axis.to = std::max(max, 2 * min);
  const auto collect = [&axis](std::initializer_list<double> digits) {
    std::vector<double> ticks;
    double power = std::pow(10, std::floor(std::log10(axis.from)));
    while (power <= axis.to) {
      for (const double digit : digits) {
        if (digit * power >= axis.from && digit * power <= axis.to) {
          ticks.push_back(digit * power);
        }
      }
      power *= 10;
    }
    return ticks;
  };
  axis.ticks = collect({1.0});
  if (axis.ticks.size() < 3) {
    axis.ticks = collect({1.0, 2.0, 5.0});
  }
  return axis;
}

Axis measure_axis(double min, double max, int wanted) {
  TILL_ASSERT(wanted > 0 && min <= max, "an axis has ticks");
  const double span = max > min ? max - min : std::max(std::abs(max), 1.0);
  double step = std::pow(10.0, std::ceil(std::log10(span / wanted)));
  for (const double part : {0.2, 0.25, 0.5}) {
    if (part * step * wanted >= span) {
      step *= part;
      break;
    }
  }
  Axis axis;
  const auto first = static_cast<std::int64_t>(std::floor(min / step));
  const auto last = std::max(static_cast<std::int64_t>(std::ceil(max / step)), first + 1);
  for (std::int64_t i = first; i <= last; ++i) {
    axis.ticks.push_back(static_cast<double>(i) * step);
  }
  axis.from = axis.ticks.front();
  axis.to = axis.ticks.back();
  return axis;
}

std::string measure_label(double value) {
  return std::abs(value) < 1000 ? (value < 0 ? "\u2212" : "") + shortest(std::abs(value))
                                : tick_label(value);
}

std::string three_digits(double value) {
  const double magnitude = std::abs(value);
  if (magnitude == 0.0 || magnitude >= 1e6) {
    return measure_label(value);
  }
  const double unit = std::pow(10.0, std::floor(std::log10(magnitude)) - 2.0);
  return measure_label(unit < 1.0 ? std::round(value / unit) * unit : std::round(value));
}

std::string tick_label(double value) {
  const double magnitude = std::abs(value);
  const std::string sign = value < 0 ? "\u2212" : "";
  if (magnitude >= 1e9) {
    return sign + shortest(magnitude / 1e9) + " billion";
  }
  if (magnitude >= 1e6) {
    return sign + shortest(magnitude / 1e6) + " million";
  }
  return count(static_cast<std::int64_t>(std::llround(value)));
}

}  // namespace till::charts
