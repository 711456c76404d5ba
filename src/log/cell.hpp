/// \file
/// Cell: one value of a file, whatever its format, read as what the log needs it to be.
///
/// Layer:   log (private).   Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "row_source.hpp"

#include "till/core/arrow.hpp"
#include "till/log/amount.hpp"
#include "till/warehouse/batch.hpp"

namespace till::log {

/// Returns the value as text, or an empty text where there is none. `held` is used where the value
/// has to be written out first.
[[nodiscard]] std::string_view cell_text(const std::variant<TextCells, ColumnView>& column,
                                         std::size_t row,
                                         std::string& held);

/// The texts of one column of a batch after another.
class CellTexts {
 public:
  /// Returns the texts of a column, as `cell_text` does. Valid until the next call, and while the
  /// batch is.
  [[nodiscard]] std::span<const std::string_view> of(
      const std::variant<TextCells, ColumnView>& column, std::size_t rows);

 private:
  std::vector<std::string_view> texts_;
  std::deque<std::string> written_;  // values that had to be written out
};

/// Returns the whole of a text as an integer: optional sign, digits, no leading zeros ("007" is an
/// id).
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;
/// Returns the whole of a text as a finite number.
[[nodiscard]] std::optional<double> parse_real(std::string_view text) noexcept;
/// Returns "true"/"false" in any case as a truth value.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text) noexcept;

/// Returns an amount in ten-thousandths, rounded half away from zero: "12.345" is 123450. Nothing
/// when it is no number or beyond 64 bits.
[[nodiscard]] std::optional<std::int64_t> parse_amount(std::string_view text) noexcept;
/// Returns the same for a number; nothing when it is not finite or beyond 64 bits.
[[nodiscard]] std::optional<std::int64_t> amount_of(double value) noexcept;

/// Finds the narrowest type that holds every text it sees: integer, real, boolean or text.
///
/// What would not come back as it was written stays text: "007" and "1e5" are ids, and so is a
/// number of more digits than a double holds.
class TypeGuess {
 public:
  void observe(std::string_view text) noexcept;
  [[nodiscard]] warehouse::BatchType type() const noexcept;

 private:
  bool any_ = false;
  bool integer_ = true;
  bool real_ = true;
  bool boolean_ = true;
};

/// Appends a cell as a value of the column's type; one without a value as NULL.
///
/// \param held  is used where the value has to be written out first.
/// \return the column's type; or, where it does not hold the value, a wider one that does, and NULL
/// was appended.
warehouse::BatchType append_cell(warehouse::BatchColumn& column,
                                 const std::variant<TextCells, ColumnView>& cells,
                                 std::size_t row,
                                 std::string& held);

/// Appends a text in the same way.
warehouse::BatchType append_text_as(warehouse::BatchColumn& column, std::string_view text);

}  // namespace till::log
