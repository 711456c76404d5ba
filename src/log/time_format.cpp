#include "time_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <limits>

#include "till/core/month_name.hpp"

namespace till::log {

namespace {

constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

bool is_date_separator(char c) {
  return c == '-' || c == '/' || c == '.' || c == ' ';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

/// Reads a text from the left. Every `take_*` either consumes what it names or nothing.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return text_.empty(); }

  [[nodiscard]] char peek() const { return text_.empty() ? '\0' : text_.front(); }

  bool take(char c) {
    if (peek() != c || text_.empty()) {
      return false;
    }
    text_.remove_prefix(1);
    return true;
  }

  void skip_spaces() {
    while (peek() == ' ') {
      text_.remove_prefix(1);
    }
  }

  [[nodiscard]] std::size_t digits_ahead() const {
    std::size_t n = 0;
    while (n < text_.size() && is_digit(text_[n])) {
      ++n;
    }
    return n;
  }

  /// Reads a number of `least` to `most` digits; `most` <= 18.
  bool take_number(std::size_t least, std::size_t most, std::int64_t& value) {
    const std::size_t n = std::min(digits_ahead(), most);
    if (n < least) {
      return false;
    }
    value = 0;
    for (std::size_t i = 0; i < n; ++i) {
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(n);
    return true;
  }

  bool take_number(std::size_t least, std::size_t most, std::int32_t& value) {
    std::int64_t wide = 0;
    if (!take_number(least, most, wide)) {
      return false;
    }
    value = static_cast<std::int32_t>(wide);
    return true;
  }

  /// Reads ".873" or ",873": a fraction of a second, cut to microseconds.
  std::int64_t take_fraction() {
    if ((peek() != '.' && peek() != ',') || text_.size() < 2 || !is_digit(text_[1])) {
      return 0;
    }
    text_.remove_prefix(1);
    return take_fraction_digits();
  }

  std::int64_t take_fraction_digits() {
    std::int64_t micros = 0;
    std::int64_t unit = kMicrosPerSecond / 10;
    while (is_digit(peek())) {
      micros += unit * (peek() - '0');
      unit /= 10;
      text_.remove_prefix(1);
    }
    return micros;
  }

  /// Reads an English month name or its first three letters.
  bool take_month_name(std::int32_t& month) {
    std::size_t n = 0;
    while (n < text_.size() && is_letter(text_[n])) {
      ++n;
    }
    for (std::int32_t m = 1; n >= 3 && m <= 12; ++m) {
      const std::string_view name = month_name(m);
      const bool same = n <= name.size() && (n == 3 || n == name.size() || (m == 9 && n == 4)) &&
                        std::equal(text_.begin(),
                                   text_.begin() + static_cast<std::ptrdiff_t>(n),
                                   name.begin(),
                                   [](char a, char b) { return lower(a) == lower(b); });
      if (same) {
        month = m;
        text_.remove_prefix(n);
        return true;
      }
    }
    return false;
  }

  bool take_word(std::string_view word) {
    const bool same = text_.size() >= word.size() &&
                      std::equal(word.begin(), word.end(), text_.begin(), [](char a, char b) {
                        return a == lower(b);
                      });
    if (same) {
      text_.remove_prefix(word.size());
    }
    return same;
  }

 private:
  std::string_view text_;
};

/// What a time is made of while it is read.
struct Parts {
  Date date;
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t micros = 0;
  std::optional<bool> afternoon;               // of a twelve-hour clock
  std::optional<std::int64_t> offset_seconds;  // ahead of UTC
};

ParsedTime assemble(Parts parts) {
  if (!is_valid(parts.date)) {
    return {};
  }
  if (parts.afternoon) {
    if (parts.hour < 1 || parts.hour > 12) {
      return {};
    }
    parts.hour = parts.hour % 12 + (*parts.afternoon ? 12 : 0);
  }
  // 24:00:00 is the end of a day; second 60 is a leap second, which civil time counts into the
  // next.
  const bool end_of_day =
      parts.hour == 24 && parts.minute == 0 && parts.second == 0 && parts.micros == 0;
  if ((parts.hour > 23 && !end_of_day) || parts.minute > 59 || parts.second > 60) {
    return {};
  }
  ParsedTime time;
  time.local = {parts.date,
                parts.hour * kMicrosPerHour + parts.minute * kMicrosPerMinute +
                    parts.second * kMicrosPerSecond + parts.micros};
  if (parts.offset_seconds) {
    time.form = ParsedTime::Form::Absolute;
    time.instant = {days_since_epoch(parts.date) * kMicrosPerDay + time.local.micros_of_day -
                    *parts.offset_seconds * kMicrosPerSecond};
    return time;
  }
  if (time.local.micros_of_day >= kMicrosPerDay) {
    time.local = {date_from_days(days_since_epoch(parts.date) + 1),
                  time.local.micros_of_day - kMicrosPerDay};
  }
  time.form = ParsedTime::Form::Local;
  return time;
}

bool take_offset(Cursor& cursor, Parts& parts) {
  if (cursor.take('Z') || cursor.take('z') || cursor.take_word("utc") || cursor.take_word("gmt")) {
    parts.offset_seconds = 0;
  }
  if (cursor.peek() == '+' || cursor.peek() == '-') {
    const bool behind = cursor.peek() == '-';
    cursor.take(cursor.peek());
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    if (!cursor.take_number(2, 2, hours)) {
      return false;
    }
    if ((cursor.take(':') || cursor.digits_ahead() >= 2) && !cursor.take_number(2, 2, minutes)) {
      return false;
    }
    if (hours > 18 || minutes > 59) {
      return false;
    }
    parts.offset_seconds = (behind ? -1 : 1) * (hours * 3600 + minutes * 60);
  }
  return true;
}

bool take_half_of_day(Cursor& cursor, Parts& parts) {
  if (cursor.take_word("am") || cursor.take_word("a.m.")) {
    parts.afternoon = false;
    return true;
  }
  if (cursor.take_word("pm") || cursor.take_word("p.m.")) {
    parts.afternoon = true;
    return true;
  }
  return false;
}

/// Reads "9:31", "09:31:08.873 PM" or "093108".
bool take_clock(Cursor& cursor, Parts& parts) {
  if (cursor.digits_ahead() >= 4) {
    if (!cursor.take_number(2, 2, parts.hour) || !cursor.take_number(2, 2, parts.minute)) {
      return false;
    }
    cursor.take_number(2, 2, parts.second);
  } else {
    if (!cursor.take_number(1, 2, parts.hour) || !cursor.take(':') ||
        !cursor.take_number(2, 2, parts.minute)) {
      return false;
    }
    if (cursor.take(':') && !cursor.take_number(2, 2, parts.second)) {
      return false;
    }
  }
  parts.micros = cursor.take_fraction();
  cursor.skip_spaces();
  take_half_of_day(cursor, parts);
  cursor.skip_spaces();
  return true;
}

/// Reads what may stand behind a date: "T09:31Z", " 9:31 PM", ", 09:31+02:00", "Z", or nothing.
bool take_time_of_day(Cursor& cursor, Parts& parts) {
  if (cursor.at_end()) {
    return true;
  }
  cursor.take(',');
  if (!cursor.take('T') && !cursor.take('t')) {
    cursor.skip_spaces();
  }
  const bool has_clock = is_digit(cursor.peek());
  if (has_clock && !take_clock(cursor, parts)) {
    return false;
  }
  return take_offset(cursor, parts) && cursor.at_end() && (has_clock || parts.offset_seconds);
}

/// The three numbers of "31-01-2017" before anybody has said which is the day.
struct DayMonth {
  std::int32_t first = 0;
  std::int32_t second = 0;
  std::int32_t year = 0;
};

bool take_day_month_year(Cursor& cursor, DayMonth& numbers) {
  if (!cursor.take_number(1, 2, numbers.first)) {
    return false;
  }
  const char separator = cursor.peek();
  return is_date_separator(separator) && cursor.take(separator) &&
         cursor.take_number(1, 2, numbers.second) && cursor.take(separator) &&
         cursor.digits_ahead() == 4 && cursor.take_number(4, 4, numbers.year);
}

/// Reads a date whose parts say themselves which they are.
bool take_unambiguous_date(Cursor& cursor, Date& date) {
  const Cursor start = cursor;
  if (cursor.digits_ahead() == 4 && cursor.take_number(4, 4, date.year)) {  // 2017-01-31
    const char separator = cursor.peek();
    if (is_date_separator(separator) && cursor.take(separator) &&
        cursor.take_number(1, 2, date.month) && cursor.take(separator) &&
        cursor.take_number(1, 2, date.day)) {
      return true;
    }
  }
  cursor = start;
  if (cursor.digits_ahead() == 8) {  // 20170131T093108
    return cursor.take_number(4, 4, date.year) && cursor.take_number(2, 2, date.month) &&
           cursor.take_number(2, 2, date.day);
  }
  if (cursor.take_number(1, 2, date.day)) {  // 31-Jan-2017
    const char separator = cursor.peek();
    if (is_date_separator(separator) && cursor.take(separator) &&
        cursor.take_month_name(date.month) && cursor.take(separator) &&
        cursor.digits_ahead() == 4) {
      return cursor.take_number(4, 4, date.year);
    }
  }
  cursor = start;
  if (cursor.take_month_name(date.month)) {  // Jan 31, 2017
    cursor.skip_spaces();
    if (cursor.take_number(1, 2, date.day)) {
      cursor.take(',');
      cursor.skip_spaces();
      if (cursor.digits_ahead() == 4) {
        return cursor.take_number(4, 4, date.year);
      }
    }
  }
  cursor = start;
  return false;
}

/// Returns whether a text is one number, with or without a sign and a fraction.
bool is_number(std::string_view text) {
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  const std::size_t dot = text.find('.');
  const auto all_digits = [](std::string_view digits) {
    return !digits.empty() && std::ranges::all_of(digits, is_digit);
  };
  return all_digits(text.substr(0, dot)) &&
         (dot == std::string_view::npos || all_digits(text.substr(dot + 1)));
}

/// Returns "20170131" for "20170131.0": data frames write integers so when a value is missing.
std::string_view without_zero_fraction(std::string_view number) {
  const std::size_t dot = number.find('.');
  const bool zeros = dot != std::string_view::npos &&
                     number.find_first_not_of('0', dot + 1) == std::string_view::npos;
  return zeros ? number.substr(0, dot) : number;
}

bool could_be_date(std::string_view digits) {
  if (digits.size() != 8 && digits.size() != 14) {
    return false;
  }
  Cursor cursor(digits);
  Parts parts;
  const bool read = cursor.take_number(4, 4, parts.date.year) &&
                    cursor.take_number(2, 2, parts.date.month) &&
                    cursor.take_number(2, 2, parts.date.day) &&
                    (cursor.at_end() || (cursor.take_number(2, 2, parts.hour) &&
                                         cursor.take_number(2, 2, parts.minute) &&
                                         cursor.take_number(2, 2, parts.second)));
  return read && parts.date.year >= 1900 && parts.date.year < 2200 &&
         assemble(parts).form != ParsedTime::Form::Invalid;
}

/// Reads YYYYMMDD or YYYYMMDDhhmmss.
ParsedTime parse_number_date(std::string_view digits) {
  Cursor cursor(digits);
  Parts parts;
  if (!could_be_date(digits) || !cursor.take_number(4, 4, parts.date.year) ||
      !cursor.take_number(2, 2, parts.date.month) || !cursor.take_number(2, 2, parts.date.day)) {
    return {};
  }
  cursor.take_number(2, 2, parts.hour);
  cursor.take_number(2, 2, parts.minute);
  cursor.take_number(2, 2, parts.second);
  return assemble(parts);
}

/// Reads the whole units of a number; nothing when they are beyond 64 bits.
std::optional<std::int64_t> whole_of(std::string_view number) {
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), whole);
  return error == std::errc{} ? std::optional(whole) : std::nullopt;
}

/// Reads a text for which is_number() holds.
ParsedTime parse_number_text(std::string_view text, NumberForm form) {
  if (form == NumberForm::Date) {
    return parse_number_date(without_zero_fraction(text));
  }
  const std::optional<std::int64_t> whole = whole_of(text);
  ParsedTime time = whole ? parse_number(*whole, form) : ParsedTime{};
  if (time.form == ParsedTime::Form::Absolute) {
    std::int64_t fraction =
        Cursor(text.substr(std::min(text.find('.'), text.size()))).take_fraction();
    switch (form) {
      case NumberForm::Seconds:
        break;
      case NumberForm::Milliseconds:
        fraction /= 1'000;
        break;
      default:
        fraction = 0;
    }
    time.instant.micros += text.starts_with('-') ? -fraction : fraction;
  }
  return time;
}

/// Returns the unit of an epoch of this size: the year 5138 in one is 1973 in the next larger one,
/// and logs lie in between.
NumberForm epoch_form(std::uint64_t size) {
  constexpr std::uint64_t kLimit = 100'000'000'000;
  if (size < kLimit) {
    return NumberForm::Seconds;
  }
  if (size < kLimit * 1'000) {
    return NumberForm::Milliseconds;
  }
  return size < kLimit * 1'000'000 ? NumberForm::Microseconds : NumberForm::Nanoseconds;
}

ParsedTime parse_pattern(std::string_view text, std::string_view pattern) {
  Cursor cursor(text);
  Parts parts;
  std::optional<ParsedTime> epoch;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == ' ') {
      cursor.skip_spaces();
      continue;
    }
    if (pattern[i] != '%') {
      if (!cursor.take(pattern[i])) {
        return {};
      }
      continue;
    }
    bool read = false;
    switch (pattern[++i]) {
      case 'Y':
        read = cursor.take_number(4, 4, parts.date.year);
        break;
      case 'y':  // as POSIX: 69 ... 99 are of the last century
        read = cursor.take_number(2, 2, parts.date.year);
        parts.date.year += parts.date.year < 69 ? 2000 : 1900;
        break;
      case 'm':
        read = cursor.take_number(1, 2, parts.date.month);
        break;
      case 'd':
      case 'e':
        cursor.skip_spaces();
        read = cursor.take_number(1, 2, parts.date.day);
        break;
      case 'b':
      case 'B':
        read = cursor.take_month_name(parts.date.month);
        break;
      case 'H':
      case 'I':
        read = cursor.take_number(1, 2, parts.hour);
        break;
      case 'M':
        read = cursor.take_number(1, 2, parts.minute);
        break;
      case 'S':
        read = cursor.take_number(1, 2, parts.second);
        if (i + 1 == pattern.size() || (pattern[i + 1] != '.' && pattern[i + 1] != ',')) {
          parts.micros = cursor.take_fraction();
        }
        break;
      case 'f':
        read = is_digit(cursor.peek());
        parts.micros = cursor.take_fraction_digits();
        break;
      case 'p':
        read = take_half_of_day(cursor, parts);
        break;
      case 'z':
        read = take_offset(cursor, parts) && parts.offset_seconds.has_value();
        break;
      case 's': {
        std::int64_t seconds = 0;
        read = cursor.take_number(1, 18, seconds);
        epoch = parse_number(seconds, NumberForm::Seconds);
        epoch->instant.micros += cursor.take_fraction();
        break;
      }
      case '%':
        read = cursor.take('%');
        break;
      default:
        break;
    }
    if (!read) {
      return {};
    }
  }
  if (!cursor.at_end()) {
    return {};
  }
  return epoch ? *epoch : assemble(parts);
}

