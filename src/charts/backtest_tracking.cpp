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
#include "till/core/month_name.hpp"

namespace till::charts {
namespace {

using evaluation::Backtest;
using evaluation::Metric;
using evaluation::ModelBacktest;

constexpr double kMonthlyHeight = 220;
constexpr double kCumulativeHeight = 130;
constexpr double kNormal95 = 1.959963984540054;
constexpr std::size_t kLabelledMonths = 12;

std::vector<std::string> month_names(const Backtest& result) {
  std::vector<std::string> names;
  names.reserve(result.origins.size());
  for (const evaluation::Origin& origin : result.origins) {
    const Date& first = origin.month.first;
    names.push_back((origin.month.is_calendar() ? "" : std::to_string(first.day) + "\u00A0") +
                    std::string(short_month_name(first.month)) + " " + std::to_string(first.year));
  }
  return names;
}

Json month_channel(const std::vector<std::string>& names) {
  const std::size_t every = (names.size() + kLabelledMonths - 1) / kLabelledMonths;
  Json values = Json::array();
  for (std::size_t i = 0; i < names.size(); i += every) {
    values.push_back(names[i]);
  }
  return Json{{"field", "month"},
              {"type", "ordinal"},
              {"scale", {{"type", "point"}, {"domain", names}, {"padding", 0.5}}},
              {"axis",
               {{"title", nullptr},
                {"labelAngle", 0},
                {"values", std::move(values)},
                // "Jan 2019" on two lines.
                {"labelExpr", "split(datum.label, ' ')"}}}};
}

Json line_layer(const Json& x, Json y, std::string_view color, std::string_view description) {
  return layer_of({{"type", "line"},
                   {"color", color},
                   {"strokeWidth", 2},
                   {"description", description},
                   {"point", {{"filled", true}, {"color", color}, {"size", 36}}}},
                  {{"x", x}, {"y", std::move(y)}});
}

/// The two lines' names stand at their last points, apart from each other.
std::vector<Label> line_names(
    double actual, double predicted, const Axis& axis, const Frame& frame, double height) {
  const auto y_of = [&](double value) {
    return height * (1.0 - (value - axis.from) / (axis.to - axis.from));
  };
  double upper = y_of(std::max(actual, predicted));
  double lower = y_of(std::min(actual, predicted));
  const double apart = 14 - (lower - upper);
  if (apart > 0) {
    upper -= apart / 2;
    lower += apart / 2;
  }
  const bool actual_above = actual >= predicted;
  return {{"actual", frame.width + 6, actual_above ? upper : lower, "left", "middle", kInk},
          {"forecast", frame.width + 6, actual_above ? lower : upper, "left", "middle", kAccent}};
}

}  // namespace

Chart backtest_tracking(const Backtest& result, std::size_t index, const Context& context) {
  const ModelBacktest& model = result.models[index];
  const std::vector<std::string> names = month_names(result);
  Json rows = Json::array();
  double highest = 0;
  double actual_sum = 0;
  double predicted_sum = 0;
  std::size_t inside = 0;
  for (std::size_t i = 0; i < result.origins.size(); ++i) {
    const evaluation::Terms& terms = model.origins[i].terms;
    const double half = kNormal95 * std::sqrt(terms.variance);
    const double low = std::max(terms.predicted - half, 0.0);
    const double high = terms.predicted + half;
    highest = std::max({highest, terms.actual, high});
    inside += low <= terms.actual && terms.actual <= high ? 1 : 0;
    actual_sum += terms.actual;
    predicted_sum += terms.predicted;
    const auto whole = [](double value) { return count(std::llround(value)); };
    rows.push_back(
        {{"month", names[i]},
         {"actual", terms.actual},
         {"forecast", terms.predicted},
         {"low", low},
         {"high", high},
         {"actual sum", actual_sum},
         {"forecast sum", predicted_sum},
         {"said", whole(terms.predicted) + " (" + whole(low) + " – " + whole(high) + ")"},
         {"came", whole(terms.actual)}});
  }
  const Axis monthly = linear_axis(0, highest, 4);
  const Axis cumulative = linear_axis(0, std::max(actual_sum, predicted_sum), 3);
  const std::array<const Axis*, 2> axes = {&monthly, &cumulative};
  Frame frame = frame_for(axes);
  frame.width -= std::ceil(text_width("forecast", kLabelFont)) + 6;

  const std::string noun = month_noun(result.origins.front().month, 1);
  const Json x = month_channel(names);
  Json layers = Json::array();
  Json low = y_channel("low", monthly, frame);
  layers.push_back(
      layer_of({{"type", "area"}, {"color", kAccentSoft}, {"opacity", 0.35}, {"aria", false}},
               {{"x", x}, {"y", std::move(low)}, {"y2", {{"field", "high"}}}}));
  layers.push_back(
      line_layer(x, y_channel("forecast", monthly, frame), kAccent, "Forecast of each " + noun));
  layers.push_back(
      line_layer(x, y_channel("actual", monthly, frame), kInk, "What came in each " + noun));
  add_pointer_targets(
      layers,
      x,
      y_channel("actual", monthly, frame),
      Json::array({{{"field", "month"}, {"type", "nominal"}},
                   {{"field", "came"}, {"type", "nominal"}, {"title", "actual"}},
                   {{"field", "said"}, {"type", "nominal"}, {"title", "forecast"}}}),
      400);
  const evaluation::Terms& last = model.origins.back().terms;
  add_labels(layers, line_names(last.actual, last.predicted, monthly, frame, kMonthlyHeight));

  Json sums = Json::array();
  sums.push_back(
      line_layer(x, y_channel("forecast sum", cumulative, frame), kAccent, "Forecasts summed up"));
  sums.push_back(
      line_layer(x, y_channel("actual sum", cumulative, frame), kInk, "What came, summed up"));
  add_labels(sums, line_names(actual_sum, predicted_sum, cumulative, frame, kCumulativeHeight));

  Figure figure;
  const double bias = model.pooled[Metric::Bias];
  const std::string name = isolated(drawable(model.model));
  figure.title =
      std::isnan(bias)
          ? "No transactions came where " + name + " expected " + count(std::llround(predicted_sum))
          : name + " expected " + count(std::llround(predicted_sum)) + " transactions, " +
                count(std::llround(actual_sum)) + " came (bias " + (bias >= 0 ? "+" : "") +
                percent(bias) + ")";
  figure.subtitle =
      "Transactions of the customers known at each " +
      std::string(result.origins.front().month.is_calendar() ? "month's" : "period's") +
      " start; band: 95 % if customers were "
      "independent of each other, which held " +
      count(static_cast<std::int64_t>(inside)) + " of " +
      count_of_months(static_cast<std::int64_t>(result.origins.size()),
                      result.origins.front().month);
  figure.panels.push_back(
      plot_panel(rows, std::move(layers), "In each " + noun, frame, kMonthlyHeight));
  figure.panels.push_back(plot_panel(rows, std::move(sums), "Summed up", frame, kCumulativeHeight));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
