#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/month_axis.hpp"
#include "charts/plot.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/predict.hpp"

namespace till::charts {
namespace {

constexpr double kHeight = 220;
constexpr double kTick = 8;  // a purchase, below the zero line

}  // namespace

Chart predict_path(const AlivePath& path, std::string_view model, const Context& context) {
  const Date begin = date_from_days(static_cast<std::int64_t>(std::floor(path.purchases.front())));
  const Month first{begin.year, begin.month};
  const auto place = [first](double days) { return month_place(days, first); };
  const double from = place(path.purchases.front());
  const double to = std::max(place(path.ahead.back().days), from + 1e-3);
  const auto rows_of = [&](const std::vector<AlivePoint>& points) {
    Json rows = Json::array();
    for (const AlivePoint& point : points) {
      rows.push_back(
          {{"place", place(point.days)},
           {"alive", point.probability_alive},
           {"said",
            to_string(date_from_days(static_cast<std::int64_t>(std::floor(point.days)))) + ": " +
                percent(point.probability_alive)}});
    }
    return rows;
  };
  const Axis axis = measure_axis(0, 1, 5);
  const std::array<const Axis*, 1> axes = {&axis};
  Frame frame = frame_for(axes);
  frame.width -= 8;
  const Json x = month_channel("place", from, to, first);
  const Json y = y_channel("alive", axis, frame, kPercentLabelExpression);
  Json layers = Json::array();
  Json purchases = Json::array();
  for (const double days : path.purchases) {
    purchases.push_back({{"place", place(days)}});
  }
  Json ticks = layer_of({{"type", "tick"},
                         {"orient", "vertical"},
                         {"color", kInk},
                         {"thickness", 1.2},
                         {"size", kTick},
                         {"opacity", 0.8},
                         {"description", "A purchase"}},
                        {{"x", x}, {"y", {{"value", kTick / 2}}}});
  ticks["data"] = inline_data(std::move(purchases));
  layers.push_back(std::move(ticks));
  Json end = layer_of({{"type", "rule"}, {"color", kBaseline}, {"strokeDash", {4, 3}}}, {{"x", x}});
  end["data"] = inline_data(Json::array({{{"place", place(path.seen.back().days)}}}));
  layers.push_back(std::move(end));
  const auto add_line = [&](const std::vector<AlivePoint>& points, Json mark) {
    const Json rows = rows_of(points);
    Json line = layer_of(std::move(mark), {{"x", x}, {"y", y}});
    line["data"] = inline_data(rows);
    layers.push_back(std::move(line));
    Json targets = Json::array();
    add_pointer_targets(targets, x, y, Json::array({{{"field", "said"}, {"type", "nominal"}}}), 80);
    for (Json& target : targets) {
      target["data"] = inline_data(rows);
      layers.push_back(std::move(target));
    }
  };
  add_line(path.ahead,
           {{"type", "line"},
            {"color", kAccent},
            {"strokeWidth", 1.6},
            {"strokeDash", {3, 3}},
            {"description", "Should no purchase come"}});
  add_line(path.seen,
           {{"type", "line"},
            {"color", kAccent},
            {"strokeWidth", 2},
            {"description", "Probability to be alive, given what was known"}});
  Figure figure;
  figure.title = isolated(drawable(path.customer_id)) + " is still a customer with " +
                 percent(path.seen.back().probability_alive) + ", and expected to buy " +
                 three_digits(path.expected_transactions) + " times in " + path.horizon;
  figure.subtitle =
      "Probability to be alive by the " + isolated(drawable(model)) +
      ", given what was known at each moment; marks at the top: purchases; dashed: what it "
      "becomes should none follow";
  figure.panels.push_back(
      plot_panel(Json::array(), std::move(layers), "Probability to be alive", frame, kHeight));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
