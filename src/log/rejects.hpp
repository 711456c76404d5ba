/// \file
/// Rejects: the rows of a file that were refused, counted, shown and kept.
///
/// Layer:   log (private).   Threads: one warehouse per thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "row_source.hpp"

#include "till/core/result.hpp"
#include "till/log/ingest.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

/// How many rows were refused, for which reasons.
struct RejectTally {
  std::vector<RejectCount> counts;
  std::vector<Reject> examples;  ///< The first of each reason.

  void add(const std::string& file, const RefusedRow& row);
  void add(const RejectTally& other);
  /// Puts the most frequent reason first.
  void sort();

  /// Returns "3 invalid_timestamp, 1 missing_product".
  [[nodiscard]] std::string in_words() const;

 private:
  RejectCount& count(const std::string& reason);
};

/// Appends refused rows to `till.rejects`.
[[nodiscard]] Result<void> write_rejects(warehouse::Warehouse& warehouse,
                                         std::int32_t file_key,
                                         std::span<const RefusedRow> rows);

}  // namespace till::log
