// JSON lines: every line is a row, a refusal or blank, and a row holds what a whole parser finds in
// it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.hpp"
#include "log/json_source.hpp"
#include "log/text_window.hpp"
#include "log/utf8.hpp"
#include <nlohmann/json.hpp>

namespace {

using namespace till;
using namespace till::log;
using fuzz::require;
using Json = nlohmann::json;

void check_error(const Error& error) {
  require(error.code == ErrorCode::InvalidData && error.message.starts_with("ingest: /proc/") &&
              !error.remedy.empty(),
          "a refused file is named, with what helps");
}

void check_cell(std::string_view cell, const Json& value) {
  if (value.is_null()) {
    require(cell.empty(), "null is no value");
  } else if (value.is_string()) {
    require(cell == value.get_ref<const std::string&>(), "a text is itself");
  } else {
    require(Json::parse(cell, nullptr, false) == value, "any other value keeps its meaning");
  }
}

void check_row(std::string_view line,
               const std::vector<std::string>& columns,
               const RowBatch& batch,
               std::size_t row,
               std::set<std::string>& keys) {
  const Json object = Json::parse(line, nullptr, false);
  require(object.is_object(), "a row is one object");
  for (const auto& [key, value] : object.items()) {
    keys.insert(key);
    require(std::ranges::find(columns, key) != columns.end(), "every key is a column");
  }
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const TextCells& cells = std::get<TextCells>(batch.columns[c]);
    require(cells.size() == batch.rows, "every column has every row");
    if (const auto found = object.find(columns[c]); found != object.end()) {
      check_cell(cells[row], *found);
    } else {
      require(cells[row].empty(), "a key that is not there is no value");
    }
  }
}

void check_refusal(std::string_view line, const RefusedRow& row) {
  if (row.reason == "row_too_long") {
    require(line.size() > kMaxRowBytes, "a long line is long");
    return;
  }
  require(row.text == printable(line), "a refusal shows its line");
  if (row.reason == "nul_byte") {
    require(
        line.find('\0') != std::string_view::npos || line.find("\\u0000") != std::string_view::npos,
        "there is a zero byte");
  } else if (row.reason == "invalid_utf8") {
    require(!is_utf8(line), "it is no UTF-8");
  } else {
    require(row.reason == "invalid_json", "a refused line has a reason");
    const bool deep = std::ranges::count_if(line, [](char c) { return c == '{' || c == '['; }) > 64;
    require(deep || !Json::parse(line, nullptr, false).is_object(), "it is not one object");
  }
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

bool is_marked(std::string_view text) {
  using namespace std::string_view_literals;
  for (const std::string_view mark :
       {"\x1f\x8b"sv, "\x28\xb5\x2f\xfd"sv, "\xff\xfe"sv, "\xfe\xff"sv, "\xef\xbb\xbf"sv}) {
    if (text.starts_with(mark)) {
      return true;
    }
  }
  return false;
}

}  // namespace

extern "C" [[gnu::visibility("default")]] int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                                                     std::size_t size) {
  static fuzz::MemoryFile file;
  const std::string_view text = fuzz::text_of(data, size);
  std::map<std::int64_t, std::string_view> lines;  // those that must be a row or a refusal
  std::string_view rest = text;
  for (std::int64_t number = 1; !rest.empty(); ++number) {
    const std::string_view line = fuzz::take_until(rest, '\n');
    if (line.size() > kMaxRowBytes || !is_blank(line)) {
      lines.emplace(number, line);
    }
  }

  const auto none_appears_late = [](const std::string&) { require(false, "columns are found"); };
  Result<RowSource> source = open_json(file.write(text), "", {}, none_appears_late);
  if (!source) {
    check_error(source.error());
    return 0;
  }
  std::set<std::string> keys;
  RowBatch batch;
  while (true) {
    const Result<bool> more = source->next(batch);
    if (!more) {
      check_error(more.error());
      return 0;
    }
    if (!*more) {
      break;
    }
    if (is_marked(text)) {
      continue;  // its lines are not those of the text
    }
    for (std::size_t row = 0; row < batch.rows; ++row) {
      const auto line = lines.find(batch.lines[row]);
      require(line != lines.end(), "a row comes from a line, once");
      require(batch.texts[row] == line->second, "a row keeps its text");
      check_row(line->second, source->columns, batch, row, keys);
      lines.erase(line);
    }
    for (const RefusedRow& row : batch.refused) {
      const auto line = lines.find(row.line);
      require(line != lines.end(), "a refusal comes from a line, once");
      check_refusal(line->second, row);
      lines.erase(line);
    }
  }
  if (!is_marked(text)) {
    require(lines.empty(), "no line is left over");
    require(keys.size() == source->columns.size(), "every column is a key");
  }
  return 0;
}
