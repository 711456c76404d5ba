#include "till/engine/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <string_view>
#include <vector>

#include "buffered_sink.hpp"
#include "wording.hpp"

#include "till/engine/terminal_text.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kPlain = "\x1b[0m";

constexpr std::string_view kMissing = "-";
constexpr std::size_t kSmallestTextColumn = 8;
constexpr std::string_view kBetweenColumns = "  ";

/// Returns a number with six digits that count, and thousands separators.
std::string real_for_people(double v) {
  if (!std::isfinite(v)) {
    return std::string(kMissing);
  }
  if (std::abs(v) >= 1e6 && std::abs(v) < 1e15) {
    return grouped(std::llround(v));
  }
  std::array<char, 32> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), v, std::chars_format::general, 6);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  if (std::abs(v) < 1000.0 || text.find('e') != std::string_view::npos) {
    return std::string(text);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  std::int64_t whole = 0;
  std::from_chars(text.data(), text.data() + point, whole);
  return grouped(whole) + std::string(text.substr(point));
}

/// Writes one cell for people.
struct CellText {
  std::size_t row;
  TableColumn::Display display;
  const TimeZone& zone;

  std::string operator()(const IntegerColumn& column) const {
    return column[row] ? grouped(*column[row]) : std::string(kMissing);
  }

  std::string operator()(const RealColumn& column) const {
    if (!column[row] || !std::isfinite(*column[row])) {
      return std::string(kMissing);
    }
    return display == TableColumn::Display::Share ? percent(*column[row], 2)
                                                  : real_for_people(*column[row]);
  }

  std::string operator()(const TextColumn& column) const {
    return column[row] ? printable(*column[row]) : std::string(kMissing);
  }

  std::string operator()(const InstantColumn& column) const {
    return column[row] ? describe(*column[row], zone) : std::string(kMissing);
  }
};

/// Writes one fact of a summary for people, on one line.
struct ValueText {
  const TimeZone& zone;

  std::string operator()(std::monostate /*null*/) const { return std::string(kMissing); }

  std::string operator()(bool v) const { return v ? "yes" : "no"; }

  std::string operator()(std::int64_t v) const { return grouped(v); }

  std::string operator()(double v) const { return real_for_people(v); }

  std::string operator()(const std::string& v) const { return printable(v); }

  std::string operator()(Instant v) const { return describe(v, zone); }

  std::string operator()(const List& list) const {
    std::string text;
    for (const Value& value : list) {
      text += (text.empty() ? "" : ", ") + std::visit(*this, value.data);
    }
    return text;
  }

  std::string operator()(const Object& object) const {
    std::string text;
    for (const auto& [name, value] : object) {
      text += (text.empty() ? "" : ", ") + printable(name) + ": " + std::visit(*this, value.data);
    }
    return text;
  }
};

/// Cells under their names, whatever they come from.
struct Grid {
  struct Column {
    std::string name;
    bool is_text = false;  ///< Left aligned, and may be shortened.
    std::size_t width = 0;
  };

  std::vector<Column> columns;
  std::size_t rows = 0;
  std::function<std::string(std::size_t row, std::size_t column)> cell;
};

/// Gives each column the width of its widest cell, then takes from the widest texts what is too
/// much.
void fit(Grid& grid, std::size_t width) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < grid.columns.size(); ++i) {
    Grid::Column& column = grid.columns[i];
    column.width = display_width(column.name);
    for (std::size_t row = 0; row < grid.rows; ++row) {
      column.width = std::max(column.width, display_width(grid.cell(row, i)));
    }
    used += column.width + (i == 0 ? 0 : kBetweenColumns.size());
  }
  while (width > 0 && used > width) {
    Grid::Column* widest = nullptr;
    for (Grid::Column& column : grid.columns) {
      if (column.is_text && column.width > kSmallestTextColumn &&
          (widest == nullptr || column.width > widest->width)) {
        widest = &column;
      }
    }
    if (widest == nullptr) {
      return;
    }
    --widest->width;
    --used;
  }
}

class TextWriter {
 public:
  TextWriter(const TextOptions& options, const Sink& sink) : options_(options), buffered_(sink) {}

