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

#include "till/charts/lifecycle.hpp"

namespace till::charts {
namespace {

using insight::PurchaseRhythm;
using insight::Regularity;

constexpr double kIntervalHeight = 200;
constexpr double kShapeHeight = 130;
constexpr double kShown = 0.98;  // of the intervals
constexpr std::int64_t kMostBars = 60;
constexpr std::int64_t kFewestShapes = 20;  // customers that make a distribution

// Bars of equal width, [from, to) along x.
struct Bar {
  double from = 0;
  double to = 0;
  std::int64_t height = 0;
  std::string name;
};

Json bar_rows(const std::vector<Bar>& bars, std::string_view noun) {
  Json rows = Json::array();
  for (const Bar& bar : bars) {
    if (bar.height > 0) {
      rows.push_back({{"from", bar.from},
                      {"to", bar.to},
                      {"height", bar.height},
                      {"base", 0},
                      {"length", bar.name},
                      {"count", count_of(bar.height, noun)}});
    }
  }
  return rows;
}

Json bar_panel(const std::vector<Bar>& bars,
               const Axis& heights,
               const Json& x,
               double line_at,
               std::string_view line_name,
               std::string_view noun,
               std::string title,
               const Frame& frame,
               double height) {
  const auto y = [&](std::string_view field) {
    return y_channel(field, heights, frame, kTickLabelExpression);
  };
  const auto along = [&](std::string_view field) {
    Json channel = x;
    channel["field"] = field;
    return channel;
  };
  Json layers = Json::array();
  layers.push_back(layer_of(
      {{"type", "rect"},
       {"color", kAccentSoft},
       {"stroke", "white"},
       {"strokeWidth", bars.size() > 40 ? 0.4 : 1.0},
       {"description", title}},
      {{"x", along("from")},
       {"x2", {{"field", "to"}}},
       {"y", y("base")},
       {"y2", {{"field", "height"}}},
       {"tooltip",
        Json::array(
            {{{"field", "length"}, {"type", "nominal"}},
             {{"field", "count"}, {"type", "nominal"}, {"title", std::string(noun) + "s"}}})}}));
  Json line = layer_of({{"type", "rule"}, {"color", kInk}, {"strokeWidth", 1.2}, {"aria", false}},
                       {{"x", along("at")}});
  line["data"] = inline_data(Json::array({{{"at", line_at}}}));
  layers.push_back(std::move(line));
  Json name = layer_of({{"type", "text"},
                        {"align", "left"},
                        {"baseline", "top"},
                        {"dx", 5},
                        {"y", 2},
                        {"color", kInk},
                        {"aria", false}},
                       {{"x", along("at")}, {"text", {{"value", line_name}}}});
  name["data"] = inline_data(Json::array({{{"at", line_at}}}));
  add_text_with_halo(layers, std::move(name));
  return plot_panel(bar_rows(bars, noun), std::move(layers), std::move(title), frame, height);
}

Json x_axis(double from, double to, const std::vector<double>& ticks, std::string_view title) {
  return Json{{"type", "quantitative"},
              {"scale", {{"domain", {from, to}}, {"nice", false}, {"zero", false}}},
              {"axis",
               {{"title", title},
                {"titleAnchor", "end"},
                {"values", ticks},
                {"labelExpr", kTickLabelExpression},
                {"grid", false}}}};
}

std::int64_t tallest(const std::vector<Bar>& bars) {
  std::int64_t most = 1;
  for (const Bar& bar : bars) {
    most = std::max(most, bar.height);
  }
  return most;
}

std::vector<Bar> interval_bars(const PurchaseRhythm& rhythm,
                               std::int64_t width,
                               std::int64_t last) {
  std::vector<Bar> bars;
  for (std::int64_t from = 1; from <= last; from += width) {
    Bar bar;
    bar.from = static_cast<double>(from) - 0.5;
    bar.to = bar.from + static_cast<double>(width);
    bar.name =
        width == 1 ? count_of(from, "day") : count(from) + "–" + count_of(from + width - 1, "day");
    bars.push_back(std::move(bar));
  }
  for (const insight::PurchaseInterval& interval : rhythm.intervals) {
    const auto i = static_cast<std::size_t>((interval.days - 1) / width);
    if (i < bars.size()) {
      bars[i].height += interval.intervals;
    }
  }
  return bars;
}

// Shapes up to 5 in fifths; what is beyond stands in the last.
std::vector<Bar> shape_bars(const Regularity& regularity) {
  constexpr double kWidth = 0.2;
  constexpr std::size_t kBars = 25;
  std::vector<Bar> bars(kBars);
  for (std::size_t i = 0; i < kBars; ++i) {
    bars[i].from = kWidth * static_cast<double>(i);
    bars[i].to = bars[i].from + kWidth;
    bars[i].name = i + 1 == kBars ? measure_label(std::round(bars[i].from * 10) / 10) + " or more"
                                  : measure_label(std::round(bars[i].from * 10) / 10) + "–" +
                                        measure_label(std::round(bars[i].to * 10) / 10);
  }
  for (const insight::ShapeLevel& level : regularity.shapes) {
    const auto i = static_cast<std::size_t>(std::floor(level.from / kWidth + 1e-9));
    bars[std::min(i, kBars - 1)].height += level.customers;
  }
  return bars;
}

std::string regularity_words(const Regularity& regularity) {
  const std::string_view evidence = regularity.evidence();
  if (evidence == "unknown" || !regularity.shape) {
    return evidence == "regular" ? "; customers are very regular" : "";
  }
  const std::string shape = " (k = " + three_digits(*regularity.shape) + ", 95\u00A0% interval " +
                            three_digits(*regularity.low) +
                            (regularity.high ? "–" + three_digits(*regularity.high) : " or more") +
                            ")";
  return evidence == "regular"  ? "; customers are more regular than chance" + shape
         : evidence == "clumpy" ? "; purchases come in clumps" + shape
                                : "; customers buy as by chance" + shape;
}

}  // namespace

Chart lifecycle_intervals(const insight::Lifecycle& result, const Context& context) {
  const PurchaseRhythm& rhythm = result.rhythm;
  if (rhythm.intervals.empty()) {
    return framed_without_data("No customer bought on a second day",
                               count_of(rhythm.customers, "customer") + " so far",
                               context);
  }
  const std::int64_t intervals = insight::count_of_intervals(rhythm);
  const std::int64_t median = *insight::interval_quantile(rhythm, 0.5);
  const std::int64_t last = std::max<std::int64_t>(*insight::interval_quantile(rhythm, kShown), 7);
  // A day, or whole weeks: else what comes every week would beat against the bars.
  const std::int64_t width =
      last <= kMostBars ? 1 : 7 * ((last + 7 * kMostBars - 1) / (7 * kMostBars));
  const std::vector<Bar> bars = interval_bars(rhythm, width, last);
  const Axis heights = linear_axis(0, static_cast<double>(tallest(bars)), 4);

  const Regularity& regularity = rhythm.regularity;
  std::int64_t with_shape = 0;
  for (const insight::ShapeLevel& level : regularity.shapes) {
    with_shape += level.customers;
  }
  const std::vector<Bar> shapes = shape_bars(regularity);
  const Axis shape_heights = linear_axis(0, static_cast<double>(tallest(shapes)), 3);
  const std::array<const Axis*, 2> axes = {&heights, &shape_heights};
  const Frame frame = frame_for(axes);

  Figure figure;
  figure.title =
      "Half of the intervals between purchases take " + count_of(median, "day") + " or less";
  figure.subtitle = count_of(intervals, "interval") + " from one day with a purchase to the next" +
                    regularity_words(regularity);
  std::int64_t beyond = intervals;
  for (const Bar& bar : bars) {
    beyond -= bar.height;
  }
  if (beyond > 0) {
    figure.notes.push_back(count_of(beyond, "longer interval") + (beyond == 1 ? " is" : " are") +
                           " not drawn");
  }
  const double end = bars.back().to;
  figure.panels.push_back(bar_panel(
      bars,
      heights,
      x_axis(0.5, end, linear_axis(0, end, 8).ticks, "days"),
      static_cast<double>(median),
      "median",
      "interval",
      width == 1 ? "Intervals of each length"
                 : "Intervals, by " + (width == 7 ? "weeks" : count(width / 7) + " weeks"),
      frame,
      kIntervalHeight));
  if (with_shape >= kFewestShapes) {
    figure.panels.push_back(bar_panel(shapes,
                                      shape_heights,
                                      x_axis(0, 5, {0, 1, 2, 3, 4, 5}, "k; 5 or more at the end"),
                                      1,
                                      "1: as by chance; right of it more regular",
                                      "customer",
                                      "Regularity k of each customer with 10 intervals or more",
                                      frame,
                                      kShapeHeight));
  }
  return framed(std::move(figure), context);
}

}  // namespace till::charts
