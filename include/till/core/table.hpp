/// \file
/// Table: a small rectangular result by column, ready to be printed, written or encoded.
///
/// Every verb answers with one. It is what the command line prints, what CSV and JSON hold and what
/// the HTTP body carries; it is for summaries, never for the log itself.
///
/// Layer:   core (std only).   Threads: plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "till/core/instant.hpp"

namespace till {

using IntegerColumn = std::vector<std::optional<std::int64_t>>;
using RealColumn = std::vector<std::optional<double>>;
using TextColumn = std::vector<std::optional<std::string>>;
using InstantColumn = std::vector<std::optional<Instant>>;

/// One named column; a missing value is nullopt.
struct TableColumn {
  /// How a number is shown to people. Files and JSON always carry the plain number.
  enum class Display { Plain, Share };

  std::string name;
  std::variant<IntegerColumn, RealColumn, TextColumn, InstantColumn> values;
  Display display = Display::Plain;
};

/// Columns of equal length.
struct Table {
  std::vector<TableColumn> columns;

  /// Returns the number of rows.
  [[nodiscard]] std::size_t rows() const {
    return columns.empty()
               ? 0
               : std::visit([](const auto& v) { return v.size(); }, columns.front().values);
  }
};

}  // namespace till
