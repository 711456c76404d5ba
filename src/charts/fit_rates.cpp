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

using models::RateDensity;
using models::RateSpread;

constexpr double kHeight = 150;
constexpr int kLinePoints = 200;
constexpr double kMostChance = 0.999;

/// Returns the rate that half of the customers stay below.
double median_of(const RateDensity& density) {
  constexpr double kReach = 40.0;
  constexpr double kStep = 0.01;
  const double middle = density.place(density.mean());
  double below = 0.0;
  double place = middle - kReach;
  while (below < 0.5 && place < middle + kReach) {
    below += kStep * density.density(place + 0.5 * kStep);
    place += kStep;
  }
  return density.rate(place - (below - 0.5) / density.density(place - 0.5 * kStep));
}

Axis ticks_of(const RateSpread& spread) {
  if (!spread.density.is_chance()) {
    return log_axis(spread.density.rate(spread.from), spread.density.rate(spread.to));
  }
  Axis axis;
  for (const double chance : {0.001, 0.01, 0.1, 0.5, 0.9, 0.99, kMostChance}) {
    const double place = spread.density.place(chance);
    if (place >= spread.from && place <= spread.to) {
      axis.ticks.push_back(chance);
    }
  }
  return axis;
}

/// Returns the axis of places, labelled by what they stand for.
Json place_axis(const RateSpread& spread) {
  const bool is_chance = spread.density.is_chance();
  Json places = Json::array();
  Json names = Json::array();
  for (const double tick : ticks_of(spread).ticks) {
    places.push_back(spread.density.place(tick));
    names.push_back(is_chance ? measure_label(std::round(tick * 1e4) / 100) + "\u00A0%"
                              : three_digits(tick));
  }
  return Json{{"title", nullptr},
              {"grid", true},
              {"gridColor", kGrid},
              {"labelExpr", names.dump() + "[indexof(" + places.dump() + ", datum.value)]"},
              {"values", std::move(places)},
              {"labelFlush", false},
              {"labelOverlap", "greedy"}};
}

std::string heading_of(const RateSpread& spread, std::string_view time_unit) {
  const RateDensity& density = spread.density;
  const std::string unit(time_unit);
  switch (density.kind) {
    case RateDensity::Kind::PurchaseRate:
      return "Purchases per " + unit + " while a customer (mean " + three_digits(density.mean()) +
             ")";
    case RateDensity::Kind::DropoutRate:
      return "Rate to leave per " + unit + " (mean " + three_digits(density.mean()) + ")";
    case RateDensity::Kind::DropoutChance:
      break;
  }
  return "Chance to leave after a purchase (mean " + percent(density.mean()) + ")";
}

Json panel_of(const RateSpread& spread, std::string_view time_unit, const Frame& frame) {
  const RateDensity& density = spread.density;
  const double span = spread.to - spread.from;
  const double step = span / static_cast<double>(spread.shares.size());
  Json bars = Json::array();
  double most = 0;
  for (std::size_t i = 0; i < spread.shares.size(); ++i) {
    const double from = spread.from + step * static_cast<double>(i);
    most = std::max(most, spread.shares[i]);
    bars.push_back(
        {{"from", from},
         {"to", from + step},
         {"share", spread.shares[i]},
         {"description",
          three_digits(density.rate(from)) + " to " + three_digits(density.rate(from + step)) +
              ": " + percent(spread.shares[i]) + " of customers"}});
  }
  Json line = Json::array();
  double highest = 0;
  for (int i = 0; i <= kLinePoints; ++i) {
    const double place = spread.from + span * i / kLinePoints;
    const double high = density.density(place);
    highest = std::max(highest, high);
    line.push_back({{"from", place}, {"density", high}});
  }
  const Json x{{"field", "from"},
               {"type", "quantitative"},
               {"scale", {{"domain", {spread.from, spread.to}}, {"nice", false}, {"zero", false}}},
               {"axis", place_axis(spread)}};
  // Bars are shares, the line is a density: each has a scale of its own.
  const auto y = [](std::string_view field, double highest_value) {
    return Json{
        {"field", field},
        {"type", "quantitative"},
        {"scale",
         {{"domain", {0, highest_value > 0 ? 1.05 * highest_value : 1.0}}, {"nice", false}}},
        {"axis", nullptr}};
  };
  Json layers = Json::array();
  layers.push_back(
      layer_of({{"type", "rect"}, {"color", kFaint}, {"stroke", "white"}, {"strokeWidth", 0.6}},
               {{"x", x},
                {"x2", {{"field", "to"}}},
                {"y", y("share", most)},
                {"y2", {{"datum", 0}}},
                {"description", {{"field", "description"}, {"type", "nominal"}}},
                {"tooltip", Json::array({{{"field", "description"}, {"type", "nominal"}}})}}));
  Json curve = layer_of({{"type", "line"},
                         {"color", kAccent},
                         {"strokeWidth", 2},
                         {"description", "How the model's customers differ"}},
                        {{"x", x}, {"y", y("density", highest)}});
  curve["data"] = inline_data(std::move(line));
  layers.push_back(std::move(curve));
  Json panel =
      plot_panel(std::move(bars), std::move(layers), heading_of(spread, time_unit), frame, kHeight);
  panel["resolve"] = Json{{"scale", {{"y", "independent"}}}};
  return panel;
}

}  // namespace

Chart fit_rates(std::span<const RateSpread> spreads,
                std::string_view model,
                std::string_view time_unit,
                const Context& context) {
  constexpr double kSide = 16;  // for half a label
  const Frame frame{kSide, kInnerWidth - 2 * kSide};
  const double median = median_of(spreads.front().density);
  const std::string unit(time_unit);
  Figure figure;
  figure.title = "By the " + isolated(drawable(model)) + ", half of the customers buy less than " +
                 (median >= 1.0 ? three_digits(median) + " times per " + unit
                                : "once in " + three_digits(1.0 / median) + " " + unit + "s");
  figure.subtitle =
      "Line: how customers differ in the model; bars: those seen, each at the mean given what they "
      "did, which is drawn towards that of all the more the less was seen of them; each with a "
      "scale of "
      "its own";
  for (const RateSpread& spread : spreads) {
    figure.panels.push_back(panel_of(spread, time_unit, frame));
  }
  return framed(std::move(figure), context);
}

}  // namespace till::charts
