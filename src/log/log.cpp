#include "till/log/log.hpp"

#include <algorithm>
#include <utility>

#include "byte_source.hpp"
#include "catalogue.hpp"

#include "till/warehouse/statement.hpp"

namespace till::log {

std::string to_string(const Counting& counting) {
  switch (counting.unit) {
    case Counting::Unit::Row:
      return "row";
    case Counting::Unit::Timestamp:
      return "timestamp";
    case Counting::Unit::Day:
      return "day";
    case Counting::Unit::Column:
      return counting.column;
  }
  return "row";
}

Result<Log> Log::open(warehouse::Warehouse warehouse) {
  TILL_ASSIGN(std::optional<Catalogue> catalogue, log::read_catalogue(warehouse));
  if (!catalogue) {
    return Error{ErrorCode::NotFound,
                 "open: the database keeps no log",
                 "make one with: till ingest LOG… --into DATABASE"};
  }
  Log log;
  log.warehouse_ = std::move(warehouse);
  TILL_ASSIGN(log.zone_, TimeZone::find(catalogue->time_zone));
  log.has_amount_ = catalogue->has_amount;
  log.has_quantity_ = catalogue->has_quantity;
  log.has_product_names_ = catalogue->has_product_names;
  log.extra_columns_ = std::move(catalogue->extra_columns);
  log.product_attributes_ = std::move(catalogue->product_attributes);
  log.customer_attributes_ = std::move(catalogue->customer_attributes);
  TILL_TRY(log.read_totals());
  return log;
}

Result<void> Log::read_totals() {
  std::vector<std::string> hashes;
  TILL_TRY(for_each_row(warehouse_,
                        "SELECT sha256, accepted, rejected, duplicates FROM till.files",
                        {},
                        [&](const BatchView& batch, std::int64_t i) {
                          hashes.emplace_back(batch.column(0).text(i));
                          source_.accepted += batch.column(1).integer(i);
                          source_.rejected += batch.column(2).integer(i);
                          source_.duplicates += batch.column(3).integer(i);
                        }));
  std::ranges::sort(hashes);
  Sha256 fingerprint;
  for (const std::string& hash : hashes) {
    fingerprint.update(hash);
  }
  source_.fingerprint = fingerprint.hexadecimal();
  // Every row has a product, so the products know the first and the last instant of the log.
  TILL_TRY(for_each_row(
      warehouse_,
      "SELECT count(CASE WHEN transactions > 0 THEN 1 END), min(\"first\"), max(\"last\"), "
      "(SELECT count(*) FROM till.customers WHERE transactions > 0) FROM till.products",
      {},
      [&](const BatchView& batch, std::int64_t i) {
        products_ = batch.column(0).integer(i);
        if (!batch.column(1).is_null(i)) {
          source_.first = batch.column(1).instant(i);
          source_.last = batch.column(2).instant(i);
        }
        customers_ = batch.column(3).integer(i);
      }));
  return {};
}

// --- summaries in memory
// ---------------------------------------------------------------------------

namespace {

constexpr std::int64_t kMostInMemory = std::int64_t{1} << 22U;

}  // namespace

Result<const CustomerTotals*> Log::customer_totals() {
  if (!customer_totals_ && customers_ <= kMostInMemory &&
      std::exchange(asked_for_customers_, true)) {
    TILL_TRY(read_customers());
  }
  return customer_totals_.get();
}

Result<void> Log::read_customers() {
  auto totals = std::make_unique<CustomerTotals>();
  totals->customers.reserve(static_cast<std::size_t>(customers_));
  TILL_TRY(
      for_each_row(warehouse_,
                   "SELECT customer_id, transactions FROM till.customers WHERE transactions > 0",
                   {},
                   [&](const BatchView& batch, std::int64_t i) {
                     totals->customers.push_back(
                         {std::string(batch.column(0).text(i)), batch.column(1).integer(i)});
                   }));
  using Customer = CustomerTotals::Customer;
  std::ranges::sort(totals->customers, [](const Customer& a, const Customer& b) {
    return a.transactions != b.transactions ? a.transactions > b.transactions : a.id < b.id;
  });
  for (const Customer& customer : totals->customers) {
    if (totals->levels.empty() || totals->levels.back().transactions != customer.transactions) {
      totals->levels.push_back({customer.transactions, 0});
    }
    ++totals->levels.back().customers;
    totals->transactions += customer.transactions;
  }
  totals->transactions_without_customer = source_.accepted - totals->transactions;
  customer_totals_ = std::move(totals);
  return {};
}

Result<const ProductTotals*> Log::product_totals() {
  if (!product_totals_ && products_ <= kMostInMemory && std::exchange(asked_for_products_, true)) {
    TILL_ASSIGN(const std::int64_t rows,
                warehouse_.query_integer("SELECT count(*) FROM till.product_months"));
    if (rows <= kMostInMemory) {
      TILL_TRY(read_products());
    }
  }
  return product_totals_.get();
}

Result<void> Log::read_products() {
  auto totals = std::make_unique<ProductTotals>();
  const std::string name = has_product_names_ ? "coalesce(a.name, p.product_id)" : "p.product_id";
  const std::string join =
      has_product_names_ ? " LEFT JOIN till.product_attributes a ON a.product_key = p.product_key"
                         : "";
  TILL_TRY(for_each_row(
      warehouse_,
      "SELECT p.product_id, " + name + " FROM till.products p" + join + " ORDER BY p.product_key",
      {},
      [&](const BatchView& batch, std::int64_t i) {
        totals->by_id.push_back(static_cast<std::int32_t>(totals->products.size()));
        totals->products.push_back(
            {std::string(batch.column(0).text(i)), std::string(batch.column(1).text(i))});
      }));
  const auto id_of = [&](std::int32_t key) -> const std::string& {
    return totals->products[static_cast<std::size_t>(key)].id;
  };
  std::ranges::sort(totals->by_id,
                    [&](std::int32_t a, std::int32_t b) { return id_of(a) < id_of(b); });
  TILL_TRY(for_each_row(
      warehouse_,
      "SELECT product_key, \"month\", transactions, customers FROM till.product_months "
      "ORDER BY \"month\", product_key",
      {},
      [&](const BatchView& batch, std::int64_t i) {
        const Month month = month_of(batch.column(1).instant(i), TimeZone());
        const std::int64_t transactions = batch.column(2).integer(i);
        if (totals->months.empty() || totals->months.back().month != month) {
          totals->months.push_back({month, 0, totals->sold.size(), 0});
        }
        totals->sold.push_back({static_cast<std::int32_t>(batch.column(0).integer(i)),
                                transactions,
                                batch.column(3).integer(i)});
        totals->months.back().transactions += transactions;
        totals->months.back().end = totals->sold.size();
      }));
  product_totals_ = std::move(totals);
  return {};
}

Instant Log::end() const noexcept {
  return source_.last ? Instant{source_.last->micros + 1} : Instant{};
}

}  // namespace till::log
