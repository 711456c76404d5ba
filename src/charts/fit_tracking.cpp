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

#include "till/charts/fit.hpp"

namespace till::charts {
namespace {

using models::ExpectedSeries;
using models::Tracking;

constexpr double kPeriodHeight = 220;
constexpr double kCumulativeHeight = 150;

/// Where a date stands on an axis of months.
double place_of(const Date& date, Month first) {
  return month_place(static_cast<double>(days_since_epoch(date)), first);
}

/// One line: a value for each period.
struct Line {
  std::string name;
  SeriesColor color;
  std::vector<double> values;
  double width = 2;
};

std::vector<Line> lines_of(const Tracking& tracking) {
  std::vector<Line> lines = {{"actual", {kInk, kInk}, tracking.actual, 1.8}};
  for (std::size_t i = 0; i < tracking.models.size(); ++i) {
    const ExpectedSeries& series = tracking.models[i];
    lines.push_back(
        {isolated(drawable(series.model)), kSeries[i % kSeries.size()], series.expected});
  }
  return lines;
}

std::string days_words(const Date& from, const Date& to) {
  const std::int64_t days = days_since_epoch(to) - days_since_epoch(from);
  if (days % 7 == 0) {
    return days == 7 ? "week" : count(days / 7) + " weeks";
  }
  return days == 1 ? "day" : count(days) + " days";
}

/// \param places  of each value.
Json panel_of(const Tracking& tracking,
              const std::vector<Line>& lines,
              const std::vector<double>& places,
              const Json& x,
              const Axis& axis,
              const Frame& frame,
              double height,
              std::string heading_text,
              double split) {
  Json layers = Json::array();
  if (tracking.calibration_periods < tracking.actual.size()) {
    Json rule =
        layer_of({{"type", "rule"}, {"color", kBaseline}, {"strokeDash", {4, 3}}}, {{"x", x}});
    rule["data"] = inline_data(Json::array({{{"place", split}}}));
    layers.push_back(std::move(rule));
  }
  std::vector<LineName> names;
  for (std::size_t i = lines.size(); i-- > 0;) {
    const Line& line = lines[i];
    Json rows = Json::array();
    for (std::size_t k = 0; k < line.values.size(); ++k) {
      const std::string value = three_digits(line.values[k]);
      rows.push_back({{"place", places[k]},
                      {"value", line.values[k]},
                      {"said", value},
                      {"period", to_string(tracking.bounds[k])},
                      {"name", line.name}});
    }
    Json layer = layer_of({{"type", "line"},
                           {"color", line.color.line},
                           {"strokeWidth", line.width},
                           {"description", "Repeat purchases: " + line.name}},
                          {{"x", x}, {"y", y_channel("value", axis, frame)}});
    layer["data"] = inline_data(rows);
    layers.push_back(std::move(layer));
    Json targets = Json::array();
    add_pointer_targets(
        targets,
        x,
        y_channel("value", axis, frame),
        Json::array({{{"field", "name"}, {"type", "nominal"}},
                     {{"field", "period"}, {"type", "nominal"}, {"title", "from"}},
                     {{"field", "said"}, {"type", "nominal"}, {"title", "purchases"}}}),
        80);
    for (Json& target : targets) {
      target["data"] = inline_data(rows);
      layers.push_back(std::move(target));
    }
    names.push_back({line.name,
                     height * (1.0 - (line.values.back() - axis.from) / (axis.to - axis.from)),
                     line.color.text});
  }
  add_labels(layers, names_beside(std::move(names), frame, height));
  return plot_panel(Json::array(), std::move(layers), std::move(heading_text), frame, height);
}

std::string title_of(const Tracking& tracking) {
  const ExpectedSeries& model = tracking.models.front();
  const bool has_holdout = tracking.calibration_periods < tracking.actual.size();
  const std::size_t from = has_holdout ? tracking.calibration_periods : 0;
  double actual = 0;
  double expected = 0;
  for (std::size_t i = from; i < tracking.actual.size(); ++i) {
    actual += tracking.actual[i];
    expected += model.expected[i];
  }
  std::string title = isolated(drawable(model.model)) + " expected " +
                      count(std::llround(expected)) + " repeat purchases" +
                      (has_holdout ? " after the calibration, " : ", ") +
                      count(std::llround(actual)) + " came";
  if (actual > 0) {
    const double bias = expected / actual - 1.0;
    title += " (" + std::string(bias >= 0 ? "+" : "") + percent(bias) + ")";
  }
  return title;
}

}  // namespace

Chart fit_tracking(const Tracking& tracking, const Context& context) {
  const std::vector<Line> lines = lines_of(tracking);
  std::vector<Line> sums = lines;
  double highest = 0;
  double most = 0;
  double label_width = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    double sum = 0;
    for (double& value : sums[i].values) {
      highest = std::max(highest, value);
      sum += value;
      value = sum;
    }
    most = std::max(most, sum);
    label_width = std::max(label_width, text_width(lines[i].name, kLabelFont));
  }
  const Axis axis = linear_axis(0, highest, 4);
  const Axis sum_axis = linear_axis(0, most, 3);
  const std::array<const Axis*, 2> axes = {&axis, &sum_axis};
  Frame frame = frame_for(axes);
  frame.width -= std::ceil(label_width) + 6;

  const Date& begin = tracking.bounds.front();
  const Date& end = tracking.bounds.back();
  const Month first{begin.year, begin.month};
  const double from = place_of(begin, first);
  const double to = place_of(end, first);
  const Json x = month_channel("place", from, to, first);
  std::vector<double> middles;
  std::vector<double> ends;
  for (std::size_t i = 0; i + 1 < tracking.bounds.size(); ++i) {
    const double start = place_of(tracking.bounds[i], first);
    ends.push_back(place_of(tracking.bounds[i + 1], first));
    middles.push_back(0.5 * (start + ends.back()));
  }
  const double split = place_of(tracking.bounds[tracking.calibration_periods], first);
  const bool has_holdout = tracking.calibration_periods < tracking.actual.size();

  Figure figure;
  figure.title = title_of(tracking);
  figure.subtitle =
      std::string("Repeat purchases of the customers known at the end of the calibration") +
      (has_holdout ? "; what is right of the dashed line no model has seen" : "");
  figure.panels.push_back(panel_of(tracking,
                                   lines,
                                   middles,
                                   x,
                                   axis,
                                   frame,
                                   kPeriodHeight,
                                   "In each " + days_words(tracking.bounds[0], tracking.bounds[1]),
                                   split));
  figure.panels.push_back(
      panel_of(tracking, sums, ends, x, sum_axis, frame, kCumulativeHeight, "Summed up", split));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
