#include "till/engine/csv.hpp"

#include <cmath>
#include <string_view>

#include "buffered_sink.hpp"
#include "wording.hpp"

namespace till::engine {

namespace {

void append_text(std::string& out, std::string_view text) {
  // Quoted too: an empty text, which bare would be a missing one, and blanks that readers trim.
  const bool bare = !text.empty() && text.find_first_of("\",\r\n") == std::string_view::npos &&
                    text.front() != ' ' && text.back() != ' ' && text.front() != '\t' &&
                    text.back() != '\t';
  if (bare) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    out.append(c == '"' ? 2 : 1, c);
  }
  out += '"';
}

struct CellWriter {
  std::string& out;
  std::size_t row;

  void operator()(const IntegerColumn& column) const {
    if (column[row]) {
      out += std::to_string(*column[row]);
    }
  }

  void operator()(const RealColumn& column) const {
    if (column[row] && std::isfinite(*column[row])) {
      out += number(*column[row]);
    }
  }

  void operator()(const TextColumn& column) const {
    if (column[row]) {
      append_text(out, *column[row]);
    }
  }

  void operator()(const InstantColumn& column) const {
    if (column[row]) {
      out += to_string(*column[row]);
    }
  }
};

}  // namespace

Result<void> write_csv(const Table& table, const Sink& sink) {
  BufferedSink buffered(sink);
  std::string& out = buffered.buffer();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    out += i == 0 ? "" : ",";
    append_text(out, table.columns[i].name);
  }
  out += '\n';
  const std::size_t rows = table.rows();
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      out += i == 0 ? "" : ",";
      std::visit(CellWriter{out, row}, table.columns[i].values);
    }
    out += '\n';
    TILL_TRY(buffered.maybe_flush());
  }
  return buffered.flush();
}

std::string to_csv(const Table& table) {
  std::string text;
  const Result<void> written = write_csv(table, into(text));
  TILL_ASSERT(written.has_value(), "writing to memory failed");
  static_cast<void>(written);
  return text;
}

}  // namespace till::engine
