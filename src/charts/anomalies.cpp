#include "till/charts/anomalies.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
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

namespace till::charts {
namespace {

using insight::Anomalies;
using insight::Anomaly;

constexpr double kHeight = 240;

// A label for the first day of about so many months, years by their number.
Json day_axis(const Anomalies& result) {
  const std::int64_t first = days_since_epoch(result.first_day);
  const auto n = static_cast<std::int64_t>(result.days.size());
  const std::int32_t step = n <= 420 ? 1 : n <= 900 ? 3 : n <= 1800 ? 6 : 12;
  std::vector<PlacedMonth> months;
  for (Month month{result.first_day.year, result.first_day.month};; month = add_months(month, 1)) {
    const std::int64_t at = days_since_epoch({month.year, month.month, 1}) - first;
    if (at >= n) {
      return month_axis(months, step);
    }
    if (at >= 0) {
      months.push_back({static_cast<double>(at), month});
    }
  }
}

std::string title_of(const Anomalies& result) {
  const auto of = [&](Anomaly::Kind kind) {
    return std::ranges::count(result.rows, kind, &Anomaly::kind);
  };
  std::vector<std::string> parts;
  if (const auto n = of(Anomaly::Kind::Day); n > 0) {
    parts.push_back(count(n) + (n == 1 ? " stretch of days" : " stretches of days"));
  }
  if (const auto n = of(Anomaly::Kind::Product); n > 0) {
    parts.push_back(count_of(n, "product"));
  }
  if (const auto n = of(Anomaly::Kind::Customer); n > 0) {
    parts.push_back(count_of(n, "customer"));
  }
  return parts.empty() ? "Nothing stands out from its own past"
                       : listed(parts) + (result.rows.size() == 1 ? " stands" : " stand") +
                             " out from what the past says";
}

Json day_panel(const Anomalies& result) {
  double highest = 1.0;
  double lowest = 0.0;
  for (const insight::AnomalyDay& day : result.days) {
    highest = std::max({highest, day.transactions, day.high});
    lowest = std::min(lowest, day.transactions);
  }
  const Axis axis = linear_axis(lowest, highest, 5);
  const std::array<const Axis*, 1> axes = {&axis};
  const Frame frame = frame_for(axes);
  const auto n = static_cast<double>(result.days.size());
  const Json x{{"field", "day"},
               {"type", "quantitative"},
               {"scale", {{"domain", {-0.5, n - 0.5}}, {"nice", false}, {"zero", false}}},
               {"axis", day_axis(result)}};
  Json rows = Json::array();
  const std::int64_t first = days_since_epoch(result.first_day);
  for (std::size_t i = 0; i < result.days.size(); ++i) {
    const insight::AnomalyDay& day = result.days[i];
    Json row{{"day", i}, {"transactions", day.transactions}};
    if (day.high > 0.0) {
      row["low"] = std::round(day.low * 10.0) / 10.0;
      row["high"] = std::round(day.high * 10.0) / 10.0;
    }
    rows.push_back(std::move(row));
  }
  Json layers = Json::array();
  // Days on which nobody is expected have no band: it goes on beside them.
  Json band =
      layer_of({{"type", "area"}, {"color", kAccentSoft}, {"opacity", 0.35}, {"aria", false}},
               {{"x", x}, {"y", y_channel("low", axis, frame)}, {"y2", {{"field", "high"}}}});
  band["transform"] = Json::array({{{"filter", "isValid(datum.high)"}}});
  layers.push_back(std::move(band));
  // Points: a line between days so different as those of a week is a thicket.
  layers.push_back(layer_of({{"type", "point"},
                             {"filled", true},
                             {"color", kAccent},
                             {"opacity", 0.8},
                             {"size", result.days.size() > 400 ? 7 : 16},
                             {"aria", false}},
                            {{"x", x}, {"y", y_channel("transactions", axis, frame)}}));
  Json marks = Json::array();
  for (const Anomaly& row : result.rows) {
    if (row.kind != Anomaly::Kind::Day) {
      continue;
    }
    const std::string what = insight::name(row.what);
    for (std::size_t i = 0; i < result.days.size(); ++i) {
      const std::string date = to_string(date_from_days(first + static_cast<std::int64_t>(i)));
      if (date == row.id) {
        marks.push_back({{"day", i},
                         {"transactions", result.days[i].transactions},
                         {"date", date},
                         {"what",
                          what == "double_load"    ? "loaded twice"
                          : what == "repeated_day" ? "copy of another day"
                                                   : what},
                         {"seen", count(std::llround(row.actual))},
                         {"expected", count(std::llround(row.expected))}});
        break;
      }
    }
  }
  if (!marks.empty()) {
    Json points = layer_of(
        {{"type", "point"}, {"filled", true}, {"size", 42}, {"opacity", 1}, {"color", kContrast}},
        {{"x", x},
         {"y", y_channel("transactions", axis, frame)},
         {"tooltip",
          Json::array({{{"field", "date"}, {"type", "nominal"}},
                       {{"field", "what"}, {"type", "nominal"}},
                       {{"field", "seen"}, {"type", "nominal"}},
                       {{"field", "expected"}, {"type", "nominal"}}})}});
    points["data"] = inline_data(std::move(marks));
    layers.push_back(std::move(points));
  }
  return plot_panel(std::move(rows), std::move(layers), "Transactions of each day", frame, kHeight);
}

}  // namespace

Chart anomalies(const Anomalies& result, const Context& context) {
  if (result.days.empty()) {
    return framed_without_data("Nothing was bought before this moment", "", context);
  }
  Figure figure;
  figure.title = title_of(result);
  const bool has_days = std::ranges::count(result.rows, Anomaly::Kind::Day, &Anomaly::kind) > 0;
  figure.subtitle = result.judges_days && !has_days
                        ? "No day is unlikely by the weeks around it and the day of the week; the "
                          "band is what 95\u00A0% of days bring"
                    : result.judges_days
                        ? "Days marked are unlikely by the weeks around them and the day of the "
                          "week; the band is what 95\u00A0% of days bring"
                        : "Too few days to judge days by: 56 are needed";
  std::vector<std::string> others;
  std::size_t left = 0;
  for (const Anomaly& row : result.rows) {
    if (row.kind == Anomaly::Kind::Day) {
      continue;
    }
    if (others.size() == 6) {
      ++left;
      continue;
    }
    others.push_back(std::string(insight::name(row.kind)) + " " +
                     elided_middle(isolated(drawable(row.name)), kNoteFont, 160) + " (" +
                     insight::name(row.what) + ")");
  }
  if (left > 0) {
    others.push_back(count(static_cast<std::int64_t>(left)) + " more");
  }
  if (!others.empty()) {
    figure.notes.push_back("Also: " + listed(others));
  }
  figure.panels.push_back(day_panel(result));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
