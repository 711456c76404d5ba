#include "dialects/postgresql.hpp"

#include <array>
#include <utility>

#include "arrow-adbc/adbc.h"

namespace till::warehouse {

namespace {

// Keys of advisory locks, which are numbers that everybody who uses a database shares: "till" in
// ASCII, and one of two.
constexpr std::string_view kLockToWrite = "SELECT pg_advisory_lock(1953066092, 1)";
constexpr std::string_view kLockToRead = "SELECT pg_advisory_lock_shared(1953066092, 2)";
constexpr std::string_view kLockToRewrite = "SELECT pg_advisory_xact_lock(1953066092, 2)";

std::string placeholder(std::int32_t n) {
  return "$" + std::to_string(n);
}

/// Whole doubles are written as DuckDB does: "1.0". Only those of 16 digits differ: "1e+15" here,
/// "1000000000000000.0" there.
std::string as_text(std::string_view expression) {
  const std::string e(expression);
  const std::string text = "CAST(" + e + " AS text)";
  return "(CASE WHEN pg_typeof(" + e + ") = 'double precision'::regtype THEN regexp_replace(" +
         text + ", '^(-?[0-9]+)$', '\\1.0') ELSE " + text + " END COLLATE \"C\")";
}

/// The driver delivers infinity as some day in the past. As one that is beyond every log it is
/// rejected.
std::string finite(const std::string& name, const std::string& type) {
  return "CASE WHEN " + name + " IS NOT NULL THEN least(greatest(" + name + ", " + type +
         " '0001-01-01'), " + type + " '9999-12-31') END";
}

std::optional<std::string> readable(const ArrowSchema& column) {
  const std::string_view format = column.format;
  const std::string name = quote_identifier(column.name);
  if (format == "tdD") {
    return finite(name, "DATE");
  }
  if (format.starts_with("ts")) {
    return finite(name, format.ends_with(':') ? "TIMESTAMP" : "TIMESTAMPTZ");
  }
  // Bytes and types without a counterpart; nested values, times of day, intervals.
  for (const std::string_view other : {"z", "Z", "vz", "w:", "+", "tt", "ti", "tD"}) {
    if (format.starts_with(other)) {
      return "CAST(" + name + " AS text)";
    }
  }
  return std::nullopt;
}

/// Returns the first line of what the server or the client library says, without what the driver
/// wraps it in: "[libpq] Failed to ... 'SELECT ...': ERROR:  relation "x" does not exist\nLINE 1:
/// ...".
std::string reason_of(std::string_view message) {
  for (const std::string_view severity : {"FATAL:  ", "PANIC:  ", "ERROR:  "}) {
    if (const std::size_t at = message.find(severity); at != std::string_view::npos) {
      message.remove_prefix(at + severity.size());
      break;
    }
  }
  for (const std::string_view prefix : {"[libpq] ", "Failed to connect: "}) {
    if (message.starts_with(prefix)) {
      message.remove_prefix(prefix.size());
    }
  }
  return std::string(message.substr(0, message.find('\n')));
}

/// Tells failures by SQLSTATE; those of a connection that is not there have none, only a text.
Error classify(std::uint8_t adbc_status, std::string_view message, std::string_view sqlstate) {
  struct Rule {
    std::string_view begin;  // of a SQLSTATE, or of some part of the message
    ErrorCode code;
    std::string_view remedy;
  };

  constexpr std::string_view kAccess =
      "check user and password of the URI (or PGPASSWORD, or ~/.pgpass), and pg_hba.conf of the "
      "server";
  constexpr std::string_view kNoServer =
      "check host and port of the URI, and that the server runs: pg_isready -h HOST -p PORT";
  constexpr std::string_view kBusy =
      "another process is changing this database: wait until it ends, then try again";
  static constexpr std::array kTexts = {
      // Parts of a URI that cannot be read may be parts of a password: what libpq says is not
      // shown.
      Rule{"connection option \"port\"", ErrorCode::InvalidArgument, ""},
      Rule{"percent-encoded", ErrorCode::InvalidArgument, ""},
      Rule{"URI", ErrorCode::InvalidArgument, ""},
      Rule{"invalid port number", ErrorCode::InvalidArgument, ""},
      Rule{"password authentication failed", ErrorCode::InvalidArgument, kAccess},
      Rule{"no password supplied", ErrorCode::InvalidArgument, kAccess},
      Rule{"authentication failed", ErrorCode::InvalidArgument, kAccess},
      Rule{"no pg_hba.conf entry", ErrorCode::InvalidArgument, kAccess},
      Rule{"role \"", ErrorCode::InvalidArgument, kAccess},
      Rule{"database \"", ErrorCode::NotFound, "make it with: createdb, or CREATE DATABASE"},
      Rule{"too many", ErrorCode::Io, "try again when fewer are connected"},
  };
  static constexpr std::array kStates = {
      Rule{"57014", ErrorCode::Cancelled, ""},
      Rule{"28", ErrorCode::InvalidArgument, kAccess},
      Rule{"42501", ErrorCode::InvalidArgument, "let its owner GRANT what is missing to the user"},
      Rule{"3D000", ErrorCode::NotFound, "make it with: createdb, or CREATE DATABASE"},
      Rule{"42P01", ErrorCode::NotFound, ""},
      Rule{"42703", ErrorCode::NotFound, ""},
      Rule{"3F000", ErrorCode::NotFound, ""},
      Rule{"40", ErrorCode::Conflict, kBusy},
      Rule{"23", ErrorCode::Conflict, ""},
      Rule{"42P0", ErrorCode::Conflict, ""},  // something of that name is there
      Rule{"25006", ErrorCode::Conflict, "name a server that can be written: no standby"},
      Rule{"22021",
           ErrorCode::InvalidData,
           "a text holds a byte 0, which PostgreSQL does not keep: take it out of the log, or keep "
           "the log in a DuckDB file"},
      Rule{"22", ErrorCode::InvalidData, ""},
      Rule{"53100", ErrorCode::Io, "free some disk space on the server"},
      Rule{"53", ErrorCode::Io, "the server is short of memory or connections: try again later"},
      Rule{"54", ErrorCode::Unsupported, ""},
      Rule{"0A", ErrorCode::Unsupported, ""},
      Rule{"08", ErrorCode::Io, kNoServer},
      Rule{"57P", ErrorCode::Io, kNoServer},
      Rule{"58", ErrorCode::Io, ""},
  };
  const std::string reason = reason_of(message);
  const bool has_state = !sqlstate.empty() && sqlstate.front() != '\0';
  if (has_state) {
    if (sqlstate == "57014" && reason.find("statement timeout") != std::string::npos) {
      return {ErrorCode::Io, reason, "raise statement_timeout of the user or the server"};
    }
    if (sqlstate == "55P03") {
      return {ErrorCode::Conflict, "another process holds what this one needs", std::string(kBusy)};
    }
    for (const Rule& rule : kStates) {
      if (sqlstate.starts_with(rule.begin)) {
        return {rule.code, reason, std::string(rule.remedy)};
      }
    }
    return {ErrorCode::Internal, reason + " (" + std::string(sqlstate) + ")", ""};
  }
  for (const Rule& rule : kTexts) {
    if (message.find(rule.begin) != std::string_view::npos) {
      return rule.remedy.empty()
                 ? Error{rule.code,
                         "the URI cannot be read",
                         "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %2F for "
                         "\"/\", %40 for \"@\", %25 for \"%\" in names and passwords"}
                 : Error{rule.code, reason, std::string(rule.remedy)};
    }
  }
  return adbc_status == ADBC_STATUS_CANCELLED
             ? Error{ErrorCode::Cancelled, reason, ""}
             : Error{ErrorCode::Io,
                     reason.empty() ? "the server is gone" : reason,
                     std::string(kNoServer)};
}

}  // namespace

const Dialect& postgresql_dialect() {
  // What every table has, said or not.
  static constexpr std::array<std::string_view, 6> kSystemColumns = {
      "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"};
  static constexpr Dialect kDialect = {
      .name = "postgresql",
      .placeholder = placeholder,
      .classify = classify,
      .as_text = as_text,
      .readable = readable,
      .integer_type = "bigint",
      .key_type = "integer",
      .real_type = "double precision",
      .text_type = "text COLLATE \"C\"",
      .timestamp_type = "timestamp",
      .boolean_type = "boolean",
      .taken_names = kSystemColumns,
      .longest_name = 63,
      .own_files = "",
      .before_rewrite = kLockToRewrite,
      .time_index = "CREATE INDEX ON till.transactions USING brin (\"timestamp\")",
      .gather_statistics = "ANALYZE",
  };
  return kDialect;
}

Driver postgresql_driver(const OpenOptions& options) {
  std::string uri = options.uri;
  const auto add_parameter = [&](std::string_view name, std::string_view value) {
    if (uri.find(std::string(name) + "=") == std::string::npos) {
      uri += (uri.find('?') == std::string::npos ? '?' : '&');
      uri += std::string(name) + "=" + std::string(value);
    }
  };
  add_parameter("connect_timeout", "10");
  add_parameter("fallback_application_name", "till");
  Driver driver = {
      .library = "libadbc_driver_postgresql.so",
      .entry_point = "AdbcDriverPostgresqlInit",
      .remedy =
          "run tools/setup postgresql; an installed till wants the library of that name from the "
          "Python package adbc-driver-postgresql 1.13.0 in lib/till beside bin",
      .options = {{"uri", uri}},
      .greeting = {},
      .snapshot =
          options.read_only ? "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY" : "",
  };
  // The order in which a table is read shall not depend on who else reads it.
  driver.greeting.emplace_back(
      "SELECT set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false), "
      "set_config('IntervalStyle', 'postgres', false), set_config('bytea_output', 'hex', false), "
      "set_config('synchronize_seqscans', 'off', false), "
      "set_config('client_min_messages', 'error', false), "
      "set_config('lock_timeout', '700ms', false)");
  // A client that is gone shall be noticed while its statement runs, so that its locks go, too:
  // from version 14 on, where the server's system can tell.
  driver.greeting.emplace_back(
      "SELECT set_config(name, '200ms', false) FROM pg_settings WHERE name = "
      "'client_connection_check_interval' AND version() LIKE '%linux%'");
  driver.greeting.emplace_back(options.read_only ? kLockToRead : kLockToWrite);
  driver.greeting.emplace_back("SELECT set_config('lock_timeout', '30s', false)");
  return driver;
}

}  // namespace till::warehouse
