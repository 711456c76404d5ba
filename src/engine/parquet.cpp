#include "till/engine/parquet.hpp"

#include <algorithm>
#include <cstddef>
#include <variant>

#include "till/warehouse/batch.hpp"
#include "till/warehouse/dialect.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::engine {

namespace {

using warehouse::Batch;
using warehouse::BatchColumn;
using warehouse::BatchLayout;
using warehouse::BatchType;

BatchLayout layout_of(const Table& table) {
  struct TypeOf {
    BatchType operator()(const IntegerColumn& /*column*/) const { return BatchType::Integer; }

    BatchType operator()(const RealColumn& /*column*/) const { return BatchType::Real; }

    BatchType operator()(const TextColumn& /*column*/) const { return BatchType::Text; }

    BatchType operator()(const InstantColumn& /*column*/) const { return BatchType::Timestamp; }
  };

  BatchLayout layout;
  for (const TableColumn& column : table.columns) {
    layout.push_back({column.name, std::visit(TypeOf{}, column.values)});
  }
  return layout;
}

/// Appends one cell to a column of a batch.
struct CellAppender {
  BatchColumn& out;
  std::size_t row;

  void operator()(const IntegerColumn& column) const {
    column[row] ? out.append_integer(*column[row]) : out.append_null();
  }

  void operator()(const RealColumn& column) const {
    column[row] ? out.append_real(*column[row]) : out.append_null();
  }

  void operator()(const TextColumn& column) const {
    column[row] ? out.append_text(*column[row]) : out.append_null();
  }

  void operator()(const InstantColumn& column) const {
    column[row] ? out.append_instant(*column[row]) : out.append_null();
  }
};

/// Returns a text as a literal of SQL. COPY takes no bound values.
std::string literal(std::string_view text) {
  std::string sql = "'";
  for (const char c : text) {
    sql.append(c == '\'' ? 2 : 1, c);
  }
  return sql + "'";
}

/// Returns the columns as they are written: a warehouse keeps instants as UTC without saying so.
std::string selected(const Table& table) {
  std::string sql;
  for (const TableColumn& column : table.columns) {
    const std::string name = warehouse::quote_identifier(column.name);
    sql += (sql.empty() ? "" : ", ") + name;
    if (std::holds_alternative<InstantColumn>(column.values)) {
      sql += " AT TIME ZONE 'UTC' AS " + name;
    }
  }
  return sql;
}

}  // namespace

Result<void> write_parquet(const Table& table, const std::string& path) {
  if (table.columns.empty()) {
    return Error{ErrorCode::InvalidArgument, "write_parquet: the table has no columns", ""};
  }
  constexpr std::size_t kBatchRows = 65'536;
  warehouse::OpenOptions in_memory;
  in_memory.threads = 1;  // one writer, one order, the same bytes each time
  TILL_ASSIGN(warehouse::Warehouse warehouse, warehouse::Warehouse::open(in_memory));
  std::size_t next = 0;
  TILL_TRY(warehouse.append("",
                            "answer",
                            warehouse::AppendMode::Create,
                            layout_of(table),
                            [&](Batch& batch) -> Result<bool> {
                              const std::size_t end = std::min(next + kBatchRows, table.rows());
                              if (next == end) {
                                return false;
                              }
                              for (std::size_t i = 0; i < table.columns.size(); ++i) {
                                for (std::size_t row = next; row < end; ++row) {
                                  std::visit(CellAppender{batch.column(i), row},
                                             table.columns[i].values);
                                }
                              }
                              next = end;
                              return true;
                            }));
  return warehouse.execute("COPY (SELECT " + selected(table) + " FROM answer) TO " + literal(path) +
                           " (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)");
}

}  // namespace till::engine
