#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/plot.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/fit.hpp"

namespace till::charts {
namespace {

using models::Profile;
using models::ProfilePoint;

constexpr double kHeight = 86;
constexpr double kDepth = 2.2 * models::kProfileLoss95;  // shown below the largest likelihood

std::string heading_of(const Profile& profile) {
  std::string text = profile.parameter + " = " + three_digits(profile.estimate);
  if (profile.lower && profile.upper) {
    return text + ", from " + three_digits(*profile.lower) + " to " + three_digits(*profile.upper);
  }
  if (profile.lower) {
    return text + ", at least " + three_digits(*profile.lower);
  }
  return profile.upper ? text + ", at most " + three_digits(*profile.upper)
                       : text + ", or anything else";
}

/// Returns the points that are shown: the last one below where the picture ends is moved up to it.
Json line_of(const Profile& profile) {
  Json rows = Json::array();
  const auto add = [&rows](double value, double loss) {
    rows.push_back({{"value", value}, {"change", -loss}});
  };
  const std::vector<ProfilePoint>& points = profile.points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0 && (points[i].loss > kDepth) != (points[i - 1].loss > kDepth)) {
      const double part = (kDepth - points[i - 1].loss) / (points[i].loss - points[i - 1].loss);
      add(points[i - 1].value * std::pow(points[i].value / points[i - 1].value, part), kDepth);
    }
    if (points[i].loss <= kDepth) {
      add(points[i].value, points[i].loss);
    }
  }
  return rows;
}

/// Returns an axis that is as wide as the data are.
Axis value_axis(double from, double to) {
  constexpr double kWide = 8.0;  // from where ticks at 1, 2, 5 times powers of ten are enough
  Axis axis = to > kWide * from ? log_axis(from, to) : measure_axis(from, to, 6);
  std::erase_if(axis.ticks, [&](double tick) { return tick < from || tick > to; });
  axis.from = from;
  axis.to = to > from ? to : 2.0 * from;
  return axis;
}

Json panel_of(const Profile& profile, const Frame& frame) {
  Json rows = line_of(profile);
  const double from = rows.front()["value"].get<double>();
  const double to = rows.back()["value"].get<double>();
  const Axis axis = value_axis(from, to);
  const Json x{{"field", "value"},
               {"type", "quantitative"},
               {"scale", {{"type", "log"}, {"domain", {axis.from, axis.to}}, {"nice", false}}},
               {"axis",
                {{"title", nullptr},
                 {"values", axis.ticks},
                 {"labelFlush", false},
                 {"labelExpr", kTickLabelExpression}}}};
  Axis depth;
  depth.from = -kDepth;
  depth.to = 0.12;
  depth.ticks = {0, -2, -4};
  const Json y =
      y_channel("change", depth, frame, "datum.value === 0 ? '0' : '\u2212' + -datum.value");
  Json layers = Json::array();
  Json rule =
      layer_of({{"type", "rule"}, {"color", kContrast}, {"strokeDash", {4, 3}}, {"aria", false}},
               {{"y", y}});
  rule["data"] = inline_data(Json::array({{{"change", -models::kProfileLoss95}}}));
  layers.push_back(std::move(rule));
  layers.push_back(layer_of({{"type", "line"},
                             {"color", kAccent},
                             {"strokeWidth", 2},
                             {"interpolate", "monotone"},
                             {"description", "Log-likelihood by " + profile.parameter}},
                            {{"x", x}, {"y", y}}));
  Json dot = layer_of({{"type", "point"},
                       {"filled", true},
                       {"color", kAccent},
                       {"opacity", 1},
                       {"size", 60},
                       {"description", "The estimate"}},
                      {{"x", x}, {"y", y}});
  dot["data"] = inline_data(Json::array({{{"value", profile.estimate}, {"change", 0}}}));
  layers.push_back(std::move(dot));
  return plot_panel(std::move(rows), std::move(layers), heading_of(profile), frame, kHeight);
}

}  // namespace

Chart fit_profiles(std::span<const Profile> profiles,
                   std::string_view model,
                   const Context& context) {
  std::vector<std::string> open;
  for (const Profile& profile : profiles) {
    if (!profile.lower || !profile.upper) {
      open.push_back(profile.parameter);
    }
  }
  Axis depth;
  depth.ticks = {-4};
  const std::array<const Axis*, 1> axes = {&depth};
  Frame frame = frame_for(axes);
  frame.width -= 14;  // for half a label
  const std::string name = isolated(drawable(model));
  Figure figure;
  figure.title = open.empty() ? "The data bound " +
                                    (profiles.size() == 1 ? "the one parameter"
                                     : profiles.size() == 2
                                         ? "both parameters"
                                         : "all " + count(std::ssize(profiles)) + " parameters") +
                                    " of the " + name
                              : "The data do not bound " + listed(open) + " of the " + name;
  figure.subtitle =
      "Log-likelihood below its largest, where one parameter is held and the others follow; above "
      "the dashed line: the 95 % interval";
  for (const Profile& profile : profiles) {
    figure.panels.push_back(panel_of(profile, frame));
  }
  return framed(std::move(figure), context);
}

}  // namespace till::charts
