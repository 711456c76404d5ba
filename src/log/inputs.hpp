/// \file
/// Inputs: what is to be ingested, found and opened.
///
/// Layer:   log (private).   Threads: one thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "row_source.hpp"

#include "till/core/result.hpp"
#include "till/log/ingest.hpp"

namespace till::log {

/// A file that is removed with its last owner.
class SpooledFile {
 public:
  explicit SpooledFile(std::string path) : path_(std::move(path)) {}

  SpooledFile(const SpooledFile&) = delete;
  SpooledFile& operator=(const SpooledFile&) = delete;
  ~SpooledFile();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// One thing to ingest: a file, or a table of a database.
struct Input {
  std::string path;   ///< What to open.
  std::string shown;  ///< How messages and the kept log call it.
  std::string table;  ///< Not empty: `path` is a database.
  /// Set when `path` is a copy of a pipe, which can be read only once.
  std::shared_ptr<const SpooledFile> spooled;
};

/// Expands patterns, spools standard input and pipes, and checks that everything is there.
///
/// Errors: `NotFound` for a missing file or a pattern that matches nothing; `InvalidArgument` for a
/// database without a table, or a table without a database; `InvalidData` for a directory or an
/// empty file; `Cancelled`; `Io`.
[[nodiscard]] Result<std::vector<Input>> find_inputs(const IngestOptions& options);

/// Opens an input by what its first bytes say it is.
///
/// \param json_columns   columns of a JSON file known beyond its first rows.
/// \param on_new_column  called for a JSON key that is in neither.
[[nodiscard]] Result<RowSource> open_rows(const Input& input,
                                          const IngestOptions& options,
                                          const std::vector<std::string>& json_columns,
                                          std::function<void(const std::string&)> on_new_column);

}  // namespace till::log
