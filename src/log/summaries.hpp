/// \file
/// Summaries: the totals that a kept log carries, made to agree with its transactions again.
///
/// Layer:   log (private).   Threads: one warehouse per thread.
#pragma once

#include <cstdint>

#include "catalogue.hpp"
#include "dictionary.hpp"

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

/// Adds a file's rows to the totals of the customers or products it touches, and new ids to their
/// table.
///
/// \param known     keys that the table holds already; the dictionary's later ones are added.
/// \param file_key  the file; -1: none, ids only.
[[nodiscard]] Result<void> update_totals(warehouse::Warehouse& warehouse,
                                         Entity entity,
                                         const Dictionary& dictionary,
                                         std::int32_t known,
                                         std::int32_t file_key);

/// Counts the calendar months of `zone` that a range touches again.
[[nodiscard]] Result<void> update_product_months(warehouse::Warehouse& warehouse,
                                                 const TimeZone& zone,
                                                 TimeRange range);

}  // namespace till::log
