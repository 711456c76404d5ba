#include "charts/wording.hpp"

#include <cmath>
#include <cstddef>
#include <cstdlib>

#include "charts/text.hpp"

#include "till/core/check.hpp"
#include "till/core/count_words.hpp"
#include "till/core/month_name.hpp"

namespace till::charts {
namespace {

constexpr std::string_view kMinus = "\u2212";
constexpr std::string_view kPercent = "\u00A0%";

std::string day(const Date& date, bool with_year) {
  std::string out = std::to_string(date.day) + " " + std::string(short_month_name(date.month));
  if (with_year) {
    out += " " + std::to_string(date.year);
  }
  return out;
}

std::string moment(const LocalTime& time) {
  const auto minutes = time.micros_of_day / (60 * kMicrosPerSecond);
  std::string clock = std::to_string(100 + minutes / 60).substr(1) + ":" +
                      std::to_string(100 + minutes % 60).substr(1);
  return day(time.date, true) + " " + clock;
}

/// Returns a number's words with the sign that pictures have for minus.
std::string typeset(const std::string& words) {
  return words.starts_with('-') ? std::string(kMinus) + words.substr(1) : words;
}

}  // namespace

std::string count(std::int64_t value) {
  return typeset(grouped(value));
}

std::string count_of(std::int64_t value, std::string_view noun) {
  return typeset(till::count_of(value, noun));
}

std::string percent(double share) {
  const double value = std::abs(share) * 100;
  const std::string sign = share < 0 ? std::string(kMinus) : "";
  const auto tenths = static_cast<std::int64_t>(std::llround(value * 10));
  std::string digits;
  if (value == 0) {
    digits = "0";
  } else if (tenths == 0) {
    digits = "<0.1";
  } else if (tenths < 100) {
    digits = std::to_string(tenths / 10);
    if (tenths % 10 != 0) {
      digits += "." + std::to_string(tenths % 10);
    }
  } else {
    const auto whole = static_cast<std::int64_t>(std::llround(value));
    digits = whole == 100 && value < 100 ? ">99" : count(whole);
  }
  return sign + digits + std::string(kPercent);
}

std::string percent_in_column(double share) {
  const auto tenths = static_cast<std::int64_t>(std::llround(std::abs(share) * 1000));
  const std::string sign = share < 0 ? std::string(kMinus) : "";
  if (tenths == 0 && share != 0) {
    return sign + "<0.1" + std::string(kPercent);
  }
  return sign + count(tenths / 10) + "." + std::to_string(tenths % 10) + std::string(kPercent);
}

std::string listed(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) {
      out += i + 1 == items.size() ? " and " : ", ";
    }
    out += items[i];
  }
  return out;
}

std::string describe_range(TimeRange range, const TimeZone& zone) {
  const LocalTime from = zone.local(range.from);
  const LocalTime to = zone.local(range.to);
  if (from.micros_of_day != 0 || to.micros_of_day != 0 || from.date >= to.date) {
    return moment(from) + " – " + moment(to);
  }
  const Date last = date_from_days(days_since_epoch(to.date) - 1);
  if (from.date == last) {
    return day(last, true);
  }
  const bool same_year = from.date.year == last.year;
  const bool same_month = same_year && from.date.month == last.month;
  return (same_month ? std::to_string(from.date.day) : day(from.date, !same_year)) + " – " +
         day(last, true);
}

std::string product_label(std::string_view name, std::string_view product_id) {
  std::string id = isolated(drawable(product_id));
  if (name.empty() || name == product_id) {
    return id;
  }
  return isolated(drawable(name)) + " (" + id + ")";
}

std::string product_label(std::string_view name,
                          std::string_view product_id,
                          const Font& font,
                          double width) {
  const std::string whole = product_label(name, product_id);
  if (name.empty() || name == product_id || text_width(whole, font) <= width) {
    return elided_middle(whole, font, width);
  }
  const std::string id =
      " (" + elided_middle(isolated(drawable(product_id)), font, width / 2) + ")";
  return elided_middle(isolated(drawable(name)), font, width - text_width(id, font)) + id;
}

}  // namespace till::charts
