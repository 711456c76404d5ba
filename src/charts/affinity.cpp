#include "till/charts/affinity.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

namespace till::charts {
namespace {

using insight::Affinity;
using insight::ProductPair;

constexpr std::size_t kMostPairs = 20;
constexpr double kRowHeight = 22;
constexpr double kNameShare = 0.46;  // of the width
constexpr double kCountWidth = 64;

std::string times(double ratio) {
  const double shown = ratio < 10 ? std::round(ratio * 10) / 10 : std::round(ratio);
  return measure_label(shown) + "×";
}

std::string name_of(const ProductPair& pair, bool is_after, double width) {
  const std::string between = is_after ? " → " : " + ";
  const double each = (width - text_width(between, kLabelFont)) / 2;
  // What one name leaves over is the other's.
  const double of_a = text_width(pair.a.name, kLabelFont);
  const double of_b = text_width(pair.b.name, kLabelFont);
  const std::string a = drawable(pair.a.name);
  const std::string b = drawable(pair.b.name);
  return elided_middle(a, kLabelFont, std::max(each, 2 * each - of_b)) + between +
         elided_middle(b, kLabelFont, std::max(each, 2 * each - of_a));
}

Json pixels(std::string_view field) {
  return Json{{"field", field}, {"type", "quantitative"}, {"scale", nullptr}, {"axis", nullptr}};
}

std::string none_of(const std::string& how) {
  return "No two products are bought " + how + " more often than by chance";
}

Json pair_panel(const Affinity& result, std::size_t shown) {
  double least = 1;
  double most = 2;
  for (std::size_t i = 0; i < shown; ++i) {
    least = std::min(least, std::max(result.pairs[i].low, 0.5));
    most = std::max(most, result.pairs[i].high);
  }
  const Axis axis = log_axis(least, most);
  const double left = std::floor(kInnerWidth * kNameShare) + kCountWidth;
  const double width = kInnerWidth - left - 36;
  const double height = kRowHeight * static_cast<double>(shown);
  const auto place = [&](double ratio) {
    const double share =
        std::log(std::clamp(ratio, axis.from, axis.to) / axis.from) / std::log(axis.to / axis.from);
    return share * width;
  };
  Json layers = Json::array();
  Json lines = Json::array();
  std::vector<Label> labels;
  for (const double tick : axis.ticks) {
    lines.push_back({{"x", place(tick)}, {"y", 0}, {"y2", height}, {"color", kGrid}});
    labels.push_back(
        {times(tick), place(tick), height + 10, "center", "middle", kMuted, kLabelFont});
  }
  lines.push_back({{"x", place(1)}, {"y", 0}, {"y2", height}, {"color", kBaseline}});
  Json grid = layer_of({{"type", "rule"}, {"aria", false}},
                       {{"x", pixels("x")},
                        {"y", pixels("y")},
                        {"y2", {{"field", "y2"}}},
                        {"color", {{"field", "color"}, {"type", "nominal"}, {"scale", nullptr}}}});
  grid["data"] = inline_data(std::move(lines));
  layers.push_back(std::move(grid));

  Json rows = Json::array();
  for (std::size_t i = 0; i < shown; ++i) {
    const ProductPair& pair = result.pairs[i];
    const double y = kRowHeight * (static_cast<double>(i) + 0.5);
    rows.push_back({{"x", place(pair.ratio)},
                    {"low", place(pair.low)},
                    {"high", place(pair.high)},
                    {"y", y},
                    {"first", drawable(pair.a.name)},
                    {"second", drawable(pair.b.name)},
                    {"baskets", count(pair.baskets)},
                    {"by chance", measure_label(std::round(pair.expected * 10) / 10)},
                    {"times", times(pair.ratio)},
                    {"interval", times(pair.low) + " to " + times(pair.high)}});
    labels.push_back({name_of(pair, result.is_after, left - kCountWidth - 8),
                      -left,
                      y,
                      "left",
                      "middle",
                      kInk,
                      kLabelFont});
    labels.push_back({count(pair.baskets), -12, y, "right", "middle", kMuted, kLabelFont});
  }
  const auto tip = [](std::string_view field) {
    return Json{{"field", field}, {"type", "nominal"}};
  };
  const Json tooltip = Json::array({tip("first"),
                                    tip("second"),
                                    tip("baskets"),
                                    tip("by chance"),
                                    tip("times"),
                                    tip("interval")});
  layers.push_back(
      layer_of({{"type", "rule"}, {"color", kAccentSoft}, {"strokeWidth", 3}, {"aria", false}},
               {{"x", pixels("low")}, {"x2", {{"field", "high"}}}, {"y", pixels("y")}}));
  layers.push_back(layer_of({{"type", "circle"},
                             {"color", kAccent},
                             {"opacity", 1},
                             {"size", 60},
                             {"description", "How many times as often as by chance"}},
                            {{"x", pixels("x")}, {"y", pixels("y")}, {"tooltip", tooltip}}));
  labels.push_back({"baskets", -12, -12, "right", "bottom", kMuted, kLabelFont});
  labels.push_back({result.is_after ? "first → then" : "products", -left, -12, "left", "bottom"});
  labels.push_back({"times as often as by chance", 0, -12, "left", "bottom", kMuted, kLabelFont});
  add_labels(layers, labels);
  return Json{{"data", inline_data(std::move(rows))},
              {"width", width},
              {"height", height + 20},
              {"layer", std::move(layers)}};
}

}  // namespace

Chart affinity(const Affinity& result, const Context& context) {
  const std::string how = result.is_after ? "after one another" : "together";
  if (result.baskets == 0) {
    return framed_without_data(
        result.is_after ? "No basket is followed by another" : "There is no basket", "", context);
  }
  const std::int64_t found = insight::found_pairs(result);
  const std::string of_tested = count_of(result.tested, "pair") + " of products in " +
                                count_of(result.baskets, "basket") +
                                (result.is_after ? " and the next ones" : "");
  const std::size_t drawn = found > 0 ? static_cast<std::size_t>(found) : result.pairs.size();
  if (drawn == 0) {
    return framed_without_data(
        result.tested == 0 ? "No two products are in enough baskets to be tested" : none_of(how),
        of_tested,
        context);
  }
  const ProductPair& best = result.pairs.front();
  Figure figure;
  figure.title = found == 0 ? none_of(how)
                            : elided_end(drawable(best.a.name), kTitleFont, kInnerWidth * 0.6) +
                                  (result.is_after ? " and then " : " and ") +
                                  elided_end(drawable(best.b.name), kTitleFont, kInnerWidth * 0.6) +
                                  " are bought " + how + " " +
                                  times(best.ratio).substr(0, times(best.ratio).size() - 2) +
                                  " times as often as by chance";
  figure.subtitle =
      found == 0 ? "Surest first, of " + of_tested +
                       ": what so many tests bring by chance alone; dot and 95\u00A0% interval"
                 : "Surest first: " + count(found) + " of " + of_tested +
                       " meet more often than baskets of these sizes have it, at most 5\u00A0% of "
                       "them falsely; dot and 95\u00A0% interval";
  const std::size_t shown = std::min(drawn, found > 0 ? kMostPairs : kMostPairs / 2);
  if (shown < drawn) {
    figure.notes.push_back("The first " + count(static_cast<std::int64_t>(shown)) + " are drawn");
  }
  figure.panels.push_back(pair_panel(result, shown));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
