/// \file
/// FileIngest: one file into the kept log, whole or not at all.
///
/// Layer:   log (private).   Threads: one ingest per warehouse at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "catalogue.hpp"
#include "dictionary.hpp"
#include "inputs.hpp"
#include "rejects.hpp"

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/log/ingest.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

/// A kept log while files are added to it.
struct GrowingLog {
  warehouse::Warehouse& warehouse;
  Catalogue catalogue;
  TimeZone zone;
  bool exists = false;  ///< Whether its tables are there: the first file makes them.
  Dictionary customers;
  Dictionary products;
};

/// What became of one file.
struct FileOutcome {
  IngestedFile file;
  std::int64_t duplicates = 0;  ///< Kept ones, or dropped ones when duplicates are dropped.
  RejectTally rejects;
  std::map<std::string, std::string> columns;  ///< As in IngestReport.
  std::vector<std::string> warnings;
};

/// Ingests one file in one transaction of the database.
///
/// \param rows_before  rows read so far, for the progress.
/// Errors: as `ingest`; the log is then as it was before.
[[nodiscard]] Result<FileOutcome> ingest_file(GrowingLog& log,
                                              const Input& input,
                                              const IngestOptions& options,
                                              std::int64_t rows_before);

/// Replaces the table of products or customers by the rows of a file, in one transaction.
///
/// \return warnings in plain words. Errors: as `ingest`; the log is then as it was before.
[[nodiscard]] Result<std::vector<std::string>> ingest_side_table(GrowingLog& log,
                                                                 Entity entity,
                                                                 const std::string& path,
                                                                 const IngestOptions& options);

}  // namespace till::log