  std::string& out() { return buffered_.buffer(); }

  Result<void> flush() { return buffered_.flush(); }

  void styled(std::string_view style, std::string_view text) {
    if (options_.colour && !style.empty() && !text.empty()) {
      out() += style;
      out() += text;
      out() += kPlain;
    } else {
      out() += text;
    }
  }

  /// Writes a label and a paragraph behind it, whose further lines are indented as much.
  void paragraph(std::string_view style, std::string_view label, std::string_view text) {
    const std::string shown = printable(text);
    const std::string lines =
        options_.width > 0 ? wrapped(shown, options_.width, label.size()) : shown;
    styled(style, std::string(label) + lines);
    out() += '\n';
  }

  Result<void> grid(Grid grid, std::size_t indent) {
    fit(grid, options_.width > indent ? options_.width - indent : 0);
    std::string line;
    const auto write_line = [&](std::string_view style, const auto& text_of) {
      line.assign(indent, ' ');
      for (std::size_t i = 0; i < grid.columns.size(); ++i) {
        const Grid::Column& column = grid.columns[i];
        line += i == 0 ? "" : kBetweenColumns;
        const std::string text =
            shortened(text_of(i), column.is_text ? column.width : ~std::size_t{0});
        const std::size_t cells = display_width(text);
        const std::size_t padding = column.width > cells ? column.width - cells : 0;
        if (column.is_text) {
          line += text;
          // Nothing follows the last column: no blanks at the end of lines.
          line.append(i + 1 == grid.columns.size() ? 0 : padding, ' ');
        } else {
          line.append(padding, ' ');
          line += text;
        }
      }
      styled(style, line);
      out() += '\n';
    };
    write_line(kBold, [&](std::size_t i) { return grid.columns[i].name; });
    for (std::size_t row = 0; row < grid.rows; ++row) {
      write_line("", [&](std::size_t i) { return grid.cell(row, i); });
      TILL_TRY(buffered_.maybe_flush());
    }
    return {};
  }

 private:
  const TextOptions& options_;
  BufferedSink buffered_;
};

Grid grid_of(const Answer& answer) {
  Grid grid;
  grid.rows = answer.rows.rows();
  for (const TableColumn& column : answer.rows.columns) {
    const bool is_text = std::holds_alternative<TextColumn>(column.values) ||
                         std::holds_alternative<InstantColumn>(column.values);
    grid.columns.push_back({column.name, is_text, 0});
  }
  grid.cell = [&answer](std::size_t row, std::size_t i) {
    const TableColumn& column = answer.rows.columns[i];
    return std::visit(CellText{row, column.display, answer.zone}, column.values);
  };
  return grid;
}

bool is_list_of_objects(const Value& value) {
  const List* list = std::get_if<List>(&value.data);
  return list != nullptr && !list->empty() && std::holds_alternative<Object>(list->front().data);
}

/// Returns a list of objects as a grid; the first object names the columns.
Grid grid_of(const List& list, const TimeZone& zone) {
  Grid grid;
  grid.rows = list.size();
  for (const auto& [name, value] : std::get<Object>(list.front().data)) {
    const bool is_number = std::holds_alternative<std::int64_t>(value.data) ||
                           std::holds_alternative<double>(value.data);
    grid.columns.push_back({name, !is_number, 0});
  }
  grid.cell = [&list, &zone, columns = grid.columns](std::size_t row, std::size_t i) {
    const Object* object = std::get_if<Object>(&list[row].data);
    const Value* value = object == nullptr ? nullptr : find(*object, columns[i].name);
    return value == nullptr ? std::string(kMissing) : std::visit(ValueText{zone}, value->data);
  };
  return grid;
}

/// Returns the objects of a summary if there are several and they say the same of different things:
/// such are read beside each other. None otherwise.
std::vector<const Entry*> comparable_objects(const Object& summary) {
  std::vector<const Entry*> objects;
  for (const Entry& entry : summary) {
    if (std::holds_alternative<Object>(entry.value.data)) {
      objects.push_back(&entry);
    }
  }
  const auto is_like_first = [&](const Entry* entry) {
    return std::ranges::equal(std::get<Object>(entry->value.data),
                              std::get<Object>(objects.front()->value.data),
                              {},
                              &Entry::name,
                              &Entry::name);
  };
  if (objects.size() < 2 || !std::ranges::all_of(objects, is_like_first)) {
    objects.clear();
  }
  return objects;
}

