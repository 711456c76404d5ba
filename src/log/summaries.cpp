#include "summaries.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "row_source.hpp"

#include "till/warehouse/dialect.hpp"

namespace till::log {

using warehouse::AppendMode;
using warehouse::Batch;
using warehouse::BatchType;
using warehouse::Value;
using warehouse::Warehouse;

namespace {

/// Writes the ids from `known` on into a table of their own.
Result<void> stage_new_ids(Warehouse& warehouse,
                           const std::string& name,
                           const Dictionary& dictionary,
                           std::int32_t known) {
  std::int32_t next = known;
  return warehouse.append("till",
                          "incoming_ids",
                          AppendMode::Create,
                          {{name + "_key", BatchType::Key}, {name + "_id", BatchType::Text}},
                          [&](Batch& out) -> Result<bool> {
                            const std::int32_t end = std::min(
                                next + static_cast<std::int32_t>(kBatchRows), dictionary.size());
                            for (; next < end; ++next) {
                              out.column(0).append_key(next);
                              out.column(1).append_text(dictionary.id(next));
                            }
                            return out.rows() > 0;
                          });
}

}  // namespace

Result<void> update_totals(Warehouse& warehouse,
                           Entity entity,
                           const Dictionary& dictionary,
                           std::int32_t known,
                           std::int32_t file_key) {
  const warehouse::Dialect& dialect = warehouse.dialect();
  const std::string name(stem(entity));
  const std::string table = "till." + name + "s";
  const std::string key = name + "_key";
  TILL_TRY(stage_new_ids(warehouse, name, dictionary, known));
  TILL_TRY(warehouse.execute("CREATE TABLE till.incoming_totals AS SELECT " + key +
                             ", count(*) AS transactions, min(\"timestamp\") AS \"first\", "
                             "max(\"timestamp\") AS \"last\" FROM "
                             "till.transactions WHERE file_key = " +
                             std::to_string(file_key) + " AND " + key + " IS NOT NULL GROUP BY " +
                             key));
  const std::string merged = "SELECT c." + key + ", c." + name +
                             "_id, CAST(c.transactions + coalesce(i.transactions, 0) AS " +
                             std::string(dialect.integer_type) +
                             ") AS transactions, least(c.\"first\", i.\"first\") AS \"first\", "
                             "greatest(c.\"last\", i.\"last\") AS \"last\" FROM ";
  const std::string no_time = "CAST(NULL AS " + std::string(dialect.timestamp_type) + ")";
  if (known > 0) {
    TILL_TRY(warehouse.execute("CREATE TABLE till.incoming_known AS " + merged + table +
                               " c JOIN till.incoming_totals i ON i." + key + " = c." + key));
    TILL_TRY(warehouse.execute("DELETE FROM " + table + " WHERE " + key + " IN (SELECT " + key +
                               " FROM till.incoming_known)"));
    TILL_TRY(warehouse.execute("INSERT INTO " + table +
                               " SELECT * FROM till.incoming_known ORDER BY " + key));
    TILL_TRY(warehouse.execute("DROP TABLE till.incoming_known"));
  }
  TILL_TRY(warehouse.execute(
      "INSERT INTO " + table + " " + merged + "(SELECT " + key + ", " + name +
      "_id, 0 AS transactions, " + no_time + " AS \"first\", " + no_time +
      " AS \"last\" FROM till.incoming_ids) c LEFT JOIN till.incoming_totals i ON i." + key +
      " = c." + key + " ORDER BY c." + key));
  TILL_TRY(warehouse.execute("DROP TABLE till.incoming_totals"));
  return warehouse.execute("DROP TABLE till.incoming_ids");
}

Result<void> update_product_months(Warehouse& warehouse, const TimeZone& zone, TimeRange range) {
  // The months that clocks showed: at 00:01 of the first they may go back into the month before.
  Month first = month_of(range.from, zone);
  Month last = first;
  for (const OffsetPeriod& period : zone.offsets(range)) {
    for (const Instant t : {std::max(period.range.from, range.from),
                            Instant{std::min(period.range.to, range.to).micros - 1}}) {
      first = std::min(first, month_of(t, zone));
      last = std::max(last, month_of(t, zone));
    }
  }
  const TimeRange months = {start_of(first, zone),
                            {start_of(add_months(last, 1), zone).micros + kMicrosPerDay}};
  const std::string month = "CAST(date_trunc('month', " +
                            warehouse::local_time_sql("\"timestamp\"", zone, months) + ") AS DATE)";
  const std::string touched = " WHERE \"month\" >= DATE '" + to_string(first) +
                              "-01' AND \"month\" <= DATE '" + to_string(last) + "-01'";
  TILL_TRY(warehouse.execute("DELETE FROM till.product_months" + touched));
  const warehouse::Dialect& dialect = warehouse.dialect();
  const std::array<Value, 2> bounds = {months.from, months.to};
  // Grouped twice: counting DISTINCT customers in one go would keep a set for every product and
  // month.
  return warehouse.execute(
      "INSERT INTO till.product_months SELECT product_key, \"month\", CAST(sum(n) AS " +
          std::string(dialect.integer_type) + "), count(customer_key) FROM (SELECT product_key, " +
          month +
          " AS \"month\", customer_key, count(*) AS n FROM till.transactions WHERE \"timestamp\" "
          ">= " +
          dialect.placeholder(1) + " AND \"timestamp\" < " + dialect.placeholder(2) +
          " GROUP BY 1, 2, 3) t" + touched + " GROUP BY 1, 2 ORDER BY 1, 2",
      bounds);
}

}  // namespace till::log
