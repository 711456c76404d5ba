/// \file
/// Survey: looks at the first rows of a file to learn how to read the rest.
///
/// Layer:   log (private).   Threads: one thread at a time.
#pragma once

#include <string>
#include <vector>

#include "columns.hpp"
#include "row_source.hpp"
#include "time_format.hpp"

#include "till/log/ingest.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

/// What the first rows told.
struct Survey {
  Columns columns;
  TimeFormat time_format;
  std::vector<warehouse::BatchType> types;  ///< Of every column of the file.
  bool times_without_zone = false;
  bool sorted = true;  ///< Whether the rows looked at are in order of time.
};

/// Looks at the first 10,000 rows, and at as many more as it takes to tell days from months.
///
/// Errors: those of `find_columns` and TimeFormatDetector; `InvalidData` for a file without rows.
[[nodiscard]] Result<Survey> survey(RowSource& source,
                                    const std::string& file,
                                    const IngestOptions& options);

}  // namespace till::log
