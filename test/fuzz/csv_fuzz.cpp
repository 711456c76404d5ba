// Delimited text, packed or not, from its first byte to its last row.
//
// The first byte says how the rest is packed and which delimiter is said, the second where a packed
// file is cut off. Every line of a plain text is in one row, in one refusal, or blank; cells come
// back when they are written as CSV; what was packed is read as if it had not been; an archive that
// is cut off is refused.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.hpp"
#include "log/csv_source.hpp"
#include "log/text_window.hpp"
#include "log/utf8.hpp"
#include "support/packed.hpp"

namespace {

using namespace till;
using namespace till::log;
using fuzz::require;

enum class Packing { Plain, Gzip, Zstd, CutGzip, CutZstd, Latin1, Utf16, Raw };

struct Row {
  std::int64_t line = 0;
  std::string text;
  std::vector<std::string> cells;

  friend bool operator==(const Row&, const Row&) = default;
};

struct Refusal {
  std::int64_t line = 0;
  std::string reason;
  std::string text;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

struct Read {
  bool failed = false;
  std::vector<std::string> columns;
  std::vector<Row> rows;
  std::vector<Refusal> refused;

  friend bool operator==(const Read&, const Read&) = default;
};

void check_error(const Error& error) {
  require(error.code == ErrorCode::InvalidData && error.message.starts_with("ingest: /proc/") &&
              !error.remedy.empty(),
          "a refused file is named, with what helps");
}

void check_refusal(const RefusedRow& row) {
  constexpr std::array<std::string_view, 6> kReasons = {"unclosed_quote",
                                                        "malformed_quote",
                                                        "wrong_column_count",
                                                        "nul_byte",
                                                        "invalid_utf8",
                                                        "row_too_long"};
  require(std::ranges::find(kReasons, row.reason) != kReasons.end(), "a refused row has a reason");
  require(is_utf8(row.text) && row.text.find('\0') == std::string::npos,
          "a refused row can be shown and stored");
}

Read read_all(std::string_view content, const CsvOptions& options) {
  static fuzz::MemoryFile file;
  Read read;
  Result<RowSource> source = open_csv(file.write(content), options);
  if (!source) {
    check_error(source.error());
    read.failed = true;
    return read;
  }
  read.columns = source->columns;
  RowBatch batch;
  while (true) {
    const Result<bool> more = source->next(batch);
    if (!more) {
      check_error(more.error());
      read.failed = true;
      return read;
    }
    if (!*more) {
      break;
    }
    require(batch.columns.size() == read.columns.size() && batch.lines.size() == batch.rows &&
                batch.texts.size() == batch.rows,
            "a batch is complete");
    for (std::size_t row = 0; row < batch.rows; ++row) {
      Row& taken = read.rows.emplace_back(Row{batch.lines[row], std::string(batch.texts[row]), {}});
      for (const auto& column : batch.columns) {
        const TextCells& cells = std::get<TextCells>(column);
        require(cells.size() == batch.rows, "every column has every row");
        require(is_utf8(cells[row]) && cells[row].find('\0') == std::string_view::npos,
                "a cell is text");
        taken.cells.emplace_back(cells[row]);
      }
    }
    for (const RefusedRow& row : batch.refused) {
      check_refusal(row);
      read.refused.push_back({row.line, row.reason, row.text});
    }
  }
  require(source->bytes_done() == content.size(), "a file is read to its end");
  return read;
}

std::string_view without_line_end(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

std::int64_t line_feeds(const std::vector<std::string>& cells) {
  std::int64_t n = 0;
  for (const std::string& cell : cells) {
    n += std::ranges::count(cell, '\n');
  }
  return n;
}

/// The lines of a text, and which of them nothing has accounted for yet.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    for (std::size_t at = 0; at < text.size(); at = begins_.back() + next_.back()) {
      const std::size_t end = text.find('\n', at);
      begins_.push_back(at);
      next_.push_back(end == std::string_view::npos ? text.size() - at : end + 1 - at);
    }
  }

  [[nodiscard]] bool blank() const {
    if (at_ == begins_.size()) {
      return false;
    }
    const std::string_view line = span(1);
    return line == "\n" || line == "\r\n" || line == "\r";
  }

  /// Before the header even a lone CR is nothing.
  void skip_to_header() {
    while (left() > 0 && next(1).empty()) {
      ++at_;
    }
  }

  void skip_blank() {
    while (blank()) {
      ++at_;
    }
  }

  /// Returns the next lines without their last line end.
  [[nodiscard]] std::string_view next(std::size_t lines) const {
    return without_line_end(span(lines));
  }

  [[nodiscard]] std::size_t next_bytes() const { return next_[at_]; }

  [[nodiscard]] std::size_t left() const { return begins_.size() - at_; }

  [[nodiscard]] std::int64_t number() const { return static_cast<std::int64_t>(at_) + 1; }

  void use(std::size_t lines) { at_ += lines; }

 private:
  [[nodiscard]] std::string_view span(std::size_t lines) const {
    const std::size_t last = at_ + lines - 1;
    return text_.substr(begins_[at_], begins_[last] + next_[last] - begins_[at_]);
  }

