/// \file
/// Summaries: the totals that a kept log carries, made to agree with its transactions again.
///
/// Layer:   log (private).   Threads: one warehouse per thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "catalogue.hpp"
#include "dictionary.hpp"
#include "row_tally.hpp"

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

/// Counts the rows of a file by customer or product. \return totals by key.
[[nodiscard]] Result<std::vector<Total>> count_totals(warehouse::Warehouse& warehouse,
                                                      Entity entity,
                                                      std::int32_t file_key);

/// Adds what a file counts to the totals of the customers or products it touches, and new ids to
/// their table.
///
/// \param known   keys that the table holds already; the dictionary's later ones are added.
/// \param totals  by key; keys beyond them have no rows.
[[nodiscard]] Result<void> update_totals(warehouse::Warehouse& warehouse,
                                         Entity entity,
                                         const Dictionary& dictionary,
                                         std::int32_t known,
                                         std::span<const Total> totals);

/// Counts the calendar months of `zone` that a range touches again.
///
/// \param counted  what the rows of the range that are new add up to: months that no other rows
/// touch need not be counted again. Null: all are.
[[nodiscard]] Result<void> update_product_months(warehouse::Warehouse& warehouse,
                                                 const TimeZone& zone,
                                                 TimeRange range,
                                                 const RowTally* counted);

}  // namespace till::log
