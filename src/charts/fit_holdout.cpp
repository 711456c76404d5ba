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

using models::FrequencyClass;
using models::Holdout;

constexpr double kHeight = 260;
constexpr double kLegendLine = 17;

std::string class_name(const FrequencyClass& group) {
  if (!group.to) {
    return count(group.from) + "+";
  }
  return group.from == *group.to ? count(group.from) : count(group.from) + "–" + count(*group.to);
}

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum;
}

}  // namespace

Chart fit_holdout(const Holdout& holdout, std::string_view after, const Context& context) {
  std::vector<std::string> places;
  Json bars = Json::array();
  std::vector<Json> dots(holdout.models.size(), Json::array());
  double highest = 0;
  for (std::size_t i = 0; i < holdout.classes.size(); ++i) {
    const FrequencyClass& group = holdout.classes[i];
    places.push_back(class_name(group));
    if (group.actual == 0) {
      continue;
    }
    const double mean = holdout.purchases[i] / group.actual;
    highest = std::max(highest, mean);
    const std::string of_class = places.back() + " repeat purchases (" +
                                 count_of(std::llround(group.actual), "customer") + "): ";
    bars.push_back({{"class", places.back()},
                    {"mean", mean},
                    {"description", of_class + three_digits(mean) + " came on average"}});
    for (std::size_t k = 0; k < dots.size(); ++k) {
      const double expected = holdout.models[k].expected[i] / group.actual;
      highest = std::max(highest, expected);
      dots[k].push_back(
          {{"class", places.back()},
           {"mean", expected},
           {"description",
            of_class + three_digits(expected) + " by the " + holdout.models[k].model}});
    }
  }
  const Axis axis = measure_axis(0, highest > 0 ? highest : 1, 5);
  const std::array<const Axis*, 1> axes = {&axis};
  const Frame frame = frame_for(axes);
  const Json x = place_channel("class", places);
  const Json y = y_channel("mean", axis, frame);
  const auto says = [](Json channels) {
    channels["description"] = {{"field", "description"}, {"type", "nominal"}};
    channels["tooltip"] = Json::array({{{"field", "description"}, {"type", "nominal"}}});
    return channels;
  };
  Json layers = Json::array();
  layers.push_back(layer_of({{"type", "bar"}, {"color", kFaint}, {"cornerRadiusEnd", 1.5}},
                            says({{"x", x}, {"y", y}})));
  std::vector<Label> names = {
      {"bars: what came", 12, 10, "left", "middle", kMuted, kLabelFontBold}};
  for (std::size_t k = 0; k < dots.size(); ++k) {
    const SeriesColor& color = kSeries[k % kSeries.size()];
    Json line = layer_of({{"type", "line"},
                          {"color", color.line},
                          {"strokeWidth", 1.2},
                          {"opacity", 0.6},
                          {"aria", false}},
                         {{"x", x}, {"y", y}});
    line["data"] = inline_data(dots[k]);
    layers.push_back(std::move(line));
    Json layer = layer_of(
        {{"type", "point"}, {"filled", true}, {"color", color.line}, {"opacity", 1}, {"size", 60}},
        says({{"x", x}, {"y", y}}));
    layer["data"] = inline_data(dots[k]);
    layers.push_back(std::move(layer));
    names.push_back({isolated(drawable(holdout.models[k].model)),
                     12,
                     10 + kLegendLine * static_cast<double>(k + 1),
                     "left",
                     "middle",
                     color.text,
                     kLabelFontBold});
  }
  add_labels_with_halo(layers, names);

  Figure figure;
  const double actual = sum_of(holdout.purchases);
  const double expected = sum_of(holdout.models.front().expected);
  figure.title = isolated(drawable(holdout.models.front().model)) + " expected " +
                 count(std::llround(expected)) + " purchases " + std::string(after) + ", " +
                 count(std::llround(actual)) + " came";
  figure.subtitle =
      "Mean purchases of a customer after the calibration, by repeat purchases within it (across)";
  figure.panels.push_back(
      plot_panel(std::move(bars), std::move(layers), "Purchases of a customer", frame, kHeight));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
