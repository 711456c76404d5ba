#include "till/charts/seasonality.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/month_axis.hpp"
#include "charts/plot.hpp"
#include "charts/seasonality_hours.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/core/month_name.hpp"

namespace till::charts {
namespace {

using insight::Evidence;
using insight::Season;
using insight::Seasonality;
using insight::SeasonPeriod;
using insight::SeasonValue;
using insight::SeriesMonth;

constexpr double kProfileHeight = 88;
constexpr double kSeriesHeight = 120;
constexpr std::size_t kFewestMonths = 3;  // that make a line
constexpr double kWidestIndex = 2.5;      // of the largest: longer intervals are cut

std::string_view words_of(SeasonPeriod period) {
  switch (period) {
    case SeasonPeriod::MonthOfYear:
      return "month of the year";
    case SeasonPeriod::DayOfWeek:
      return "day of the week";
    case SeasonPeriod::Hour:
      return "hour";
    case SeasonPeriod::DayOfMonth:
      break;
  }
  return "day of the month";
}

bool is_known(const Season& season) {
  return std::ranges::any_of(season.values,
                             [](const SeasonValue& value) { return value.index.has_value(); });
}

std::string change_words(double index) {
  const auto change = std::llround((index - 1.0) * 100.0);
  return (change > 0 ? "+" : "") + count(change) + "\u00A0%";
}

std::string place_name(SeasonPeriod period, std::int32_t value) {
  return period == SeasonPeriod::MonthOfYear ? std::string(short_month_name(value))
                                             : insight::value_name(period, value);
}

std::string phrase_of(const Season& season) {
  const auto peak = std::ranges::max_element(
      season.values, {}, [](const SeasonValue& value) { return value.index.value_or(-1.0); });
  std::string name = insight::value_name(season.period, peak->value);
  if (season.period == SeasonPeriod::Hour) {
    name += ":00";
  } else if (season.period == SeasonPeriod::DayOfMonth) {
    name = "day " + name;
  }
  return std::string(words_of(season.period)) + " (most: " + name + ", " +
         change_words(peak->index.value_or(1.0)) + ")";
}

// --- profiles ------------------------------------------------------------------------------------

Axis axis_of(const Season& season) {
  double low = 1.0;
  double high = 1.0;
  double largest = 1.0;
  for (const SeasonValue& value : season.values) {
    if (value.index) {
      low = std::min(low, value.low.value_or(*value.index));
      high = std::max(high, value.high.value_or(*value.index));
      largest = std::max(largest, *value.index);
    }
  }
  return measure_axis(low, std::min(high, kWidestIndex * largest), 3);
}

std::string heading_of(const Season& season) {
  std::string text(words_of(season.period));
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  if (!season.q_value) {
    return text + ": too short to test";
  }
  return text + ": " +
         (season.evidence == Evidence::Strong ? "strong evidence"
          : season.evidence == Evidence::Weak ? "weak evidence"
                                              : "no evidence");
}

// A point for each value, with its interval; faint where there is no evidence of a season.
Json profile_panel(const Season& season, const Axis& axis, const Frame& frame) {
  const bool is_real = season.evidence != Evidence::None;
  std::vector<std::string> places;
  Json rows = Json::array();
  for (const SeasonValue& value : season.values) {
    places.push_back(place_name(season.period, value.value));
    if (!value.index) {
      continue;
    }
    Json row{{"place", places.back()}, {"index", std::min(*value.index, axis.to)}};
    std::string text = change_words(*value.index);
    if (value.low && value.high) {
      row["low"] = std::clamp(*value.low, axis.from, axis.to);
      row["high"] = std::clamp(*value.high, axis.from, axis.to);
      text += " (" + change_words(*value.low) + " … " + change_words(*value.high) + ")";
    }
    row["text"] = text;
    row["description"] = insight::value_name(season.period, value.value) + ": " + text;
    rows.push_back(std::move(row));
  }
  const Json x = place_channel("place", places);
  const Json y = y_channel("index", axis, frame);
  Json layers = Json::array();
  Json average = layer_of({{"type", "rule"}, {"color", kBaseline}, {"aria", false}},
                          {{"y", y_channel("average", axis, frame)}});
  average["data"] = inline_data(Json::array({{{"average", 1}}}));
  layers.push_back(std::move(average));
  layers.push_back(
      layer_of({{"type", "rule"},
                {"color", is_real ? kAccentSoft : kFaint},
                {"strokeWidth", 3},
                {"aria", false}},
               {{"x", x}, {"y", y_channel("low", axis, frame)}, {"y2", {{"field", "high"}}}}));
  layers.push_back(layer_of(
      {{"type", "point"},
       {"filled", true},
       {"opacity", 1},
       {"size", 36},
       {"color", is_real ? kAccent : kMuted}},
      {{"x", x},
       {"y", y},
       {"description", {{"field", "description"}, {"type", "nominal"}}},
       {"tooltip",
        Json::array({{{"field", "place"}, {"type", "nominal"}, {"title", words_of(season.period)}},
                     {{"field", "text"}, {"type", "nominal"}, {"title", "against average"}}})}}));
  return plot_panel(std::move(rows), std::move(layers), heading_of(season), frame, kProfileHeight);
}

// --- series --------------------------------------------------------------------------------------

std::vector<const SeriesMonth*> usable_months(const Seasonality& result) {
  std::vector<const SeriesMonth*> months;
  for (const SeriesMonth& month : result.months) {
    if (month.days > 0.0) {
      months.push_back(&month);
    }
  }
  return months;
}

Axis series_axis(const std::vector<const SeriesMonth*>& months) {
  double highest = 0.0;
  for (const SeriesMonth* month : months) {
    highest = std::max({highest, month->rate, month->trend.value_or(0.0)});
  }
  return measure_axis(0.0, std::max(highest, 1e-6), 4);
}

Json series_panel(const std::vector<const SeriesMonth*>& months,
                  const Axis& axis,
                  const Frame& frame) {
  std::vector<Month> names;
  Json rows = Json::array();
  for (std::size_t i = 0; i < months.size(); ++i) {
    const SeriesMonth& month = *months[i];
    names.push_back(month.month);
    Json row{{"month", i},
             {"rate", std::max(month.rate, 0.0)},
             {"when",
              std::string(month_name(month.month.month)) + " " + std::to_string(month.month.year)},
             {"transactions", count(month.transactions)}};
    if (month.trend) {
      row["trend"] = *month.trend;
      row["fitted"] = *month.trend * *month.season;
    }
    rows.push_back(std::move(row));
  }
  const auto n = static_cast<double>(months.size());
  const Json x{{"field", "month"},
               {"type", "quantitative"},
               {"scale", {{"domain", {-0.5, n - 0.5}}, {"nice", false}, {"zero", false}}},
               {"axis", month_axis(names)}};
  const bool has_parts = months.front()->trend.has_value();
  Json layers = Json::array();
  layers.push_back(layer_of({{"type", "line"},
                             {"color", has_parts ? kFaint : kAccent},
                             {"strokeWidth", 2},
                             {"description", "Transactions per day by month"}},
                            {{"x", x}, {"y", y_channel("rate", axis, frame)}}));
  if (has_parts) {
    layers.push_back(layer_of({{"type", "line"},
                               {"color", kAccentSoft},
                               {"strokeWidth", 1.5},
                               {"strokeDash", {4, 3}},
                               {"description", "Trend and season by month"}},
                              {{"x", x}, {"y", y_channel("fitted", axis, frame)}}));
    layers.push_back(layer_of({{"type", "line"},
                               {"color", kAccent},
                               {"strokeWidth", 2},
                               {"description", "Trend by month"}},
                              {{"x", x}, {"y", y_channel("trend", axis, frame)}}));
  }
  add_pointer_targets(layers,
                      x,
                      y_channel("rate", axis, frame),
                      Json::array({{{"field", "when"}, {"type", "nominal"}, {"title", "month"}},
                                   {{"field", "transactions"}, {"type", "nominal"}}}),
                      120);
  return plot_panel(std::move(rows),
                    std::move(layers),
                    has_parts ? "Transactions per day: as seen (grey), trend (line), trend and "
                                "season (dashed)"
                              : "Transactions per day, by month",
                    frame,
                    kSeriesHeight);
}

}  // namespace

std::string seasonality_sentence(const Seasonality& result) {
  if (result.seasons.empty()) {
    return "Nothing was bought";
  }
  std::vector<std::string> found;
  bool is_tested = false;
  for (const Season& season : result.seasons) {
    is_tested = is_tested || season.p_value.has_value();
    if (season.evidence != Evidence::None) {
      found.push_back("the " + phrase_of(season));
    }
  }
  const std::string of =
      result.product_id.empty() ? "" : " of " + product_label(result.name, result.product_id);
  if (found.empty()) {
    return is_tested ? "There is no evidence of a season" + of
                     : "The log is too short to look for a season" + of;
  }
  return "Transactions" + of + " follow " + listed(found);
}

namespace {

Chart seasons(const Seasonality& result, const Context& context, bool with_series) {
  if (result.seasons.empty()) {
    return framed_without_data("Nothing was bought before this moment", "", context);
  }
  Figure figure;
  figure.title = seasonality_sentence(result);
  figure.subtitle =
      "Transactions against what the trend alone would bring: 1 is average; bars hold the truth in "
      "95 of 100 logs";
  std::vector<Axis> axes;
  for (const Season& season : result.seasons) {
    if (is_known(season)) {
      axes.push_back(axis_of(season));
    } else {
      figure.notes.push_back("No test of the " + std::string(words_of(season.period)) + ": " +
                             season.untested);
    }
  }
  const std::vector<const SeriesMonth*> months = usable_months(result);
  const bool has_series = with_series && months.size() >= kFewestMonths;
  if (has_series) {
    axes.push_back(series_axis(months));
  }
  std::vector<const Axis*> all;
  all.reserve(axes.size());
  for (const Axis& axis : axes) {
    all.push_back(&axis);
  }
  const Frame frame = frame_for(all);
  std::size_t next = 0;
  for (const Season& season : result.seasons) {
    if (is_known(season)) {
      figure.panels.push_back(profile_panel(season, axes[next++], frame));
    }
  }
  if (has_series) {
    figure.panels.push_back(series_panel(months, axes.back(), frame));
  }
  if (with_series && result.counts.has_hours && is_known(result.seasons[2])) {
    figure.panels.push_back(
        hours_panel(hours_of_week(result.counts), {std::max(frame.left, 30.0), frame.width}));
  }
  if (figure.panels.empty()) {
    return framed_without_data(figure.title, "", context);
  }
  return framed(std::move(figure), context);
}

}  // namespace

Chart seasonality(const Seasonality& result, const Context& context) {
  return seasons(result, context, true);
}

Chart seasonality_profiles(const Seasonality& result, const Context& context) {
  return seasons(result, context, false);
}

}  // namespace till::charts
