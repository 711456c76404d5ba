#include "summaries.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "row_source.hpp"

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/statement.hpp"

namespace till::log {

using warehouse::AppendMode;
using warehouse::Batch;
using warehouse::BatchLayout;
using warehouse::BatchType;
using warehouse::Value;
using warehouse::Warehouse;

namespace {

constexpr std::size_t kMaxTextBytes = std::size_t{1} << 26U;  // of one batch

void append_total(Batch& out, std::size_t column, const Total& total) {
  out.column(column).append_integer(total.transactions);
  for (const Instant instant : {total.first, total.last}) {
    ++column;
    total.transactions > 0 ? out.column(column).append_instant(instant)
                           : out.column(column).append_null();
  }
}

Total total_of(std::span<const Total> totals, std::int32_t key) {
  const auto index = static_cast<std::size_t>(key);
  return index < totals.size() ? totals[index] : Total{};
}

/// Adds the totals of keys below `known` to those that the table holds.
Result<void> add_to_known(Warehouse& warehouse,
                          const std::string& name,
                          std::int32_t known,
                          std::span<const Total> totals) {
  const std::span<const Total> touched =
      totals.first(std::min(totals.size(), static_cast<std::size_t>(known)));
  std::size_t next = 0;
  const std::string key = name + "_key";
  const BatchLayout layout = {{key, BatchType::Key},
                              {"transactions", BatchType::Integer},
                              {"first", BatchType::Timestamp},
                              {"last", BatchType::Timestamp}};
  if (std::ranges::none_of(touched, [](const Total& t) { return t.transactions > 0; })) {
    return {};
  }
  TILL_TRY(warehouse.append(
      "till", "incoming_totals", AppendMode::Create, layout, [&](Batch& out) -> Result<bool> {
        for (; next < touched.size() && out.rows() < kBatchRows; ++next) {
          if (touched[next].transactions > 0) {
            out.column(0).append_key(static_cast<std::int32_t>(next));
            append_total(out, 1, touched[next]);
          }
        }
        return out.rows() > 0;
      }));
  const std::string table = "till." + name + "s";
  TILL_TRY(warehouse.execute("CREATE TABLE till.incoming_known AS SELECT c." + key + ", c." + name +
                             "_id, CAST(c.transactions + i.transactions AS " +
                             std::string(warehouse.dialect().integer_type) +
                             ") AS transactions, least(c.\"first\", i.\"first\") AS \"first\", "
                             "greatest(c.\"last\", i.\"last\") AS \"last\" FROM " +
                             table + " c JOIN till.incoming_totals i ON i." + key + " = c." + key));
  TILL_TRY(warehouse.execute("DELETE FROM " + table + " WHERE " + key + " IN (SELECT " + key +
                             " FROM till.incoming_known)"));
  TILL_TRY(warehouse.execute("INSERT INTO " + table +
                             " SELECT * FROM till.incoming_known ORDER BY " + key));
  TILL_TRY(warehouse.execute("DROP TABLE till.incoming_known"));
  return warehouse.execute("DROP TABLE till.incoming_totals");
}

/// Appends the ids from `known` on, with their totals.
Result<void> add_new(Warehouse& warehouse,
                     const std::string& name,
                     const Dictionary& dictionary,
                     std::int32_t known,
                     std::span<const Total> totals) {
  const BatchLayout layout = {{name + "_key", BatchType::Key},
                              {name + "_id", BatchType::Text},
                              {"transactions", BatchType::Integer},
                              {"first", BatchType::Timestamp},
                              {"last", BatchType::Timestamp}};
  std::int32_t next = known;
  if (next == dictionary.size()) {
    return {};
  }
  return warehouse.append(
      "till", name + "s", AppendMode::Append, layout, [&](Batch& out) -> Result<bool> {
        for (; next < dictionary.size() && out.rows() < kBatchRows &&
               out.column(1).text_bytes() < kMaxTextBytes;
             ++next) {
          out.column(0).append_key(next);
          out.column(1).append_text(dictionary.id(next));
          append_total(out, 2, total_of(totals, next));
        }
        return out.rows() > 0;
      });
}

/// Returns the months that clocks show during a range: the first and the last.
std::pair<Month, Month> months_of(TimeRange range, const TimeZone& zone) {
  // At 00:01 of the first they may go back into the month before.
  Month first = month_of(range.from, zone);
  Month last = first;
  for (const OffsetPeriod& period : zone.offsets(range)) {
    for (const Instant t : {std::max(period.range.from, range.from),
                            Instant{std::min(period.range.to, range.to).micros - 1}}) {
      first = std::min(first, month_of(t, zone));
      last = std::max(last, month_of(t, zone));
    }
  }
  return {first, last};
}

std::string date_sql(Month month) {
  return "DATE '" + to_string(month) + "-01'";
}

/// Returns the condition that a month is one of first ... last.
std::string between(const std::pair<Month, Month>& months) {
  return "\"month\" >= " + date_sql(months.first) + " AND \"month\" <= " + date_sql(months.second);
}

/// Counts the months first ... last anew, from the transactions.
Result<void> recount(Warehouse& warehouse,
                     const TimeZone& zone,
                     const std::pair<Month, Month>& months) {
  const TimeRange range = {start_of(months.first, zone),
                           {start_of(add_months(months.second, 1), zone).micros + kMicrosPerDay}};
  const std::string month = "CAST(date_trunc('month', " +
                            warehouse::local_time_sql("\"timestamp\"", zone, range) + ") AS DATE)";
  const std::string touched = " WHERE " + between(months);
  TILL_TRY(warehouse.execute("DELETE FROM till.product_months" + touched));
  const warehouse::Dialect& dialect = warehouse.dialect();
  const std::array<Value, 2> bounds = {range.from, range.to};
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

/// Returns those of first ... last that cannot be taken as they were counted, and all between them:
/// nothing where there is none.
Result<std::optional<std::pair<Month, Month>>> months_to_recount(
    Warehouse& warehouse, const std::pair<Month, Month>& months, const RowTally& counted) {
  std::vector<Month> again = counted.uncounted_months();
  TILL_TRY(for_each_row(
      warehouse,
      "SELECT min(\"month\"), max(\"month\") FROM till.product_months WHERE " + between(months),
      {},
      [&](const BatchView& batch, std::int64_t i) {
        for (const std::int64_t column : {0, 1}) {
          if (const ColumnView value = batch.column(column); !value.is_null(i)) {
            again.push_back(month_of(value.instant(i), TimeZone()));
          }
        }
      }));
  if (again.empty()) {
    return std::optional<std::pair<Month, Month>>();
  }
  const auto [first, last] = std::ranges::minmax_element(again);
  return std::optional(std::pair(*first, *last));
}

/// Appends what was counted of the months that need no recount, product by product.
Result<void> add_counted(Warehouse& warehouse,
                         const RowTally& counted,
                         const std::optional<std::pair<Month, Month>>& recounted) {
  std::vector<ProductMonth> rows;
  std::ranges::copy_if(
      counted.product_months(), std::back_inserter(rows), [&](const ProductMonth& row) {
        return !recounted || row.month < recounted->first || recounted->second < row.month;
      });
  if (rows.empty()) {
    return {};
  }
  std::ranges::stable_sort(rows, {}, &ProductMonth::product);
  const BatchLayout layout = {{"product_key", BatchType::Key},
                              {"month", BatchType::Date},
                              {"transactions", BatchType::Integer},
                              {"customers", BatchType::Integer}};
  std::size_t next = 0;
  return warehouse.append(
      "till", "product_months", AppendMode::Append, layout, [&](Batch& out) -> Result<bool> {
        for (; next < rows.size() && out.rows() < kBatchRows; ++next) {
          const ProductMonth& row = rows[next];
          out.column(0).append_key(row.product);
          out.column(1).append_date(
              static_cast<std::int32_t>(days_since_epoch({row.month.year, row.month.month, 1})));
          out.column(2).append_integer(row.transactions);
          out.column(3).append_integer(row.customers);
        }
        return out.rows() > 0;
      });
}

}  // namespace

Result<std::vector<Total>> count_totals(Warehouse& warehouse,
                                        Entity entity,
                                        std::int32_t file_key) {
  const std::string key = std::string(stem(entity)) + "_key";
  const std::array<Value, 1> file = {std::int64_t{file_key}};
  std::vector<Total> totals;
  TILL_TRY(for_each_row(
      warehouse,
      "SELECT " + key +
          ", count(*), min(\"timestamp\"), max(\"timestamp\") FROM till.transactions WHERE "
          "file_key = " +
          warehouse.dialect().placeholder(1) + " AND " + key + " IS NOT NULL GROUP BY " + key,
      file,
      [&](const BatchView& batch, std::int64_t i) {
        const auto index = static_cast<std::size_t>(batch.column(0).integer(i));
        if (index >= totals.size()) {
          totals.resize(index + 1);
        }
        totals[index] = {
            batch.column(1).integer(i), batch.column(2).instant(i), batch.column(3).instant(i)};
      }));
  return totals;
}

Result<void> update_totals(Warehouse& warehouse,
                           Entity entity,
                           const Dictionary& dictionary,
                           std::int32_t known,
                           std::span<const Total> totals) {
  const std::string name(stem(entity));
  TILL_TRY(add_to_known(warehouse, name, known, totals));
  return add_new(warehouse, name, dictionary, known, totals);
}

Result<void> update_product_months(Warehouse& warehouse,
                                   const TimeZone& zone,
                                   TimeRange range,
                                   const RowTally* counted) {
  const std::pair<Month, Month> months = months_of(range, zone);
  if (counted == nullptr) {
    return recount(warehouse, zone, months);
  }
  TILL_ASSIGN(const auto again, months_to_recount(warehouse, months, *counted));
  if (again) {
    TILL_TRY(recount(warehouse, zone, *again));
  }
  return add_counted(warehouse, *counted, again);
}

}  // namespace till::log
