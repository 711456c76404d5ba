#include "charts/month_axis.hpp"

#include <cstddef>
#include <string>
#include <utility>

#include "charts/theme.hpp"
#include "charts/wording.hpp"

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

}  // namespace till::charts
