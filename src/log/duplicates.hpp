/// \file
/// Duplicates: rows that equal an earlier one in every kept column.
///
/// Layer:   log (private).   Threads: one warehouse per thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "catalogue.hpp"
#include "dictionary.hpp"
#include "row_source.hpp"

#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

/// Returns the columns of a row that make two rows equal, quoted and listed.
[[nodiscard]] std::string kept_columns(const Catalogue& catalogue);

/// Counts the rows of a file that equal an earlier row: one before it in the file, or one of
/// another file.
///
/// \param range     covers the rows of the file.
/// \param repeated  rows of the file that equal an earlier one of it, where that is known: it
/// spares reading them again.
[[nodiscard]] Result<std::int64_t> count_duplicates(warehouse::Warehouse& warehouse,
                                                    const Catalogue& catalogue,
                                                    std::int32_t file_key,
                                                    TimeRange range,
                                                    std::optional<std::int64_t> repeated);

/// Takes such rows out of `till.incoming`, whose rows are of one file and carry their line.
///
/// \param range    covers the rows of `till.incoming`.
/// \param dropped  is called with what was taken out, in the order of lines, some rows at a time.
/// \return how many rows were taken out.
[[nodiscard]] Result<std::int64_t> drop_duplicates(
    warehouse::Warehouse& warehouse,
    const Catalogue& catalogue,
    TimeRange range,
    const Dictionary& customers,
    const Dictionary& products,
    const std::function<Result<void>(std::span<const RefusedRow>)>& dropped);

}  // namespace till::log
