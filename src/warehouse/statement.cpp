#include "till/warehouse/statement.hpp"

namespace till::warehouse {

Result<void> for_each_row(Warehouse& warehouse,
                          std::string_view sql,
                          std::span<const Value> values,
                          const std::function<void(const BatchView&, std::int64_t)>& row) {
  TILL_ASSIGN(RecordStream rows, warehouse.query(sql, values));
  while (true) {
    TILL_ASSIGN(const bool more, rows.next());
    if (!more) {
      return {};
    }
    const BatchView batch = rows.batch();
    for (std::int64_t i = 0; i < batch.rows(); ++i) {
      row(batch, i);
    }
  }
}

Result<void> for_each_row(Warehouse& warehouse,
                          const Statement& statement,
                          const std::function<void(const BatchView&, std::int64_t)>& row) {
  return for_each_row(warehouse, statement.sql(), statement.values(), row);
}

}  // namespace till::warehouse
