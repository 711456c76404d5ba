#include "csv_source.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "byte_source.hpp"
#include "text_window.hpp"
#include "utf8.hpp"

namespace till::log {

namespace {

/// What one attempt to read a row found.
enum class RowEnd { Complete, NeedsMoreBytes, UnclosedQuote, MalformedQuote, TooLong };

/// Splits the text at hand into rows, and rows into fields, which are views into that text.
class RowParser {
 public:
  explicit RowParser(char delimiter) : delimiter_(delimiter) {}

  struct Row {
    RowEnd end = RowEnd::Complete;
    std::size_t bytes = 0;       // of the row with its line end
    std::int64_t line_ends = 0;  // line ends inside and behind the row
  };

  /// Splits the row that starts at text[0]. `last`: the file ends with this text.
  Row parse(std::string_view text, bool last) {
    fields_.clear();
    doubled_.clear();
    const std::size_t line_end = text.find('\n');
    const std::string_view line = text.substr(0, line_end);
    if (line.size() > kMaxRowBytes) {
      return {RowEnd::TooLong, after(line_end, text), 1};
    }
    if (line_end == std::string_view::npos && !last) {
      return {RowEnd::NeedsMoreBytes, 0, 0};
    }
    if (line.find('"') == std::string_view::npos) {
      split(without_cr(line));
      return {RowEnd::Complete, after(line_end, text), 1};
    }
    return parse_quoted(text, last, after(line_end, text));
  }

  /// The fields of the last row; a quoted one still has its doubled quotes.
  [[nodiscard]] const std::vector<std::string_view>& fields() const { return fields_; }

  /// Which of them were written in quotes with a doubled quote inside.
  [[nodiscard]] const std::vector<std::size_t>& doubled() const { return doubled_; }

 private:
  static std::size_t after(std::size_t line_end, std::string_view text) {
    return line_end == std::string_view::npos ? text.size() : line_end + 1;
  }

  static std::string_view without_cr(std::string_view line) {
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    return line;
  }

  void split(std::string_view line) {
    const char* begin = line.data();
    const char* const end = begin + line.size();
    while (true) {
      const auto* hit = static_cast<const char*>(
          std::memchr(begin, delimiter_, static_cast<std::size_t>(end - begin)));
      if (hit == nullptr) {
        fields_.emplace_back(begin, static_cast<std::size_t>(end - begin));
        return;
      }
      fields_.emplace_back(begin, static_cast<std::size_t>(hit - begin));
      begin = hit + 1;
    }
  }

  Row parse_quoted(std::string_view text, bool last, std::size_t first_line_bytes) {
    const auto refuse = [&](RowEnd end) { return Row{end, first_line_bytes, 1}; };
    std::int64_t line_ends = 0;
    std::size_t at = 0;
    while (true) {
      if (at < text.size() && text[at] == '"') {
        const std::size_t begin = ++at;
        bool doubled = false;
        while (true) {
          const std::size_t quote = text.find('"', at);
          const std::size_t stop = std::min(quote, text.size());
          line_ends += std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                                  text.begin() + static_cast<std::ptrdiff_t>(stop),
                                  '\n');
          if (stop > kMaxRowBytes) {
            return refuse(RowEnd::UnclosedQuote);
          }
          if (quote == std::string_view::npos) {
            return last ? refuse(RowEnd::UnclosedQuote) : Row{RowEnd::NeedsMoreBytes, 0, 0};
          }
          if (quote + 1 == text.size() && !last) {
            return {RowEnd::NeedsMoreBytes, 0, 0};  // it may be the first of two
          }
          at = quote + 1;
          if (at < text.size() && text[at] == '"') {
            doubled = true;
            ++at;
            continue;
          }
          if (doubled) {
            doubled_.push_back(fields_.size());
          }
          fields_.push_back(text.substr(begin, quote - begin));
          break;
        }
      } else {
        const std::size_t end = text.find_first_of(ends_, at);
        if (end == std::string_view::npos && !last) {
          return {RowEnd::NeedsMoreBytes, 0, 0};
        }
        std::string_view field = text.substr(at, end == std::string_view::npos ? end : end - at);
        at += field.size();
        if (at == text.size() || text[at] == '\n') {
          field = without_cr(field);
        }
        fields_.push_back(field);
      }
      // Behind a field stands a delimiter, or the row ends.
      if (at < text.size() && text[at] == delimiter_) {
        ++at;
        continue;
      }
      if (at < text.size() && text[at] == '\r') {
        if (at + 1 == text.size() && !last) {
          return {RowEnd::NeedsMoreBytes, 0, 0};
        }
        if (at + 1 == text.size() || text[at + 1] == '\n') {
          ++at;
        }
      }
      if (at == text.size()) {
        return last ? Row{RowEnd::Complete, at, line_ends + 1} : Row{RowEnd::NeedsMoreBytes, 0, 0};
      }
      if (text[at] == '\n') {
        return {RowEnd::Complete, at + 1, line_ends + 1};
      }
      return refuse(RowEnd::MalformedQuote);
    }
  }

