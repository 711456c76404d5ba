/// \file
/// Parquet: a table for other programs.
///
/// Integers are INT64, reals DOUBLE, texts UTF8, instants TIMESTAMP in microseconds of UTC;
/// Zstandard.
///
/// Layer:   engine (core, warehouse).
#pragma once

#include <string>

#include "till/core/result.hpp"
#include "till/core/table.hpp"

namespace till::engine {

/// Writes a table to a Parquet file, replacing what is there.
///
/// Errors: `InvalidArgument` for a table without columns; `Io`.
[[nodiscard]] Result<void> write_parquet(const Table& table, const std::string& path);

}  // namespace till::engine
