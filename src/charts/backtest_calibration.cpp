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

using evaluation::kPitBins;
using evaluation::Metric;
using evaluation::ModelBacktest;

constexpr double kPitHeight = 150;
constexpr double kReliabilityHeight = 230;
constexpr double kSmallestDot = 30;  // square pixels
constexpr double kLargestDot = 420;

Json share_axis(std::string_view field, const Frame& frame, const Axis& axis) {
  return y_channel(field, axis, frame, kPercentLabelExpression);
}

Json x_share(std::string_view field) {
  return Json{{"field", field},
              {"type", "quantitative"},
              {"scale", {{"domain", {0, 1}}, {"nice", false}}},
              {"axis",
               {{"title", nullptr},
                {"values", {0, 0.2, 0.4, 0.6, 0.8, 1}},
                {"labelFlush", false},
                {"labelExpr", kPercentLabelExpression}}}};
}

Json rule_across(double value, const Frame& frame, const Axis& axis, std::string_view color) {
  Json layer =
      layer_of({{"type", "rule"}, {"color", color}, {"strokeDash", {4, 3}}, {"aria", false}},
               {{"y", share_axis("level", frame, axis)}});
  layer["data"] = inline_data(Json::array({{{"level", value}}}));
  return layer;
}

Json pit_panel(const ModelBacktest& model, const Axis& axis, const Frame& frame) {
  Json rows = Json::array();
  for (std::size_t bin = 0; bin < kPitBins; ++bin) {
    const double from = static_cast<double>(bin) / static_cast<double>(kPitBins);
    const double to = static_cast<double>(bin + 1) / static_cast<double>(kPitBins);
    rows.push_back(
        {{"from", from},
         {"to", to},
         {"share", model.pit[bin]},
         {"text", percent(model.pit[bin])},
         {"description", percent(from) + " to " + percent(to) + ": " + percent(model.pit[bin])}});
  }
  Json layers = Json::array();
  layers.push_back(
      layer_of({{"type", "rect"}, {"color", kAccentSoft}, {"stroke", "white"}},
               {{"x", x_share("from")},
                {"x2", {{"field", "to"}}},
                {"y", share_axis("share", frame, axis)},
                {"y2", {{"datum", 0}}},
                {"description", {{"field", "description"}, {"type", "nominal"}}},
                {"tooltip", Json::array({{{"field", "description"}, {"type", "nominal"}}})}}));
  layers.push_back(rule_across(1.0 / static_cast<double>(kPitBins), frame, axis, kInk));
  return plot_panel(std::move(rows),
                    std::move(layers),
                    "Where in its forecast each count fell (PIT); all bars at the line: right",
                    frame,
                    kPitHeight);
}

Json reliability_panel(const ModelBacktest& model, const Axis& axis, const Frame& frame) {
  std::int64_t most = 1;
  for (const evaluation::Reliability& found : model.reliability) {
    most = std::max(most, found.outcomes);
  }
  Json rows = Json::array();
  for (const evaluation::Reliability& found : model.reliability) {
    if (found.outcomes == 0) {
      continue;
    }
    rows.push_back(
        {{"forecast", found.predicted},
         {"actual", found.actual},
         {"size",
          kSmallestDot + (kLargestDot - kSmallestDot) * static_cast<double>(found.outcomes) /
                             static_cast<double>(most)},
         {"description",
          "of " + percent(found.predicted) + " forecast, " + percent(found.actual) + " bought (" +
              count_of(found.outcomes, "forecast") + ")"}});
  }
  Json layers = Json::array();
  Json diagonal = layer_of({{"type", "line"},
                            {"color", kInk},
                            {"strokeDash", {4, 3}},
                            {"strokeWidth", 1},
                            {"aria", false}},
                           {{"x", x_share("x")}, {"y", share_axis("y", frame, axis)}});
  diagonal["data"] = inline_data(Json::array({{{"x", 0}, {"y", 0}}, {{"x", 1}, {"y", 1}}}));
  layers.push_back(std::move(diagonal));
  layers.push_back(layer_of(
      {{"type", "point"}, {"filled", true}, {"color", kAccent}, {"opacity", 0.9}},
      {{"x", x_share("forecast")},
       {"y", share_axis("actual", frame, axis)},
       {"size",
        {{"field", "size"}, {"type", "quantitative"}, {"scale", nullptr}, {"legend", nullptr}}},
       {"description", {{"field", "description"}, {"type", "nominal"}}},
       {"tooltip", Json::array({{{"field", "description"}, {"type", "nominal"}}})}}));
  return plot_panel(
      std::move(rows),
      std::move(layers),
      "Who bought, by the probability of buying (across); larger dots: more customers",
      frame,
      kReliabilityHeight);
}

}  // namespace

Chart backtest_calibration(const evaluation::Backtest& result,
                           std::size_t index,
                           const Context& context) {
  const ModelBacktest& model = result.models[index];
  const double highest = *std::max_element(model.pit.begin(), model.pit.end());
  const Axis pit = measure_axis(0, std::max(highest, 0.06), 3);
  Axis shares;
  shares.ticks = {0, 0.2, 0.4, 0.6, 0.8, 1};
  const std::array<const Axis*, 1> axes = {&shares};
  Frame frame = frame_for(axes);
  frame.left += 8;  // room for "0.5 %" and the like
  frame.width -= 8 + std::ceil(text_width("100\u00A0%", kLabelFont) / 2);

  Figure figure;
  figure.title = isolated(drawable(model.model)) + ": its 80 % intervals held " +
                 percent(model.pooled[Metric::Coverage80]) + ", its 95 % intervals " +
                 percent(model.pooled[Metric::Coverage95]) + " of what came";
  figure.subtitle =
      "Forecasts of " +
      count_of_months(static_cast<std::int64_t>(result.origins.size()),
                      result.origins.front().month) +
      "; counts are spread over their step, so that right forecasts hold what they promise";
  figure.panels.push_back(pit_panel(model, pit, frame));
  figure.panels.push_back(reliability_panel(model, shares, frame));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
