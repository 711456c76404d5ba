/// \file
/// Database: an in-memory or file database of one test, with answers as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "log/cell.hpp"
#include <gtest/gtest.h>

#include "till/warehouse/warehouse.hpp"

namespace till::test {

/// Opens a database; a failure is the test's.
inline warehouse::Warehouse open_database(const std::string& uri = "") {
  Result<warehouse::Warehouse> database = warehouse::Warehouse::open({.uri = uri, .threads = 2});
  EXPECT_TRUE(database) << database.error().message;
  return database ? std::move(*database) : warehouse::Warehouse();
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
