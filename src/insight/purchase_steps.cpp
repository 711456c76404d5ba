#include "insight/purchase_steps.hpp"

#include <algorithm>
#include <string>

#include "insight/by_customer.hpp"

#include "till/core/check.hpp"
#include "till/warehouse/statement.hpp"

namespace till::insight {

std::span<const PurchaseStep> joined(std::span<PurchaseStep> steps) {
  if (!std::ranges::is_sorted(steps, {}, &PurchaseStep::at)) {
    std::ranges::sort(steps, {}, &PurchaseStep::at);
  }
  std::size_t size = 0;
  for (const PurchaseStep& step : steps) {
    if (size > 0 && steps[size - 1].at == step.at) {
      steps[size - 1].transactions += step.transactions;
    } else {
      steps[size++] = step;
    }
  }
  return steps.first(size);
}

Result<void> for_each_customer(
    log::Log& log,
    const Tally& tally,
    const std::function<void(std::int64_t customer, std::span<const PurchaseStep>)>& visit) {
  TILL_ASSERT(tally.by_customer && tally.by_day != tally.by_month, "by customer and day or month");
  const bool is_weighted = has_weights(log, tally);
  TILL_ASSIGN(const std::vector<CustomerSlice> slices, customer_slices(log));
  for (const CustomerSlice& slice : slices) {
    ByCustomer<PurchaseStep> steps(slice);
    Statement statement(log.warehouse());
    const std::string_view key_type = statement.dialect().key_type;
    statement.add("SELECT r.customer_key, CAST(r.").add(tally.by_day ? "day" : "month");
    statement.add(" AS ").add(key_type).add(") AS step");
    statement.add(is_weighted ? ", r.weight" : "").add(" FROM (");
    add_tally_rows(statement, log, tally);
    statement.add(") r WHERE ");
    add_slice(statement, slice, "r.customer_key");
    TILL_TRY(warehouse::for_each_batch(
        log.warehouse(),
        statement.sql(),
        statement.values(),
        [&](const BatchView& batch) -> Result<void> {
          const ColumnView customers = batch.column(0);
          const ColumnView at = batch.column(1);
          const ColumnView weights = is_weighted ? batch.column(2) : ColumnView();
          return steps.add_all(customers, [&](std::int64_t i) {
            return PurchaseStep{static_cast<std::int32_t>(at.integer(i)),
                                is_weighted ? static_cast<std::int32_t>(weights.integer(i)) : 1};
          });
        }));
    steps.for_each([&](std::int64_t customer, std::span<PurchaseStep> of_customer) {
      visit(customer, joined(of_customer));
    });
  }
  return {};
}

}  // namespace till::insight
