#include "insight/customer_rows.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "insight/by_customer.hpp"

#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

using warehouse::Statement;

constexpr std::int64_t kAtOnce = std::int64_t{1} << 23;
constexpr std::size_t kOfNobodyAtOnce = std::size_t{1} << 16;

std::uint64_t bits_of(double quantity) {
  return std::isnan(quantity)
             ? std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN())
         : quantity == 0.0 ? 0
                           : std::bit_cast<std::uint64_t>(quantity);
}

/// Reads rows batch by batch, with what the log has of them.
class RowReader {
 public:
  explicit RowReader(log::Log& log) : log_(log) {}

  /// Begins a statement, up to and with its WHERE.
  [[nodiscard]] Statement begin(std::optional<Instant> before) const {
    Statement statement(log_.warehouse());
    statement.add("SELECT t.customer_key, t.product_key, t.\"timestamp\"");
    statement.add(log_.has_amount() ? ", t.amount" : "");
    statement.add(log_.has_quantity() ? ", t.quantity" : "");
    statement.add(" FROM till.transactions t WHERE ");
    if (before) {
      statement.add("t.\"timestamp\" < ").bind(*before).add(" AND ");
    }
    return statement;
  }

  /// Calls use(customers, make) for each batch that a statement gives; make(i) is its i-th row.
  template <typename Use>
  Result<void> read(const Statement& statement, const Use& use) {
    return warehouse::for_each_batch(
        log_.warehouse(),
        statement.sql(),
        statement.values(),
        [&](const BatchView& batch) -> Result<void> {
          const ColumnView products = batch.column(1);
          const ColumnView at = batch.column(2);
          const ColumnView amounts = log_.has_amount() ? batch.column(3) : ColumnView();
          const ColumnView quantities =
              log_.has_quantity() ? batch.column(log_.has_amount() ? 4 : 3) : ColumnView();
          return use(batch.column(0), [&](std::int64_t i) {
            CustomerRow row;
            row.at = at.instant(i).micros;
            row.product = static_cast<std::int32_t>(products.integer(i));
            if (log_.has_amount() && !amounts.is_null(i)) {
              row.has_amount = true;
              row.amount = amounts.integer(i);
            }
            if (log_.has_quantity() && !quantities.is_null(i)) {
              row.has_quantity = true;
              row.quantity_bits = bits_of(quantities.real(i));
            }
            return row;
          });
        });
  }

 private:
  log::Log& log_;
};

void sort(std::span<CustomerRow> rows) {
  if (!std::ranges::is_sorted(rows)) {
    std::ranges::sort(rows);
  }
}

}  // namespace

Result<void> for_each_customers_rows(
    log::Log& log,
    std::optional<Instant> before,
    const std::function<void(std::int64_t customer, std::span<const CustomerRow>)>& visit) {
  RowReader reader(log);
  TILL_ASSIGN(const std::vector<CustomerSlice> slices, customer_slices(log, kAtOnce));
  for (const CustomerSlice& slice : slices) {
    ByCustomer<CustomerRow> rows(slice);
    Statement statement = reader.begin(before);
    add_slice(statement, slice, "t.customer_key");
    TILL_TRY(reader.read(statement, [&](const ColumnView& customers, const auto& make) {
      return rows.add_all(customers, make);
    }));
    rows.for_each([&](std::int64_t customer, std::span<CustomerRow> of_customer) {
      sort(of_customer);
      visit(customer, of_customer);
    });
  }
  Statement of_nobody = reader.begin(before);
  of_nobody.add("t.customer_key IS NULL ORDER BY t.\"timestamp\"");
  std::vector<CustomerRow> rows;
  const auto visit_nobody = [&] {
    if (!rows.empty()) {
      sort(rows);
      visit(kNobody, rows);
      rows.clear();
    }
  };
  TILL_TRY(
      reader.read(of_nobody, [&](const ColumnView& customers, const auto& make) -> Result<void> {
        for (std::int64_t i = 0; i < customers.size(); ++i) {
          const CustomerRow row = make(i);
          if (rows.size() >= kOfNobodyAtOnce && rows.back().at != row.at) {
            visit_nobody();
          }
          rows.push_back(row);
        }
        return {};
      }));
  visit_nobody();
  return {};
}

}  // namespace till::insight
