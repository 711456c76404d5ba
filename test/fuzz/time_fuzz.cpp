// How times are written: `--timestamp-format`, finding the format out, and reading times.
//
// The first line is what --timestamp-format says, every other line a time. What is read is a time
// of the calendar and is read again from how till writes it; what decides the order of day and
// month does not depend on the order of the rows.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.hpp"
#include "log/time_format.hpp"

namespace {

using namespace till;
using namespace till::log;
using fuzz::require;

const TimeRange kWritable = {{days_since_epoch({1, 1, 1}) * kMicrosPerDay},
                             {days_since_epoch({9999, 1, 1}) * kMicrosPerDay}};

bool same(const ParsedTime& a, const ParsedTime& b) {
  if (a.form != b.form) {
    return false;
  }
  return a.form == ParsedTime::Form::Local      ? a.local == b.local
         : a.form == ParsedTime::Form::Absolute ? a.instant == b.instant
                                                : true;
}

std::string written(const LocalTime& local) {
  std::string text =
      to_string(Instant{days_since_epoch(local.date) * kMicrosPerDay + local.micros_of_day});
  text.pop_back();  // the Z
  return text;
}

void check_time(std::string_view text, const TimeFormat& format) {
  const ParsedTime time = parse_time(text, format);
  const TimeFormat iso;
  switch (time.form) {
    case ParsedTime::Form::Invalid:
      break;
    case ParsedTime::Form::Local:
      require(is_valid(time.local.date), "a local time has a day of the calendar");
      require(time.local.micros_of_day >= 0 && time.local.micros_of_day < kMicrosPerDay,
              "a local time is within its day");
      if (time.local.date.year >= 1 && time.local.date.year < 9999) {
        require(same(parse_time(written(time.local), iso), time), "a local time comes back");
      }
      break;
    case ParsedTime::Form::Absolute:
      if (kWritable.contains(time.instant)) {
        require(same(parse_time(to_string(time.instant), iso), time), "an instant comes back");
      }
      break;
  }
  if (format.pattern.empty()) {
    require(same(parse_time(" \t" + std::string(text) + " ", format), time),
            "spaces around a time do not count");
  }
}

void check_order(bool day_first, const std::vector<std::string_view>& values) {
  // The same dates with the other order never read as the same day, unless they are symmetric.
  const TimeFormat days{.day_first = day_first};
  const TimeFormat neither;
  for (const std::string_view value : values) {
    const ParsedTime free = parse_time(value, neither);
    if (free.form != ParsedTime::Form::Invalid) {
      require(same(free, parse_time(value, days)), "what needs no order is read without one");
    }
  }
}

}  // namespace

extern "C" [[gnu::visibility("default")]] int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                                                     std::size_t size) {
  std::string_view rest = fuzz::text_of(data, size);
  const std::string_view said = fuzz::take_until(rest, '\n');
  std::vector<std::string_view> values;
  while (!rest.empty()) {
    values.push_back(fuzz::take_until(rest, '\n'));
  }

  if (const Result<TimeFormat> format = parse_time_format(said)) {
    for (const std::string_view value : values) {
      check_time(value, *format);
    }
  } else {
    require(format.error().code == ErrorCode::InvalidArgument &&
                format.error().message.starts_with("ingest: timestamp_format is ") &&
                !format.error().remedy.empty(),
            "a format that is refused is named");
  }

  TimeFormatDetector forwards;
  TimeFormatDetector backwards;
  for (std::size_t i = 0; i < values.size(); ++i) {
    forwards.observe(values[i], static_cast<std::int64_t>(i) + 2);
    const std::size_t j = values.size() - 1 - i;
    backwards.observe(values[j], static_cast<std::int64_t>(j) + 2);
  }
  require(forwards.undecided() == backwards.undecided(), "rows in any order decide the same");
  const Result<TimeFormat> found = forwards.format("log.csv", "timestamp");
  const Result<TimeFormat> other = backwards.format("log.csv", "timestamp");
  require(found.has_value() == other.has_value(), "rows in any order are refused alike");
  if (!found) {
    require(found.error().code == ErrorCode::InvalidData &&
                found.error().message.find("line ") != std::string::npos &&
                found.error().remedy.find("--timestamp-format") != std::string::npos,
            "an order that is not decided is shown with a row and the flag");
    return 0;
  }
  require(found->day_first == other->day_first && found->number == other->number,
          "rows in any order give the same format");
  for (const std::string_view value : values) {
    check_time(value, *found);
  }
  check_order(true, values);
  check_order(false, values);
  return 0;
}
