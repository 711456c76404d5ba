#include "till/log/log.hpp"

#include <algorithm>
#include <utility>

#include "byte_source.hpp"
#include "catalogue.hpp"

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

Instant Log::end() const noexcept {
  return source_.last ? Instant{source_.last->micros + 1} : Instant{};
}

}  // namespace till::log
