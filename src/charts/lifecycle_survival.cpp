#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
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
using insight::RepeatShare;

constexpr double kHeight = 260;

std::string title_of(const PurchaseRhythm& rhythm) {
  const auto half = math::first_time_at(rhythm.second_purchase, 0.5);
  if (half) {
    return "Half of the customers buy again within " + count_of(*half, "day");
  }
  const std::int64_t last = std::max(rhythm.watched_days, rhythm.second_purchase.back().time);
  for (const std::int64_t days : {365, 180, 90, 30, 7, 1}) {
    if (days <= last) {
      return percent(insight::repeat_share(rhythm, days)->share) +
             " of the customers buy again within " + count_of(days, "day") +
             " of their first purchase";
    }
  }
  return percent(1.0 - rhythm.second_purchase.back().survival) + " of the customers buy again";
}

}  // namespace

Chart lifecycle_survival(const insight::Lifecycle& result, const Context& context) {
  const PurchaseRhythm& rhythm = result.rhythm;
  if (rhythm.second_purchase.empty()) {
    return framed_without_data("No customer bought on a second day",
                               count_of(rhythm.customers, "customer") + " so far",
                               context);
  }
  Json rows = Json::array();
  const auto add = [&](std::int64_t days, const RepeatShare& at) {
    rows.push_back({{"days", days},
                    {"share", at.share},
                    {"low", at.low},
                    {"high", at.high},
                    {"within", count_of(days, "day")},
                    {"bought again", percent(at.share)},
                    {"interval", percent(at.low) + " to " + percent(at.high)}});
  };
  double highest = 0;
  add(0, {0.0, 0.0, 0.0});
  for (const math::SurvivalPoint& point : rhythm.second_purchase) {
    add(point.time, {1.0 - point.survival, 1.0 - point.high, 1.0 - point.low});
    highest = std::max(highest, 1.0 - point.low);
  }
  // The curve goes on to where the last one was watched.
  const std::int64_t last = std::max(rhythm.watched_days, rhythm.second_purchase.back().time);
  if (last > rhythm.second_purchase.back().time) {
    add(last, *insight::repeat_share(rhythm, last));
  }
  const Axis shares = measure_axis(0, std::min(highest, 1.0), 5);
  const Axis days = linear_axis(0, static_cast<double>(last), 8);
  const std::array<const Axis*, 1> axes = {&shares};
  const Frame frame = frame_for(axes);
  const Json x{{"field", "days"},
               {"type", "quantitative"},
               {"scale", {{"domain", {0, std::max<std::int64_t>(last, 1)}}, {"nice", false}}},
               {"axis",
                {{"title", "days since the first purchase"},
                 {"titleAnchor", "end"},
                 {"values", days.ticks},
                 {"labelExpr", kTickLabelExpression},
                 {"grid", false}}}};
  const auto y = [&](std::string_view field) {
    return y_channel(field, shares, frame, kPercentLabelExpression);
  };
  Json layers = Json::array();
  layers.push_back(layer_of({{"type", "area"},
                             {"interpolate", "step-after"},
                             {"color", kAccent},
                             {"opacity", 0.18},
                             {"aria", false}},
                            {{"x", x}, {"y", y("low")}, {"y2", {{"field", "high"}}}}));
  layers.push_back(layer_of({{"type", "line"},
                             {"interpolate", "step-after"},
                             {"color", kAccent},
                             {"strokeWidth", 2},
                             {"description", "Share of customers who bought again, by days"}},
                            {{"x", x}, {"y", y("share")}}));
  if (const auto half = math::first_time_at(rhythm.second_purchase, 0.5)) {
    Json mark = layer_of({{"type", "circle"}, {"color", kInk}, {"size", 46}, {"opacity", 1}},
                         {{"x", x}, {"y", y("share")}});
    mark["data"] = inline_data(
        Json::array({{{"days", *half}, {"share", insight::repeat_share(rhythm, *half)->share}}}));
    layers.push_back(std::move(mark));
  }
  const auto tip = [](std::string_view field) {
    return Json{{"field", field}, {"type", "nominal"}};
  };
  add_pointer_targets(layers,
                      x,
                      y("share"),
                      Json::array({tip("within"), tip("bought again"), tip("interval")}),
                      120);
  Figure figure;
  figure.title = title_of(rhythm);
  figure.subtitle =
      count(rhythm.repeated) + " of " + count_of(rhythm.customers, "customer") +
      " have bought on a second day; the others count for as long as they were watched "
      "(Kaplan\u2013Meier, 95\u00A0% interval)";
  figure.panels.push_back(
      plot_panel(std::move(rows), std::move(layers), "Customers who bought again", frame, kHeight));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
