/// \file
/// Catalogue: the tables of a kept log, and what the log says of itself.
///
/// Layer:   log (private).   Threads: one warehouse per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dictionary.hpp"

#include "till/core/result.hpp"
#include "till/log/ingest.hpp"
#include "till/log/log.hpp"
#include "till/warehouse/dialect.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

inline constexpr std::int64_t kFormatVersion = 1;

/// Settings of a kept log; docs/format/warehouse.md describes the tables.
struct Catalogue {
  std::string time_zone = "UTC";
  bool has_amount = false;
  bool has_quantity = false;
  bool has_product_names = false;
  std::vector<ExtraColumn> extra_columns;
  std::vector<std::string> product_attributes;
  std::vector<std::string> customer_attributes;
};

/// Returns the settings of the log that is kept, or nothing where there is none.
///
/// Errors: `Unsupported` when a newer till wrote it; `CorruptFile` when the settings make no sense.
[[nodiscard]] Result<std::optional<Catalogue>> read_catalogue(warehouse::Warehouse& warehouse);

/// Writes the settings over the ones that are kept.
[[nodiscard]] Result<void> write_catalogue(warehouse::Warehouse& warehouse,
                                           const Catalogue& catalogue);

/// Makes the tables of an empty log. In one transaction with whatever follows.
///
/// Errors: `Conflict` when the schema `till` is somebody else's.
[[nodiscard]] Result<void> create_tables(warehouse::Warehouse& warehouse);

/// Returns the names of the warehouse's types for extra columns: "integer" -> BIGINT.
[[nodiscard]] std::string_view sql_type(const warehouse::Warehouse& warehouse,
                                        std::string_view type);

/// Has the engine look at a table that was just filled, where its plans depend on that.
[[nodiscard]] Result<void> gather_statistics(warehouse::Warehouse& warehouse,
                                             std::string_view table);

/// Returns an expression for a kept amount in the currency unit, as a double.
[[nodiscard]] std::string amount_sql(const warehouse::Dialect& dialect, std::string_view column);

/// Returns "customer" or "product", the stem of table and column names.
enum class Entity { Customer, Product };
[[nodiscard]] std::string_view stem(Entity entity) noexcept;

/// Reads the ids of all customers or products in the order of their keys.
[[nodiscard]] Result<Dictionary> read_dictionary(warehouse::Warehouse& warehouse, Entity entity);

}  // namespace till::log