/// Reads two digits at the start of a text; a number above 99 where there are none.
unsigned two_digits(const char* text) {
  const auto tens = static_cast<unsigned char>(text[0] - '0');
  const auto ones = static_cast<unsigned char>(text[1] - '0');
  return tens <= 9 && ones <= 9 ? tens * 10U + ones : 100U;
}

/// Reads what most logs hold - "2017-01-31", "2017-01-31 09:31:08", "2017-01-31T09:31:08.873Z" - at
/// the places where everything stands in them. Invalid: it is something else, not necessarily
/// wrong.
ParsedTime parse_in_place(std::string_view text) {
  if ((text.size() != 10 && text.size() < 19) || text[4] != '-' || text[7] != '-') {
    return {};
  }
  const char* const at = text.data();
  const unsigned century = two_digits(at);
  const unsigned year = two_digits(at + 2);
  Parts parts;
  parts.date = {static_cast<std::int32_t>(century * 100 + year),
                static_cast<std::int32_t>(two_digits(at + 5)),
                static_cast<std::int32_t>(two_digits(at + 8))};
  if (century > 99 || year > 99) {
    return {};
  }
  if (text.size() == 10) {
    return assemble(parts);
  }
  const bool separated = (at[10] == ' ' || at[10] == 'T') && at[13] == ':' && at[16] == ':';
  const unsigned hour = two_digits(at + 11);
  const unsigned minute = two_digits(at + 14);
  const unsigned second = two_digits(at + 17);
  if (!separated || hour > 99 || minute > 99 || second > 99) {
    return {};
  }
  parts.hour = hour;
  parts.minute = minute;
  parts.second = second;
  Cursor rest(text.substr(19));
  parts.micros = rest.take_fraction();
  if (rest.take('Z')) {
    parts.offset_seconds = 0;
  }
  return rest.at_end() ? assemble(parts) : ParsedTime{};
}

}  // namespace

