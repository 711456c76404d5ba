#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/month_forecast.hpp"
#include "charts/month_wording.hpp"
#include "charts/plot.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/forecast.hpp"

namespace till::charts {
namespace {

constexpr double kPastHeight = 220;
constexpr double kCountsHeight = 150;
constexpr std::int64_t kMostBars = 60;
constexpr double kLongestName = 220;
constexpr double kLeft = 50;           // room for "0.5 %"
constexpr double kRightOfCounts = 16;  // half a tick's label

/// Counts that share a bar, both ends included, and their probability.
struct Bar {
  std::int64_t from;
  std::int64_t to;
  double probability;
};

/// Returns bars that hold 999 of a thousand, at most so many as there is room for.
std::vector<Bar> bars_of(const models::CountDistribution& distribution) {
  const std::int64_t from = distribution.quantile(0.0005);
  const std::int64_t to = std::max(distribution.quantile(0.9995), from + 4);
  const std::int64_t first = from < (to - from) / 4 ? 0 : from;
  const std::int64_t width = (to - first) / kMostBars + 1;
  std::vector<Bar> bars;
  double below = distribution.cdf(first - 1);
  for (std::int64_t low = first; low <= to; low += width) {
    const double within = distribution.cdf(low + width - 1);
    bars.push_back({low, low + width - 1, std::max(within - below, 0.0)});
    below = within;
  }
  return bars;
}

Json counts_panel(const models::CountDistribution& distribution,
                  const std::string& heading,
                  double left) {
  const std::vector<Bar> bars = bars_of(distribution);
  double highest = 0;
  Json rows = Json::array();
  for (const Bar& bar : bars) {
    highest = std::max(highest, bar.probability);
    const std::string counts =
        bar.from == bar.to ? count(bar.from) : count(bar.from) + " – " + count(bar.to);
    rows.push_back({{"from", static_cast<double>(bar.from) - 0.5},
                    {"to", static_cast<double>(bar.to) + 0.5},
                    {"probability", bar.probability},
                    {"description", counts + ": " + percent(bar.probability)}});
  }
  const Axis axis = measure_axis(0, highest, 3);
  const Frame frame{left, kInnerWidth - left - kRightOfCounts};
  const double from = static_cast<double>(bars.front().from) - 0.5;
  const double to = static_cast<double>(bars.back().to) + 0.5;
  std::vector<double> ticks;
  for (const double tick : linear_axis(0, to, 8).ticks) {
    if (tick >= from && tick <= to) {
      ticks.push_back(tick);
    }
  }
  const auto x = [&](std::string_view field) {
    return Json{{"field", field},
                {"type", "quantitative"},
                {"scale", {{"domain", {from, to}}, {"nice", false}, {"zero", false}}},
                {"axis",
                 {{"title", nullptr},
                  {"values", ticks},
                  {"labelFlush", false},
                  {"labelExpr", kTickLabelExpression}}}};
  };
  Json layers = Json::array();
  layers.push_back(
      layer_of({{"type", "rect"}, {"color", kAccentSoft}, {"stroke", "white"}},
               {{"x", x("from")},
                {"x2", {{"field", "to"}}},
                {"y", y_channel("probability", axis, frame, kPercentLabelExpression)},
                {"y2", {{"datum", 0}}},
                {"description", {{"field", "description"}, {"type", "nominal"}}},
                {"tooltip", Json::array({{{"field", "description"}, {"type", "nominal"}}})}}));
  return plot_panel(std::move(rows), std::move(layers), heading, frame, kCountsHeight);
}

}  // namespace

Chart forecast_customer(const models::CustomerForecast& customer,
                        std::string_view customer_id,
                        std::string_view model,
                        const Context& context) {
  const models::CountDistribution distribution = customer.distribution();
  const std::string mean = three_digits(distribution.mean());
  MonthForecastPanel past =
      month_forecast_panel({customer.past, customer.first, distribution, mean, kLeft}, kPastHeight);
  const std::string month = month_and_year(customer.first);
  Figure figure;
  figure.title = isolated(elided_middle(drawable(customer_id), kTitleFont, kLongestName)) +
                 " is expected to make " + mean +
                 (mean == "1" ? " transaction in " : " transactions in ") + month;
  figure.subtitle =
      "By " + month_noun(customer.first, 1) + ", and as " + isolated(drawable(model)) +
      " forecasts; bands: half and nine of ten (" + past.band_text + ") of what may come" +
      (customer.probability_alive
           ? "; still a customer with a probability of " + percent(*customer.probability_alive)
           : "");
  figure.notes = std::move(past.notes);
  figure.panels.push_back(std::move(past.panel));
  figure.panels.push_back(
      counts_panel(distribution, "How likely each count is in " + month, past.left));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
