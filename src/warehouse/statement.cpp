#include "till/warehouse/statement.hpp"

namespace till::warehouse {

Result<void> for_each_batch(Warehouse& warehouse,
                            std::string_view sql,
                            std::span<const Value> values,
                            const std::function<Result<void>(const BatchView&)>& use) {
  TILL_ASSIGN(RecordStream rows, warehouse.query(sql, values));
  while (true) {
    TILL_ASSIGN(const bool more, rows.next());
    if (!more) {
      return {};
    }
    TILL_TRY(use(rows.batch()));
  }
}

Result<void> for_each_row(Warehouse& warehouse,
                          std::string_view sql,
                          std::span<const Value> values,
                          const std::function<void(const BatchView&, std::int64_t)>& row) {
  return for_each_batch(warehouse, sql, values, [&](const BatchView& batch) -> Result<void> {
    for (std::int64_t i = 0; i < batch.rows(); ++i) {
      row(batch, i);
    }
    return {};
  });
}

Result<void> for_each_row(Warehouse& warehouse,
                          const Statement& statement,
                          const std::function<void(const BatchView&, std::int64_t)>& row) {
  return for_each_row(warehouse, statement.sql(), statement.values(), row);
}

}  // namespace till::warehouse
