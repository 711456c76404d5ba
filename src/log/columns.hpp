/// \file
/// Columns: which column of a file is the customer, the product, the time.
///
/// Layer:   log (private).   Threads: pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "till/core/result.hpp"
#include "till/log/ingest.hpp"

namespace till::log {

/// The columns of one file by what they are; indices into its columns.
struct Columns {
  std::size_t customer = 0;
  std::optional<std::size_t>
      product;  ///< Unset: "product=none" was said, every row is of product "all".
  std::size_t timestamp = 0;
  std::optional<std::size_t> amount;
  std::optional<std::size_t> quantity;
  std::vector<std::size_t> extra;  ///< Every other named column, in the file's order.
};

/// Finds the columns by name, or as `mapping` says.
///
/// Names compare without case, `_`, `-`, `.` and space. `customer_id`, `product_id`, `timestamp`,
/// `amount` and `quantity` win over other names for the same thing. A column without a name, such
/// as the index of a data frame, is ignored. Errors: `InvalidData` for a missing or ambiguous
/// column, listing the columns and the flag, and for a column name that stands twice; `NotFound`
/// for a name in `mapping` that is no column.
[[nodiscard]] Result<Columns> find_columns(const std::string& file,
                                           std::span<const std::string> names,
                                           const ColumnMapping& mapping);

/// Finds the id and the label of a product or customer table.
struct SideColumns {
  std::size_t id = 0;
  std::vector<std::size_t> name;  ///< Joined by a space; empty: no label.
  std::vector<std::size_t> attributes;
};

[[nodiscard]] Result<SideColumns> find_side_columns(const std::string& file,
                                                    std::span<const std::string> names,
                                                    Field field,
                                                    std::span<const std::string> label);

}  // namespace till::log
