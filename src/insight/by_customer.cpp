#include "insight/by_customer.hpp"

#include <algorithm>

namespace till::insight {

Result<std::vector<CustomerSlice>> customer_slices(log::Log& log, std::int64_t rows_at_once) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(log.customers()));
  TILL_TRY(warehouse::for_each_batch(log.warehouse(),
                                     "SELECT c.customer_key, c.transactions FROM till.customers c",
                                     {},
                                     [&](const BatchView& batch) -> Result<void> {
                                       const ColumnView keys = batch.column(0);
                                       const ColumnView counts = batch.column(1);
                                       for (std::int64_t i = 0; i < batch.rows(); ++i) {
                                         const auto key = static_cast<std::size_t>(keys.integer(i));
                                         rows.resize(std::max(rows.size(), key + 1));
                                         rows[key] = counts.integer(i);
                                       }
                                       return {};
                                     }));
  std::vector<CustomerSlice> slices;
  for (std::size_t key = 0; key < rows.size(); ++key) {
    if (slices.empty() || slices.back().begin.back() + rows[key] > rows_at_once) {
      const auto from = static_cast<std::int64_t>(key);
      slices.push_back({from, from, {0}, true});
    }
    CustomerSlice& slice = slices.back();
    slice.begin.push_back(slice.begin.back() + rows[key]);
    ++slice.to;
  }
  for (CustomerSlice& slice : slices) {
    slice.is_all = slices.size() == 1;
  }
  return slices;
}

void add_slice(warehouse::Statement& statement,
               const CustomerSlice& slice,
               std::string_view customer_key) {
  if (slice.is_all) {
    statement.add(customer_key).add(" IS NOT NULL");
    return;
  }
  statement.add(customer_key).add(" >= ").bind(slice.from);
  statement.add(" AND ").add(customer_key).add(" < ").bind(slice.to);
}

Error more_rows_than_counted() {
  return Error{ErrorCode::Conflict,
               "the log has more rows than its summaries count",
               "was it added to just now? Ask again; else ingest its files into a new database"};
}

}  // namespace till::insight
