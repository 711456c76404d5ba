#include "charts/month_wording.hpp"

#include "till/core/month_name.hpp"

namespace till::charts {

std::string month_and_year(const PanelMonth& month) {
  const std::string name =
      std::string(month_name(month.first.month)) + " " + std::to_string(month.first.year);
  return month.is_calendar() ? name
                             : "the " + std::to_string(month.length) + " days from " +
                                   std::to_string(month.first.day) + " " + name;
}

}  // namespace till::charts
