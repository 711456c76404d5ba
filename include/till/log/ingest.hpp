/// \file
/// Ingest: turns log files into a kept log, and loses no row on the way.
///
/// Every row that is read is either accepted or rejected; a rejected row keeps its file, line,
/// column, reason and text. One file is one transaction of the database, keyed by the hash of its
/// content: ingesting it twice adds nothing, and a killed ingest leaves nothing half done.
///
///     TILL_ASSIGN(Warehouse warehouse, Warehouse::open({.uri = "shop.duckdb"}));
///     TILL_ASSIGN(IngestReport report, ingest(warehouse, {.sources = {"jan.csv", "feb.csv.gz"}}));
///
/// Layer:   log (core, warehouse).   Threads: one ingest per warehouse at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/cancellation.hpp"
#include "till/core/result.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

/// What till looks for in a log.
enum class Field { Customer, Product, Timestamp, Amount, Quantity };

/// Returns "customer", "product", "timestamp", "amount" or "quantity": the words of `--map`.
[[nodiscard]] std::string_view name(Field field) noexcept;

/// Column names said by the user; fields not named here are found by name.
using ColumnMapping = std::map<Field, std::string>;

/// Parses "customer=CUST,product=SKU,timestamp=DATE".
///
/// Errors: `InvalidArgument` naming the part that is not FIELD=COLUMN.
[[nodiscard]] Result<ColumnMapping> parse_mapping(std::string_view text);

/// How far a long ingest has come.
struct IngestProgress {
  std::string file;
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;  ///< 0: not known.
  std::int64_t rows = 0;          ///< Read so far, in all files.
};

struct IngestOptions {
  /// Files, globs, "-" for standard input; or one database file or URI together with `table`.
  std::vector<std::string> sources = {};
  std::string table = {};  ///< The table to read when the source is a database.
  std::int32_t threads =
      0;  ///< Of the reader of Parquet files; 0: one per core. Results never differ.
  ColumnMapping mapping = {};
  /// How times are written, in the letters of strptime ("%d-%m-%Y", "%s" epoch seconds); empty:
  /// found out.
  std::string timestamp_format = {};
  /// Whose calendar days and months questions mean by default; unset: that of the kept log, or UTC.
  std::optional<TimeZone> zone = {};
  std::optional<TimeZone> source_zone = {};  ///< Of times without a zone; unset: `zone`.
  std::string delimiter = {};                ///< One character; empty: found out.
  std::string encoding =
      {};  ///< Of text files, as iconv names it ("latin1"); empty: UTF-8, or by the mark.
  bool drop_duplicates = false;  ///< Drop rows equal to an earlier one in every kept column.
  std::string products = {};     ///< A file of products: id, name, attributes. Empty: none.
  std::string customers = {};    ///< A file of customers: id, name, attributes. Empty: none.
  /// Columns of the product file that make its label, joined by a space; empty: its column "name".
  std::vector<std::string> product_name = {};
  /// More rejected rows than this share of the rows read is an error; unset: no limit.
  std::optional<double> max_rejected_share = {};
  std::optional<std::int64_t> max_rejected_rows = {};
  std::function<void(const IngestProgress&)> on_progress = {};  ///< Called some times a second.
  const Cancellation* cancellation = nullptr;  ///< Looked at between batches; may be null.
};

/// Rows refused for one reason.
struct RejectCount {
  std::string reason;  ///< "invalid_timestamp", "missing_product", "wrong_column_count", ...
  std::int64_t rows = 0;
};

/// One refused row.
struct Reject {
  std::string file;
  std::int64_t line = 0;  ///< 1 is the first line of the file; for Parquet and tables the row.
  std::string column;     ///< Empty when the row as a whole is at fault.
  std::string reason;
  std::string text;  ///< The row as written, at most 1,000 bytes.
};

struct IngestedFile {
  std::string path;
  std::string sha256;
  bool already_known = false;  ///< The same content was ingested before: nothing was added.
  std::int64_t read = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
};

/// What an ingest did. read == accepted + rejected, for every file and in all.
struct IngestReport {
  std::vector<IngestedFile> files;
  std::int64_t read = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  std::int64_t duplicates =
      0;  ///< Among the accepted rows; with drop_duplicates among the rejected.
  std::vector<RejectCount> rejects;            ///< By reason, most frequent first.
  std::vector<Reject> examples;                ///< The first of each reason.
  std::map<std::string, std::string> columns;  ///< Field or "extra" name -> column of the file.
  std::vector<std::string> warnings;           ///< In plain words.
};

/// Ingests files into a warehouse, making the log when there is none and adding to it otherwise.
///
/// Errors: `NotFound` no such file, column or table; `InvalidData` a file that cannot be read as
/// what it is, times whose day and month the data do not decide, too many rejected rows;
/// `InvalidArgument` options that contradict the log that is kept; `Cancelled`; `Io`.
/// After an error the log holds the files that were ingested whole, and nothing else.
[[nodiscard]] Result<IngestReport> ingest(warehouse::Warehouse& warehouse,
                                          const IngestOptions& options);

}  // namespace till::log