  char delimiter_;
  std::string ends_{delimiter_, '\n'};  // what ends a field without quotes
  std::vector<std::string_view> fields_;
  std::vector<std::size_t> doubled_;
};

std::string_view reason_of(RowEnd end) {
  switch (end) {
    case RowEnd::UnclosedQuote:
      return "unclosed_quote";
    case RowEnd::MalformedQuote:
      return "malformed_quote";
    case RowEnd::TooLong:
      return "row_too_long";
    case RowEnd::Complete:
    case RowEnd::NeedsMoreBytes:
      break;
  }
  return "";
}

std::string unescape(std::string_view field) {
  std::string text;
  text.reserve(field.size());
  for (std::size_t i = 0; i < field.size(); ++i) {
    text += field[i];
    if (field[i] == '"') {
      ++i;  // the second of two
    }
  }
  return text;
}

std::string_view row_text(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

class CsvReader {
 public:
  CsvReader(std::string path, ByteSource bytes)
      : path_(std::move(path)), window_(std::move(bytes)) {}

  Result<void> start(const CsvOptions& options) {
    TILL_TRY(window_.slide());
    std::size_t blank = 0;
    std::string_view text = window_.unread();
    for (; blank < text.size() && (text[blank] == '\n' || text[blank] == '\r'); ++blank) {
      line_ += text[blank] == '\n' ? 1 : 0;
    }
    window_.use(blank);
    text = window_.unread();
    TILL_TRY(refuse_other_formats(text));
    const std::optional<char> delimiter =
        options.delimiter.empty() ? find_delimiter(text) : options.delimiter.front();
    if (!delimiter) {
      return one_column(text,
                        "till knows comma, semicolon, tab and bar; say another one with "
                        "--delimiter");
    }
    parser_.emplace(*delimiter);
    const RowParser::Row header = parser_->parse(text, window_.ended());
    if (header.end != RowEnd::Complete) {
      return refuse("the header line cannot be read (" +
                        std::string(header.end == RowEnd::NeedsMoreBytes ? "row_too_long"
                                                                         : reason_of(header.end)) +
                        ")",
                    "the first line must name the columns");
    }
    if (parser_->fields().size() < 2) {
      return one_column(text,
                        "it holds no " + in_quotes(options.delimiter) +
                            " to split it at: say another --delimiter, or leave it out");
    }
    for (std::size_t i = 0; i < parser_->fields().size(); ++i) {
      columns_.push_back(field_text(i));
      if (!is_utf8(columns_.back())) {
        return refuse("the header line is not UTF-8",
                      "say how the file is encoded, for example --encoding latin1");
      }
    }
    window_.use(header.bytes);
    line_ += header.line_ends;
    return {};
  }

  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }

  ByteSource& bytes() { return window_.bytes(); }

  Result<bool> next(RowBatch& batch) {
    reset(batch);
    while (true) {
      read_rows(batch);
      if (batch.rows > 0 || !batch.refused.empty()) {
        return true;
      }
      if (window_.ended() && window_.unread().empty()) {
        return false;
      }
      TILL_TRY(window_.slide());
    }
  }

 private:
  [[nodiscard]] Error refuse(const std::string& what, std::string remedy) const {
    return {ErrorCode::InvalidData, "ingest: " + path_ + ": " + what, std::move(remedy)};
  }

  [[nodiscard]] Error one_column(std::string_view text, std::string remedy) const {
    const std::string_view header = text.substr(0, text.find('\n'));
    return refuse("line " + std::to_string(line_) + " is " + in_quotes(row_text(header)) +
                      ", but must name at least two columns",
                  std::move(remedy));
  }

  /// Names the formats that look like text from afar, before their bytes are shown as column names.
  Result<void> refuse_other_formats(std::string_view text) const {
    if (text.empty()) {
      return refuse("there is no text in it",
                    "a log needs a header line and one line per transaction");
    }
    const std::string_view header = text.substr(0, text.find('\n'));
    if (text.starts_with("PK\x03\x04")) {
      return refuse("it is a zip archive or a spreadsheet, but must be text",
                    "take the log out of it, or save the sheet as CSV");
    }
    if (header.find('\0') != std::string_view::npos) {
      return refuse("the header line holds zero bytes: it is UTF-16 or no text at all",
                    "if it is UTF-16: --encoding UTF-16LE");
    }
    if (header.size() == text.size() && header.find('\r') < header.find_last_not_of("\r\n")) {
      return refuse("lines end with CR alone, but must end with LF or CRLF",
                    "mend it: tr '\\r' '\\n' < OLD > NEW");
    }
    return {};
  }

  void reset(RowBatch& batch) const {
    batch.rows = 0;
    batch.lines.clear();
    batch.texts.clear();
    batch.refused.clear();
    batch.columns.resize(columns_.size());
    for (auto& column : batch.columns) {
      if (auto* cells = std::get_if<TextCells>(&column)) {
        cells->clear();
      } else {
        column = TextCells{};
      }
    }
  }

  /// Reads rows from the window until it holds no whole one, or the batch is full.
  void read_rows(RowBatch& batch) {
    unescaped_.clear();
    cells_.clear();
    for (auto& column : batch.columns) {
      cells_.push_back(std::get_if<TextCells>(&column));
    }
    while (!window_.unread().empty() && batch.rows + batch.refused.size() < kBatchRows) {
      const std::string_view text = window_.unread();
      if (skipping_) {  // the rest of a line that is too long
        const std::size_t line_end = text.find('\n');
        skipping_ = line_end == std::string_view::npos;
        window_.use(skipping_ ? text.size() : line_end + 1);
        line_ += skipping_ ? 0 : 1;
        continue;
      }
      if (text.front() == '\n' || text.substr(0, 2) == "\r\n" ||
          (text == "\r" && window_.ended())) {
        window_.use(text.front() == '\n' ? 1 : std::min<std::size_t>(2, text.size()));
        ++line_;
        continue;
      }
      RowParser::Row row = parser_->parse(text, window_.ended());
      if (row.end == RowEnd::NeedsMoreBytes) {
        if (text.size() <= 2 * kMaxRowBytes) {
          return;
        }
        // Its first line is of bearable length, so a quote has joined it to what follows.
        row = {RowEnd::UnclosedQuote, text.find('\n') + 1, 1};
      }
      take_row(batch, row, text.substr(0, row.bytes));
    }
  }

  void take_row(RowBatch& batch, const RowParser::Row& row, std::string_view raw) {
    std::string_view reason = reason_of(row.end);
    skipping_ = row.end == RowEnd::TooLong && !raw.ends_with('\n') && !window_.ended();
    if (reason.empty()) {
      reason = check(raw);
    }
    if (!reason.empty()) {
      batch.refused.push_back({line_, "", std::string(reason), printable(row_text(raw))});
    } else {
      for (std::size_t i = 0; i < cells_.size(); ++i) {
        cells_[i]->push_back(parser_->fields()[i]);
      }
      for (const std::size_t i : parser_->doubled()) {
        unescaped_.push_back(unescape(parser_->fields()[i]));
        cells_[i]->back() = unescaped_.back();
      }
      batch.lines.push_back(line_);
      batch.texts.push_back(row_text(raw));
      ++batch.rows;
    }
    window_.use(row.bytes);
    line_ += skipping_ ? 0 : row.line_ends;
  }

  /// Returns why a row that was split cannot be accepted, or nothing.
  std::string_view check(std::string_view raw) const {
    if (!window_.has_no_nul() && raw.find('\0') != std::string_view::npos) {
      return "nul_byte";
    }
    if (!window_.is_ascii() && !is_utf8(raw)) {
      return "invalid_utf8";
    }
    return parser_->fields().size() == columns_.size() ? "" : "wrong_column_count";
  }

  std::string field_text(std::size_t i) const {
    const bool doubled = std::ranges::find(parser_->doubled(), i) != parser_->doubled().end();
    return doubled ? unescape(parser_->fields()[i]) : std::string(parser_->fields()[i]);
  }

  /// Returns the delimiter under which the first rows agree best on how many columns there are.
  std::optional<char> find_delimiter(std::string_view text) const {
    std::optional<char> best;
    double best_score = 0.0;
    for (const char candidate : {',', ';', '\t', '|'}) {
      RowParser parser(candidate);
      std::string_view rest = text;
      std::size_t columns = 0;
      int agreeing = 0;
      int rows = 0;
      while (rows < 100 && !rest.empty()) {
        const RowParser::Row row = parser.parse(rest, window_.ended());
        if (row.end == RowEnd::NeedsMoreBytes) {
          break;
        }
        columns = rows == 0 ? parser.fields().size() : columns;
        agreeing += parser.fields().size() == columns ? 1 : 0;
        ++rows;
        rest.remove_prefix(row.bytes);
      }
      // Agreement first; among equals the more columns the better.
      const double score =
          columns < 2 ? 0.0
                      : static_cast<double>(agreeing) / rows + 1e-6 * static_cast<double>(columns);
      if (score > best_score) {
        best_score = score;
        best = candidate;
      }
    }
    return best;
  }

  std::string path_;
  TextWindow window_;
  std::optional<RowParser> parser_;
  std::vector<std::string> columns_;
  bool skipping_ = false;  // inside a line that was refused for its length
  std::int64_t line_ = 1;

  std::vector<TextCells*> cells_;
  std::deque<std::string> unescaped_;  // what cells with doubled quotes view
};

}  // namespace

Result<RowSource> open_csv(const std::string& path, const CsvOptions& options) {
  const std::string_view delimiter = options.delimiter;
  if (delimiter.size() > 1 || delimiter == "\"" || delimiter == "\n" || delimiter == "\r") {
    return Error{
        ErrorCode::InvalidArgument,
        "ingest: delimiter is " + in_quotes(delimiter) + ", but must be one character and no quote",
        "a tab in the shell: --delimiter $'\\t'"};
  }
  TILL_ASSIGN(ByteSource bytes, ByteSource::open(path, options.encoding));
  auto reader = std::make_shared<CsvReader>(path, std::move(bytes));
  TILL_TRY(reader->start(options));
  RowSource source;
  source.columns = reader->columns();
  source.next = [reader](RowBatch& batch) { return reader->next(batch); };
  source.bytes_done = [reader] { return reader->bytes().bytes_done(); };
  source.bytes_total = reader->bytes().bytes_total();
  source.sha256 = [reader] { return reader->bytes().sha256(); };
  source.utc_columns.assign(source.columns.size(), false);
  return source;
}

}  // namespace till::log