ParsedTime parse_number(std::int64_t value, NumberForm form) noexcept {
  ParsedTime time;
  std::int64_t scale = 1;
  switch (form) {
    case NumberForm::Date:
      return parse_number_date(std::to_string(value));
    case NumberForm::Seconds:
      scale = kMicrosPerSecond;
      break;
    case NumberForm::Milliseconds:
      scale = 1'000;
      break;
    case NumberForm::Microseconds:
      break;
    case NumberForm::Nanoseconds:
      value = value / 1'000 - (value % 1'000 < 0 ? 1 : 0);
      break;
  }
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max() / 4;
  if (value > kLargest / scale || value < -kLargest / scale) {
    return time;
  }
  time.form = ParsedTime::Form::Absolute;
  time.instant = {value * scale};
  return time;
}

ParsedTime parse_time(std::string_view text, const TimeFormat& format) noexcept {
  text = trimmed(text);
  if (!format.pattern.empty()) {
    return parse_pattern(text, format.pattern);
  }
  if (const ParsedTime time = parse_in_place(text); time.form != ParsedTime::Form::Invalid) {
    return time;
  }
  if (format.number && is_number(text)) {
    return parse_number_text(text, *format.number);
  }
  Cursor cursor(text);
  Parts parts;
  if (!take_unambiguous_date(cursor, parts.date)) {
    DayMonth numbers;
    if (!format.day_first || !take_day_month_year(cursor, numbers)) {
      return {};
    }
    parts.date = {numbers.year,
                  *format.day_first ? numbers.second : numbers.first,
                  *format.day_first ? numbers.first : numbers.second};
  }
  return take_time_of_day(cursor, parts) ? assemble(parts) : ParsedTime{};
}

