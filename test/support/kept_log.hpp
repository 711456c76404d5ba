/// \file
/// KeptLog: what must hold of every kept log, whatever was ingested.
#pragma once

#include <string>
#include <string_view>

#include "support/database.hpp"
#include <gtest/gtest.h>

#include "till/warehouse/warehouse.hpp"

namespace till::test {

/// Expects that a query counts nothing.
inline void expect_none(warehouse::Warehouse& log,
                        const std::string& what,
                        const std::string& sql) {
  const Result<std::int64_t> count = log.query_integer("SELECT count(*) FROM (" + sql + ") q");
  ASSERT_TRUE(count) << sql << ": " << count.error().message;
  EXPECT_EQ(*count, 0) << what;
}

/// Expects that two queries have the same rows.
inline void expect_same(warehouse::Warehouse& log,
                        const std::string& what,
                        const std::string& one,
                        const std::string& other) {
  expect_none(log, what + ": too much", "(" + one + ") EXCEPT ALL (" + other + ")");
  expect_none(log, what + ": too little", "(" + other + ") EXCEPT ALL (" + one + ")");
}

/// Expects what docs/format/warehouse.md promises: rows conserved, keys dense, rows in order of
/// time, summaries equal to what the transactions say. The months are told by the engine's own
/// calendar.
inline void expect_sound(warehouse::Warehouse& log, const std::string& time_zone = "UTC") {
  expect_none(
      log, "rows are lost", "SELECT 1 FROM till.files WHERE \"read\" <> accepted + rejected");
  expect_same(log,
              "accepted rows",
              "SELECT file_key, accepted FROM till.files WHERE accepted > 0",
              "SELECT file_key, count(*) FROM till.transactions GROUP BY 1");
  expect_same(log,
              "rejected rows",
              "SELECT file_key, rejected FROM till.files WHERE rejected > 0",
              "SELECT file_key, count(*) FROM till.rejects GROUP BY 1");
  if (log.dialect().name == "duckdb") {  // PostgreSQL fills gaps that wide rows left
    expect_none(log,
                "rows of a file out of order",
                "SELECT 1 FROM (SELECT \"timestamp\" < lag(\"timestamp\") OVER (PARTITION BY "
                "file_key ORDER BY rowid) AS back FROM till.transactions) t WHERE back");
  }
  for (const std::string name : {"customer", "product"}) {
    const std::string key = name + "_key";
    expect_same(log,
                name + " keys are dense",
                "SELECT CAST(" + key + " AS BIGINT) FROM till." + name + "s",
                "SELECT row_number() OVER (ORDER BY " + key + ") - 1 FROM till." + name + "s");
    expect_none(log,
                name + " ids twice",
                "SELECT " + name + "_id FROM till." + name + "s GROUP BY 1 HAVING count(*) > 1");
    expect_same(log,
                name + " totals",
                "SELECT " + key + ", transactions, \"first\", \"last\" FROM till." + name +
                    "s WHERE transactions > 0",
                "SELECT " + key +
                    ", count(*), min(\"timestamp\"), max(\"timestamp\") FROM till.transactions "
                    "WHERE " +
                    key + " IS NOT NULL GROUP BY 1");
    expect_none(log,
                name + "s without a transaction have no times",
                "SELECT 1 FROM till." + name +
                    "s WHERE transactions = 0 AND (\"first\" IS NOT NULL OR "
                    "\"last\" IS NOT NULL)");
  }
  const std::string month =
      "CAST(date_trunc('month', \"timestamp\" AT TIME ZONE 'UTC' AT TIME ZONE '" + time_zone +
      "') AS DATE)";
  expect_same(log,
              "product months",
              "SELECT product_key, \"month\", transactions, customers FROM till.product_months",
              "SELECT product_key, " + month +
                  ", count(*), count(DISTINCT customer_key) FROM till.transactions GROUP BY 1, 2");
  expect_none(log,
              "tables left over",
              "SELECT table_name FROM information_schema.tables WHERE table_schema = 'till' AND "
              "table_name NOT "
              "IN ('catalogue', 'files', 'rejects', 'transactions', 'customers', 'products', "
              "'product_attributes', 'customer_attributes', 'product_months')");
}

}  // namespace till::test
