/// \file
/// JSON lines as rows: one object per line, its keys are the columns.
///
/// Layer:   log (private).   Threads: one thread per source.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "row_source.hpp"

#include "till/core/result.hpp"

namespace till::log {

/// Opens a file of JSON objects, one per line.
///
/// The columns are `known_columns`, then the keys of the first 10,000 objects in order of first
/// appearance; `on_new_column` is called with a key that appears only later, and its values are not
/// delivered. Numbers keep their digits, nested values become JSON text, null is a missing value;
/// of a key that an object holds twice the last counts. Refused: "invalid_json" (not one object, or
/// nested deeper than 64), "invalid_utf8", "nul_byte", "row_too_long" (kMaxRowBytes).
///
/// Errors: `InvalidData` when the file holds no object, or one array instead of lines; those of
/// ByteSource.
[[nodiscard]] Result<RowSource> open_json(const std::string& path,
                                          const std::string& encoding,
                                          std::vector<std::string> known_columns,
                                          std::function<void(const std::string&)> on_new_column);

}  // namespace till::log
