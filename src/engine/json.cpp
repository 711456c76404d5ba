#include "till/engine/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "buffered_sink.hpp"
#include "wording.hpp"
#include <nlohmann/json.hpp>

#include "till/engine/version.hpp"

namespace till::engine {

namespace {

void append_text(std::string& out, std::string_view text) {
  const bool plain = std::ranges::all_of(text, [](char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';  // where char is signed or not: ASCII
  });
  if (plain) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

void append_integer(std::string& out, std::int64_t v) {
  std::array<char, 24> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), v);
  out.append(digits.data(), end);
}

void append_real(std::string& out, double v) {
  out += std::isfinite(v) ? number(v) : "null";
}

constexpr std::size_t kOnOneLine = 3;  // a depth

/// Writes a value. The first two levels of the tree get a line for each entry, what is below stands
/// on one line.
struct ValueWriter {
  std::string& out;
  std::size_t depth;

  [[nodiscard]] bool is_tall(std::size_t entries, bool nested) const {
    return entries > 0 && (depth == 1 || (depth == 2 && nested));
  }

  void separate(bool tall, bool first) const {
    if (tall) {
      out += first ? "\n" : ",\n";
      out.append((depth + 1) * 2, ' ');
    } else if (!first) {
      out += ", ";
    }
  }

  void close(bool tall, char bracket) const {
    if (tall) {
      out += '\n';
      out.append(depth * 2, ' ');
    }
    out += bracket;
  }

  void operator()(std::monostate /*null*/) const { out += "null"; }

  void operator()(bool v) const { out += v ? "true" : "false"; }

  void operator()(std::int64_t v) const { append_integer(out, v); }

  void operator()(double v) const { append_real(out, v); }

  void operator()(const std::string& v) const { append_text(out, v); }

  void operator()(Instant v) const { append_text(out, to_string(v)); }

  void operator()(const List& list) const {
    const bool nested = std::ranges::any_of(
        list, [](const Value& value) { return std::holds_alternative<Object>(value.data); });
    const bool tall = is_tall(list.size(), nested) && nested;
    out += '[';
    for (std::size_t i = 0; i < list.size(); ++i) {
      separate(tall, i == 0);
      std::visit(ValueWriter{out, depth + 1}, list[i].data);
    }
    close(tall, ']');
  }

  void operator()(const Object& object) const {
    const bool tall = is_tall(object.size(), false);
    out += '{';
    for (std::size_t i = 0; i < object.size(); ++i) {
      separate(tall, i == 0);
      append_text(out, object[i].name);
      out += ": ";
      std::visit(ValueWriter{out, depth + 1}, object[i].value.data);
    }
    close(tall, '}');
  }
};

void append_value(std::string& out, const Value& value) {
  std::visit(ValueWriter{out, 1}, value.data);
}

/// Writes one cell of a row.
struct CellWriter {
  std::string& out;
  std::size_t row;

  void operator()(const IntegerColumn& column) const {
    column[row] ? append_integer(out, *column[row]) : null();
  }

  void operator()(const RealColumn& column) const {
    column[row] ? append_real(out, *column[row]) : null();
  }

  void operator()(const TextColumn& column) const {
    column[row] ? append_text(out, *column[row]) : null();
  }

  void operator()(const InstantColumn& column) const {
    column[row] ? append_text(out, to_string(*column[row])) : null();
  }

  void null() const { out += "null"; }
};

Result<void> write_rows(const Table& table, BufferedSink& sink) {
  // What stands before each value is the same in every row.
  std::vector<std::string> prefixes;
  for (const TableColumn& column : table.columns) {
    std::string& prefix = prefixes.emplace_back(prefixes.empty() ? "" : ", ");
    append_text(prefix, column.name);
    prefix += ": ";
  }
  std::string& out = sink.buffer();
  const std::size_t rows = table.rows();
  out += '[';
  for (std::size_t row = 0; row < rows; ++row) {
    out += row == 0 ? "\n    {" : ",\n    {";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      out += prefixes[i];
      std::visit(CellWriter{out, row}, table.columns[i].values);
    }
    out += '}';
    TILL_TRY(sink.maybe_flush());
  }
  out += rows == 0 ? "]" : "\n  ]";
  return {};
}

}  // namespace

Value source_value(const std::optional<log::Source>& source) {
  if (!source) {
    return {};
  }
  const auto instant = [](const std::optional<Instant>& v) { return v ? Value(*v) : Value(); };
  return Object{{"fingerprint", source->fingerprint},
                {"accepted", source->accepted},
                {"rejected", source->rejected},
                {"duplicates", source->duplicates},
                {"first", instant(source->first)},
                {"last", instant(source->last)}};
}

Result<void> write_json(const Answer& answer, const Sink& sink) {
  BufferedSink buffered(sink);
  std::string& out = buffered.buffer();
  const auto key = [&](std::string_view name, bool first = false) {
    out += first ? "{\n  \"" : ",\n  \"";
    out += name;
    out += "\": ";
  };
  key("verb", true);
  append_text(out, answer.verb);
  key("parameters");
  append_value(out, answer.parameters);
  key("source");
  append_value(out, source_value(answer.source));
  key("rows");
  TILL_TRY(write_rows(answer.rows, buffered));
  key("summary");
  append_value(out, answer.summary);
  key("warnings");
  out += '[';
  for (std::size_t i = 0; i < answer.warnings.size(); ++i) {
    out += i == 0 ? "\n    " : ",\n    ";
    append_text(out, answer.warnings[i]);
  }
  out += answer.warnings.empty() ? "]" : "\n  ]";
  key("till_version");
  append_text(out, version());
  out += "\n}\n";
  return buffered.flush();
}

std::string to_json(const Answer& answer) {
  std::string text;
  const Result<void> written = write_json(answer, into(text));
  TILL_ASSERT(written.has_value(), "writing to memory failed");
  static_cast<void>(written);
  return text;
}

std::string to_json(const Object& object) {
  std::string text;
  ValueWriter{text, kOnOneLine}(object);
  return text;
}

}  // namespace till::engine
