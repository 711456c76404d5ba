#include "charts/month_axis.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "charts/theme.hpp"
#include "charts/wording.hpp"

#include "till/core/month_name.hpp"

namespace till::charts {

Json month_axis(const std::vector<Month>& months) {
  const std::int32_t step = months.size() <= 14   ? 1
                            : months.size() <= 30 ? 3
                            : months.size() <= 60 ? 6
                                                  : 12;
  std::vector<PlacedMonth> placed;
  placed.reserve(months.size());
  for (std::size_t i = 0; i < months.size(); ++i) {
    placed.push_back({static_cast<std::int64_t>(i), months[i]});
  }
  return month_axis(placed, step);
}

Json month_axis(std::span<const PlacedMonth> months, std::int32_t step) {
  Json ticks = Json::array();
  Json names = Json::object();
  for (const auto& [at, month] : months) {
    if ((month.month - 1) % step != 0) {
      continue;
    }
    const std::string year = std::to_string(month.year);
    std::string name = month.month == 1 ? year : std::string(short_month_name(month.month));
    if (ticks.empty() && month.month != 1) {
      name += " " + year;
    }
    names[std::to_string(at)] = std::move(name);
    ticks.push_back(at);
  }
  return Json{{"title", nullptr},
              {"grid", true},
              {"gridColor", kGrid},
              {"values", std::move(ticks)},
              {"labelExpr", names.dump() + "[datum.value]"},
              {"labelOverlap", "greedy"}};
}

double month_place(double days, Month first) {
  const double whole = std::floor(days);
  const Date date = date_from_days(static_cast<std::int64_t>(whole));
  const Month month{date.year, date.month};
  return months_between(first, month) + (static_cast<double>(date.day) - 1.0 + (days - whole)) /
                                            static_cast<double>(days_in(month));
}

Json month_channel(std::string_view field, double from, double to, Month first) {
  std::vector<Month> months;
  for (std::int32_t i = 0; i <= static_cast<std::int32_t>(std::floor(to)); ++i) {
    months.push_back(add_months(first, i));
  }
  Json axis = month_axis(months);
  Json within = Json::array();
  for (const Json& tick : axis["values"]) {
    if (tick.get<double>() >= from && tick.get<double>() <= to) {
      within.push_back(tick);
    }
  }
  axis["values"] = std::move(within);
  return Json{{"field", field},
              {"type", "quantitative"},
              {"scale", {{"domain", {from, to}}, {"nice", false}, {"zero", false}}},
              {"axis", std::move(axis)}};
}

}  // namespace till::charts
