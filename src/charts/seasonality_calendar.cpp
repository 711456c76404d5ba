#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/heat.hpp"
#include "charts/plot.hpp"
#include "charts/shade.hpp"
#include "charts/theme.hpp"
#include "charts/wording.hpp"

#include "till/charts/seasonality.hpp"
#include "till/core/month_name.hpp"

namespace till::charts {
namespace {

using insight::DayCounts;
using insight::SeasonPeriod;

constexpr double kCell = 12;
constexpr double kLeft = 36;
constexpr std::int32_t kMostYears = 8;  // more are not seen at a glance
constexpr std::size_t kWeeks = 54;
constexpr double kDarkest = 0.99;  // the part of days that shades tell apart

std::int64_t monday_of(std::int64_t day) {
  return day - ((day + 3) % 7 + 7) % 7;
}

std::int64_t transactions_on(const DayCounts& counts, std::int64_t day) {
  std::int64_t sum = 0;
  for (const std::int64_t hour : counts.days[static_cast<std::size_t>(day - counts.first_day)]) {
    sum += hour;
  }
  return sum;
}

std::string words_of(const Date& date) {
  return std::to_string(date.day) + " " + std::string(month_name(date.month)) + " " +
         std::to_string(date.year);
}

// A year as weeks of seven cells: a column for each week, Monday on top.
Json year_panel(const DayCounts& counts, std::int32_t year, double darkest) {
  const std::int64_t first = days_since_epoch({year, 1, 1});
  const std::int64_t monday = monday_of(first);
  const std::int64_t end = counts.first_day + std::ssize(counts.days);
  std::vector<std::string> days;
  for (std::int32_t weekday = 1; weekday <= 7; ++weekday) {
    days.push_back(insight::value_name(SeasonPeriod::DayOfWeek, weekday).substr(0, 3));
  }
  std::vector<std::string> weeks;
  weeks.reserve(kWeeks);
  for (std::size_t week = 0; week < kWeeks; ++week) {
    weeks.push_back(std::to_string(week));
  }
  const double width = kInnerWidth - kLeft - 4;
  Json rows = Json::array();
  std::vector<Label> labels;
  std::int64_t sum = 0;
  for (std::int64_t day = std::max(first, counts.first_day);
       day < std::min(end, days_since_epoch({year + 1, 1, 1}));
       ++day) {
    const std::int64_t transactions = transactions_on(counts, day);
    sum += transactions;
    const std::string words = count_of(transactions, "transaction");
    const std::string date = words_of(date_from_days(day));
    rows.push_back({{"week", weeks[static_cast<std::size_t>((day - monday) / 7)]},
                    {"weekday", days[static_cast<std::size_t>((day - monday) % 7)]},
                    {"color", shade(static_cast<double>(transactions) / darkest)},
                    {"date", date},
                    {"transactions", words},
                    {"description", date + ": " + words}});
  }
  for (std::int32_t month = 1; month <= 12; ++month) {
    // Above the first week that begins in the month.
    const std::int64_t day = days_since_epoch({year, month, 1}) + 6;
    const auto whole_weeks = (day - monday) / 7;
    const auto week = static_cast<double>(whole_weeks);
    labels.push_back({std::string(short_month_name(month)),
                      week * width / static_cast<double>(kWeeks),
                      7 * kCell + 4,
                      "left",
                      "top",
                      kMuted,
                      kNoteFont});
  }
  Json y = cell_channel("weekday", days, true);
  y["axis"]["minExtent"] = kLeft;
  y["axis"]["maxExtent"] = kLeft;
  y["axis"]["labelFontSize"] = 9;
  y["axis"]["values"] = {days[0], days[2], days[4], days[6]};
  Json layers = Json::array();
  layers.push_back(cell_layer(cell_channel("week", weeks, false),
                              std::move(y),
                              Json::array({{{"field", "date"}, {"type", "nominal"}},
                                           {{"field", "transactions"}, {"type", "nominal"}}})));
  add_labels(layers, labels);
  return plot_panel(std::move(rows),
                    std::move(layers),
                    std::to_string(year) + ": " + count_of(sum, "transaction"),
                    {kLeft, width},
                    7 * kCell);
}

}  // namespace

Chart seasonality_calendar(const insight::Seasonality& result, const Context& context) {
  const DayCounts& counts = result.counts;
  if (result.seasons.empty() || counts.days.empty()) {
    return framed_without_data("Nothing was bought before this moment", "", context);
  }
  const std::int64_t last = counts.first_day + std::ssize(counts.days) - 1;
  std::vector<std::int64_t> sorted;
  sorted.reserve(counts.days.size());
  std::int64_t busiest = counts.first_day;
  for (std::int64_t day = counts.first_day; day <= last; ++day) {
    sorted.push_back(transactions_on(counts, day));
    if (sorted.back() > transactions_on(counts, busiest)) {
      busiest = day;
    }
  }
  const std::int64_t most = transactions_on(counts, busiest);
  std::ranges::sort(sorted);
  // One day beyond all others shall not make all others pale.
  const auto darkest = sorted[static_cast<std::size_t>(
      std::floor(kDarkest * static_cast<double>(std::ssize(sorted) - 1)))];
  Figure figure;
  figure.title = "Most was bought on " + words_of(date_from_days(busiest)) + ": " +
                 count_of(most, "transaction");
  figure.subtitle = "A cell is a day: the darker, the more transactions, up to " + count(darkest) +
                    (darkest < most ? " and more" : "");
  const std::int32_t last_year = date_from_days(last).year;
  const std::int32_t first_year = date_from_days(counts.first_day).year;
  const std::int32_t from = std::max(first_year, last_year - kMostYears + 1);
  if (from > first_year) {
    figure.notes.push_back("The last " + count(kMostYears) + " of " +
                           count(last_year - first_year + 1) + " years");
  }
  for (std::int32_t year = from; year <= last_year; ++year) {
    figure.panels.push_back(year_panel(counts, year, std::max(static_cast<double>(darkest), 1.0)));
  }
  return framed(std::move(figure), context);
}

}  // namespace till::charts
