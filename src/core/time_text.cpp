#include "core/time_text.hpp"

#include <charconv>
#include <string_view>

namespace till::detail {

namespace {

constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;

}  // namespace

void append_digits(std::string& out, std::int64_t number, std::size_t width) {
  char digits[20];
  const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  const std::string_view written(digits, static_cast<std::size_t>(end - digits));
  if (written.size() < width) {
    out.append(width - written.size(), '0');
  }
  out += written;
}

void append_date(std::string& out, const Date& date) {
  std::int64_t year = date.year;
  if (year < 0) {
    out += '-';
    year = -year;
  } else if (year > 9999) {
    out += '+';  // ISO 8601: a year of more than four digits has a sign
  }
  append_digits(out, year, 4);
  out += '-';
  append_digits(out, date.month, 2);
  out += '-';
  append_digits(out, date.day, 2);
}

void append_time_of_day(std::string& out, std::int64_t micros_of_day, Seconds seconds) {
  append_digits(out, micros_of_day / kMicrosPerHour, 2);
  out += ':';
  append_digits(out, micros_of_day % kMicrosPerHour / kMicrosPerMinute, 2);
  const std::int64_t rest = micros_of_day % kMicrosPerMinute;
  if (rest == 0 && seconds == Seconds::WhenNotZero) {
    return;
  }
  out += ':';
  append_digits(out, rest / kMicrosPerSecond, 2);
  const std::int64_t fraction = rest % kMicrosPerSecond;
  if (fraction == 0) {
    return;
  }
  out += '.';
  if (fraction % 1000 == 0) {
    append_digits(out, fraction / 1000, 3);
  } else {
    append_digits(out, fraction, 6);
  }
}

}  // namespace till::detail