Result<TimeFormat> parse_time_format(std::string_view text) {
  TimeFormat format;
  if (text == "iso") {
    return format;
  }
  constexpr std::array<std::pair<std::string_view, NumberForm>, 4> kWords = {
      std::pair{"epoch", NumberForm::Seconds},
      std::pair{"epoch_ms", NumberForm::Milliseconds},
      std::pair{"epoch_us", NumberForm::Microseconds},
      std::pair{"epoch_ns", NumberForm::Nanoseconds}};
  for (const auto& [word, form] : kWords) {
    if (text == word) {
      format.number = form;
      return format;
    }
  }
  const auto refuse = [&](const std::string& condition) {
    return Error{
        ErrorCode::InvalidArgument,
        "ingest: timestamp_format is " + in_quotes(text) + ", but must be " + condition,
        "for example --timestamp-format '%d/%m/%Y %H:%M'; letters: Y y m d e b B H I M S f p z s, "
        "F (%Y-%m-%d), T (%H:%M:%S); words: iso, epoch, epoch_ms, epoch_us, epoch_ns"};
  };
  std::string letters;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      format.pattern += text[i];
      continue;
    }
    const char letter = ++i < text.size() ? text[i] : '\0';
    if (letter == 'F') {
      format.pattern += "%Y-%m-%d";
      letters += "Ymd";
    } else if (letter == 'T') {
      format.pattern += "%H:%M:%S";
      letters += "HMS";
    } else if (letter != '\0' &&
               std::string_view("YymdebBHIMSfpzs%").find(letter) != std::string_view::npos) {
      format.pattern += {'%', letter};
      letters += letter;
    } else {
      return refuse("made of letters that till knows");
    }
  }
  const auto has = [&](std::string_view any_of) {
    return letters.find_first_of(any_of) != std::string::npos;
  };
  if (!has("s") && !(has("Yy") && has("mbB") && has("de"))) {
    return refuse("a format with year, month and day");
  }
  if (has("I") && !has("p")) {
    return refuse("a format that tells morning from afternoon: %I needs %p");
  }
  return format;
}

