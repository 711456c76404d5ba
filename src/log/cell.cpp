#include "cell.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace till::log {

using warehouse::BatchColumn;
using warehouse::BatchType;

namespace {

constexpr std::string_view kDigits = "0123456789";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') {
    text.remove_prefix(1);
  }
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  return text;
}

template <typename T>
std::string_view written(T value, std::string& held) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  held.assign(digits.data(), end);
  return held;
}

/// Reads a number as programs print it: "12", "-12.50", ".5", "1e-05". Not one with leading zeros,
/// with an exponent that has no sign, or with more digits than a double holds.
std::optional<double> parse_plain_real(std::string_view text) noexcept {
  constexpr std::size_t kMostWholeDigits = 15;
  const std::string_view all = text;
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  const std::size_t exponent = text.find('e');
  if (exponent != std::string_view::npos) {
    const std::string_view power = text.substr(exponent + 1);
    const bool has_sign = power.starts_with('-') || power.starts_with('+');
    if (!has_sign || power.size() < 2 ||
        power.find_first_not_of(kDigits, 1) != std::string_view::npos) {
      return std::nullopt;
    }
    text = text.substr(0, exponent);
  }
  const std::string_view whole = text.substr(0, text.find('.'));
  const std::string_view decimals = whole.size() < text.size() ? text.substr(whole.size() + 1) : "";
  const bool plain = whole.size() <= kMostWholeDigits &&
                     !(whole.size() > 1 && whole.front() == '0') &&
                     whole.find_first_not_of(kDigits) == std::string_view::npos &&
                     decimals.find_first_not_of(kDigits) == std::string_view::npos;
  return plain ? parse_real(all) : std::nullopt;
}

}  // namespace

std::string_view cell_text(const std::variant<TextCells, ColumnView>& column,
                           std::size_t row,
                           std::string& held) {
  if (const auto* cells = std::get_if<TextCells>(&column)) {
    return (*cells)[row];
  }
  const ColumnView& view = *std::get_if<ColumnView>(&column);
  const auto i = static_cast<std::int64_t>(row);
  if (view.is_null(i)) {
    return {};
  }
  switch (view.type()) {
    case ColumnType::Text:
      return view.text(i);
    case ColumnType::Integer:
      return written(view.integer(i), held);
    case ColumnType::Boolean:
      return view.integer(i) != 0 ? "true" : "false";
    case ColumnType::Real: {
      const double value = view.real(i);
      if (std::isnan(value)) {
        return {};  // how data frames write a missing id
      }
      const bool whole = std::abs(value) < 1e15 && value == std::trunc(value);
      return whole ? written(static_cast<std::int64_t>(value), held) : written(value, held);
    }
    case ColumnType::Date:
      held = to_string(view.instant(i)).substr(0, 10);
      return held;
    case ColumnType::Instant:
      held = to_string(view.instant(i));
      return held;
    case ColumnType::Null:
    case ColumnType::Other:
      break;
  }
  return {};
}

