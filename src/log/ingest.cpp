#include "till/log/ingest.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "file_ingest.hpp"
#include "wording.hpp"

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/statement.hpp"

namespace till::log {

using warehouse::Warehouse;

namespace {

/// Opens the kept log of a warehouse, or begins one.
Result<GrowingLog> open_log(Warehouse& warehouse, const IngestOptions& options) {
  TILL_ASSIGN(std::optional<Catalogue> kept, read_catalogue(warehouse));
  GrowingLog log{.warehouse = warehouse,
                 .catalogue = {},
                 .zone = {},
                 .exists = kept.has_value(),
                 .customers = {},
                 .products = {}};
  if (kept) {
    log.catalogue = std::move(*kept);
    if (options.zone && options.zone->name() != log.catalogue.time_zone) {
      return Error{ErrorCode::InvalidArgument,
                   "ingest: time_zone is " + options.zone->name() + ", but the kept log has " +
                       log.catalogue.time_zone,
                   "leave --time-zone out, or ingest everything into a new database"};
    }
    TILL_ASSIGN(log.customers, read_dictionary(warehouse, Entity::Customer));
    TILL_ASSIGN(log.products, read_dictionary(warehouse, Entity::Product));
  } else {
    log.catalogue.time_zone = options.zone.value_or(TimeZone()).name();
  }
  TILL_ASSIGN(log.zone, TimeZone::find(log.catalogue.time_zone));
  return log;
}

/// Refuses to read a table of the very file that the log is kept in: a process that opens a DuckDB
/// file a second time, if only to look at it, loses its lock on it.
Result<void> refuse_own_file(Warehouse& warehouse, const IngestOptions& options) {
  const std::string_view own_files = warehouse.dialect().own_files;
  if (own_files.empty()) {
    return {};
  }
  std::vector<std::string> own;
  TILL_TRY(for_each_row(warehouse, own_files, {}, [&](const BatchView& batch, std::int64_t i) {
    own.emplace_back(batch.column(0).text(i));
  }));
  for (const std::string& source : options.sources) {
    for (const std::string& path : own) {
      std::error_code no_file;
      if (std::filesystem::equivalent(source, path, no_file)) {
        return Error{ErrorCode::Conflict,
                     "ingest: " + source + " is both the source and where the log is kept",
                     "keep the log in another file, or write the table to a file first"};
      }
    }
  }
  return {};
}

void warn(IngestReport& report, const std::string& text) {
  if (std::ranges::find(report.warnings, text) == report.warnings.end()) {
    report.warnings.push_back(text);
  }
}

void add(IngestReport& report, RejectTally& rejects, FileOutcome outcome) {
  report.read += outcome.file.read;
  report.accepted += outcome.file.accepted;
  report.rejected += outcome.file.rejected;
  report.duplicates += outcome.duplicates;
  rejects.add(outcome.rejects);
  report.columns.merge(outcome.columns);
  for (const std::string& warning : outcome.warnings) {
    warn(report, warning);
  }
  report.files.push_back(std::move(outcome.file));
}

void finish(IngestReport& report, RejectTally& rejects, const IngestOptions& options) {
  rejects.sort();
  const auto not_utf8 = std::ranges::find(rejects.counts, "invalid_utf8", &RejectCount::reason);
  if (not_utf8 != rejects.counts.end()) {
    const std::int64_t n = not_utf8->rows;
    warn(report,
         count_of(n, "row") + " " + agreeing(n, "is", "are") +
             " not UTF-8 (if the file is in another encoding: --encoding latin1, or its name)");
  }
  report.rejects = std::move(rejects.counts);
  report.examples = std::move(rejects.examples);
  const std::int64_t dropped = options.drop_duplicates ? report.duplicates : 0;
  if (const std::int64_t n = report.rejected - dropped; n > 0) {
    warn(report,
         grouped(n) + " of " + count_of(report.read, "row") + " " + agreeing(n, "was", "were") +
             " refused; till describe shows why");
  }
  if (const std::int64_t n = report.duplicates; n > 0) {
    const std::string equal = count_of(n, "row") + " " + agreeing(n, "equals", "equal") +
                              " an earlier row in every column; ";
    warn(report,
         equal + (options.drop_duplicates
                      ? agreeing(n, "it was", "they were") + " dropped"
                      : agreeing(n, "it is", "they are") + " kept (--duplicates drop drops " +
                            agreeing(n, "it", "them") + ")"));
  }
}

}  // namespace

Result<IngestReport> ingest(Warehouse& warehouse, const IngestOptions& options) {
  TILL_TRY(refuse_own_file(warehouse, options));
  TILL_ASSIGN(const std::vector<Input> inputs, find_inputs(options));
  TILL_ASSIGN(GrowingLog log, open_log(warehouse, options));
  if (inputs.empty() && !log.exists) {
    return Error{ErrorCode::InvalidArgument,
                 "ingest: sources is empty, but must name a log",
                 "name one or more files: till ingest jan.csv feb.csv --into shop.duckdb"};
  }
  IngestReport report;
  RejectTally rejects;
  for (const Input& input : inputs) {
    TILL_ASSIGN(FileOutcome outcome, ingest_file(log, input, options, report.read));
    add(report, rejects, std::move(outcome));
  }
  const std::pair<Entity, const std::string&> side_tables[] = {
      {Entity::Product, options.products}, {Entity::Customer, options.customers}};
  for (const auto& [entity, path] : side_tables) {
    if (path.empty()) {
      continue;
    }
    TILL_ASSIGN(const std::vector<std::string> warnings,
                ingest_side_table(log, entity, path, options));
    for (const std::string& warning : warnings) {
      warn(report, warning);
    }
  }
  finish(report, rejects, options);
  return report;
}

}  // namespace till::log
