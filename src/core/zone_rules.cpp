#include "core/zone_rules.hpp"

#include <algorithm>
#include <charconv>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "core/saturate.hpp"
#include <date/tz.h>

#include "till/core/calendar.hpp"
#include "till/core/nearest.hpp"

namespace till::detail {

namespace {

constexpr std::int64_t kSecondsPerDay = kMicrosPerDay / kMicrosPerSecond;

constexpr std::string_view kInstallHint =
    "install the tz database (Debian, Ubuntu: apt install tzdata), or use UTC, which needs none";

// Where the tz library looks, in its order.
constexpr std::string_view kZoneDirectories[] = {"/usr/share/zoneinfo/uclibc",
                                                 "/usr/share/zoneinfo"};

// The file of a zone, empty where it cannot be read.
std::string read_file(std::string_view zone) {
  std::error_code failure;
  for (const std::string_view directory : kZoneDirectories) {
    if (std::filesystem::is_directory(directory, failure)) {
      std::ifstream file(std::filesystem::path(directory) / zone, std::ios::binary);
      return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
  }
  return {};
}

// Whether a file is a TZif file at all: the tz library stops the program where it is not.
bool is_tzif(std::string_view file) {
  constexpr std::size_t kHeaderBytes = 44;
  return file.size() >= kHeaderBytes && file.starts_with("TZif");
}

// The POSIX TZ string that a TZif file of version 2 or later ends with, a line of its own [RFC8536
// section 3.3]; empty where there is none.
std::string_view footer_of(std::string_view file) {
  constexpr std::size_t kVersionAt = 4;
  if (file[kVersionAt] < '2' || file.back() != '\n') {
    return {};
  }
  file.remove_suffix(1);
  const std::size_t before = file.rfind('\n');
  return before == std::string_view::npos ? std::string_view() : file.substr(before + 1);
}

// What an exception says, without the line breaks that the tz library likes.
std::string what(const std::exception& failure) {
  const std::string_view text = failure.what();
  return std::string(text.substr(0, text.find('\n')));
}

void append_period(ZoneRules& rules, std::int64_t start, std::int64_t offset_seconds) {
  if (!rules.starts.empty() && rules.offset_seconds.back() == offset_seconds) {
    return;  // only the abbreviation changed
  }
  rules.starts.push_back(start);
  rules.offset_seconds.push_back(offset_seconds);
}

// One of the two rules of a TZ string: on which day, at which local time.
struct PosixDate {
  enum class Kind { DayWithoutLeapDay, DayFromZero, WeekdayOfMonth };
  Kind kind = Kind::WeekdayOfMonth;
  std::int64_t day = 0;  // 1 ... 365, 0 ... 365, or the weekday with 0 = Sunday
  std::int64_t month = 1;
  std::int64_t week = 1;  // 5 is the last
  std::int64_t seconds = std::int64_t{2} * 3600;

  // Seconds from 1970-01-01T00:00 to the moment, by the clock on the wall just before it.
  [[nodiscard]] std::int64_t in_year(std::int32_t year) const {
    return day_in_year(year) * kSecondsPerDay + seconds;
  }

 private:
  [[nodiscard]] std::int64_t day_in_year(std::int32_t year) const {
    const std::int64_t new_year = days_since_epoch({year, 1, 1});
    switch (kind) {
      case Kind::DayWithoutLeapDay: {
        const bool is_leap = is_valid(Date{year, 2, 29});
        return new_year + day - 1 + (is_leap && day >= 60 ? 1 : 0);
      }
      case Kind::DayFromZero:
        return new_year + day;
      case Kind::WeekdayOfMonth:
        break;
    }
    const Month in{year, static_cast<std::int32_t>(month)};
    const std::int64_t first = days_since_epoch({in.year, in.month, 1});
    const std::int64_t weekday_of_first = ((first + 4) % 7 + 7) % 7;  // 1970-01-01 is a Thursday
    std::int64_t in_month = (day - weekday_of_first + 7) % 7 + (week - 1) * 7;
    if (in_month >= days_in(in)) {
      in_month -= 7;
    }
    return first + in_month;
  }
};

struct PosixRule {
  std::int64_t standard_offset = 0;
  std::int64_t summer_offset = 0;
  std::optional<std::pair<PosixDate, PosixDate>> summer;  // from, to; nullopt: never
};

// Reads a TZ string from left to right; every function returns whether it found what it names.
class PosixReader {
 public:
  explicit PosixReader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool rule(PosixRule& out) {
    std::int64_t behind = 0;
    if (!abbreviation() || !time(behind)) {
      return false;
    }
    out.standard_offset = -behind;
    if (rest_.empty()) {
      return true;
    }
    if (!abbreviation()) {
      return false;
    }
    out.summer_offset = out.standard_offset + 3600;
    if (!rest_.empty() && rest_.front() != ',') {
      if (!time(behind)) {
        return false;
      }
      out.summer_offset = -behind;
    }
    PosixDate from;
    PosixDate to;
    if (!skip(',') || !date(from) || !skip(',') || !date(to) || !rest_.empty()) {
      return false;
    }
    out.summer.emplace(from, to);
    return true;
  }

 private:
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  bool abbreviation() {
    std::size_t length = 0;
    if (skip('<')) {
      length = rest_.find('>');
      if (length == std::string_view::npos) {
        return false;
      }
      rest_.remove_prefix(length + 1);
      return true;
    }
    while (length < rest_.size() && ((rest_[length] >= 'A' && rest_[length] <= 'Z') ||
                                     (rest_[length] >= 'a' && rest_[length] <= 'z'))) {
      ++length;
    }
    rest_.remove_prefix(length);
    return length > 0;
  }

  bool number(std::int64_t least, std::int64_t most, std::int64_t& out) {
    const char* const begin = rest_.data();
    if (rest_.empty() || *begin < '0' || *begin > '9') {
      return false;
    }
    const auto [end, code] = std::from_chars(begin, begin + rest_.size(), out);
    rest_.remove_prefix(static_cast<std::size_t>(end - begin));
    return code == std::errc{} && out >= least && out <= most;
  }

  // [+-]hh[:mm[:ss]], up to 167 hours as [RFC8536 section 3.3.1] extends POSIX.
  bool time(std::int64_t& seconds) {
    const bool is_negative = skip('-');
    if (!is_negative) {
      skip('+');
    }
    std::int64_t part = 0;
    if (!number(0, 167, part)) {
      return false;
    }
    seconds = part * 3600;
    for (const std::int64_t unit : {60, 1}) {
      if (!skip(':')) {
        break;
      }
      if (!number(0, 59, part)) {
        return false;
      }
      seconds += part * unit;
    }
    if (is_negative) {
      seconds = -seconds;
    }
    return true;
  }

  bool date(PosixDate& out) {
    bool is_date = false;
    if (skip('M')) {
      out.kind = PosixDate::Kind::WeekdayOfMonth;
      is_date = number(1, 12, out.month) && skip('.') && number(1, 5, out.week) && skip('.') &&
                number(0, 6, out.day);
    } else if (skip('J')) {
      out.kind = PosixDate::Kind::DayWithoutLeapDay;
      is_date = number(1, 365, out.day);
    } else {
      out.kind = PosixDate::Kind::DayFromZero;
      is_date = number(0, 365, out.day);
    }
    return is_date && (!skip('/') || time(out.seconds));
  }

  std::string_view rest_;
};

// A file name below the directory that is not a zone: the machine's own choice.
bool is_zone_name(std::string_view name) {
  return name != "localtime" && name != "Factory";
}

Error unknown_zone(std::string_view name, const date::tzdb& database) {
  std::vector<std::string> known{"UTC"};
  for (const date::time_zone& zone : database.zones) {
    if (zone.name() != known.front() && is_zone_name(zone.name())) {
      known.push_back(zone.name());
    }
  }
  return {
      ErrorCode::InvalidArgument,
      "TimeZone::find: name is " + in_quotes(name) + ", but must be a time zone of the tz database",
      did_you_mean(nearest(name, known), "write a name such as UTC or Europe/Paris")};
}

}  // namespace

bool append_posix_rule(std::string_view text, std::int64_t last, ZoneRules& rules) {
  PosixRule rule;
  if (!PosixReader(text).rule(rule)) {
    return false;
  }
  if (!rule.summer) {
    return true;
  }
  // The years that follow the last transition known; rules without any begin before the first
  // daylight saving in history.
  constexpr std::int32_t kFirstYear = 1901;
  constexpr std::int32_t kYearsPerCycle = 400;
  std::int32_t year = kFirstYear;
  if (last != kMinInstant.micros) {
    year = date_from_days(floor_divide(last, kMicrosPerDay)).year;
  }

  struct Change {
    std::int64_t at = 0;
    bool to_summer = false;
  };

  std::vector<Change> changes;
  // A year more at either end: a cycle begins with the first change after `last`.
  for (std::int32_t i = -1; i <= kYearsPerCycle + 2; ++i) {
    const auto& [from, to] = *rule.summer;
    changes.push_back({(from.in_year(year + i) - rule.standard_offset) * kMicrosPerSecond, true});
    changes.push_back({(to.in_year(year + i) - rule.summer_offset) * kMicrosPerSecond, false});
  }
  // Summer that ends when it begins again never ends: of two changes at once the one to it counts.
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return std::pair(a.at, a.to_summer) < std::pair(b.at, b.to_summer);
  });
  const std::size_t known = rules.starts.size();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& [at, to_summer] = changes[i];
    if (at <= last || (i + 1 < changes.size() && changes[i + 1].at == at)) {
      continue;
    }
    if (rules.starts.size() > known && at >= rules.starts[known] + kMicrosPerCycle) {
      break;
    }
    append_period(rules, at, to_summer ? rule.summer_offset : rule.standard_offset);
  }
  // One change is a change for good (summer all year); more come back every year.
  if (rules.starts.size() > known + 1) {
    rules.cycle_from = rules.starts[known];
  }
  return true;
}

