#include "charts/seasonality_hours.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "charts/heat.hpp"
#include "charts/shade.hpp"
#include "charts/wording.hpp"

#include "till/charts/seasonality.hpp"

namespace till::charts {
namespace {

using insight::SeasonPeriod;

constexpr double kCellHeight = 18;

std::string weekday_name(std::size_t weekday) {
  return insight::value_name(SeasonPeriod::DayOfWeek, static_cast<std::int32_t>(weekday) + 1);
}

}  // namespace

HoursOfWeek hours_of_week(const insight::DayCounts& counts) {
  HoursOfWeek hours{};
  for (std::size_t i = 0; i < counts.days.size(); ++i) {
    const std::int64_t day = counts.first_day + static_cast<std::int64_t>(i);
    const auto weekday = static_cast<std::size_t>(((day + 3) % 7 + 7) % 7);
    for (std::size_t hour = 0; hour < 24; ++hour) {
      hours[weekday][hour] += counts.days[i][hour];
    }
  }
  return hours;
}

Json hours_panel(const HoursOfWeek& hours, const Frame& frame) {
  std::int64_t most = 1;
  for (const auto& day : hours) {
    most = std::max(most, *std::ranges::max_element(day));
  }
  std::vector<std::string> names;
  std::vector<std::string> days;
  Json rows = Json::array();
  for (std::size_t weekday = 0; weekday < 7; ++weekday) {
    days.push_back(weekday_name(weekday).substr(0, 3));
    for (std::size_t hour = 0; hour < 24; ++hour) {
      if (weekday == 0) {
        names.push_back(std::to_string(hour));
      }
      const std::int64_t transactions = hours[weekday][hour];
      const std::string words = count_of(transactions, "transaction");
      rows.push_back(
          {{"hour", std::to_string(hour)},
           {"day", days.back()},
           {"color", shade(static_cast<double>(transactions) / static_cast<double>(most))},
           {"transactions", words},
           {"description", weekday_name(weekday) + ", " + std::to_string(hour) + ":00: " + words}});
    }
  }
  Json y = cell_channel("day", days, true);
  y["axis"]["minExtent"] = frame.left;
  y["axis"]["maxExtent"] = frame.left;
  Json layers = Json::array();
  layers.push_back(cell_layer(cell_channel("hour", names, true),
                              std::move(y),
                              Json::array({{{"field", "day"}, {"type", "nominal"}},
                                           {{"field", "hour"}, {"type", "nominal"}},
                                           {{"field", "transactions"}, {"type", "nominal"}}})));
  return plot_panel(std::move(rows),
                    std::move(layers),
                    "Hours of the week: the darker, the more transactions, up to " + count(most),
                    frame,
                    7 * kCellHeight);
}

Chart seasonality_hours(const insight::Seasonality& result, const Context& context) {
  if (result.seasons.empty()) {
    return framed_without_data("Nothing was bought before this moment", "", context);
  }
  if (!result.counts.has_hours) {
    return framed_without_data("The log has dates without times of day", "", context);
  }
  const HoursOfWeek hours = hours_of_week(result.counts);
  std::size_t weekday = 0;
  std::size_t hour = 0;
  for (std::size_t d = 0; d < 7; ++d) {
    for (std::size_t h = 0; h < 24; ++h) {
      if (hours[d][h] > hours[weekday][hour]) {
        weekday = d;
        hour = h;
      }
    }
  }
  Figure figure;
  figure.title = "Most is bought on " + weekday_name(weekday) + " from " + std::to_string(hour) +
                 ":00 to " + std::to_string(hour + 1) + ":00";
  figure.subtitle = seasonality_sentence(result);
  constexpr double kLeft = 36;
  figure.panels.push_back(hours_panel(hours, {kLeft, kInnerWidth - kLeft - 4}));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
