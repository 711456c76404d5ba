/// \file
/// Parquet files and database tables as rows, read by the embedded engine.
///
/// Columns of types that till has no use for as they are - large and unsigned integers, bytes,
/// nested values, times of day - are delivered as text, so that no digit of an id is lost.
///
/// Layer:   log (private).   Threads: one thread per source.
#pragma once

#include <memory>
#include <string>

#include "row_source.hpp"

#include "till/core/result.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

/// Opens a Parquet file. `reader` is an in-memory warehouse that lives as long as the source.
///
/// Errors: `InvalidData` for a file that is no Parquet or is damaged.
[[nodiscard]] Result<RowSource> open_parquet(const std::string& path,
                                             std::shared_ptr<warehouse::Warehouse> reader);

/// Opens a table ("sales" or "shop.sales") of a database. Its hash is of the rows, in their order.
///
/// Errors: `NotFound` when there is no such table.
[[nodiscard]] Result<RowSource> open_table(const std::string& table,
                                           std::shared_ptr<warehouse::Warehouse> database);

}  // namespace till::log
