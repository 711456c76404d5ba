#include "dialects/duckdb.hpp"

#include <array>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

#include "arrow-adbc/adbc.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace till::warehouse {

namespace {

std::string placeholder(std::int32_t /*n*/) {
  return "?";
}

std::string as_text(std::string_view expression) {
  return "CAST(" + std::string(expression) + " AS VARCHAR)";
}

std::optional<std::string> readable(const ArrowSchema& column) {
  const std::string_view format = column.format;
  const std::string name = quote_identifier(column.name);
  if (format.starts_with("d:")) {
    // A decimal without a fraction is an integer: as a real number an id would lose digits.
    int precision = 0;
    const char* const end = format.data() + format.size();
    const auto [comma, failed] = std::from_chars(format.data() + 2, end, precision);
    if (failed != std::errc() || !std::string_view(comma, end).starts_with(",0")) {
      return std::nullopt;
    }
    return precision <= 18 ? "CAST(" + name + " AS BIGINT)" : as_text(name);
  }
  if (format == "L") {
    return as_text(name);
  }
  if (format == "z" || format == "Z" || format == "vz") {
    // Old writers of Parquet forgot to say that their bytes are text.
    return "coalesce(try(decode(" + name + ")), " + as_text(name) + ")";
  }
  // Nested values; times of day, intervals, durations; fixed-width bytes.
  for (const std::string_view other : {"+", "tt", "ti", "tD", "w:"}) {
    if (format.starts_with(other)) {
      return as_text(name);
    }
  }
  return std::nullopt;
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
      Rule{"File too large", ErrorCode::Io, "no file may grow so large here: see ulimit -f"},
      Rule{"No such file or directory", ErrorCode::Io, "make the folder, or name another place"},
      Rule{"Is a directory", ErrorCode::Io, "name a file, not a folder"},
      Rule{"Out of Memory Error", ErrorCode::Io, "free some memory, or use a smaller window"},
      Rule{"IO Error", ErrorCode::Io, "check the place, who may write there, and the disk"},
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
      .as_text = as_text,
      .readable = readable,
      .integer_type = "BIGINT",
      .key_type = "INTEGER",
      .real_type = "DOUBLE",
      .text_type = "VARCHAR",
      .timestamp_type = "TIMESTAMP",
      .boolean_type = "BOOLEAN",
      .taken_names = {},
      .longest_name = 0,
      .own_files = "SELECT path FROM duckdb_databases() WHERE path IS NOT NULL",
      .before_rewrite = "",
      .time_index = "",
      .gather_statistics = "",
  };
  return kDialect;
}

Driver duckdb_driver(const OpenOptions& options, const std::string& temporary_directory) {
  Driver driver = {
      .library = "libduckdb.so",
      .entry_point = "duckdb_adbc_init",
      .remedy =
          "run make setup && make build, or keep lib/till beside bin when you move the program",
      .options = {{"path", options.uri.empty() ? ":memory:" : options.uri},
                  // Nothing is fetched at run time, and one plan order means one output order.
                  {"autoinstall_known_extensions", "false"},
                  {"autoload_known_extensions", "false"},
                  {"preserve_insertion_order", "true"}},
      .greeting = {},
      .snapshot = "",
  };
  if (options.read_only) {
    driver.options.emplace_back("access_mode", "READ_ONLY");
  }
  if (options.threads > 0) {
    driver.options.emplace_back("threads", std::to_string(options.threads));
  }
  if (options.memory_limit_bytes > 0) {
    driver.options.emplace_back("memory_limit", std::to_string(options.memory_limit_bytes) + "B");
  }
  if (!temporary_directory.empty()) {
    driver.options.emplace_back("temp_directory", temporary_directory);
  }
  return driver;
}

void remove_half_made(const std::string& path) {
  constexpr off_t kHeadersBytes = 3L * 4096;
  // A whole database must not even be opened: closing it again would free a lock of this process.
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_size >= kHeadersBytes) {
    return;
  }
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) {
    return;
  }
  std::array<char, 12> head{};
  const ssize_t got = ::pread(descriptor, head.data(), head.size(), 0);
  const bool begun = got == 0 || (got == static_cast<ssize_t>(head.size()) &&
                                  std::string_view(head.data(), head.size()).ends_with("DUCK"));
  struct flock lock{};
  lock.l_type = F_WRLCK;
  const bool held = ::fcntl(descriptor, F_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
  if (begun && !held) {
    ::unlink(path.c_str());
  }
  ::close(descriptor);
}

}  // namespace till::warehouse
