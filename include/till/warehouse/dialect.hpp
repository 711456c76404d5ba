/// \file
/// Dialect: what one database engine does in its own way.
///
/// Everything else in till is written in the SQL that all engines share. A new engine is one file
/// in src/warehouse/dialects/ that fills this struct.
///
/// Layer:   warehouse (core).   Threads: immutable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

  std::string_view integer_type;    ///< 64-bit integer.
  std::string_view key_type;        ///< 32-bit integer.
  std::string_view real_type;       ///< IEEE double.
  std::string_view text_type;       ///< Text ordered by its bytes.
  std::string_view timestamp_type;  ///< Microseconds, without a zone: till stores UTC.
  std::string_view boolean_type;
};

/// Returns an identifier quoted for SQL: the one place where a name meets a statement.
[[nodiscard]] std::string quote_identifier(std::string_view identifier);

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