Result<std::shared_ptr<const ZoneRules>> read_zone_rules(std::string_view name) {
  const auto corrupt = [name](std::string_view why) {
    return Error{ErrorCode::CorruptFile,
                 "TimeZone::find: the file of " + in_quotes(name) +
                     " in the system's tz database cannot be read: " + std::string(why),
                 std::string(kInstallHint)};
  };
  auto rules = std::make_shared<ZoneRules>();
  std::string file;
  std::int64_t last = kMinInstant.micros;  // transition so far
  try {
    // The tz library throws; what it throws ends at the bottom of this block.
    const date::tzdb* database = nullptr;
    try {
      database = &date::get_tzdb();
    } catch (const std::exception& failure) {
      return Error{
          ErrorCode::Io,
          "TimeZone::find: the system's tz database (/usr/share/zoneinfo) cannot be read: " +
              what(failure),
          std::string(kInstallHint)};
    }
    if (database->zones.empty()) {
      return Error{ErrorCode::Io,
                   "TimeZone::find: the system's tz database (/usr/share/zoneinfo) is empty",
                   std::string(kInstallHint)};
    }
    const auto zone = std::find_if(database->zones.begin(),
                                   database->zones.end(),
                                   [name](const date::time_zone& z) { return z.name() == name; });
    if (zone == database->zones.end() || !is_zone_name(name)) {
      return unknown_zone(name, *database);
    }
    file = read_file(name);
    if (!is_tzif(file)) {
      return corrupt("it is no TZif file");
    }
    constexpr date::sys_days kEnd{date::year::max() / date::January / 1};
    date::sys_seconds at = date::sys_days{date::year::min() / date::January / 2};
    append_period(*rules, last, zone->get_info(at).offset.count());
    for (date::sys_info period = zone->get_info(at); period.end < kEnd && period.end > at;) {
      at = period.end;
      period = zone->get_info(at);
      last = saturating_multiply(at.time_since_epoch().count(), kMicrosPerSecond);
      append_period(*rules, last, period.offset.count());
    }
  } catch (const std::exception& failure) {
    return corrupt(what(failure));
  }
  const bool is_sane =
      std::is_sorted(rules->starts.begin(), rules->starts.end()) &&
      std::all_of(rules->offset_seconds.begin(), rules->offset_seconds.end(), [](std::int64_t s) {
        return -kMostOffsetSeconds < s && s < kMostOffsetSeconds;
      });
  if (!is_sane) {
    return corrupt("an offset or transition is out of range");
  }
  // The tz library stops at the last transition written out in the file (2037, or 2007 in the slim
  // form); the rule for the years after it stands in the footer.
  const std::string_view footer = footer_of(file);
  if (!footer.empty() && !append_posix_rule(footer, last, *rules)) {
    return corrupt("its rule for the future is " + in_quotes(footer));
  }
  return std::shared_ptr<const ZoneRules>(std::move(rules));
}

}  // namespace till::detail
