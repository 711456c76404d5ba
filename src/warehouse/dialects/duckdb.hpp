/// \file
/// DuckDB, the embedded default engine.
#pragma once

#include <string>

#include "dialects/driver.hpp"

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::warehouse {

[[nodiscard]] const Dialect& duckdb_dialect();

[[nodiscard]] Driver duckdb_driver(const OpenOptions& options,
                                   const std::string& temporary_directory);

/// Removes a database file that is empty, or ends within the headers that every one begins with:
/// whoever made it was killed, or the disk was full, and nothing was ever kept in it. One that
/// another process holds is left alone, and so is any other file.
void remove_half_made(const std::string& path);

}  // namespace till::warehouse
