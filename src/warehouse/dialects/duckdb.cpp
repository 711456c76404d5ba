#include "dialects/duckdb.hpp"

#include <array>
#include <utility>

#include "arrow-adbc/adbc.h"

namespace till::warehouse {

namespace {

std::string placeholder(std::int32_t /*n*/) {
  return "?";
}

/// DuckDB's messages begin with the kind of failure, which ADBC's status does not tell.
Error classify(std::uint8_t adbc_status, std::string_view message, std::string_view /*sqlstate*/) {
  struct Rule {
    std::string_view text;
    ErrorCode code;
    std::string_view remedy;
  };

  constexpr std::string_view kDamaged =
      "the database file is damaged: bring back a copy, or ingest the log again into a new file";
  static constexpr std::array kRules = {
      Rule{"INTERRUPT Error", ErrorCode::Cancelled, ""},
      Rule{"Could not set lock on file",
           ErrorCode::Conflict,
           "another process has this database open for writing: close it, or wait until it ends"},
      Rule{"database does not exist",
           ErrorCode::NotFound,
           "make it with: till ingest LOG --into FILE"},
      Rule{"not a valid DuckDB database file",
           ErrorCode::InvalidData,
           "name a log file or a database made by till ingest"},
      Rule{"Trying to read a database file with version number",
           ErrorCode::Unsupported,
           "the database was written by a newer DuckDB: update till"},
      Rule{"Corrupt database file", ErrorCode::CorruptFile, kDamaged},
      Rule{"Could not read enough bytes", ErrorCode::CorruptFile, kDamaged},
      Rule{"Checksum", ErrorCode::CorruptFile, kDamaged},
      Rule{"Serialization Error", ErrorCode::CorruptFile, kDamaged},
      Rule{"No space left on device", ErrorCode::Io, "free some disk space"},
      Rule{"Out of Memory Error", ErrorCode::Io, "free some memory, or use a smaller window"},
      Rule{"IO Error", ErrorCode::Io, ""},
      Rule{"Constraint Error", ErrorCode::Conflict, ""},
      Rule{"TransactionContext Error", ErrorCode::Conflict, ""},
      Rule{"Conversion Error", ErrorCode::InvalidData, ""},
      Rule{"Invalid Input Error", ErrorCode::InvalidData, ""},
      Rule{"Out of Range Error", ErrorCode::InvalidData, ""},
      Rule{"Catalog Error", ErrorCode::NotFound, ""},
  };
  for (const Rule& rule : kRules) {
    if (message.find(rule.text) != std::string_view::npos) {
      return {rule.code, std::string(message), std::string(rule.remedy)};
    }
  }
  const ErrorCode code =
      adbc_status == ADBC_STATUS_CANCELLED ? ErrorCode::Cancelled : ErrorCode::Internal;
  return {code, std::string(message), ""};
}

}  // namespace

const Dialect& duckdb_dialect() {
  static constexpr Dialect kDialect = {
      .name = "duckdb",
      .placeholder = placeholder,
      .classify = classify,
      .integer_type = "BIGINT",
      .key_type = "INTEGER",
      .real_type = "DOUBLE",
      .text_type = "VARCHAR",
      .timestamp_type = "TIMESTAMP",
      .boolean_type = "BOOLEAN",
  };
  return kDialect;
}

std::vector<std::pair<std::string, std::string>> duckdb_options(
    const OpenOptions& options, const std::string& temporary_directory) {
  std::vector<std::pair<std::string, std::string>> settings = {
      {"path", options.uri.empty() ? ":memory:" : options.uri},
      // Nothing is fetched at run time, and one plan order means one output order.
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"preserve_insertion_order", "true"},
  };
  if (options.read_only) {
    settings.emplace_back("access_mode", "READ_ONLY");
  }
  if (options.threads > 0) {
    settings.emplace_back("threads", std::to_string(options.threads));
  }
  if (options.memory_limit_bytes > 0) {
    settings.emplace_back("memory_limit", std::to_string(options.memory_limit_bytes) + "B");
  }
  if (!temporary_directory.empty()) {
    settings.emplace_back("temp_directory", temporary_directory);
  }
  return settings;
}

}  // namespace till::warehouse
