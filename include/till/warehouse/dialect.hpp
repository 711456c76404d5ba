/// \file
/// Dialect: what one database engine does in its own way.
///
/// Everything else in till is written in the SQL that all engines share. A new engine is one file
/// in src/warehouse/dialects/ that fills this struct.
///
/// Layer:   warehouse (core).   Threads: immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "till/core/arrow.hpp"
#include "till/core/calendar.hpp"
#include "till/core/error.hpp"

namespace till::warehouse {

struct Dialect {
  std::string_view name;  ///< "duckdb", "postgresql".

  /// Returns the placeholder of the n-th bound value, n >= 1: "?" or "$1".
  std::string (*placeholder)(std::int32_t n);
  /// Returns the code and message of an engine's failure, given ADBC's status and the engine's
  /// text.
  Error (*classify)(std::uint8_t adbc_status, std::string_view message, std::string_view sqlstate);

  /// Returns a SQL expression for a value as text that is ordered by its bytes. A double is written
  /// with a fraction or an exponent ("1.0") on every engine.
  std::string (*as_text)(std::string_view expression);
  /// Returns a SQL expression that delivers a column of somebody's table in a type that till reads
  /// without loss, given how a query delivers it; nothing where it does so already.
  std::optional<std::string> (*readable)(const ArrowSchema& column);

  // Types of columns.
  std::string_view integer_type;    ///< 64-bit integer.
  std::string_view key_type;        ///< 32-bit integer.
  std::string_view real_type;       ///< IEEE double.
  std::string_view text_type;       ///< Text ordered by its bytes.
  std::string_view timestamp_type;  ///< Microseconds, without a zone: till stores UTC.
  std::string_view boolean_type;

  /// Names that no column can have, in small letters.
  std::span<const std::string_view> taken_names;
  std::size_t longest_name = 0;  ///< Bytes of a name that are told apart; 0: all of them.

  // Statements; empty where the engine needs none.
  std::string_view own_files;       ///< A query for the paths of the files of the open database.
  std::string_view before_rewrite;  ///< Before a statement that rewrites a table others may read.
  std::string_view time_index;      ///< After making till.transactions: finds rows by timestamp.
  std::string_view gather_statistics;  ///< Before a filled table's name: makes for good plans.
};

/// Returns an identifier quoted for SQL: the one place where a name meets a statement.
[[nodiscard]] std::string quote_identifier(std::string_view identifier);

/// Returns a name with a suffix, the name cut between characters of UTF-8 to what a dialect tells
/// apart.
[[nodiscard]] std::string fitting_name(std::string_view name,
                                       const Dialect& dialect,
                                       std::string_view suffix = "");

/// Returns a SQL expression for what clocks of `zone` show, given an expression of a UTC timestamp.
///
/// Every engine brings time-zone rules of another year; till's own rules are therefore written into
/// the statement, as one CASE over the changes of the clock within `range` (two a year, or none).
/// \param timestamp  a SQL expression made by till, such as `t."timestamp"`.
/// \param range      covers every timestamp the statement will meet.
[[nodiscard]] std::string local_time_sql(std::string_view timestamp,
                                         const TimeZone& zone,
                                         TimeRange range);

}  // namespace till::warehouse