  std::string_view text_;
  std::vector<std::size_t> begins_;
  std::vector<std::size_t> next_;
  std::size_t at_ = 0;
};

/// Every line is in the header, in one row, in one refusal, or blank.
void check_conservation(std::string_view text, const Read& read) {
  Lines lines(text);
  lines.skip_to_header();
  lines.use(static_cast<std::size_t>(1 + line_feeds(read.columns)));
  auto row = read.rows.begin();
  auto refused = read.refused.begin();
  while (row != read.rows.end() || refused != read.refused.end()) {
    lines.skip_blank();
    require(lines.left() > 0, "a row comes from a line");
    if (row != read.rows.end() && row->line == lines.number()) {
      const auto n = static_cast<std::size_t>(1 + line_feeds(row->cells));
      require(n <= lines.left() && lines.next(n) == row->text, "a row is the text of its lines");
      lines.use(n);
      ++row;
      continue;
    }
    require(refused != read.refused.end() && refused->line == lines.number(),
            "every line is accounted for, once and in order");
    std::size_t n = 1;
    if (refused->reason == "row_too_long") {  // it shows the beginning only
      require(lines.next_bytes() > kMaxRowBytes, "a long row is long");
      lines.use(n);
      ++refused;
      continue;
    }
    while (n <= lines.left() && printable(lines.next(n)) != refused->text) {
      ++n;
    }
    require(n <= lines.left(), "a refusal shows the text of its lines");
    lines.use(n);
    ++refused;
  }
  lines.skip_blank();
  require(lines.left() == 0, "no line is left over");
}

/// Rows without quotes are what stands between the delimiters.
void check_cells(const Read& read, char delimiter) {
  for (const Row& row : read.rows) {
    if (row.text.find('"') != std::string::npos) {
      continue;
    }
    std::string joined;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      joined += (i == 0 ? std::string() : std::string(1, delimiter)) + row.cells[i];
    }
    require(without_line_end(joined) == row.text, "cells and delimiters make the row");
  }
}

std::string written(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    out += i == 0 ? "\"" : ",\"";
    for (const char c : cells[i]) {
      out += c;
      if (c == '"') {
        out += c;
      }
    }
    out += '"';
  }
  return out + "\r\n";
}

/// What was read is read again when it is written as CSV.
void check_round_trip(const Read& read) {
  std::string text = written(read.columns);
  if (text.size() > kMaxRowBytes) {  // in quotes a row is longer than without
    return;
  }
  std::vector<std::vector<std::string>> expected;
  for (const Row& row : read.rows) {
    if (const std::string line = written(row.cells); line.size() <= kMaxRowBytes) {
      text += line;
      expected.push_back(row.cells);
    }
  }
  const Read again = read_all(text, {.delimiter = ","});
  require(!again.failed && again.refused.empty() && again.columns == read.columns &&
              again.rows.size() == expected.size(),
          "rows written as CSV are read");
  for (std::size_t i = 0; i < expected.size(); ++i) {
    require(again.rows[i].cells == expected[i], "cells come back as they were");
  }
}

/// Whether the reader takes a text for something else, by its first bytes.
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

std::string_view cut(std::string_view packed, std::size_t at) {
  constexpr std::size_t kMark = 4;  // with less of it nobody can tell what it was
  return packed.substr(0, kMark + at % (packed.size() - kMark));
}

}  // namespace

extern "C" [[gnu::visibility("default")]] int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                                                     std::size_t size) {
  if (size < 2) {
    return 0;
  }
  const auto packing = static_cast<Packing>(data[0] % 8);
  constexpr std::array<std::string_view, 4> kDelimiters = {"", ",", ";", "\t"};
  CsvOptions options{.delimiter = std::string(kDelimiters[data[0] / 8 % 4])};
  const std::string_view text = fuzz::text_of(data + 2, size - 2);
  switch (packing) {
    case Packing::Latin1:
    case Packing::Utf16:
      options.encoding = packing == Packing::Latin1 ? "latin1" : "UTF-16LE";
      if (const Read read = read_all(text, options); !read.failed) {
        check_round_trip(read);
      }
      return 0;
    case Packing::CutGzip:
      require(read_all(cut(test::gzip(text), data[1]), options).failed, "half a gzip is refused");
      return 0;
    case Packing::CutZstd:
      require(read_all(cut(test::zstd(text), data[1]), options).failed, "half a zstd is refused");
      return 0;
    case Packing::Plain:
    case Packing::Gzip:
    case Packing::Zstd:
    case Packing::Raw:
      break;
  }
  const Read read = read_all(text, options);
  if (!is_marked(text)) {
    if (packing == Packing::Gzip) {
      require(read_all(test::gzip(text), options) == read, "gzip changes nothing");
    } else if (packing == Packing::Zstd) {
      require(read_all(test::zstd(text), options) == read, "zstd changes nothing");
    }
  }
  if (read.failed) {
    return 0;
  }
  if (!is_marked(text)) {
    check_conservation(text, read);
    if (!options.delimiter.empty()) {
      check_cells(read, options.delimiter.front());
    }
  }
  check_round_trip(read);
  return 0;
}
