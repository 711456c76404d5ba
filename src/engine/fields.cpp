#include "fields.hpp"

#include <cmath>

#include "wording.hpp"

namespace till::engine {

namespace {

/// Reads a whole text as one number.
template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

Error bad_value(const Reading& reading,
                std::string_view text,
                std::string_view condition,
                std::string remedy) {
  const std::string prefix = reading.function.empty() ? "" : std::string(reading.function) + ": ";
  return {ErrorCode::InvalidArgument,
          prefix + reading.argument.said_as + " is " + in_quotes(text) + ", but must be " +
              std::string(condition),
          std::move(remedy)};
}

Result<bool> Codec<bool>::parse(std::string_view text, const Reading& reading) {
  if (text == "true" || text == "false") {
    return text == "true";
  }
  return bad_value(reading, text, "true or false");
}

Result<std::int64_t> Codec<std::int64_t>::parse(std::string_view text, const Reading& reading) {
  const std::optional<std::int64_t> value = parse_number<std::int64_t>(text);
  const auto& [minimum, maximum] = std::pair(reading.parameter.minimum, reading.parameter.maximum);
  if (!value || (minimum && *value < *minimum) || (maximum && *value > *maximum)) {
    std::string condition = "a whole number";
    if (minimum && maximum) {
      condition += " from " + std::to_string(*minimum) + " to " + std::to_string(*maximum);
    } else if (minimum) {
      condition += " of at least " + std::to_string(*minimum);
    }
    return bad_value(reading, text, condition);
  }
  return *value;
}

Result<double> Codec<double>::parse(std::string_view text, const Reading& reading) {
  const std::optional<double> value = parse_number<double>(text);
  if (!value || !std::isfinite(*value)) {
    return bad_value(reading, text, "a number such as 0.5");
  }
  return *value;
}

std::optional<std::string> Codec<double>::text(double v) {
  return number(v);
}

Result<Date> Codec<Date>::parse(std::string_view text, const Reading& reading) {
  // As an instant, so that "2018-01" is understood here too; a time of day is none.
  const Result<Instant> instant = parse_instant(text, TimeZone());
  if (!instant || text.find(':') != std::string_view::npos) {
    return bad_value(reading, text, "a date, such as 2018-01-31 or 2018-01");
  }
  return TimeZone().local(*instant).date;
}

Result<Instant> Codec<Instant>::parse(std::string_view text, const Reading& reading) {
  const Result<Instant> instant = parse_instant(text, reading.zone);
  if (!instant) {
    return bad_value(reading,
                     text,
                     "a date or a time, such as 2018-01-31, 2018-01 or 2018-01-31T09:30:00+01:00");
  }
  return *instant;
}

Result<Month> Codec<Month>::parse(std::string_view text, const Reading& reading) {
  const Result<Month> month = parse_month(text);
  if (!month) {
    return bad_value(reading, text, "a year and a month, such as 2018-01");
  }
  return *month;
}

Result<Period> Codec<Period>::parse(std::string_view text, const Reading& reading) {
  const Result<Period> period = parse_period(text);
  if (!period) {
    return bad_value(reading, text, "a count and a unit, such as 6mo, 90d, 12w, 1y or 36h");
  }
  return *period;
}

Result<TimeZone> Codec<TimeZone>::parse(std::string_view text, const Reading& reading) {
  const Result<TimeZone> zone = TimeZone::find(text);
  if (!zone) {
    return bad_value(reading, text, "a time zone such as UTC or Europe/Paris", zone.error().remedy);
  }
  return *zone;
}

Result<log::ColumnMapping> Codec<log::ColumnMapping>::parse(std::string_view text,
                                                            const Reading& reading) {
  Result<log::ColumnMapping> mapping = log::parse_mapping(text);
  if (!mapping) {
    return bad_value(reading,
                     text,
                     "FIELD=COLUMN,..., where FIELD is customer, product, timestamp, amount or "
                     "quantity",
                     mapping.error().remedy);
  }
  return mapping;
}

std::optional<std::string> Codec<log::ColumnMapping>::text(const log::ColumnMapping& v) {
  std::string text;
  for (const auto& [field, column] : v) {
    text += (text.empty() ? "" : ",") + std::string(log::name(field)) + "=" + column;
  }
  return text.empty() ? std::nullopt : std::optional(text);
}

Value Codec<log::ColumnMapping>::value(const log::ColumnMapping& v) {
  if (v.empty()) {
    return {};
  }
  Object object;
  for (const auto& [field, column] : v) {
    object.push_back({std::string(log::name(field)), column});
  }
  return object;
}

Result<RejectLimit> Codec<RejectLimit>::parse(std::string_view text, const Reading& reading) {
  if (text.ends_with('%')) {
    const std::optional<double> percent = parse_number<double>(text.substr(0, text.size() - 1));
    if (percent && *percent >= 0.0 && *percent <= 100.0) {
      return RejectLimit{.share = *percent / 100.0, .rows = {}};
    }
  } else if (const std::optional<std::int64_t> rows = parse_number<std::int64_t>(text);
             rows && *rows >= 0) {
    return RejectLimit{.share = {}, .rows = rows};
  }
  return bad_value(reading, text, "a share such as 1% or a count of rows such as 100");
}

std::optional<std::string> Codec<RejectLimit>::text(const RejectLimit& v) {
  if (v.share) {
    return number(*v.share * 100.0) + "%";
  }
  return v.rows ? std::optional(std::to_string(*v.rows)) : std::nullopt;
}

Value Codec<RejectLimit>::value(const RejectLimit& v) {
  const std::optional<std::string> said = text(v);
  return said ? Value(*said) : Value();
}

}  // namespace till::engine
