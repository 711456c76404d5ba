#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "charts/figure.hpp"
#include "charts/plot.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/backtest.hpp"

namespace till::charts {
namespace {

using evaluation::Metric;
using evaluation::ModelBacktest;
using evaluation::Segment;

constexpr double kBiasHeight = 170;
constexpr double kDevianceHeight = 150;
constexpr double kLabelHeight = 18;  // of a value above its bar
constexpr double kMostBias = 2.0;    // bars of rare customers would hide the others

std::string class_name(const Segment& segment) {
  if (!segment.to) {
    return count(segment.from) + "+";
  }
  return segment.from == *segment.to ? count(segment.from)
                                     : count(segment.from) + "–" + count(*segment.to);
}

std::string signed_percent(double share) {
  return (share >= 0 ? "+" : "") + percent(share);
}

std::string two_digits(double value) {
  return measure_label(std::round(value * 100) / 100);
}

}  // namespace

Chart backtest_frequency(const evaluation::Backtest& result,
                         std::size_t index,
                         const Context& context) {
  const ModelBacktest& model = result.models[index];
  std::vector<std::string> places;
  Json rows = Json::array();
  double lowest = 0;
  double highest = 0;
  double deviance = 0;
  bool is_cut = false;
  const Segment* largest = nullptr;
  for (const Segment& segment : model.by_activity) {
    if (segment.terms.outcomes == 0) {
      continue;
    }
    places.push_back(class_name(segment));
    const double bias = evaluation::score(Metric::Bias, segment.terms);
    const double shown = std::isnan(bias) ? 0.0 : std::clamp(bias, -kMostBias, kMostBias);
    const double mean_deviance = evaluation::score(Metric::PoissonDeviance, segment.terms);
    is_cut = is_cut || (!std::isnan(bias) && shown != bias);
    lowest = std::min(lowest, shown);
    highest = std::max(highest, shown);
    deviance = std::max(deviance, mean_deviance);
    if (largest == nullptr || segment.terms.deviance > largest->terms.deviance) {
      largest = &segment;
    }
    const double share = segment.terms.outcomes / model.pooled.terms.outcomes;
    rows.push_back({{"class", places.back()},
                    {"bias", shown},
                    {"bias text", std::isnan(bias) ? "no buyers" : signed_percent(bias)},
                    {"deviance", mean_deviance},
                    {"deviance text", two_digits(mean_deviance)},
                    {"customers", percent(share)},
                    {"forecast", two_digits(segment.terms.predicted / segment.terms.outcomes)},
                    {"actual", two_digits(segment.terms.actual / segment.terms.outcomes)}});
    rows.back()["description"] = places.back() +
                                 " transactions: " + rows.back()["bias text"].get<std::string>() +
                                 ", deviance " + two_digits(mean_deviance);
  }
  Axis biases = measure_axis(lowest, std::max(highest, lowest == 0 ? 0.1 : 0.0), 3);
  const double room = (biases.to - biases.from) * kLabelHeight / kBiasHeight;
  biases.to = std::max(biases.to, highest + room);
  biases.from = lowest < 0 ? std::min(biases.from, lowest - room) : biases.from;
  Axis deviances = measure_axis(0, std::max(deviance, 1e-6), 3);
  deviances.to = std::max(deviances.to, deviance + deviances.to * kLabelHeight / kDevianceHeight);
  const std::array<const Axis*, 2> axes = {&biases, &deviances};
  Frame frame = frame_for(axes);
  frame.left += 8;  // room for "−12.5 %" and the like
  frame.width -= 8;
  const Json x = place_channel("class", places);
  const Json tooltip = Json::array(
      {{{"field", "class"}, {"type", "nominal"}, {"title", "transactions in the year before"}},
       {{"field", "customers"}, {"type", "nominal"}, {"title", "of all forecasts"}},
       {{"field", "forecast"}, {"type", "nominal"}, {"title", "mean forecast"}},
       {{"field", "actual"}, {"type", "nominal"}, {"title", "mean actual"}},
       {{"field", "deviance text"}, {"type", "nominal"}, {"title", "deviance"}}});
  const auto bars = [&](std::string_view field,
                        std::string_view text,
                        const Axis& axis,
                        std::string_view labels,
                        std::string_view color) {
    Json layers = Json::array();
    layers.push_back(layer_of({{"type", "bar"}, {"color", color}, {"cornerRadiusEnd", 1.5}},
                              {{"x", x},
                               {"y", y_channel(field, axis, frame, labels)},
                               {"description", {{"field", "description"}, {"type", "nominal"}}},
                               {"tooltip", tooltip}}));
    const std::string below = std::string("datum.") + std::string(field) + " < 0";
    Json label = layer_of({{"type", "text"},
                           {"baseline", {{"expr", below + " ? 'top' : 'bottom'"}}},
                           {"dy", {{"expr", below + " ? 4 : -4"}}},
                           {"color", kInk},
                           {"aria", false}},
                          {{"x", x},
                           {"y", y_channel(field, axis, frame, labels)},
                           {"text", {{"field", text}, {"type", "nominal"}}}});
    add_text_with_halo(layers, std::move(label));
    return layers;
  };

  Figure figure;
  const std::string name = isolated(drawable(model.model));
  figure.title = name + ": " + percent(largest->terms.deviance / model.pooled.terms.deviance) +
                 " of the deviance is of customers with " + class_name(*largest) +
                 (places.size() == 1 ? "" : " transactions in the year before");
  figure.subtitle = "Customers by their transactions in the twelve " +
                    month_noun(result.origins.front().month, 12) +
                    " before each forecast; "
                    "forecasts of " +
                    count_of_months(static_cast<std::int64_t>(result.origins.size()),
                                    result.origins.front().month);
  if (is_cut) {
    figure.notes.emplace_back("Bars of more than +200 % are cut");
  }
  figure.panels.push_back(
      plot_panel(rows,
                 bars("bias", "bias text", biases, kPercentLabelExpression, kAccentSoft),
                 "Bias: forecast transactions against actual ones",
                 frame,
                 kBiasHeight));
  figure.panels.push_back(
      plot_panel(rows,
                 bars("deviance", "deviance text", deviances, kTickLabelExpression, kAccent),
                 "Poisson deviance of a forecast, mean",
                 frame,
                 kDevianceHeight));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
