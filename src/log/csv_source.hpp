/// \file
/// Delimited text as rows: RFC 4180, with every row accounted for.
///
/// Why till reads CSV itself is in docs/decisions/0004-csv-reader.md: the embedded engine's reader
/// accepts an unclosed quote by swallowing what follows, and tells no line for the rows it accepts.
///
/// Layer:   log (private).   Threads: one thread per source.
#pragma once

#include <string>

#include "row_source.hpp"

#include "till/core/result.hpp"

namespace till::log {

struct CsvOptions {
  std::string delimiter = {};  ///< One character, or empty to find it out from the first rows.
  std::string encoding = {};   ///< See ByteSource::open.
};

/// Opens a delimited text file whose first row names the columns.
///
/// A field that begins with a double quote ends at the next lone one and may hold delimiters and
/// line ends; two quotes inside are one. Lines end with LF or CRLF; empty lines are no rows.
/// Refused, with their line: "unclosed_quote", "malformed_quote", "wrong_column_count", "nul_byte",
/// "invalid_utf8", "row_too_long" (kMaxRowBytes). Where a quote is at fault the row ends with its
/// first line, and the next line begins another.
///
/// Errors: `InvalidArgument` for a delimiter that is not one character; `InvalidData` for a file
/// without a header row or with one column only; those of ByteSource.
[[nodiscard]] Result<RowSource> open_csv(const std::string& path, const CsvOptions& options);

}  // namespace till::log
