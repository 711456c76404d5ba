#include "charts/month_forecast.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "charts/month_axis.hpp"
#include "charts/month_wording.hpp"
#include "charts/plot.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

namespace till::charts {
namespace {

using models::PastMonth;

constexpr std::size_t kMostMonths = 48;
constexpr double kThinnestBand = 4;
constexpr double kThickestBand = 22;
constexpr double kLineHeight = 15;

/// The bands of a count.
struct Bands {
  std::int64_t q05;
  std::int64_t q25;
  std::int64_t q75;
  std::int64_t q95;
};

std::string range_of(std::int64_t from, std::int64_t to) {
  return count(from) + " – " + count(to);
}

Json row_of(std::size_t place, const PanelMonth& month, double value, std::string said) {
  return {{"place", place},
          {"transactions", value},
          {"month", month_and_year(month)},
          {"said", std::move(said)}};
}

Json with_data(Json layer, Json rows) {
  layer["data"] = inline_data(std::move(rows));
  return layer;
}

}  // namespace

MonthForecastPanel month_forecast_panel(const MonthForecast& forecast, double height) {
  const models::CountDistribution& expected_count = forecast.expected;
  const Bands bands{expected_count.quantile(0.05),
                    expected_count.quantile(0.25),
                    expected_count.quantile(0.75),
                    expected_count.quantile(0.95)};
  const double mean = expected_count.mean();
  const std::size_t skipped =
      forecast.past.size() > kMostMonths ? forecast.past.size() - kMostMonths : std::size_t{0};
  std::vector<PanelMonth> months;
  for (PanelMonth month = forecast.past[skipped].month; month < forecast.next;
       month = add_months(month, 1)) {
    months.push_back(month);
  }
  months.push_back(forecast.next);
  const std::size_t target = months.size() - 1;

  Json whole = Json::array();
  Json cut = Json::array();
  double highest = std::max(static_cast<double>(bands.q95), mean);
  for (std::size_t i = skipped; i < forecast.past.size(); ++i) {
    const PastMonth& past = forecast.past[i];
    const auto value = static_cast<double>(past.transactions);
    highest = std::max(highest, value);
    (past.is_whole ? whole : cut)
        .push_back(row_of(i - skipped, past.month, value, count(past.transactions)));
  }
  const Json expected = row_of(target,
                               forecast.next,
                               mean,
                               forecast.mean_text + " (" + range_of(bands.q05, bands.q95) + ")");

  const Axis axis = linear_axis(0, highest, 5);
  const std::array<const Axis*, 1> axes = {&axis};
  Frame frame = frame_for(axes);
  const double more = std::max(forecast.least_left - frame.left, 0.0);
  frame.left += more;
  frame.width -= more;
  const std::string& mean_text = forecast.mean_text;
  const std::string band_text = range_of(bands.q05, bands.q95);
  frame.width -= std::ceil(std::max(text_width(mean_text, kLabelFontBold),
                                    text_width(band_text, kLabelFont))) +
                 6;
  const double step = frame.width / static_cast<double>(months.size());
  const double thickness = std::clamp(0.6 * step, kThinnestBand, kThickestBand);
  const Json x{
      {"field", "place"},
      {"type", "quantitative"},
      {"scale",
       {{"domain", {-0.5, static_cast<double>(target) + 0.5}}, {"nice", false}, {"zero", false}}},
      {"axis", month_axis(months)}};
  const Json y = y_channel("transactions", axis, frame);

  Json layers = Json::array();
  const auto add_band =
      [&](std::int64_t from, std::int64_t to, double opacity, const std::string& said) {
        Json row = expected;
        row["low"] = from;
        row["high"] = to;
        layers.push_back(with_data(
            layer_of({{"type", "rule"},
                      {"color", kAccentSoft},
                      {"opacity", opacity},
                      {"strokeWidth", thickness},
                      {"description", said + ": " + range_of(from, to)}},
                     {{"x", x}, {"y", y_channel("low", axis, frame)}, {"y2", {{"field", "high"}}}}),
            Json::array({row})));
      };
  add_band(bands.q05, bands.q95, 0.45, "Nine of ten");
  add_band(bands.q25, bands.q75, 1.0, "Half");
  if (!whole.empty() && whole.back()["place"].get<std::size_t>() + 1 == target) {
    layers.push_back(with_data(layer_of({{"type", "line"},
                                         {"color", kAccent},
                                         {"strokeWidth", 1.4},
                                         {"strokeDash", {3, 3}},
                                         {"aria", false}},
                                        {{"x", x}, {"y", y}}),
                               Json::array({whole.back(), expected})));
  }
  const Json point{{"filled", true}, {"color", kInk}, {"size", step < 10 ? 14 : 36}};
  layers.push_back(
      with_data(layer_of({{"type", "line"},
                          {"color", kInk},
                          {"strokeWidth", 2},
                          {"description", "Transactions of each " + month_noun(forecast.next, 1)},
                          {"point", point}},
                         {{"x", x}, {"y", y}}),
                whole));
  Json hollow = layer_of({{"type", "point"},
                          {"filled", true},
                          {"fill", "white"},
                          {"stroke", kInk},
                          {"strokeWidth", 1.5},
                          {"opacity", 1},
                          {"size", 36},
                          {"description", "A month that was not over"}},
                         {{"x", x}, {"y", y}});
  if (!cut.empty()) {
    layers.push_back(with_data(std::move(hollow), cut));
  }
  layers.push_back(with_data(layer_of({{"type", "point"},
                                       {"filled", true},
                                       {"color", kAccent},
                                       {"opacity", 1},
                                       {"size", 60},
                                       {"description", "Expected: " + mean_text}},
                                      {{"x", x}, {"y", y}}),
                             Json::array({expected})));
  Json rows = whole;
  rows.insert(rows.end(), cut.begin(), cut.end());
  rows.push_back(expected);
  add_pointer_targets(layers,
                      x,
                      y,
                      Json::array({{{"field", "month"}, {"type", "nominal"}},
                                   {{"field", "said"}, {"type", "nominal"}, {"title", "total"}}}),
                      200);
  const double height_of_mean = height * (1.0 - mean / axis.to);
  const double upper =
      std::clamp(height_of_mean - kLineHeight / 2, kLineHeight / 2, height - 1.5 * kLineHeight);
  add_labels(
      layers,
      {{mean_text, frame.width + 6, upper, "left", "middle", kAccent, kLabelFontBold},
       {band_text, frame.width + 6, upper + kLineHeight, "left", "middle", kMuted, kLabelFont}});

  MonthForecastPanel drawn;
  drawn.left = frame.left;
  drawn.band_text = count(bands.q05) + "\u00A0–\u00A0" + count(bands.q95);
  if (!cut.empty()) {
    drawn.notes.push_back("Hollow: " + month_and_year(forecast.past.back().month) +
                          " was not over");
  }
  if (skipped > 0) {
    drawn.notes.push_back("The " +
                          count_of_months(static_cast<std::int64_t>(skipped), forecast.next) +
                          " before are not drawn");
  }
  drawn.panel = plot_panel(std::move(rows), std::move(layers), "Transactions", frame, height);
  return drawn;
}

}  // namespace till::charts
