#include "till/insight/product_frequency.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "insight/named_product.hpp"
#include "insight/product_labels.hpp"
#include "insight/tally.hpp"

#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

/// Returns a range that holds every month of a year: a day more than the year where clocks go back
/// into it from the next. Rows tell their month themselves.
TimeRange range_of(std::int32_t year, const TimeZone& zone) {
  TimeRange range = year_range(year, zone);
  if (!is_month_start(range.to, zone) && range.to.micros < kMaxInstant.micros - kMicrosPerDay) {
    range.to.micros += kMicrosPerDay;
  }
  return range;
}

/// Returns the summary of products and months where it knows the answer and is in memory.
Result<const log::ProductTotals*> totals_for(log::Log& log,
                                             const ProductFrequencyOptions& options) {
  Tally tally;
  tally.range = range_of(options.year, options.zone);
  tally.counting = options.counting;
  tally.zone = options.zone;
  tally.by_month = true;
  if (!options.by.empty() || smallest_table(log, tally) != TallyTable::ProductMonths) {
    return nullptr;
  }
  return log.product_totals();
}

/// Fills in what the months of one product say; false where no product has that id.
bool read_from(const log::ProductTotals& totals, const std::string& id, ProductFrequency& result) {
  const auto id_of = [&](std::int32_t key) -> const std::string& {
    return totals.products[static_cast<std::size_t>(key)].id;
  };
  const auto found = std::ranges::lower_bound(totals.by_id, id, {}, id_of);
  if (found == totals.by_id.end() || id_of(*found) != id) {
    return false;
  }
  const std::int32_t key = *found;
  result.product_id = id;
  result.name = totals.products[static_cast<std::size_t>(key)].name;
  for (ProductMonth& month : result.months) {
    for (const auto& of_month : totals.between(month.month, add_months(month.month, 1))) {
      month.all_transactions = of_month.transactions;
      const auto sold = totals.sold_in(of_month);
      const auto row = std::ranges::lower_bound(sold, key, {}, &log::ProductTotals::Sold::product);
      if (row != sold.end() && row->product == key) {
        month.transactions = row->transactions;
        month.customers = row->customers;
      }
    }
  }
  return true;
}

/// Fills in what follows from the counts of the months.
void add_shares(ProductFrequency& result) {
  for (ProductMonth& month : result.months) {
    if (month.all_transactions > 0) {
      month.share =
          static_cast<double>(month.transactions) / static_cast<double>(month.all_transactions);
    }
    result.transactions += month.transactions;
  }
}

bool is_covered(const log::Log& log, Month month, const TimeZone& zone) {
  const log::Source& source = log.source();
  return source.first && month_of(*source.first, zone) <= month &&
         month <= month_of(*source.last, zone);
}

}  // namespace

Result<ProductFrequency> product_frequency(log::Log& log, const ProductFrequencyOptions& options) {
  TILL_TRY(check_counting(log, "product_frequency", options.counting));
  TILL_TRY(check_by(log, "product_frequency", options.by));

  ProductFrequency result;
  Month next{options.year, 1};
  for (ProductMonth& month : result.months) {
    month.month = next;
    month.covered = is_covered(log, next, options.zone);
    ++next.month;
  }
  TILL_ASSIGN(const log::ProductTotals* const totals, totals_for(log, options));
  if (totals != nullptr && read_from(*totals, options.product, result)) {
    add_shares(result);
    return result;
  }
  TILL_ASSIGN(NamedProduct product,
              find_product(log, "product_frequency", options.product, options.by));
  result.product_id = std::move(product.id);
  result.name = std::move(product.name);
  const std::int64_t january = tally_month(result.months.front().month);
  // Calls `set` for each month of the year that a tally has.
  const auto read_months = [&](const Statement& statement, auto set) {
    return for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
      const std::int64_t month = batch.column(0).integer(i) - january;
      if (0 <= month && month < std::ssize(result.months)) {
        set(result.months[static_cast<std::size_t>(month)], batch, i);
      }
    });
  };

  Tally tally;
  tally.range = range_of(options.year, options.zone);
  tally.counting = options.counting;
  tally.zone = options.zone;
  tally.by_month = true;
  Statement all(log.warehouse());
  add_tally(all, log, tally);
  TILL_TRY(read_months(all, [](ProductMonth& month, const BatchView& batch, std::int64_t i) {
    month.all_transactions = batch.column(1).integer(i);
  }));

  tally.product_key = product.key;
  tally.grouped = !options.by.empty();
  tally.counts_customers = true;
  Statement own(log.warehouse());
  if (tally.grouped) {
    add_with_product_groups(own, options.by);
    own.add("months AS (");
  }
  add_tally(own, log, tally);
  if (tally.grouped) {
    own.add(") SELECT m.month, m.transactions, m.customers FROM months m");
  }
  TILL_TRY(read_months(own, [&](ProductMonth& month, const BatchView& batch, std::int64_t i) {
    month.transactions = batch.column(1).integer(i);
    month.customers = batch.column(2).integer(i);
  }));
  add_shares(result);
  return result;
}

}  // namespace till::insight