std::string words_of(std::string_view name) {
  std::string words(name);
  std::ranges::replace(words, '_', ' ');
  return words;
}

/// Returns objects beside each other: a column for each, a row for each of what they say.
Grid grid_of(const std::vector<const Entry*>& objects, const TimeZone& zone) {
  const Object& first = std::get<Object>(objects.front()->value.data);
  Grid grid;
  grid.rows = first.size();
  grid.columns.push_back({"", true, 0});
  for (const Entry* object : objects) {
    grid.columns.push_back({object->name, false, 0});
  }
  grid.cell = [&objects, &first, &zone](std::size_t row, std::size_t i) {
    if (i == 0) {
      return words_of(first[row].name);
    }
    return std::visit(ValueText{zone},
                      std::get<Object>(objects[i - 1]->value.data)[row].value.data);
  };
  return grid;
}

Result<void> write_summary(TextWriter& writer, const Answer& answer) {
  std::vector<std::pair<std::string, std::string>> facts;
  std::size_t name_width = 0;
  const std::vector<const Entry*> objects = comparable_objects(answer.summary);
  for (const auto& [name, value] : answer.summary) {
    if (is_list_of_objects(value) ||
        (!objects.empty() && std::holds_alternative<Object>(value.data))) {
      continue;
    }
    const auto* integer = std::get_if<std::int64_t>(&value.data);
    std::string text = integer != nullptr && name == "year"
                           ? std::to_string(*integer)  // a name, not an amount: no "2,018"
                           : std::visit(ValueText{answer.zone}, value.data);
    if (text.empty()) {
      continue;  // an empty list
    }
    facts.emplace_back(words_of(name), std::move(text));
    name_width = std::max(name_width, display_width(facts.back().first));
  }
  if (!facts.empty()) {
    writer.out() += '\n';
  }
  for (const auto& [name, text] : facts) {
    writer.styled(kDim, name);
    writer.out().append(name_width - display_width(name) + kBetweenColumns.size(), ' ');
    writer.out() += text + '\n';
  }
  if (!objects.empty()) {
    writer.out() += '\n';
    TILL_TRY(writer.grid(grid_of(objects, answer.zone), 0));
  }
  for (const auto& [name, value] : answer.summary) {
    if (is_list_of_objects(value)) {
      writer.out() += '\n';
      writer.styled(kDim, words_of(name));
      writer.out() += '\n';
      TILL_TRY(writer.grid(grid_of(std::get<List>(value.data), answer.zone), 2));
    }
  }
  return {};
}

}  // namespace

Result<void> write_text(const Answer& answer, const TextOptions& options, const Sink& sink) {
  TextWriter writer(options, sink);
  writer.paragraph(kBold, "", answer.title);
  if (answer.rows.rows() > 0) {
    writer.out() += '\n';
    TILL_TRY(writer.grid(grid_of(answer), 0));
  }
  const auto hidden = answer.total_rows - static_cast<std::int64_t>(answer.rows.rows());
  if (hidden > 0) {
    writer.styled(kDim, "... and " + count_of(hidden, "more row") + " (--limit 0 shows all)");
    writer.out() += '\n';
  }
  TILL_TRY(write_summary(writer, answer));
  for (std::size_t i = 0; i < answer.warnings.size(); ++i) {
    writer.out() += i == 0 ? "\n" : "";
    writer.paragraph(kYellow, "warning: ", answer.warnings[i]);
  }
  return writer.flush();
}

std::string to_text(const Answer& answer, const TextOptions& options) {
  std::string text;
  const Result<void> written = write_text(answer, options, into(text));
  TILL_ASSERT(written.has_value(), "writing to memory failed");
  static_cast<void>(written);
  return text;
}

}  // namespace till::engine
