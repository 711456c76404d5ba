/// \file
/// Side tables: what a file says about products or customers beyond the log.
///
/// Layer:   log (private).   Threads: one warehouse per thread.
#pragma once

#include <string>
#include <vector>

#include "catalogue.hpp"
#include "dictionary.hpp"

#include "till/core/result.hpp"
#include "till/log/ingest.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

struct SideTableReport {
  std::vector<std::string> attributes;
  bool has_names = false;
  std::vector<std::string> warnings;
};

/// Replaces `till.product_attributes` or `till.customer_attributes` by the rows of a file.
///
/// Ids that the log has not seen get new keys. Of rows with the same id the first counts.
/// Errors: those of reading the file; `InvalidData` when the id column is missing.
[[nodiscard]] Result<SideTableReport> write_side_table(warehouse::Warehouse& warehouse,
                                                       Entity entity,
                                                       const std::string& path,
                                                       const IngestOptions& options,
                                                       Dictionary& dictionary);

}  // namespace till::log
