#include "json_source.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "byte_source.hpp"
#include "text_window.hpp"
#include "utf8.hpp"
#include <nlohmann/json.hpp>

namespace till::log {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kObjectsToFindColumns = 10'000;
constexpr int kMaxDepth = 64;

/// Takes one JSON object apart into its keys and the texts of their values. The parser of the
/// library calls the members named by it.
class ObjectReader {
 public:
  struct Field {
    std::string key;
    std::string value;  // empty for null
  };

  /// Returns whether the text is one object.
  bool read(std::string_view text) {
    size_ = 0;
    depth_ = 0;
    return Json::sax_parse(text, this);
  }

  /// The fields of the last object that was read.
  [[nodiscard]] std::span<const Field> fields() const { return {fields_.data(), size_}; }

  /// Returns whether a name or a value holds a byte 0.
  [[nodiscard]] bool holds_nul() const {
    return std::ranges::any_of(fields(), [](const Field& field) {
      return (field.key + field.value).find('\0') != std::string::npos;
    });
  }

  bool null() { return depth_ == 1 ? take("") : nest("null"); }

  bool boolean(bool value) { return scalar(value ? "true" : "false"); }

  bool number_integer(Json::number_integer_t value) { return scalar(std::to_string(value)); }

  bool number_unsigned(Json::number_unsigned_t value) { return scalar(std::to_string(value)); }

  bool number_float(Json::number_float_t /*value*/, const std::string& digits) {
    return scalar(digits);
  }

  bool string(const std::string& value) {
    return depth_ == 1 ? take(value) : nest(Json(value).dump());
  }

  bool binary(const Json::binary_t& /*value*/) { return false; }  // not in a text

  bool key(const std::string& value) {
    if (depth_ > 1) {
      nest(Json(value).dump());
      nested_ += ':';
      needs_comma_ = false;
      return true;
    }
    if (size_ == fields_.size()) {
      fields_.emplace_back();
    }
    fields_[size_++].key = value;
    return true;
  }

  bool start_object(std::size_t /*elements*/) { return open('{'); }

  bool end_object() { return close('}'); }

  bool start_array(std::size_t /*elements*/) { return depth_ > 0 && open('['); }

  bool end_array() { return close(']'); }

  bool parse_error(std::size_t /*at*/,
                   const std::string& /*token*/,
                   const Json::exception& /*error*/) {
    return false;
  }

 private:
  bool take(std::string_view value) {
    fields_[size_ - 1].value = value;
    return true;
  }

  bool scalar(std::string_view value) { return depth_ == 1 ? take(value) : nest(value); }

  /// Writes a part of a value that is itself an object or an array. Outside of the object: refuses.
  bool nest(std::string_view token) {
    nested_ += needs_comma_ ? "," : "";
    nested_ += token;
    needs_comma_ = true;
    return depth_ > 0;
  }

  bool open(char bracket) {
    if (depth_ == 1) {
      nested_.clear();
      needs_comma_ = false;
    }
    if (depth_ > 0) {
      nest({&bracket, 1});
      needs_comma_ = false;
    }
    return ++depth_ <= kMaxDepth;
  }

  bool close(char bracket) {
    if (--depth_ > 0) {
      nested_ += bracket;
      needs_comma_ = true;
    }
    return depth_ == 1 ? take(nested_) : true;
  }

  std::vector<Field> fields_;  // the first size_ are of this object; the others keep their memory
  std::size_t size_ = 0;
  int depth_ = 0;
  std::string nested_;
  bool needs_comma_ = false;
};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

class JsonReader {
 public:
  JsonReader(std::string path, ByteSource bytes, std::vector<std::string> columns)
      : path_(std::move(path)), window_(std::move(bytes)), columns_(std::move(columns)) {
    for (const std::string& column : columns_) {
      index_.emplace(column, index_.size());
    }
  }

  ByteSource& bytes() { return window_.bytes(); }

  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }

  /// Reads the first objects for their keys.
  Result<void> find_columns() {
    std::size_t objects = 0;
    while (objects < kObjectsToFindColumns && !(window_.ended() && window_.unread().empty())) {
      TILL_TRY(window_.slide());
      for (std::optional<Line> line = take_line(); line; line = take_line()) {
        if (objects == 0 && line->text.find_first_not_of(" \t") == line->text.find('[')) {
          if (!is_blank(line->text)) {
            return Error{ErrorCode::InvalidData,
                         "ingest: " + path_ + " is a JSON array, but must be one object per line",
                         "turn it into lines: jq -c '.[]' " + path_};
          }
        }
        if (!refusal(*line).empty()) {
          continue;
        }
        ++objects;
        for (const ObjectReader::Field& field : reader_.fields()) {
          if (index_.emplace(field.key, columns_.size()).second) {
            columns_.push_back(field.key);
          }
        }
        if (objects == kObjectsToFindColumns) {
          break;
        }
      }
    }
    if (objects == 0) {
      return Error{ErrorCode::InvalidData,
                   "ingest: " + path_ + " holds no JSON object",
                   "a log in JSON has one object per line: {\"customer_id\": \"7\", …}"};
    }
    return {};
  }

