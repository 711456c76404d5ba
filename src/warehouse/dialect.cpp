#include "till/warehouse/dialect.hpp"

#include <algorithm>
#include <vector>

namespace till::warehouse {

std::string quote_identifier(std::string_view identifier) {
  std::string quoted = "\"";
  for (const char c : identifier) {
    if (c == '\0') {
      continue;  // no engine can hold it, and it would cut the statement off
    }
    quoted += c;
    if (c == '"') {
      quoted += '"';
    }
  }
  quoted += '"';
  return quoted;
}

std::string fitting_name(std::string_view name, const Dialect& dialect, std::string_view suffix) {
  std::size_t size = name.size();
  if (dialect.longest_name > 0 && size + suffix.size() > dialect.longest_name) {
    size = dialect.longest_name - suffix.size();
    while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U) {
      --size;
    }
  }
  return std::string(name.substr(0, size)) + std::string(suffix);
}

std::string local_time_sql(std::string_view timestamp, const TimeZone& zone, TimeRange range) {
  std::vector<OffsetPeriod> periods = zone.offsets(range);
  const auto shifted = [&](std::int64_t offset_seconds) {
    if (offset_seconds == 0) {
      return std::string(timestamp);
    }
    return "(" + std::string(timestamp) + " + INTERVAL '" + std::to_string(offset_seconds) +
           " seconds')";
  };
  const bool constant =
      std::all_of(periods.begin(), periods.end(), [&](const OffsetPeriod& period) {
        return period.offset_seconds == periods.front().offset_seconds;
      });
  if (constant) {
    return shifted(periods.front().offset_seconds);
  }
  std::string sql = "(CASE";
  for (std::size_t i = 0; i + 1 < periods.size(); ++i) {
    std::string until = to_string(periods[i].range.to);
    until.pop_back();  // "Z": the columns are UTC without a zone
    sql += " WHEN " + std::string(timestamp) + " < TIMESTAMP '" + until + "' THEN " +
           shifted(periods[i].offset_seconds);
  }
  sql += " ELSE " + shifted(periods.back().offset_seconds) + " END)";
  return sql;
}

}  // namespace till::warehouse
