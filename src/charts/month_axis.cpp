#include "charts/month_axis.hpp"

#include <cstddef>
#include <string>
#include <utility>

#include "charts/theme.hpp"
#include "charts/wording.hpp"

namespace till::charts {

Json month_axis(const std::vector<Month>& months) {
  const std::size_t step = months.size() <= 14   ? 1
                           : months.size() <= 30 ? 3
                           : months.size() <= 60 ? 6
                                                 : 12;
  Json ticks = Json::array();
  Json names = Json::object();
  for (std::size_t i = 0; i < months.size(); ++i) {
    const Month month = months[i];
    if (static_cast<std::size_t>(month.month - 1) % step != 0) {
      continue;
    }
    const std::string year = std::to_string(month.year);
    std::string name = month.month == 1 ? year : std::string(short_month_name(month.month));
    if (ticks.empty() && month.month != 1) {
      name += " " + year;
    }
    names[std::to_string(i)] = std::move(name);
    ticks.push_back(i);
  }
  return Json{{"title", nullptr},
              {"grid", true},
              {"gridColor", kGrid},
              {"values", std::move(ticks)},
              {"labelExpr", names.dump() + "[datum.value]"},
              {"labelOverlap", "greedy"}};
}

}  // namespace till::charts
