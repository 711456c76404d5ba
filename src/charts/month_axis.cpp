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

namespace {

/// Returns how many months apart ticks stand where there are so many months.
std::int32_t step_for(std::size_t months) {
  return months <= 14 ? 1 : months <= 30 ? 3 : months <= 60 ? 6 : 12;
}

/// Returns a place as JSON and JavaScript both write it: whole numbers without a fraction.
Json tick_at(double at) {
  return at == std::floor(at) ? Json(static_cast<std::int64_t>(at)) : Json(at);
}

}  // namespace

Json month_axis(const std::vector<Month>& months) {
  std::vector<PlacedMonth> placed;
  placed.reserve(months.size());
  for (std::size_t i = 0; i < months.size(); ++i) {
    placed.push_back({static_cast<double>(i), months[i]});
  }
  return month_axis(placed, step_for(months.size()));
}

Json month_axis(const std::vector<PanelMonth>& months) {
  std::vector<Month> begun;
  const PanelMonth& first = months.front();
  const Date last = add_months(months.back(), 1).first;
  const Month end{last.year, last.month};
  for (Month month{first.first.year, first.first.month};
       month < end || (!first.is_calendar() && month == end);
       month = add_months(month, 1)) {
    begun.push_back(month);
  }
  if (first.is_calendar()) {
    return month_axis(begun);
  }
  std::vector<PlacedMonth> placed;
  placed.reserve(begun.size());
  for (const Month month : begun) {
    const std::int64_t days =
        days_since_epoch({month.year, month.month, 1}) - days_since_epoch(first.first);
    const double at = static_cast<double>(days) / first.length;
    if (at >= 0.0 && at <= static_cast<double>(months.size()) - 0.5) {
      placed.push_back({at, month});
    }
  }
  return month_axis(placed, step_for(placed.size()));
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
    names[tick_at(at).dump()] = std::move(name);
    ticks.push_back(tick_at(at));
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
