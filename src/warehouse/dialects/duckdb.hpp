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

}  // namespace till::warehouse
