#include <algorithm>
#include <array>
#include <cmath>
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

using models::FrequencyClass;

constexpr double kHeight = 240;
constexpr double kApart = 8;         // names of classes
constexpr double kLabelHeight = 18;  // of a number above its bar

std::string class_name(const FrequencyClass& group) {
  if (!group.to) {
    return count(group.from) + "+";
  }
  return group.from == *group.to ? count(group.from) : count(group.from) + "–" + count(*group.to);
}

}  // namespace

Chart fit_frequencies(std::span<const FrequencyClass> classes,
                      std::string_view model,
                      const Context& context) {
  std::vector<std::string> places;
  Json rows = Json::array();
  double highest = 1;
  double customers = 0;
  double apart = 0;
  for (const FrequencyClass& group : classes) {
    places.push_back(class_name(group));
    highest = std::max({highest, group.actual, group.expected});
    customers += group.actual;
    apart += std::abs(group.actual - group.expected) / 2;
    const std::string actual = count(std::llround(group.actual));
    const std::string expected = count(std::llround(group.expected));
    rows.push_back(
        {{"class", places.back()},
         {"actual", group.actual},
         {"expected", group.expected},
         {"actual text", actual},
         {"expected text", expected},
         {"description", places.back() + ": " + actual + " customers, expected " + expected}});
  }
  Axis axis = linear_axis(0, highest, 4);
  axis.to = std::max(axis.to, highest + axis.to * kLabelHeight / kHeight);
  const std::array<const Axis*, 1> axes = {&axis};
  const Frame frame = frame_for(axes);
  Json x = place_channel("class", places);
  double widest = 0;
  for (const std::string& place : places) {
    widest = std::max(widest, text_width(place, kLabelFont));
  }
  if (widest + kApart > frame.width / static_cast<double>(places.size())) {
    x["axis"]["labelExpr"] = "split(replace(datum.label, '–', '– '), ' ')";  // on two lines
  }
  const Json tooltip =
      Json::array({{{"field", "class"}, {"type", "nominal"}, {"title", "repeat purchases"}},
                   {{"field", "actual text"}, {"type", "nominal"}, {"title", "customers"}},
                   {{"field", "expected text"}, {"type", "nominal"}, {"title", "expected"}}});
  Json layers = Json::array();
  layers.push_back(layer_of({{"type", "bar"}, {"color", kFaint}, {"cornerRadiusEnd", 1.5}},
                            {{"x", x},
                             {"y", y_channel("actual", axis, frame)},
                             {"description", {{"field", "description"}, {"type", "nominal"}}},
                             {"tooltip", tooltip}}));
  layers.push_back(layer_of({{"type", "point"},
                             {"filled", true},
                             {"color", kAccent},
                             {"opacity", 1},
                             {"size", 70},
                             {"aria", false}},
                            {{"x", x}, {"y", y_channel("expected", axis, frame)}}));
  Json label = layer_of(
      {{"type", "text"}, {"baseline", "bottom"}, {"dy", -7}, {"color", kInk}, {"aria", false}},
      {{"x", x},
       {"y", y_channel("top", axis, frame)},
       {"text", {{"field", "actual text"}, {"type", "nominal"}}}});
  for (Json& row : rows) {
    row["top"] = std::max(row["actual"].get<double>(), row["expected"].get<double>());
  }
  add_text_with_halo(layers, std::move(label));

  Figure figure;
  const std::string name = isolated(drawable(model));
  const FrequencyClass& first = classes.front();
  const std::int64_t none = std::llround(first.expected);
  const std::string of_all = count_of(std::llround(customers), "customer");
  figure.title = name + " expects " + count(none) + " of " + of_all +
                 (first.to && *first.to == 0 ? " not to buy again"
                                             : " with " + class_name(first) + " repeat purchases") +
                 "; it was " + count(std::llround(first.actual));
  figure.subtitle =
      "Customers by repeat purchases: bars and numbers as seen, dots as the model "
      "expects; " +
      percent(customers > 0 ? apart / customers : 0.0) +
      " of customers would have to change their bar";
  figure.panels.push_back(
      plot_panel(std::move(rows), std::move(layers), "Customers", frame, kHeight));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
