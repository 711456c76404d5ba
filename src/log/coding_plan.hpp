/// \file
/// CodingPlan: how the rows of one file become rows of `till.transactions`.
///
/// Layer:   log (private).   Threads: one warehouse per thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalogue.hpp"
#include "columns.hpp"
#include "row_source.hpp"
#include "survey.hpp"
#include "time_format.hpp"

#include "till/core/calendar.hpp"
#include "till/log/ingest.hpp"
#include "till/warehouse/batch.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

/// What coding a file taught that its first rows did not show. Where it taught anything, what was
/// coded is thrown away, and the file is coded again.
struct Learnt {
  std::vector<std::string> json_columns = {};  ///< Keys that appear only late.
  /// Columns of the file with a value that their type does not hold, and a type that does.
  std::map<std::string, warehouse::BatchType> wider = {};
  bool unsorted = false;  ///< Some row is earlier than the one before it.

  friend bool operator==(const Learnt&, const Learnt&) = default;
};

/// A kept column beyond those that till knows, and where the file has it.
struct CodedExtra {
  std::string name;
  warehouse::BatchType type = warehouse::BatchType::Text;
  std::optional<std::size_t> column;  ///< Unset: this file does not have it.
};

struct CodingPlan {
  std::int32_t file_key = 0;
  Columns columns;
  TimeFormat time_format;
  TimeZone source_zone;     ///< Of times without a zone.
  bool has_amount = false;  ///< Whether the log keeps amounts: of this file or an earlier one.
  bool has_quantity = false;
  std::vector<CodedExtra> extras;
  /// Whether rows go through `till.incoming`, to be put in order; they then carry their line.
  bool staged = false;
  std::vector<std::string> column_names;  ///< Of the file.
  std::vector<bool> utc_columns;          ///< Which of them are in UTC without saying so.
};

/// Returns the columns of coded rows, in order.
[[nodiscard]] warehouse::BatchLayout layout_of(const CodingPlan& plan);

/// Plans the coding of a file, and makes room in `till.transactions` for the columns it brings.
///
/// Columns match those that are kept without regard to case, as SQL compares them. A name that is
/// taken
/// - till's own, or another column's of the file - gets "_2" behind it.
/// \param[in,out] catalogue  learns the columns that are new, and types that had to become wider.
[[nodiscard]] Result<CodingPlan> make_plan(warehouse::Warehouse& warehouse,
                                           Catalogue& catalogue,
                                           const RowSource& rows,
                                           const Survey& found,
                                           const IngestOptions& options,
                                           const TimeZone& zone,
                                           const Learnt& learnt);

}  // namespace till::log