void TimeFormatDetector::count_number(NumberForm form) {
  ++numbers_[static_cast<std::size_t>(form)];
}

void TimeFormatDetector::observe(std::int64_t value) {
  const auto size =
      value < 0 ? -static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  count_number(value > 0 && could_be_date(std::to_string(value)) ? NumberForm::Date
                                                                 : epoch_form(size));
}

void TimeFormatDetector::observe(std::string_view value, std::int64_t line) {
  value = trimmed(value);
  if (is_number(value)) {
    const std::optional<std::int64_t> whole = whole_of(value);
    if (could_be_date(without_zero_fraction(value))) {
      count_number(NumberForm::Date);
    } else if (whole) {
      observe(*whole);
    }
    return;
  }
  Cursor cursor(value);
  DayMonth numbers;
  if (!take_day_month_year(cursor, numbers)) {
    return;
  }
  const auto fits = [&](std::int32_t day, std::int32_t month) {
    return is_valid({numbers.year, month, day});
  };
  const bool day_first = fits(numbers.first, numbers.second);
  const bool month_first = fits(numbers.second, numbers.first);
  const auto example = [&] { return Example{line, std::string(value)}; };
  if (day_first && month_first) {
    if (numbers.first == numbers.second) {
      symmetric_ = true;
    } else if (ambiguous_.size() < 2) {
      ambiguous_.push_back(example());
    }
  } else if (day_first && !day_first_) {
    day_first_ = example();
  } else if (month_first && !month_first_) {
    month_first_ = example();
  }
}

