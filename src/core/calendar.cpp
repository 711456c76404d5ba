#include "till/core/calendar.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "core/saturate.hpp"
#include "core/time_text.hpp"
#include "core/zone_rules.hpp"

#include "till/core/month_name.hpp"

namespace till {

namespace {

using detail::floor_divide;
using detail::saturating_add;
using detail::saturating_multiply;
using detail::saturating_subtract;

constexpr std::int64_t kMicrosPerHour = 3600 * kMicrosPerSecond;

constexpr bool is_leap(std::int64_t year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

std::int32_t clamp_year(std::int64_t year) noexcept {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(
      year, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

// Microseconds from 1970-01-01T00:00 to a local time, both by the same clock.
std::int64_t wall_micros(const LocalTime& local) noexcept {
  const std::int64_t days = days_since_epoch(local.date);
  // From the end of a day before 1970: the first day of all begins before the first instant.
  return days < 0 ? saturating_add(saturating_multiply(days + 1, kMicrosPerDay),
                                   local.micros_of_day - kMicrosPerDay)
                  : saturating_add(saturating_multiply(days, kMicrosPerDay), local.micros_of_day);
}

LocalTime local_from_wall(std::int64_t micros) noexcept {
  const std::int64_t rest = micros % kMicrosPerDay;  // has the sign of micros
  return {date_from_days(floor_divide(micros, kMicrosPerDay)),
          rest < 0 ? rest + kMicrosPerDay : rest};
}

// The period of index i, moved `cycles` times 400 years into the future.
OffsetPeriod period_at(const detail::ZoneRules& rules, std::size_t i, std::int64_t cycles) {
  const std::int64_t shift = saturating_multiply(cycles, detail::kMicrosPerCycle);
  const bool is_last = i + 1 == rules.starts.size();
  std::int64_t to = kMaxInstant.micros;
  if (!is_last) {
    to = rules.starts[i + 1];
  } else if (rules.cycle_from != kMaxInstant.micros) {
    to = rules.cycle_from + detail::kMicrosPerCycle;
  }
  return {{{saturating_add(rules.starts[i], shift)}, {saturating_add(to, shift)}},
          rules.offset_seconds[i]};
}

OffsetPeriod period_of(const detail::ZoneRules& rules, Instant instant) {
  std::int64_t cycles = 0;
  std::int64_t micros = instant.micros;
  if (micros >= rules.cycle_from) {
    cycles = (micros - rules.cycle_from) / detail::kMicrosPerCycle;
    micros -= cycles * detail::kMicrosPerCycle;
  }
  const auto next = std::upper_bound(rules.starts.begin(), rules.starts.end(), micros);
  return period_at(rules, static_cast<std::size_t>(next - rules.starts.begin()) - 1, cycles);
}

constexpr OffsetPeriod kUtcPeriod{{kMinInstant, kMaxInstant}, 0};

}  // namespace

// --- days and months
// ------------------------------------------------------------------------------

std::int32_t days_in(Month month) noexcept {
  constexpr std::int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  TILL_ASSERT(month.month >= 1 && month.month <= 12, "a month is 1 ... 12");
  return month.month == 2 && is_leap(month.year) ? 29 : kDays[month.month - 1];
}

bool is_valid(const Date& date) noexcept {
  return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= days_in({date.year, date.month});
}

// Both conversions count years from 1 March, so that the leap day is the last of its year, in eras
// of 400 years = 146,097 days (H. Hinnant, chrono-Compatible Low-Level Date Algorithms).
std::int64_t days_since_epoch(const Date& date) noexcept {
  TILL_ASSERT(is_valid(date), "days_since_epoch of a date that is none");
  const std::int64_t year = std::int64_t{date.year} - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_divide(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

Date date_from_days(std::int64_t days) noexcept {
  constexpr std::int64_t kFirst = -784'353'015'833;  // -2147483648-01-01
  constexpr std::int64_t kLast = 784'351'576'776;    // 2147483647-12-31
  const std::int64_t shifted = std::clamp(days, kFirst, kLast) + 719'468;
  const std::int64_t era = floor_divide(shifted, 146'097);
  // From here on everything is small and not negative: 32 bits divide faster.
  const auto day_of_era = static_cast<std::uint32_t>(shifted - era * 146'097);
  const std::uint32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::uint32_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint32_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::uint32_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const std::uint32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::int64_t year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);
  return {static_cast<std::int32_t>(year),
          static_cast<std::int32_t>(month),
          static_cast<std::int32_t>(day)};
}

Month add_months(Month month, std::int32_t months) noexcept {
  const std::int64_t index = std::int64_t{month.year} * 12 + (month.month - 1) + months;
  const std::int64_t year = floor_divide(index, 12);
  if (year != clamp_year(year)) {
    return {clamp_year(year), year < 0 ? 1 : 12};
  }
  return {static_cast<std::int32_t>(year), static_cast<std::int32_t>(index - year * 12) + 1};
}

std::int32_t months_between(Month from, Month to) noexcept {
  const std::int64_t months =
      (std::int64_t{to.year} - from.year) * 12 + (std::int64_t{to.month} - from.month);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(
      months, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

std::string to_string(Month month) {
  std::string out = to_string(Date{month.year, month.month, 1});
  out.resize(out.size() - 3);
  return out;
}

std::string to_string(const Date& date) {
  std::string out;
  detail::append_date(out, date);
  return out;
}

// --- zones
// ----------------------------------------------------------------------------------------

TimeZone::TimeZone(std::string name, std::shared_ptr<const detail::ZoneRules> rules) noexcept
    : name_(std::move(name)), rules_(std::move(rules)) {}

Result<TimeZone> TimeZone::find(std::string_view name) {
  if (name == "UTC") {
    return TimeZone();
  }
  TILL_ASSIGN(std::shared_ptr<const detail::ZoneRules> rules, detail::read_zone_rules(name));
  return TimeZone(std::string(name), std::move(rules));
}

OffsetPeriod TimeZone::offset_at(Instant instant) const {
  return rules_ == nullptr ? kUtcPeriod : period_of(*rules_, instant);
}

std::vector<OffsetPeriod> TimeZone::offsets(TimeRange range) const {
  std::vector<OffsetPeriod> out{offset_at(range.from)};
  while (out.back().range.to < range.to) {
    out.push_back(offset_at(out.back().range.to));
  }
  return out;
}

LocalTime TimeZone::local(Instant instant) const {
  const std::int64_t offset = offset_at(instant).offset_seconds * kMicrosPerSecond;
  return local_from_wall(saturating_add(instant.micros, offset));
}

TimeZone::Resolved TimeZone::resolve(const LocalTime& local) const {
  const std::int64_t wall = wall_micros(local);
  const bool is_beyond = wall == kMinInstant.micros || wall == kMaxInstant.micros;
  if (rules_ == nullptr || is_beyond) {
    return {{wall}, Mapping::Unique};
  }
  // A period shows this local time if the instant it implies lies within it. Periods further away
  // than the largest offset cannot.
  constexpr std::int64_t kReach = detail::kMostOffsetSeconds * kMicrosPerSecond;
  const Instant last{saturating_add(wall, kReach)};
  std::optional<Instant> found;
  Instant gap_end{wall};
  OffsetPeriod period = offset_at({saturating_subtract(wall, kReach)});
  while (true) {
    const Instant instant{saturating_subtract(wall, period.offset_seconds * kMicrosPerSecond)};
    const bool is_end_of_time = period.range.to == kMaxInstant;
    if (period.range.from <= instant && (instant < period.range.to || is_end_of_time)) {
      if (found) {
        return {*found, Mapping::Ambiguous};
      }
      found = instant;
    } else if (instant >= period.range.to) {
      gap_end = period.range.to;  // already past here, not yet reached in the next: skipped
    }
    if (is_end_of_time || period.range.to > last) {
      break;
    }
    period = offset_at(period.range.to);
  }
  return found ? Resolved{*found, Mapping::Unique} : Resolved{gap_end, Mapping::Nonexistent};
}

ZoneConverter::ZoneConverter(TimeZone zone) : zone_(std::move(zone)) {}

TimeZone::Resolved ZoneConverter::resolve(const LocalTime& local) {
  const std::int64_t wall = wall_micros(local);
  if (!certain_.contains({wall})) {
    const TimeZone::Resolved resolved = zone_.resolve(local);
    period_ = zone_.offset_at(resolved.instant);
    // Offsets differ by less than twice the largest: no other period shows a local time that is so
    // far within this one.
    constexpr std::int64_t kReach = 2 * detail::kMostOffsetSeconds * kMicrosPerSecond;
    const std::int64_t offset = period_.offset_seconds * kMicrosPerSecond;
    certain_ = {{saturating_add(saturating_add(period_.range.from.micros, kReach), offset)},
                {saturating_add(saturating_subtract(period_.range.to.micros, kReach), offset)}};
    return resolved;
  }
  return {{wall - period_.offset_seconds * kMicrosPerSecond}, TimeZone::Mapping::Unique};
}

LocalTime ZoneConverter::local(Instant instant) {
  if (!period_.range.contains(instant)) {
    period_ = zone_.offset_at(instant);
    certain_ = {};
  }
  return local_from_wall(saturating_add(instant.micros, period_.offset_seconds * kMicrosPerSecond));
}

Instant start_of(const Date& date, const TimeZone& zone) {
  return zone.resolve({date, 0}).instant;
}

Instant start_of(Month month, const TimeZone& zone) {
  return start_of(Date{month.year, month.month, 1}, zone);
}

Month month_of(Instant instant, const TimeZone& zone) {
  const Date date = zone.local(instant).date;
  return {date.year, date.month};
}

TimeRange month_range(Month month, const TimeZone& zone) {
  return {start_of(month, zone), start_of(add_months(month, 1), zone)};
}

TimeRange year_range(std::int32_t year, const TimeZone& zone) {
  return {start_of(Month{year, 1}, zone), start_of(add_months({year, 1}, 12), zone)};
}

// --- periods
// --------------------------------------------------------------------------------------

namespace {

struct UnitWords {
  Period::Unit unit;
  std::string_view symbol;  // as to_string writes it
  std::string_view word;    // as describe writes it, for one
  std::int32_t per_millennium;
  std::string_view others[3];
};

constexpr UnitWords kUnits[] = {
    {Period::Unit::Hour, "h", "hour", 8'765'820, {"hr", "hrs", "hours"}},
    {Period::Unit::Day, "d", "day", 365'243, {"days", "", ""}},
    {Period::Unit::Week, "w", "week", 52'178, {"wk", "wks", "weeks"}},
    {Period::Unit::Month, "mo", "month", 12'000, {"mon", "mos", "months"}},
    {Period::Unit::Year, "y", "year", 1'000, {"yr", "yrs", "years"}},
};

const UnitWords& words_of(Period::Unit unit) {
  return *std::find_if(std::begin(kUnits), std::end(kUnits), [unit](const UnitWords& words) {
    return words.unit == unit;
  });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) {
    return {};
  }
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

Result<Period> parse_period(std::string_view text) {
  constexpr std::string_view kForms = "write a count and a unit: 36h, 90d, 12w, 6mo or 1y";
  const auto must_be = [text](std::string_view condition, std::string_view remedy) {
    return Error{
        ErrorCode::InvalidArgument,
        "parse_period: text is " + in_quotes(text) + ", but must be " + std::string(condition),
        std::string(remedy)};
  };
  const std::string_view whole = trimmed(text);
  const auto first_other = std::find_if_not(whole.begin(), whole.end(), is_digit);
  const std::string_view digits(whole.begin(), first_other);
  std::string unit(trimmed({first_other, whole.end()}));
  std::transform(unit.begin(), unit.end(), unit.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (digits.empty() || unit.empty()) {
    return must_be("a positive count and a unit, such as 6mo", kForms);
  }
  if (unit == "m") {
    return must_be("a period with an unambiguous unit",
                   "write " + std::string(digits) + "mo for months; minutes are no unit here");
  }
  const auto words = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const UnitWords& w) {
    return unit == w.symbol || unit == w.word ||
           std::find(std::begin(w.others), std::end(w.others), unit) != std::end(w.others);
  });
  if (words == std::end(kUnits)) {
    return must_be("a count of hours, days, weeks, months or years", kForms);
  }
  std::int32_t count = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (code != std::errc{} || count > words->per_millennium) {
    return must_be("at most 1000 years", kForms);
  }
  if (count == 0) {
    return must_be("longer than nothing", kForms);
  }
  return Period{count, words->unit};
}

std::string to_string(const Period& period) {
  return std::to_string(period.count) + std::string(words_of(period.unit).symbol);
}

std::string describe(const Period& period) {
  return std::to_string(period.count) + ' ' + std::string(words_of(period.unit).word) +
         (period.count == 1 ? "" : "s");
}

namespace {

/// Returns the instant `count` units of a period before; after, where `count` is negative.
Instant moved_back(Instant instant,
                   const Period& period,
                   std::int64_t count,
                   const TimeZone& zone) {
  if (period.unit == Period::Unit::Hour) {
    return {saturating_subtract(instant.micros, count * kMicrosPerHour)};
  }
  LocalTime local = zone.local(instant);
  std::int64_t days = 0;
  std::int64_t months = 0;
  switch (period.unit) {
    case Period::Unit::Hour:
      break;
    case Period::Unit::Day:
      days = count;
      break;
    case Period::Unit::Week:
      days = count * 7;
      break;
    case Period::Unit::Month:
      months = count;
      break;
    case Period::Unit::Year:
      months = count * 12;
      break;
  }
  if (months != 0) {
    const auto step = static_cast<std::int32_t>(
        std::clamp<std::int64_t>(-months,
                                 std::numeric_limits<std::int32_t>::min(),
                                 std::numeric_limits<std::int32_t>::max()));
    const Month month = add_months({local.date.year, local.date.month}, step);
    local.date = {month.year, month.month, std::min(local.date.day, days_in(month))};
  } else {
    local.date = date_from_days(days_since_epoch(local.date) - days);
  }
  return zone.resolve(local).instant;
}

}  // namespace

Instant subtract(Instant instant, const Period& period, const TimeZone& zone) {
  return moved_back(instant, period, period.count, zone);
}

Instant add(Instant instant, const Period& period, const TimeZone& zone) {
  return moved_back(instant, period, -std::int64_t{period.count}, zone);
}

// --- text
// -----------------------------------------------------------------------------------------

namespace {

// What a text says about an instant, field by field.
struct WrittenTime {
  std::int64_t year = 0;
  std::int64_t month = 1;
  std::int64_t day = 1;
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t micros = 0;
  bool has_day = false;
  std::optional<std::int64_t> offset_seconds;
  std::int64_t offset_hour = 0;
  std::int64_t offset_minute = 0;
};

// Reads the form of a text from left to right; whether the numbers are possible is asked later.
// Every function returns whether it found what it names.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool month(WrittenTime& out) {
    return year(out.year) && skip('-') && digits(2, out.month);
  }

  [[nodiscard]] bool instant(WrittenTime& out) {
    if (!month(out)) {
      return false;
    }
    if (is_at_end()) {
      return true;
    }
    out.has_day = true;
    if (!skip('-') || !digits(2, out.day)) {
      return false;
    }
    if (is_at_end()) {
      return true;
    }
    return (skip('T') || skip('t') || skip(' ')) && time_of_day(out) && offset(out) && is_at_end();
  }

  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

 private:
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  std::size_t count_digits() const {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_digit);
    return static_cast<std::size_t>(end - rest_.begin());
  }

  bool digits(std::size_t count, std::int64_t& out) {
    if (count_digits() < count) {
      return false;
    }
    std::from_chars(rest_.data(), rest_.data() + count, out);
    rest_.remove_prefix(count);
    return true;
  }

  // Four digits; with a sign four to six, so that every Instant can be written.
  bool year(std::int64_t& out) {
    const bool is_negative = skip('-');
    if (is_negative || skip('+')) {
      const std::size_t count = count_digits();
      if (count < 4 || count > 6 || !digits(count, out)) {
        return false;
      }
      out = is_negative ? -out : out;
      return true;
    }
    return count_digits() == 4 && digits(4, out);
  }

  bool time_of_day(WrittenTime& out) {
    if (!digits(2, out.hour) || !skip(':') || !digits(2, out.minute)) {
      return false;
    }
    if (!skip(':')) {
      return true;
    }
    if (!digits(2, out.second)) {
      return false;
    }
    if (!skip('.')) {
      return true;
    }
    const std::size_t count = count_digits();
    if (count == 0 || !digits(std::min<std::size_t>(count, 6), out.micros)) {
      return false;
    }
    for (std::size_t i = count; i < 6; ++i) {
      out.micros *= 10;
    }
    rest_.remove_prefix(count_digits());
    return true;
  }

  // Nothing, Z, +02, +0200 or +02:00, perhaps after a space.
  bool offset(WrittenTime& out) {
    if (is_at_end()) {
      return true;
    }
    skip(' ');
    if (skip('Z') || skip('z')) {
      out.offset_seconds = 0;
      return true;
    }
    const bool is_negative = skip('-');
    if (!is_negative && !skip('+')) {
      return false;
    }
    if (!digits(2, out.offset_hour) ||
        ((skip(':') || !is_at_end()) && !digits(2, out.offset_minute))) {
      return false;
    }
    const std::int64_t seconds = out.offset_hour * 3600 + out.offset_minute * 60;
    out.offset_seconds = is_negative ? -seconds : seconds;
    return true;
  }

  std::string_view rest_;
};

// What must hold of the text, or empty if it does.
std::string broken_condition(const WrittenTime& written) {
  if (written.month < 1 || written.month > 12) {
    return "a time whose month is 01 to 12";
  }
  const Month month{static_cast<std::int32_t>(written.year),
                    static_cast<std::int32_t>(written.month)};
  if (written.day < 1 || written.day > days_in(month)) {
    return "a day of the calendar: " +
           std::string(month_name(static_cast<std::int32_t>(written.month))) + ' ' +
           std::to_string(written.year) + " has " + std::to_string(days_in(month)) + " days";
  }
  if (written.hour > 23) {
    return "a time whose hour is 00 to 23";
  }
  if (written.minute > 59) {
    return "a time whose minute is 00 to 59";
  }
  if (written.second > 59) {
    return "a time whose second is 00 to 59";
  }
  if (written.offset_hour > 23 || written.offset_minute > 59) {
    return "a time whose offset is -23:59 to +23:59";
  }
  return {};
}

}  // namespace

Result<Month> parse_month(std::string_view text) {
  WrittenTime written;
  TimeReader reader(trimmed(text));
  if (!reader.month(written) || !reader.is_at_end() || !broken_condition(written).empty()) {
    return Error{
        ErrorCode::InvalidArgument,
        "parse_month: text is " + in_quotes(text) + ", but must be a month such as 2018-01",
        "write the year with four digits, a dash, and the month from 01 to 12"};
  }
  return Month{static_cast<std::int32_t>(written.year), static_cast<std::int32_t>(written.month)};
}

Result<Instant> parse_instant(std::string_view text, const TimeZone& zone) {
  constexpr std::string_view kForms =
      "write 2018-01, 2018-01-31, 2018-01-31T09:31, 2018-01-31T09:31:08.5, and after a time Z or "
      "+02:00 unless it is local";
  const auto must_be = [text, kForms](const std::string& condition) {
    return Error{ErrorCode::InvalidArgument,
                 "parse_instant: text is " + in_quotes(text) + ", but must be " + condition,
                 std::string(kForms)};
  };
  WrittenTime written;
  if (!TimeReader(trimmed(text)).instant(written)) {
    return must_be("a date, a month or a time such as 2018-01-31T09:31:08");
  }
  if (const std::string condition = broken_condition(written); !condition.empty()) {
    return must_be(condition);
  }
  const LocalTime local{
      {static_cast<std::int32_t>(written.year),
       static_cast<std::int32_t>(written.month),
       static_cast<std::int32_t>(written.day)},
      (written.hour * 3600 + written.minute * 60 + written.second) * kMicrosPerSecond +
          written.micros};
  const std::int64_t wall = wall_micros(local);
  std::int64_t micros = wall;
  bool is_outside = local_from_wall(wall) != local;  // it stopped at an end of the time line
  if (written.offset_seconds) {
    is_outside |= __builtin_sub_overflow(wall, *written.offset_seconds * kMicrosPerSecond, &micros);
  }
  if (is_outside) {
    return must_be("between " + to_string(kMinInstant) + " and " + to_string(kMaxInstant));
  }
  return written.offset_seconds ? Instant{micros} : zone.resolve(local).instant;
}

std::string describe(Instant instant, const TimeZone& zone) {
  const LocalTime local = zone.local(instant);
  std::string out = to_string(local.date);
  if (start_of(local.date, zone) != instant) {
    out += ' ';
    detail::append_time_of_day(out, local.micros_of_day, detail::Seconds::WhenNotZero);
  }
  return out;
}

}  // namespace till
