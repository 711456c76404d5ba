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

#include "till/charts/forecast.hpp"

namespace till::charts {
namespace {

using models::ForecastTotal;
using models::PastMonth;

constexpr double kHeight = 280;
constexpr std::size_t kMostMonths = 48;
constexpr double kThinnestBand = 4;
constexpr double kThickestBand = 22;
constexpr double kLineHeight = 15;

/// The bands of a total.
struct Bands {
  std::int64_t q05;
  std::int64_t q25;
  std::int64_t q75;
  std::int64_t q95;
};

Bands bands_of(const ForecastTotal& total) {
  const models::CountDistribution all({&total.expected, 1});
  return {all.quantile(0.05), all.quantile(0.25), all.quantile(0.75), all.quantile(0.95)};
}

std::string name_of(Month month) {
  return std::string(month_name(month.month)) + " " + std::to_string(month.year);
}

std::string range_of(std::int64_t from, std::int64_t to) {
  return count(from) + " – " + count(to);
}

/// Returns how the forecast compares with a month that was seen, "" where none can be compared.
std::string comparison_of(const ForecastTotal& total) {
  const Month year_before = add_months(total.first, -12);
  const Month month_before = add_months(total.first, -1);
  // A log seldom begins with the first day of its first month.
  const auto seen = [&](Month month) {
    return std::find_if(total.past.begin() + 1, total.past.end(), [&](const PastMonth& past) {
      return past.month == month && past.is_whole && past.transactions > 0;
    });
  };
  auto found = seen(year_before);
  std::string than = " a year before";
  if (found == total.past.end()) {
    found = seen(month_before);
    than = " in " + name_of(month_before);
  }
  if (found == total.past.end()) {
    return "";
  }
  const auto expected = static_cast<double>(std::llround(total.expected.mean));
  const double change = expected / static_cast<double>(found->transactions) - 1.0;
  if (change == 0.0) {
    return ", as many as" + than;
  }
  return ", " + percent(std::abs(change)) + (change > 0 ? " more" : " fewer") + " than" + than;
}

Json row_of(std::size_t place, Month month, double value, std::string said) {
  return {{"place", place},
          {"transactions", value},
          {"month", name_of(month)},
          {"said", std::move(said)}};
}

Json with_data(Json layer, Json rows) {
  layer["data"] = inline_data(std::move(rows));
  return layer;
}

}  // namespace

Chart forecast_total(const ForecastTotal& total, std::string_view model, const Context& context) {
  const Bands bands = bands_of(total);
  const double mean = total.expected.mean;
  const std::size_t skipped =
      total.past.size() > kMostMonths ? total.past.size() - kMostMonths : std::size_t{0};
  std::vector<Month> months;
  for (Month month = total.past[skipped].month; month < total.first; month = add_months(month, 1)) {
    months.push_back(month);
  }
  months.push_back(total.first);
  const std::size_t target = months.size() - 1;

  Json whole = Json::array();
  Json cut = Json::array();
  double highest = std::max(static_cast<double>(bands.q95), mean);
  for (std::size_t i = skipped; i < total.past.size(); ++i) {
    const PastMonth& past = total.past[i];
    const auto value = static_cast<double>(past.transactions);
    highest = std::max(highest, value);
    (past.is_whole ? whole : cut)
        .push_back(row_of(i - skipped, past.month, value, count(past.transactions)));
  }
  const Json expected =
      row_of(target,
             total.first,
             mean,
             count(std::llround(mean)) + " (" + range_of(bands.q05, bands.q95) + ")");

  const Axis axis = linear_axis(0, highest, 5);
  const std::array<const Axis*, 1> axes = {&axis};
  Frame frame = frame_for(axes);
  const std::string mean_text = count(std::llround(mean));
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
  layers.push_back(with_data(layer_of({{"type", "line"},
                                       {"color", kInk},
                                       {"strokeWidth", 2},
                                       {"description", "Transactions of each month"},
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
  const double height_of_mean = kHeight * (1.0 - mean / axis.to);
  const double upper =
      std::clamp(height_of_mean - kLineHeight / 2, kLineHeight / 2, kHeight - 1.5 * kLineHeight);
  add_labels(
      layers,
      {{mean_text, frame.width + 6, upper, "left", "middle", kAccent, kLabelFontBold},
       {band_text, frame.width + 6, upper + kLineHeight, "left", "middle", kMuted, kLabelFont}});

  Figure figure;
  const std::int64_t rounded = std::llround(mean);
  figure.title = count_of(rounded, "transaction") + (rounded == 1 ? " is" : " are") +
                 " expected in " + name_of(total.first) + comparison_of(total);
  figure.subtitle = "Of all customers, by month, and as " + isolated(drawable(model)) +
                    " forecasts them; bands: half and nine of ten (" + band_text +
                    ") of what would come if customers were independent of each other";
  if (total.new_customers > 0) {
    const std::int64_t newcomers = std::llround(total.new_customers);
    figure.notes.push_back("New customers are expected to make " +
                           (newcomers > 0 ? count(newcomers) : "less than one") + " of them");
  }
  if (!cut.empty()) {
    figure.notes.push_back("Hollow: " + name_of(total.past.back().month) + " was not over");
  }
  if (skipped > 0) {
    figure.notes.push_back("The " + count_of(static_cast<std::int64_t>(skipped), "month") +
                           " before are not drawn");
  }
  figure.panels.push_back(
      plot_panel(std::move(rows), std::move(layers), "Transactions", frame, kHeight));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
