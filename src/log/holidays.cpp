#include "till/log/holidays.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "cell.hpp"
#include "csv_source.hpp"

#include "till/core/nearest.hpp"

namespace till::log {

namespace {

Error bad_line(const std::string& path, std::int64_t line, const std::string& what) {
  return {ErrorCode::InvalidData,
          "read_holidays: line " + std::to_string(line) + " of " + path + " " + what,
          "write a date and a name: 2018-12-25,Christmas"};
}

Result<std::size_t> column_called(const RowSource& source,
                                  const std::string& path,
                                  std::string_view name) {
  const auto is_name = [&](const std::string& column) {
    return std::ranges::equal(column, name, [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) == b;
    });
  };
  const auto found = std::ranges::find_if(source.columns, is_name);
  if (found == source.columns.end()) {
    return Error{ErrorCode::InvalidData,
                 "read_holidays: " + path + " has no column " + in_quotes(name) +
                     ", but must have the columns date and name",
                 "write a table that begins with the line date,name"};
  }
  return static_cast<std::size_t>(found - source.columns.begin());
}

}  // namespace

Result<std::vector<Holiday>> read_holidays(const std::string& path) {
  TILL_ASSIGN(RowSource source, open_csv(path, {}));
  TILL_ASSIGN(const std::size_t date_column, column_called(source, path, "date"));
  TILL_ASSIGN(const std::size_t name_column, column_called(source, path, "name"));
  std::vector<Holiday> holidays;
  RowBatch batch;
  std::string held;
  while (true) {
    TILL_ASSIGN(const bool more, source.next(batch));
    if (!more) {
      return holidays;
    }
    if (!batch.refused.empty()) {
      return bad_line(
          path, batch.refused.front().line, "cannot be read: " + batch.refused.front().reason);
    }
    for (std::size_t row = 0; row < batch.rows; ++row) {
      const std::string date(cell_text(batch.columns[date_column], row, held));
      const std::string name(cell_text(batch.columns[name_column], row, held));
      const Result<Instant> day = parse_instant(date, TimeZone());
      if (!day || date.size() != std::string_view("2018-12-25").size()) {
        return bad_line(path, batch.lines[row], "has the date " + in_quotes(date));
      }
      if (name.empty()) {
        return bad_line(path, batch.lines[row], "has no name");
      }
      holidays.push_back({TimeZone().local(*day).date, name});
    }
  }
}

}  // namespace till::log
