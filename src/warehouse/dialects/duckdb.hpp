/// \file
/// DuckDB, the embedded default engine.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::warehouse {

[[nodiscard]] const Dialect& duckdb_dialect();

/// Returns the database options, in the order in which they must be set before it opens.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> duckdb_options(
    const OpenOptions& options, const std::string& temporary_directory);

}  // namespace till::warehouse
