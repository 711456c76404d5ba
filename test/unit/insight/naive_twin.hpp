/// \file
/// Naive twins: the questions answered by looking at one row after the other, as their definition
/// says.
///
/// No SQL, no summaries, no arithmetic on months: for each row it is asked what clocks showed.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "unit/insight/sale_log.hpp"

#include "till/core/calendar.hpp"
#include "till/insight/activity.hpp"
#include "till/insight/product_frequency.hpp"
#include "till/insight/top_products.hpp"

namespace till::test::naive {

/// A row of the log, and what groups its product when a question says `by`.
struct Row {
  std::string customer;  // empty: unknown
  std::string product;   // or the group of the product
  Instant at;
  std::optional<double> quantity;
  std::string invoice;
};

inline std::vector<Row> rows_of(const std::vector<Sale>& sales,
                                const std::map<std::string, std::string>& groups = {},
                                bool grouped = false) {
  std::vector<Row> rows;
  for (const Sale& sale : sales) {
    Row row{sale.customer, sale.product, instant(sale.at), std::nullopt, sale.invoice};
    if (!sale.quantity.empty()) {
      row.quantity = std::stod(sale.quantity);
    }
    if (grouped) {
      const auto group = groups.find(sale.product);
      row.product = group == groups.end() || group->second.empty() ? "(none)" : group->second;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Counts the transactions that some rows are.
class Count {
 public:
  Count(const log::Counting& counting, const TimeZone& zone) : counting_(&counting), zone_(&zone) {}

  void add(const Row& row) {
    using Counting = log::Counting;
    const bool is_return = row.quantity && *row.quantity < 0;
    if (is_return && counting_->returns == Counting::Returns::Drop) {
      return;
    }
    if (!row.customer.empty()) {
      customers_.insert(row.customer);
    }
    switch (counting_->unit) {
      case Counting::Unit::Row:
        rows_ += is_return && counting_->returns == Counting::Returns::Subtract ? -1 : 1;
        break;
      case Counting::Unit::Timestamp:
        units_.emplace(row.customer, to_string(row.at));
        break;
      case Counting::Unit::Day:
        units_.emplace(row.customer, to_string(zone_->local(row.at).date));
        break;
      case Counting::Unit::Column:
        units_.emplace(row.customer, row.invoice);
        break;
    }
  }

  [[nodiscard]] std::int64_t transactions() const { return rows_ + std::ssize(units_); }

  [[nodiscard]] std::int64_t customers() const { return std::ssize(customers_); }

 private:
  const log::Counting* counting_;
  const TimeZone* zone_;
  std::int64_t rows_ = 0;
  std::set<std::pair<std::string, std::string>> units_;
  std::set<std::string> customers_;
};

inline double ratio(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

/// Orders what has a count that is not 0: by count, descending, then by id.
inline std::vector<std::pair<std::string, std::int64_t>> ordered(
    const std::map<std::string, Count>& counts) {
  std::vector<std::pair<std::string, std::int64_t>> order;
  for (const auto& [id, count] : counts) {
    if (count.transactions() != 0) {
      order.emplace_back(id, count.transactions());
    }
  }
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return order;
}

inline insight::Activity activity(const std::vector<Row>& rows,
                                  const insight::ActivityOptions& options) {
  std::map<std::string, Count> counts;
  Count unknown(options.counting, options.zone);
  for (const Row& row : rows) {
    if (options.range && !options.range->contains(row.at)) {
      continue;
    }
    if (row.customer.empty()) {
      unknown.add(row);
    } else {
      counts.try_emplace(row.customer, options.counting, options.zone).first->second.add(row);
    }
  }
  insight::Activity result;
  const auto order = ordered(counts);
  result.customers = std::ssize(order);
  result.transactions_without_customer = unknown.transactions();
  for (const auto& [id, transactions] : order) {
    result.transactions += transactions;
    if (result.levels.empty() || result.levels.back().transactions != transactions) {
      result.levels.push_back({transactions, 0});
    }
    ++result.levels.back().customers;
  }
  std::int64_t reached = 0;
  for (const auto& [id, transactions] : order) {
    if (options.limit && std::ssize(result.rows) == *options.limit) {
      break;
    }
    reached += transactions;
    result.rows.push_back({std::ssize(result.rows) + 1,
                           id,
                           transactions,
                           ratio(transactions, result.transactions),
                           ratio(reached, result.transactions)});
  }
  return result;
}

inline insight::ProductFrequency product_frequency(
    const std::vector<Row>& rows, const insight::ProductFrequencyOptions& options) {
  insight::ProductFrequency result;
  result.product_id = options.product;
  result.name = options.product;
  for (std::int32_t m = 1; m <= 12; ++m) {
    const Month month{options.year, m};
    Count own(options.counting, options.zone);
    Count all(options.counting, options.zone);
    bool is_after_first = false;
    bool is_before_last = false;
    for (const Row& row : rows) {
      const Month shown = month_of(row.at, options.zone);
      is_after_first |= shown <= month;
      is_before_last |= shown >= month;
      if (shown == month) {
        all.add(row);
        if (row.product == options.product) {
          own.add(row);
        }
      }
    }
    result.months[static_cast<std::size_t>(m - 1)] = {month,
                                                      own.transactions(),
                                                      own.customers(),
                                                      ratio(own.transactions(), all.transactions()),
                                                      all.transactions(),
                                                      is_after_first && is_before_last};
    result.transactions += own.transactions();
  }
  return result;
}

/// The products of a range in order, and the transactions of all of them.
struct Ranking {
  std::vector<std::pair<std::string, std::int64_t>> order;
  std::int64_t transactions = 0;
};

inline Ranking ranking(const std::vector<Row>& rows,
                       TimeRange range,
                       const insight::TopProductsOptions& options) {
  std::map<std::string, Count> counts;
  Count all(options.counting, options.zone);
  for (const Row& row : rows) {
    if (range.contains(row.at)) {
      counts.try_emplace(row.product, options.counting, options.zone).first->second.add(row);
      all.add(row);
    }
  }
  return {ordered(counts), all.transactions()};
}

inline insight::TopProducts top_products(const std::vector<Row>& rows,
                                         const insight::TopProductsOptions& options) {
  insight::TopProducts result;
  result.range = {subtract(options.as_of, options.window, options.zone), options.as_of};
  result.previous_range = {subtract(result.range.from, options.window, options.zone),
                           result.range.from};
  const Ranking now = ranking(rows, result.range, options);
  const Ranking before = ranking(rows, result.previous_range, options);
  result.products = std::ssize(now.order);
  result.transactions = now.transactions;
  result.previous_transactions = before.transactions;
  for (const auto& [id, transactions] : now.order) {
    if (std::ssize(result.rows) == options.k) {
      break;
    }
    insight::TopProduct row{std::ssize(result.rows) + 1,
                            id,
                            id,
                            transactions,
                            ratio(transactions, now.transactions),
                            std::nullopt,
                            0};
    for (std::size_t i = 0; i < before.order.size(); ++i) {
      if (before.order[i].first == id) {
        row.previous_rank = static_cast<std::int64_t>(i) + 1;
        row.previous_transactions = before.order[i].second;
      }
    }
    result.rows.push_back(std::move(row));
  }
  return result;
}

/// The entries of a race at given moments: what top_products says as of each.
inline std::vector<insight::RaceEntry> race_entries(const std::vector<Row>& rows,
                                                    insight::TopProductsOptions options,
                                                    const std::vector<Instant>& as_ofs) {
  std::vector<insight::RaceEntry> entries;
  for (const Instant as_of : as_ofs) {
    options.as_of = as_of;
    for (const insight::TopProduct& row : top_products(rows, options).rows) {
      entries.push_back({as_of, row.rank, row.product_id, row.name, row.transactions, row.share});
    }
  }
  return entries;
}

// --- results as text, so that a difference can be read -------------------------------------------

inline std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.17g", value);
  return text.data();
}

inline std::vector<std::string> lines(const insight::Activity& result) {
  std::vector<std::string> out = {
      std::to_string(result.customers) + " customers, " + std::to_string(result.transactions) +
      " transactions, " + std::to_string(result.transactions_without_customer) + " of nobody"};
  for (const insight::ActivityRow& row : result.rows) {
    out.push_back(std::to_string(row.rank) + ' ' + row.customer_id + ' ' +
                  std::to_string(row.transactions) + ' ' + number(row.share) + ' ' +
                  number(row.cumulative_share));
  }
  for (const insight::ActivityLevel& level : result.levels) {
    out.push_back(std::to_string(level.customers) + " with " + std::to_string(level.transactions));
  }
  return out;
}

inline std::vector<std::string> lines(const insight::ProductFrequency& result) {
  std::vector<std::string> out = {result.product_id + ' ' + std::to_string(result.transactions)};
  for (const insight::ProductMonth& month : result.months) {
    out.push_back(to_string(month.month) + ' ' + std::to_string(month.transactions) + " by " +
                  std::to_string(month.customers) + ", " + number(month.share) + " of " +
                  std::to_string(month.all_transactions) + (month.covered ? "" : ", not covered"));
  }
  return out;
}

inline std::vector<std::string> lines(const insight::TopProducts& result) {
  std::vector<std::string> out = {
      to_string(result.range.from) + " to " + to_string(result.range.to) + " after " +
      to_string(result.previous_range.from) + ": " + std::to_string(result.products) +
      " products, " + std::to_string(result.transactions) + " after " +
      std::to_string(result.previous_transactions)};
  for (const insight::TopProduct& row : result.rows) {
    out.push_back(std::to_string(row.rank) + ' ' + row.product_id + ' ' +
                  std::to_string(row.transactions) + ' ' + number(row.share) + " after " +
                  (row.previous_rank ? std::to_string(*row.previous_rank) : "none") + ' ' +
                  std::to_string(row.previous_transactions));
  }
  return out;
}

inline std::vector<std::string> lines(const std::vector<insight::RaceEntry>& entries) {
  std::vector<std::string> out;
  for (const insight::RaceEntry& entry : entries) {
    out.push_back(to_string(entry.as_of) + ' ' + std::to_string(entry.rank) + ' ' +
                  entry.product_id + ' ' + std::to_string(entry.transactions) + ' ' +
                  number(entry.share));
  }
  return out;
}

}  // namespace till::test::naive