  Result<bool> next(RowBatch& batch, const std::function<void(const std::string&)>& on_new_column) {
    batch.rows = 0;
    batch.lines.clear();
    batch.texts.clear();
    batch.refused.clear();
    batch.columns.assign(columns_.size(), TextCells{});
    held_.clear();
    while (true) {
      while (batch.rows + batch.refused.size() < kBatchRows) {
        const std::optional<Line> line = take_line();
        if (!line) {
          break;
        }
        // Of a long line only the beginning is here: more than blanks may follow it.
        if (line->too_long || !is_blank(line->text)) {
          take_row(batch, *line, on_new_column);
        }
      }
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
  struct Line {
    std::int64_t number = 0;
    std::string_view text;
    bool too_long = false;  // the text is its beginning only
  };

  /// Takes the next line out of the window; nothing when the window holds no whole one.
  std::optional<Line> take_line() {
    while (!window_.unread().empty()) {
      const std::string_view text = window_.unread();
      const std::size_t line_end = text.find('\n');
      const bool whole = line_end != std::string_view::npos || window_.ended();
      if (!whole && text.size() <= kMaxRowBytes) {
        return std::nullopt;
      }
      const std::string_view line = text.substr(0, line_end);
      window_.use(line_end == std::string_view::npos ? text.size() : line_end + 1);
      const bool skipped = std::exchange(skipping_, !whole);
      if (skipped) {
        continue;  // the rest of a line that was refused
      }
      return Line{++line_, line, line.size() > kMaxRowBytes};
    }
    return std::nullopt;
  }

  /// Reads a line into reader_. \return why it cannot be, or nothing.
  std::string_view refusal(const Line& line) {
    if (line.too_long) {
      return "row_too_long";
    }
    if (!window_.has_no_nul() && line.text.find('\0') != std::string_view::npos) {
      return "nul_byte";
    }
    if (!window_.is_ascii() && !is_utf8(line.text)) {
      return "invalid_utf8";
    }
    if (!reader_.read(line.text)) {
      return "invalid_json";
    }
    // Escaped, it passes for text; not every database keeps it.
    const bool may_hold_nul = line.text.find("\\u0000") != std::string_view::npos;
    return may_hold_nul && reader_.holds_nul() ? "nul_byte" : "";
  }

  void take_row(RowBatch& batch,
                const Line& line,
                const std::function<void(const std::string&)>& on_new_column) {
    const std::string_view reason = refusal(line);
    if (!reason.empty()) {
      batch.refused.push_back({line.number, "", std::string(reason), printable(line.text)});
      return;
    }
    for (auto& column : batch.columns) {
      std::get<TextCells>(column).emplace_back();
    }
    for (const ObjectReader::Field& field : reader_.fields()) {
      const auto found = index_.find(field.key);
      if (found == index_.end()) {
        on_new_column(field.key);
      } else {
        std::get<TextCells>(batch.columns[found->second]).back() = held_.emplace_back(field.value);
      }
    }
    batch.lines.push_back(line.number);
    batch.texts.push_back(line.text);
    ++batch.rows;
  }

  std::string path_;
  TextWindow window_;
  ObjectReader reader_;
  std::vector<std::string> columns_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::deque<std::string> held_;  // what the cells of the current batch view
  bool skipping_ = false;         // inside a line that was refused for its length
  std::int64_t line_ = 0;
};

}  // namespace

Result<RowSource> open_json(const std::string& path,
                            const std::string& encoding,
                            std::vector<std::string> known_columns,
                            std::function<void(const std::string&)> on_new_column) {
  TILL_ASSIGN(ByteSource first_look, ByteSource::open(path, encoding));
  JsonReader scout(path, std::move(first_look), std::move(known_columns));
  TILL_TRY(scout.find_columns());
  TILL_ASSIGN(ByteSource bytes, ByteSource::open(path, encoding));
  auto reader = std::make_shared<JsonReader>(path, std::move(bytes), scout.columns());
  RowSource source;
  source.columns = reader->columns();
  source.next = [reader, on_new_column = std::move(on_new_column)](RowBatch& batch) {
    return reader->next(batch, on_new_column);
  };
  source.bytes_done = [reader] { return reader->bytes().bytes_done(); };
  source.bytes_total = reader->bytes().bytes_total();
  source.sha256 = [reader] { return reader->bytes().sha256(); };
  source.utc_columns.assign(source.columns.size(), false);
  return source;
}

}  // namespace till::log
