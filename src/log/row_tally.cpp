#include "row_tally.hpp"

#include <algorithm>
#include <utility>

namespace till::log {

namespace {

void count(std::vector<Total>& totals, std::int32_t key, Instant instant) {
  const auto index = static_cast<std::size_t>(key);
  if (index >= totals.size()) {
    totals.resize(index + 1);
  }
  Total& total = totals[index];
  if (total.transactions++ == 0) {
    total.first = instant;
  }
  total.last = instant;
}

}  // namespace

// --- RowSet
// ---------------------------------------------------------------------------------------

std::size_t RowSet::slot_of(const Row& row) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = ((row.pair ^ row.c) * 0x9e37'79b9'7f4a'7c15ULL >> 32U) & mask;
  while (slots_[at] != kFree && slots_[at] != row) {
    at = (at + 1) & mask;
  }
  return at;
}

bool RowSet::insert(std::uint32_t a, std::uint32_t b, std::uint64_t c) {
  const Row row{(std::uint64_t{a} << 32U) | b, c};
  Row& slot = slots_[slot_of(row)];
  if (slot == row) {
    return false;
  }
  slot = row;
  held_.push_back(row);
  if (held_.size() * 2 > slots_.size()) {
    slots_.assign(slots_.size() * 2, kFree);
    for (const Row& held : held_) {
      slots_[slot_of(held)] = held;
    }
  }
  return true;
}

void RowSet::clear() {
  // The way to a row leads over those that came before it, so the last goes first.
  for (; !held_.empty(); held_.pop_back()) {
    slots_[slot_of(held_.back())] = kFree;
  }
}

// --- RowTally
// -------------------------------------------------------------------------------------

RowTally::RowTally(TimeZone zone, Limits limits) : zone_(std::move(zone)), limits_(limits) {}

void RowTally::add(const CodedRows& rows) {
  constexpr std::size_t kAhead = 16;
  for (std::size_t i = 0; i < rows.instants.size(); ++i) {
    // Customers come in no order, and a million of them do not fit the cache.
    const std::int32_t later = i + kAhead < rows.customers.size() ? rows.customers[i + kAhead] : -1;
    if (static_cast<std::size_t>(later) < customers_.size()) {
      __builtin_prefetch(&customers_[static_cast<std::size_t>(later)], 1);
    }
    const Instant instant = rows.instants[i];
    const std::int32_t customer = rows.customers[i];
    const std::int32_t product = rows.products[i];
    if (instant != instant_) {
      instant_ = instant;
      at_instant_.clear();
    }
    const bool is_new = at_instant_.insert(static_cast<std::uint32_t>(customer),
                                           static_cast<std::uint32_t>(product),
                                           rows.others.empty() ? 0 : rows.others[i]);
    repeated_ += is_new ? 0 : 1;
    if (customer >= 0) {
      count(customers_, customer, instant);
    }
    count(products_, product, instant);
    if (!stretch_.contains(instant)) {
      begin_month(instant);
    }
    if (rows_.size() < limits_.rows_of_month) {
      rows_.push_back({customer, product});
    } else {
      overflown_ = true;
    }
  }
}

void RowTally::begin_month(Instant instant) {
  const Month month = month_of(instant, zone_);
  if (month != month_ || rows_.empty()) {
    end_month();
    month_ = month;
  }
  const OffsetPeriod period = zone_.offset_at(instant);
  const Month next = add_months(month, 1);
  const Instant end_of_month{days_since_epoch({next.year, next.month, 1}) * kMicrosPerDay -
                             period.offset_seconds * kMicrosPerSecond};
  stretch_ = {instant, std::min(end_of_month, period.range.to)};
}

void RowTally::end_month() {
  if (rows_.empty()) {
    return;
  }
  const bool again = std::ranges::find(ended_, month_) != ended_.end();
  if (again) {  // clocks went back into a month that had ended
    std::erase_if(product_months_, [&](const ProductMonth& m) { return m.month == month_; });
  } else {
    ended_.push_back(month_);
  }
  if (again || overflown_ || product_months_.size() >= limits_.product_months) {
    const auto at = std::ranges::lower_bound(uncounted_months_, month_);
    if (at == uncounted_months_.end() || *at != month_) {
      uncounted_months_.insert(at, month_);
    }
  } else {
    count_month();
  }
  rows_.clear();
  overflown_ = false;
}

void RowTally::count_month() {
  // Customers are put behind each other by product; ends_ first holds where each product begins.
  ends_.assign(products_.size() + 1, 0);
  for (const Row& row : rows_) {
    ++ends_[static_cast<std::size_t>(row.product) + 1];
  }
  for (std::size_t product = 1; product < ends_.size(); ++product) {
    ends_[product] += ends_[product - 1];
  }
  by_product_.resize(rows_.size());
  for (const Row& row : rows_) {
    by_product_[ends_[static_cast<std::size_t>(row.product)]++] = row.customer;
  }
  seen_.resize(customers_.size(), 0);
  std::uint32_t begin = 0;
  for (std::size_t product = 0; product + 1 < ends_.size(); ++product) {
    const std::uint32_t end = ends_[product];
    if (begin == end) {
      continue;
    }
    if (++seen_now_ == 0) {
      std::ranges::fill(seen_, 0U);
      seen_now_ = 1;
    }
    std::uint32_t customers = 0;
    for (std::uint32_t i = begin; i < end; ++i) {
      if (const std::int32_t customer = by_product_[i]; customer >= 0) {
        std::uint32_t& seen = seen_[static_cast<std::size_t>(customer)];
        customers += seen == seen_now_ ? 0 : 1;
        seen = seen_now_;
      }
    }
    product_months_.push_back({month_, static_cast<std::int32_t>(product), end - begin, customers});
    begin = end;
  }
}

}  // namespace till::log
