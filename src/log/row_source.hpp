/// \file
/// RowSource: the rows of one log file, whatever its format, batch after batch.
///
/// A text format delivers text cells with the line of each row; Parquet and database tables deliver
/// Arrow columns. Rows that the format itself cannot make sense of come beside the others, so that
/// every row is either delivered or refused.
///
/// Layer:   log (private).   Threads: one thread per source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "till/core/arrow.hpp"
#include "till/core/result.hpp"

namespace till::log {

/// One cell of text. An empty one has no value: CSV cannot tell the two apart.
using TextCells = std::vector<std::string_view>;

/// A row that cannot be read.
struct RefusedRow {
  std::int64_t line = 0;
  std::string column;
  std::string reason;
  std::string text;
};

/// Rows of one file. Views are valid until the next batch is asked for.
struct RowBatch {
  std::size_t rows = 0;
  std::vector<std::variant<TextCells, ColumnView>> columns;
  std::vector<std::int64_t> lines;      ///< Where each row stands in the file; 1 is the first line.
  std::vector<std::string_view> texts;  ///< Each row as written; empty for Arrow columns.
  std::vector<RefusedRow> refused;
};

/// An open file of rows.
struct RowSource {
  std::vector<std::string> columns;
  /// Fills the batch with the next rows; false at the end. The batch arrives as it was left.
  std::function<Result<bool>(RowBatch&)> next;
  /// Bytes of the file read so far, and its size; 0: not known.
  std::function<std::uint64_t()> bytes_done = [] { return std::uint64_t{0}; };
  std::uint64_t bytes_total = 0;
  /// Returns the hash of the content. Call after `next` returned false.
  std::function<std::string()> sha256;
  /// Columns whose zone-less instants are in UTC nevertheless (Parquet's INT96).
  std::vector<bool> utc_columns;
};

/// Rows per batch: large enough to amortise a call, small enough to stay in the cache.
inline constexpr std::size_t kBatchRows = 16'384;

}  // namespace till::log
