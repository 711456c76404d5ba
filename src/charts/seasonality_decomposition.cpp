#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/month_axis.hpp"
#include "charts/plot.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/seasonality.hpp"
#include "till/core/month_name.hpp"

namespace till::charts {
namespace {

using insight::Season;
using insight::Seasonality;
using insight::SeriesMonth;

constexpr double kPanelHeight = 96;

/// One line of the decomposition.
struct Part {
  std::string_view field;
  std::string heading;
  double (*value)(const SeriesMonth&);
  bool is_factor = false;  // about 1
};

Axis axis_of(const std::vector<const SeriesMonth*>& months, const Part& part) {
  double low = part.is_factor ? 1.0 : 0.0;
  double high = part.is_factor ? 1.0 : 1e-6;
  for (const SeriesMonth* month : months) {
    low = std::min(low, part.value(*month));
    high = std::max(high, part.value(*month));
  }
  return measure_axis(low, high, 3);
}

Json part_panel(const std::vector<const SeriesMonth*>& months,
                const Part& part,
                const Axis& axis,
                const Frame& frame) {
  std::vector<Month> names;
  Json rows = Json::array();
  for (std::size_t i = 0; i < months.size(); ++i) {
    const SeriesMonth& month = *months[i];
    names.push_back(month.month);
    const double value = part.value(month);
    const std::string when =
        std::string(month_name(month.month.month)) + " " + std::to_string(month.month.year);
    rows.push_back({{"month", i},
                    {part.field, value},
                    {"when", when},
                    {"text", measure_label(std::round(value * 100.0) / 100.0)}});
  }
  const auto n = static_cast<double>(months.size());
  const Json x{{"field", "month"},
               {"type", "quantitative"},
               {"scale", {{"domain", {-0.5, n - 0.5}}, {"nice", false}, {"zero", false}}},
               {"axis", month_axis(names)}};
  const Json y = y_channel(part.field, axis, frame);
  Json layers = Json::array();
  if (part.is_factor) {
    Json average = layer_of({{"type", "rule"}, {"color", kBaseline}, {"aria", false}},
                            {{"y", y_channel("average", axis, frame)}});
    average["data"] = inline_data(Json::array({{{"average", 1}}}));
    layers.push_back(std::move(average));
  }
  layers.push_back(layer_of(
      {{"type", "line"}, {"color", kAccent}, {"strokeWidth", 1.8}, {"description", part.heading}},
      {{"x", x}, {"y", y}}));
  add_pointer_targets(
      layers,
      x,
      y,
      Json::array({{{"field", "when"}, {"type", "nominal"}, {"title", "month"}},
                   {{"field", "text"}, {"type", "nominal"}, {"title", part.field}}}),
      120);
  return plot_panel(std::move(rows), std::move(layers), part.heading, frame, kPanelHeight);
}

std::string strength_words(const std::optional<double>& strength) {
  return strength ? " (strength " + percent(*strength) + ")" : "";
}

}  // namespace

Chart seasonality_decomposition(const Seasonality& result, const Context& context) {
  if (result.seasons.empty()) {
    return framed_without_data("Nothing was bought before this moment", "", context);
  }
  std::vector<const SeriesMonth*> months;
  for (const SeriesMonth& month : result.months) {
    if (month.days > 0.0 && month.trend && month.season && month.remainder) {
      months.push_back(&month);
    }
  }
  if (months.empty()) {
    return framed_without_data(
        "The log is too short to be taken apart",
        "Trend and season of the year are told apart from two whole years on",
        context);
  }
  const std::array<Part, 4> parts = {
      Part{"seen",
           "Transactions per day, by month",
           [](const SeriesMonth& month) { return std::max(month.rate, 0.0); }},
      Part{"trend",
           "Trend" + strength_words(result.trend.strength),
           [](const SeriesMonth& month) { return *month.trend; }},
      Part{"season",
           "Season of the year" + strength_words(result.seasons.front().strength) +
               ", against the trend",
           [](const SeriesMonth& month) { return *month.season; },
           true},
      Part{"rest",
           "What is left, against trend and season",
           [](const SeriesMonth& month) { return *month.remainder; },
           true}};
  std::vector<Axis> axes;
  std::vector<const Axis*> all;
  axes.reserve(parts.size());
  for (const Part& part : parts) {
    axes.push_back(axis_of(months, part));
    all.push_back(&axes.back());
  }
  const Frame frame = frame_for(all);
  Figure figure;
  figure.title = seasonality_sentence(result);
  figure.subtitle =
      "Transactions per day = trend × season × rest, by STL on months of equally many trading days";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    figure.panels.push_back(part_panel(months, parts[i], axes[i], frame));
  }
  return framed(std::move(figure), context);
}

}  // namespace till::charts
