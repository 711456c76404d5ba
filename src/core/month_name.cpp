#include "till/core/month_name.hpp"

#include <array>
#include <cstddef>

#include "till/core/check.hpp"

namespace till {

std::string_view month_name(std::int32_t month) {
  constexpr std::array<std::string_view, 12> kNames = {"January",
                                                       "February",
                                                       "March",
                                                       "April",
                                                       "May",
                                                       "June",
                                                       "July",
                                                       "August",
                                                       "September",
                                                       "October",
                                                       "November",
                                                       "December"};
  TILL_ASSERT(month >= 1 && month <= 12, "a month is 1 ... 12");
  return kNames[static_cast<std::size_t>(month - 1)];
}

std::string_view short_month_name(std::int32_t month) {
  return month_name(month).substr(0, 3);
}

}  // namespace till
