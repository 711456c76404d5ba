#include "till/core/instant.hpp"

#include "core/time_text.hpp"

#include "till/core/calendar.hpp"

namespace till {

std::string to_string(Instant instant) {
  const LocalTime utc = TimeZone().local(instant);
  std::string out;
  detail::append_date(out, utc.date);
  out += 'T';
  detail::append_time_of_day(out, utc.micros_of_day, detail::Seconds::Always);
  out += 'Z';
  return out;
}

}  // namespace till