bool TimeFormatDetector::undecided() const noexcept {
  return (symmetric_ || !ambiguous_.empty()) && !day_first_ && !month_first_;
}

Result<TimeFormat> TimeFormatDetector::format(std::string_view file,
                                              std::string_view column) const {
  const std::string where = "ingest: " + std::string(file) + ": column " + std::string(column);
  const auto show = [](const Example& example) {
    return "line " + std::to_string(example.line) + " (" + example.text + ")";
  };
  constexpr std::string_view kRemedy =
      "say the order: --timestamp-format '%d-%m-%Y' for days first, '%m-%d-%Y' for months first, "
      "with "
      "the separators and the time of day as the log has them";
  if (!ambiguous_.empty() && undecided()) {
    std::string rows = show(ambiguous_.front());
    if (ambiguous_.size() > 1) {
      rows += " and " + show(ambiguous_.back());
    }
    return Error{ErrorCode::InvalidData,
                 where + " does not tell days from months: " + rows + " can be read both ways",
                 std::string(kRemedy)};
  }
  if (day_first_ && month_first_) {
    return Error{ErrorCode::InvalidData,
                 where + " mixes days first, as in " + show(*day_first_) +
                     ", with months first, as in " + show(*month_first_),
                 std::string(kRemedy)};
  }
  TimeFormat format;
  if (day_first_ || month_first_ || symmetric_) {
    format.day_first = day_first_ || !month_first_;  // 05/05 and its like are the same either way
  }
  // What most numbers look like: a stray 0 or 99999999 must not turn dates into seconds.
  const auto most = std::ranges::max_element(numbers_);
  if (*most > 0) {
    format.number = static_cast<NumberForm>(most - numbers_.begin());
  }
  return format;
}

}  // namespace till::log
