#include "till/engine/text.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "buffered_sink.hpp"
#include "grid.hpp"
#include "wording.hpp"

#include "till/engine/terminal_text.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kPlain = "\x1b[0m";

constexpr std::size_t kSmallestTextColumn = 8;
constexpr std::string_view kBetweenColumns = "  ";

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

Result<void> write_summary(TextWriter& writer, const Answer& answer) {
  const std::vector<const Entry*> objects = comparable_objects(answer.summary);
  const std::vector<Fact> facts = facts_of(answer);
  std::size_t name_width = 0;
  for (const Fact& fact : facts) {
    name_width = std::max(name_width, display_width(fact.name));
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
