#include "golden_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace till::golden {

namespace {

/// The cells of a line; a cell in double quotes may hold commas, and quotes doubled.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') {
      if (is_quoted && i + 1 < line.size() && line[i + 1] == '"') {
        cells.back() += '"';
        ++i;
      } else {
        is_quoted = !is_quoted;
      }
    } else if (c == ',' && !is_quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    return std::nullopt;
  }
  return value;
}

/// Mantissa and exponent apart, so that 1.4e-1901 keeps its logarithm.
std::optional<WideNumber> wide_number_of(std::string_view text) {
  const std::size_t split = text.find_first_of("eE");
  const std::optional<double> mantissa = number_of(text.substr(0, split));
  std::optional<double> exponent = 0.0;
  if (split != std::string_view::npos) {
    std::string_view digits = text.substr(split + 1);
    digits.remove_prefix(digits.starts_with('+') ? 1 : 0);
    exponent = number_of(digits);
  }
  if (!mantissa || !exponent) {
    return std::nullopt;
  }
  constexpr double kLogTen = 2.302585092994045684;
  WideNumber number;
  number.sign = *mantissa > 0.0 ? 1.0 : *mantissa < 0.0 ? -1.0 : 0.0;
  number.log_magnitude = std::log(std::fabs(*mantissa)) + *exponent * kLogTen;
  if (*exponent > -320.0) {
    number.value = number_of(text).value_or(0.0);
  }
  return number;
}

class Columns {
 public:
  Columns(std::string path, std::vector<std::string> names)
      : path_(std::move(path)), names_(std::move(names)) {}

  [[nodiscard]] bool has(std::string_view name) const { return index(name) < names_.size(); }

  [[nodiscard]] Error wrong(std::size_t line, std::string_view name, std::string_view text) const {
    return {.code = ErrorCode::InvalidData,
            .message = fmt::format(
                "{}:{}: {} is {}, but must be a number", path_, line, name, in_quotes(text)),
            .remedy = "the layout is described in apps/golden/golden_file.hpp"};
  }

  [[nodiscard]] Result<GoldenRow> row(std::size_t line,
                                      const std::vector<std::string>& cells) const {
    if (cells.size() != names_.size()) {
      return Error{
          .code = ErrorCode::InvalidData,
          .message = fmt::format("{}:{}: has {} cells, but must have {} as the header does",
                                 path_,
                                 line,
                                 cells.size(),
                                 names_.size()),
          .remedy = "mend or remove the line"};
    }
    GoldenRow row;
    row.line = line;
    row.model = cells[index("model")];
    row.quantity = cells[index("quantity")];
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const std::string& name = names_[i];
      const std::string& text = cells[i];
      if (text.empty()) {
        continue;
      }
      if (name == "params") {
        std::istringstream words(text);
        for (std::string word; words >> word;) {
          TILL_ASSIGN(const double value, number(line, name, word));
          row.parameters.push_back(value);
        }
      } else if (name.size() == 2 && name[0] == 'p' && name[1] >= '1' && name[1] <= '9') {
        TILL_ASSIGN(const double value, number(line, name, text));
        row.parameters.push_back(value);
      } else if (name == "extra") {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos) {
          return wrong(line, name, text);
        }
        TILL_ASSIGN(const double value, number(line, name, text.substr(equals + 1)));
        row.arguments[text.substr(0, equals)] = value;
      } else if (is_argument(name)) {
        TILL_ASSIGN(const double value, number(line, name, text));
        row.arguments[name] = value;
      } else if (name == "value") {
        const std::optional<WideNumber> value = wide_number_of(text);
        if (!value) {
          return wrong(line, name, text);
        }
        row.expected = *value;
      }
    }
    return row;
  }

 private:
  static bool is_argument(std::string_view name) {
    return name == "x" || name == "t_x" || name == "T" || name == "t" || name == "n" ||
           name == "delta";
  }

  [[nodiscard]] std::size_t index(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin());
  }

  [[nodiscard]] Result<double> number(std::size_t line,
                                      std::string_view name,
                                      std::string_view text) const {
    const std::optional<double> value = number_of(text);
    if (!value) {
      return wrong(line, name, text);
    }
    return *value;
  }

  std::string path_;
  std::vector<std::string> names_;
};

}  // namespace

Result<std::vector<GoldenRow>> read_golden_file(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::size_t number = 0;
  const auto next = [&] {  // a line that is no comment
    do {
      ++number;
      if (!std::getline(file, line)) {
        return false;
      }
    } while (line.empty() || line == "\r" || line.starts_with('#'));
    return true;
  };
  if (!file || !next()) {
    return Error{.code = ErrorCode::Io,
                 .message = fmt::format("{}: cannot be read", path),
                 .remedy = "give a CSV file of golden rows"};
  }
  const Columns columns(path, cells_of(line));
  for (const char* name : {"model", "quantity", "value"}) {
    if (!columns.has(name)) {
      return Error{.code = ErrorCode::InvalidData,
                   .message = fmt::format("{}:{}: has no column {}", path, number, name),
                   .remedy = "the layout is described in apps/golden/golden_file.hpp"};
    }
  }
  std::vector<GoldenRow> rows;
  while (next()) {
    TILL_ASSIGN(GoldenRow row, columns.row(number, cells_of(line)));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace till::golden