std::span<const std::string_view> CellTexts::of(const std::variant<TextCells, ColumnView>& column,
                                                std::size_t rows) {
  if (const auto* cells = std::get_if<TextCells>(&column)) {
    return *cells;
  }
  texts_.clear();
  written_.clear();
  std::string held;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string_view text = cell_text(column, row, held);
    const bool was_written = text.data() == held.data();
    texts_.push_back(was_written ? std::string_view(written_.emplace_back(held)) : text);
  }
  return texts_;
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<double> parse_real(std::string_view text) noexcept {
  text = trimmed(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  constexpr std::size_t kExactDigits = 15;  // integers of as many digits are doubles without loss
  if (const auto value = text.size() <= kExactDigits ? parse_integer(text) : std::nullopt) {
    return static_cast<double>(*value);
  }
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
      !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<bool> parse_boolean(std::string_view text) noexcept {
  const auto is = [&](std::string_view word) {
    if (text.size() != word.size()) {
      return false;
    }
    for (std::size_t i = 0; i < word.size(); ++i) {
      if ((text[i] | 0x20) != word[i]) {
        return false;
      }
    }
    return true;
  };
  if (is("true")) {
    return true;
  }
  return is("false") ? std::optional(false) : std::nullopt;
}

std::optional<std::int64_t> amount_of(double value) noexcept {
  const double scaled = value * static_cast<double>(kAmountScale);
  if (!(std::abs(scaled) < 9.2e18)) {
    return std::nullopt;
  }
  return std::llround(scaled);
}

std::optional<std::int64_t> parse_amount(std::string_view text) noexcept {
  text = trimmed(text);
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) {
    rest.remove_prefix(1);
  }
  // Digits are added one by one, so that 0.1 is exactly 1000 ten-thousandths.
  constexpr int kDecimals = 4;
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max() / 10 - 1;
  std::int64_t value = 0;
  int decimals = -1;  // -1: before the point
  bool any = false;
  bool round_up = false;
  for (const char c : rest) {
    if (c == '.' && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9') {
      const std::optional<double> real = parse_real(text);  // 1e3
      return real ? amount_of(*real) : std::nullopt;
    }
    any = true;
    if (decimals >= kDecimals) {
      round_up = decimals == kDecimals ? c >= '5' : round_up;
      ++decimals;
      continue;
    }
    if (value > kLargest) {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
    decimals += decimals >= 0 ? 1 : 0;
  }
  if (!any) {
    return std::nullopt;
  }
  for (int d = std::max(decimals, 0); d < kDecimals; ++d) {
    if (value > kLargest) {
      return std::nullopt;
    }
    value *= 10;
  }
  value += round_up ? 1 : 0;
  return negative ? -value : value;
}

void TypeGuess::observe(std::string_view text) noexcept {
  if (text.empty()) {
    return;
  }
  any_ = true;
  integer_ = integer_ && parse_integer(text).has_value();
  real_ = real_ && parse_plain_real(text).has_value();
  boolean_ = boolean_ && parse_boolean(text).has_value();
}

BatchType TypeGuess::type() const noexcept {
  if (!any_) {
    return BatchType::Text;
  }
  if (integer_) {
    return BatchType::Integer;
  }
  if (real_) {
    return BatchType::Real;
  }
  return boolean_ ? BatchType::Boolean : BatchType::Text;
}

BatchType append_text_as(BatchColumn& column, std::string_view text) {
  const BatchType type = column.type();
  if (text.empty()) {
    column.append_null();
    return type;
  }
  switch (type) {
    case BatchType::Text:
      column.append_text(text);
      return type;
    case BatchType::Integer:
      if (const auto value = parse_integer(text)) {
        column.append_integer(*value);
        return type;
      }
      break;
    case BatchType::Real:
      if (const auto value = parse_plain_real(text)) {
        column.append_real(*value);
        return type;
      }
      break;
    case BatchType::Boolean:
      if (const auto value = parse_boolean(text)) {
        column.append_boolean(*value);
        return type;
      }
      break;
    case BatchType::Key:
    case BatchType::Timestamp:
    case BatchType::Date:
      break;
  }
  column.append_null();
  return type == BatchType::Integer && parse_plain_real(text) ? BatchType::Real : BatchType::Text;
}

BatchType append_cell(BatchColumn& column,
                      const std::variant<TextCells, ColumnView>& cells,
                      std::size_t row,
                      std::string& held) {
  const auto* const view = std::get_if<ColumnView>(&cells);
  const auto i = static_cast<std::int64_t>(row);
  if (view == nullptr || view->is_null(i)) {
    return append_text_as(column, cell_text(cells, row, held));
  }
  const BatchType type = column.type();
  const ColumnType from = view->type();
  if (type == BatchType::Timestamp && (from == ColumnType::Instant || from == ColumnType::Date)) {
    column.append_instant(view->instant(i));
    return type;
  }
  if (type == BatchType::Integer && from == ColumnType::Integer) {
    column.append_integer(view->integer(i));
    return type;
  }
  if (type == BatchType::Real && from == ColumnType::Real && std::isfinite(view->real(i))) {
    column.append_real(view->real(i));
    return type;
  }
  return append_text_as(column, cell_text(cells, row, held));
}

}  // namespace till::log
