#include "till/core/panel_month.hpp"

#include "till/core/count_words.hpp"

namespace till {

PanelMonth add_months(const PanelMonth& month, std::int32_t months) noexcept {
  if (month.is_calendar()) {
    return add_months(Month{month.first.year, month.first.month}, months);
  }
  const std::int64_t days = std::int64_t{months} * month.length;
  return {date_from_days(days_since_epoch(month.first) + days), month.length};
}

Instant start_of(const PanelMonth& month, const TimeZone& zone) {
  return start_of(month.first, zone);
}

TimeRange month_range(const PanelMonth& month, const TimeZone& zone) {
  return {start_of(month, zone), start_of(add_months(month, 1), zone)};
}

std::int32_t months_per_year(const PanelMonth& month) noexcept {
  return month.is_calendar() ? 12 : (1461 + 2 * month.length) / (4 * month.length);
}

std::string to_string(const PanelMonth& month) {
  return month.is_calendar() ? to_string(Month{month.first.year, month.first.month})
                             : to_string(month.first);
}

std::string describe(const PanelMonth& month) {
  return month.is_calendar()
             ? to_string(month)
             : "the " + std::to_string(month.length) + " days from " + to_string(month);
}

std::string month_noun(const PanelMonth& month, std::int64_t n) {
  const std::string noun = month.is_calendar() ? "month" : "period";
  return noun + (n == 1 ? "" : "s") +
         (month.is_calendar() ? "" : " of " + std::to_string(month.length) + " days");
}

std::string count_of_months(std::int64_t n, const PanelMonth& like) {
  return grouped(n) + " " + month_noun(like, n);
}

}  // namespace till
