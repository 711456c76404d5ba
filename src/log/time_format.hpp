/// \file
/// TimeFormat: how the times of a log are written, found out or said, and never guessed.
///
/// Understood without being told: ISO 8601 ("2017-01-31T09:31:08.873Z", "2017-01-31
/// 09:31:08+00:00", "2017/1/31", "20170131"), days before or after months where a day above 12
/// decides it
/// ("31-01-2017", "1/31/2017 9:31 PM"), English month names ("31-Jan-2017", "Jan 31, 2017") and
/// epoch seconds, milliseconds, microseconds or nanoseconds. A log may mix them.
///
/// Layer:   log (private).   Threads: formats are immutable; a detector belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"

namespace till::log {

/// What a bare number means. A Date is YYYYMMDD or YYYYMMDDhhmmss.
enum class NumberForm { Date, Seconds, Milliseconds, Microseconds, Nanoseconds };

/// How to read a time.
struct TimeFormat {
  std::optional<bool> day_first = {};     ///< Of "01-02-2017"; unset: such a value is refused.
  std::optional<NumberForm> number = {};  ///< Of "1485855068"; unset: such a value is refused.
  std::string pattern = {};               ///< strptime letters; when set, nothing else is read.
};

/// A time as it was read.
struct ParsedTime {
  enum class Form { Invalid, Local, Absolute };
  Form form = Form::Invalid;
  LocalTime local;  ///< When Local: a zone is still to be applied.
  Instant instant;  ///< When Absolute.
};

/// Reads a time; spaces around it do not count. A day that no calendar has is Invalid.
[[nodiscard]] ParsedTime parse_time(std::string_view text, const TimeFormat& format) noexcept;

/// Reads an integer as the time a format says it is.
[[nodiscard]] ParsedTime parse_number(std::int64_t value, NumberForm form) noexcept;

/// Returns the format that a user said: strptime letters, or one of the words "iso", "epoch",
/// "epoch_ms", "epoch_us", "epoch_ns".
///
/// Errors: `InvalidArgument` for a letter that is not known, naming those that are.
[[nodiscard]] Result<TimeFormat> parse_time_format(std::string_view text);

/// Finds out how the times of a column are written by looking at its values.
class TimeFormatDetector {
 public:
  void observe(std::string_view value, std::int64_t line);
  void observe(std::int64_t value);

  /// Returns whether more rows could still decide what is open.
  [[nodiscard]] bool undecided() const noexcept;

  /// Returns the format.
  ///
  /// Errors: `InvalidData` when the rows do not decide, or contradict each other about, which of
  /// day and month comes first: shows two rows and the flag.
  [[nodiscard]] Result<TimeFormat> format(std::string_view file, std::string_view column) const;

 private:
  struct Example {
    std::int64_t line = 0;
    std::string text;
  };

  void count_number(NumberForm form);

  std::vector<Example> ambiguous_;  // at most two
  std::optional<Example> day_first_;
  std::optional<Example> month_first_;
  bool symmetric_ = false;                    // some are like 05/05: the same either way
  std::array<std::int64_t, 5> numbers_ = {};  // by NumberForm: how many look like it
};

}  // namespace till::log
