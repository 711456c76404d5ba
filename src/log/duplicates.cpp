#include "duplicates.hpp"

#include <array>
#include <vector>

#include "cell.hpp"
#include "utf8.hpp"

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/statement.hpp"

namespace till::log {

using warehouse::quote_identifier;
using warehouse::Value;
using warehouse::Warehouse;

namespace {

constexpr std::int64_t kRowsAtOnce = 50'000;

constexpr std::array kKeyColumns = {"customer_key", "product_key", "timestamp"};

std::vector<std::string> kept_column_names(const Catalogue& catalogue) {
  std::vector<std::string> names(kKeyColumns.begin(), kKeyColumns.end());
  if (catalogue.has_amount) {
    names.emplace_back("amount");
  }
  if (catalogue.has_quantity) {
    names.emplace_back("quantity");
  }
  for (const ExtraColumn& extra : catalogue.extra_columns) {
    names.push_back(extra.name);
  }
  return names;
}

/// Returns the kept columns of a table, quoted and listed.
std::string listed(const Catalogue& catalogue, std::string_view table) {
  std::string columns;
  for (const std::string& name : kept_column_names(catalogue)) {
    columns += (columns.empty() ? "" : ", ") + std::string(table) + quote_identifier(name);
  }
  return columns;
}

/// Returns the condition that rows of u and r are equal; two missing values are.
std::string equal(const Catalogue& catalogue) {
  std::string condition;
  for (const std::string& name : kept_column_names(catalogue)) {
    const std::string quoted = quote_identifier(name);
    condition +=
        (condition.empty() ? "u." : " AND u.") + quoted + " IS NOT DISTINCT FROM r." + quoted;
  }
  return condition;
}

/// Returns a condition for rows of a range, whose bounds are the n-th and the next value.
std::string within(const Warehouse& warehouse, std::int32_t n) {
  const warehouse::Dialect& dialect = warehouse.dialect();
  return "\"timestamp\" >= " + dialect.placeholder(n) + " AND \"timestamp\" < " +
         dialect.placeholder(n + 1);
}

/// Counts the rows of a range that equal another one, every group of equal rows less one.
Result<std::int64_t> count_repeated(Warehouse& warehouse,
                                    const Catalogue& catalogue,
                                    TimeRange range,
                                    const std::string& condition) {
  const std::array<Value, 4> bounds = {range.from, range.to, range.from, range.to};
  return warehouse.query_integer(
      "SELECT (SELECT count(*) FROM till.transactions WHERE " + within(warehouse, 1) + condition +
          ") - (SELECT count(*) FROM (SELECT DISTINCT " + kept_columns(catalogue) +
          " FROM till.transactions WHERE " + within(warehouse, 3) + condition + ") d)",
      bounds);
}

/// Returns a row as rejects show it: "customer_id=7, product_id=a, timestamp=2018-01-31T00:00:00Z".
std::string row_text(const BatchView& batch,
                     std::int64_t row,
                     const Dictionary& customers,
                     const Dictionary& products) {
  const auto id = [&](std::int64_t column, const Dictionary& dictionary) {
    const ColumnView keys = batch.column(column);
    return keys.is_null(row) ? std::string_view()
                             : dictionary.id(static_cast<std::int32_t>(keys.integer(row)));
  };
  std::string text = "customer_id=" + std::string(id(1, customers));
  text += ", product_id=" + std::string(id(2, products));
  std::string held;
  for (std::int64_t c = 3; c < batch.columns(); ++c) {
    text += ", " + std::string(batch.name(c)) + "=";
    text += cell_text(batch.column(c), static_cast<std::size_t>(row), held);
  }
  return printable(text);
}

/// Returns the columns that row_text shows; amounts in the currency unit.
std::string shown_columns(const Warehouse& warehouse, const Catalogue& catalogue) {
  std::string columns = "i.customer_key, i.product_key";
  for (const std::string& name : kept_column_names(catalogue)) {
    if (name == "amount") {
      columns += ", " + amount_sql(warehouse.dialect(), "i.amount") + " AS amount";
    } else if (name != "customer_key" && name != "product_key") {
      columns += ", i." + quote_identifier(name);
    }
  }
  return columns;
}

}  // namespace

std::string kept_columns(const Catalogue& catalogue) {
  return listed(catalogue, "");
}

Result<std::int64_t> count_duplicates(Warehouse& warehouse,
                                      const Catalogue& catalogue,
                                      std::int32_t file_key,
                                      TimeRange range,
                                      std::optional<std::int64_t> repeated) {
  const std::string others = " AND file_key <> " + std::to_string(file_key);
  const std::array<Value, 2> bounds = {range.from, range.to};
  std::int64_t overlapping = 0;
  if (file_key > 0) {
    TILL_ASSIGN(overlapping,
                warehouse.query_integer(
                    "SELECT count(*) FROM till.transactions WHERE " + within(warehouse, 1) + others,
                    bounds));
  }
  if (overlapping == 0 && repeated) {
    return *repeated;
  }
  std::int64_t before = 0;
  if (overlapping > 0) {
    TILL_ASSIGN(before, count_repeated(warehouse, catalogue, range, others));
  }
  TILL_ASSIGN(const std::int64_t after, count_repeated(warehouse, catalogue, range, ""));
  return after - before;
}

Result<std::int64_t> drop_duplicates(
    Warehouse& warehouse,
    const Catalogue& catalogue,
    TimeRange range,
    const Dictionary& customers,
    const Dictionary& products,
    const std::function<Result<void>(std::span<const RefusedRow>)>& dropped) {
  const std::string columns = kept_columns(catalogue);
  const std::array<Value, 2> bounds = {range.from, range.to};
  // Of equal rows the first stays: one that was there before (line 0), or the one with the lowest
  // line. Few rows have an equal one: those are found by grouping, and only they are numbered.
  const std::string everything =
      "(SELECT " + columns + ", till_line FROM till.incoming UNION ALL SELECT " + columns +
      ", 0 AS till_line FROM till.transactions WHERE " + within(warehouse, 1) + ") u";
  TILL_TRY(warehouse.execute("CREATE TABLE till.repeated AS SELECT " + columns + " FROM " +
                                 everything + " GROUP BY " + columns + " HAVING count(*) > 1",
                             bounds));
  TILL_TRY(
      warehouse.execute("CREATE TABLE till.dropped AS SELECT till_line FROM (SELECT u.till_line, "
                        "row_number() OVER (PARTITION BY " +
                            listed(catalogue, "u.") + " ORDER BY u.till_line) AS till_copy FROM " +
                            everything + " JOIN till.repeated r ON " + equal(catalogue) +
                            ") n WHERE till_copy > 1 AND till_line > 0",
                        bounds));
  std::int64_t count = 0;
  std::vector<RefusedRow> rows;
  std::int64_t last = 0;
  do {
    rows.clear();
    const std::array<Value, 1> after = {last};
    TILL_TRY(for_each_row(
        warehouse,
        "SELECT i.till_line, " + shown_columns(warehouse, catalogue) +
            " FROM till.incoming i JOIN till.dropped d ON d.till_line = i.till_line WHERE "
            "i.till_line > " +
            warehouse.dialect().placeholder(1) + " ORDER BY i.till_line LIMIT " +
            std::to_string(kRowsAtOnce),
        after,
        [&](const BatchView& batch, std::int64_t i) {
          last = batch.column(0).integer(i);
          rows.push_back({last, "", "duplicate", row_text(batch, i, customers, products)});
        }));
    TILL_TRY(dropped(rows));
    count += static_cast<std::int64_t>(rows.size());
  } while (!rows.empty());
  TILL_TRY(warehouse.execute(
      "DELETE FROM till.incoming WHERE till_line IN (SELECT till_line FROM till.dropped)"));
  TILL_TRY(warehouse.execute("DROP TABLE till.dropped"));
  TILL_TRY(warehouse.execute("DROP TABLE till.repeated"));
  return count;
}

}  // namespace till::log
