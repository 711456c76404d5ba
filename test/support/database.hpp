/// \file
/// Database: a database of one test, with answers as text.
///
/// Suites about kept logs run on every engine: `open_log_database` opens DuckDB in memory, or where
/// TILL_TEST_WAREHOUSE names a server (test/support/postgresql.py), a database of that server.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "log/cell.hpp"
#include <gtest/gtest.h>

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::test {

/// Returns the URI of the server that suites run on; empty for DuckDB.
inline std::string server_uri() {
  const char* const uri = std::getenv("TILL_TEST_WAREHOUSE");
  return uri == nullptr ? "" : uri;
}

/// Returns the URI of a database of that server.
inline std::string server_uri(const std::string& database) {
  const std::string uri = server_uri();
  return uri.substr(0, uri.rfind('/') + 1) + database;
}

/// Opens a database; a failure is the test's.
inline warehouse::Warehouse open_database(const std::string& uri = "") {
  Result<warehouse::Warehouse> database = warehouse::Warehouse::open({.uri = uri, .threads = 2});
  EXPECT_TRUE(database) << database.error().message;
  return database ? std::move(*database) : warehouse::Warehouse();
}

/// Opens an empty database for a kept log on the engine that suites run on.
inline warehouse::Warehouse open_log_database() {
  using warehouse::Warehouse;
  if (server_uri().empty()) {
    return open_database();
  }
  // Who writes a database is alone: one that is in use says so, and the next is tried.
  for (int i = 0; i < 100; ++i) {
    const std::string name = "till_" + std::to_string(i);
    Result<Warehouse> database = Warehouse::open({.uri = server_uri(name)});
    if (!database && database.error().code == ErrorCode::NotFound) {
      Result<Warehouse> server = Warehouse::open({.uri = server_uri(), .read_only = false});
      EXPECT_TRUE(server && server->execute("CREATE DATABASE " + name));
      database = Warehouse::open({.uri = server_uri(name)});
    }
    if (database) {
      EXPECT_TRUE(database->execute("DROP SCHEMA IF EXISTS till CASCADE"));
      return std::move(*database);
    }
    if (database.error().code != ErrorCode::Conflict) {
      ADD_FAILURE() << database.error().message;
      break;
    }
  }
  return {};
}

/// Returns the SQL name of where a row lies: later rows lie behind earlier ones.
inline std::string row_position(const warehouse::Warehouse& database) {
  return database.dialect().name == "postgresql" ? "ctid" : "rowid";
}

/// Runs a statement; a failure is the test's.
inline void execute(warehouse::Warehouse& database, std::string_view sql) {
  const Result<void> done = database.execute(sql);
  EXPECT_TRUE(done) << sql << ": " << done.error().message;
}

/// Returns the rows of a query, their cells joined by "|"; a missing value is empty.
inline std::vector<std::string> ask(warehouse::Warehouse& database, std::string_view sql) {
  std::vector<std::string> rows;
  Result<warehouse::RecordStream> stream = database.query(sql);
  if (!stream) {
    ADD_FAILURE() << sql << ": " << stream.error().message;
    return rows;
  }
  std::string held;
  while (true) {
    const Result<bool> more = stream->next();
    if (!more || !*more) {
      EXPECT_TRUE(more) << sql << ": " << more.error().message;
      return rows;
    }
    const BatchView batch = stream->batch();
    for (std::int64_t i = 0; i < batch.rows(); ++i) {
      std::string row;
      for (std::int64_t c = 0; c < batch.columns(); ++c) {
        row += c == 0 ? "" : "|";
        row += log::cell_text(batch.column(c), static_cast<std::size_t>(i), held);
      }
      rows.push_back(std::move(row));
    }
  }
}

}  // namespace till::test
