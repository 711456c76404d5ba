#include "till/insight/lifecycle.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "insight/purchase_rhythm.hpp"
#include "insight/purchase_steps.hpp"
#include "insight/tally.hpp"

#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

Result<void> check(const log::Log& log, const LifecycleOptions& options) {
  if (options.dormant_after < 1) {
    return Error{ErrorCode::InvalidArgument,
                 "lifecycle: dormant_after is " + std::to_string(options.dormant_after) +
                     ", but must be at least 1 month",
                 ""};
  }
  return check_counting(log, "lifecycle", options.counting);
}

/// Customers who bought in one month and, before that, last in another.
struct Return {
  std::int64_t month = 0;
  std::int64_t before = 0;  ///< `month` itself for who never bought before.
  std::int64_t customers = 0;
};

/// What the log says of known customers.
struct Purchases {
  std::vector<Return> returns;
  std::map<std::int64_t, std::int64_t> transactions;  ///< By month.
};

/// Counts the months of customers, one after the other; a month whose returns outweigh its
/// purchases is none, and comes apart.
class MonthCounter {
 public:
  /// \param months  in order of time, each once.
  void add(std::span<const PurchaseStep> months) {
    const PurchaseStep* before = nullptr;
    for (const PurchaseStep& month : months) {
      if (month.transactions <= 0) {
        ++returned_months_;
        returned_transactions_ += month.transactions;
        continue;
      }
      const std::int32_t last = before == nullptr ? month.at : before->at;
      ++returns_[key_of(last, month.at)];
      transactions_[month.at] += month.transactions;
      before = &month;
    }
  }

  [[nodiscard]] Purchases purchases(Lifecycle& result) const {
    result.returned_months = returned_months_;
    result.returned_transactions = returned_transactions_;
    Purchases purchases;
    for (const auto& [key, customers] : returns_) {
      purchases.returns.push_back(
          {static_cast<std::int32_t>(key), static_cast<std::int32_t>(key >> 32U), customers});
    }
    std::ranges::sort(purchases.returns, [](const Return& a, const Return& b) {
      return std::tie(a.month, a.before) < std::tie(b.month, b.before);
    });
    purchases.transactions.insert(transactions_.begin(), transactions_.end());
    return purchases;
  }

 private:
  static std::uint64_t key_of(std::int32_t before, std::int32_t month) {
    return std::uint64_t{static_cast<std::uint32_t>(before)} << 32U |
           static_cast<std::uint32_t>(month);
  }

  std::unordered_map<std::uint64_t, std::int64_t> returns_;
  std::unordered_map<std::int64_t, std::int64_t> transactions_;
  std::int64_t returned_months_ = 0;
  std::int64_t returned_transactions_ = 0;
};

/// Days as the months that they are in.
class MonthsOfDays {
 public:
  /// Returns the months of days, which are in order of time; good until it is called again.
  std::span<const PurchaseStep> operator()(std::span<const PurchaseStep> days) {
    months_.clear();
    for (const PurchaseStep& day : days) {
      if (day.at < from_ || day.at >= to_) {
        const Date date = date_from_days(day.at);
        month_ = static_cast<std::int32_t>(tally_month({date.year, date.month}));
        from_ = days_since_epoch({date.year, date.month, 1});
        to_ = from_ + days_in({date.year, date.month});
      }
      if (months_.empty() || months_.back().at != month_) {
        months_.push_back({month_, 0});
      }
      months_.back().transactions += day.transactions;
    }
    return months_;
  }

 private:
  std::vector<PurchaseStep> months_;
  std::int32_t month_ = 0;
  std::int64_t from_ = 0;
  std::int64_t to_ = 0;
};

/// Reads what each customer spent, in ten-thousandths, by key.
Result<std::vector<std::int64_t>> read_spend(log::Log& log, const LifecycleOptions& options) {
  std::vector<std::int64_t> spend(static_cast<std::size_t>(log.customers()));
  Statement statement(log.warehouse());
  statement.add("SELECT t.customer_key, CAST(sum(t.amount) AS ")
      .add(statement.dialect().integer_type)
      .add(
          ") AS spend FROM till.transactions t WHERE t.customer_key IS NOT NULL AND t.amount IS "
          "NOT "
          "NULL");
  if (options.as_of) {
    statement.add(" AND t.\"timestamp\" < ").bind(*options.as_of);
  }
  if (options.counting.returns == log::Counting::Returns::Drop && log.has_quantity()) {
    statement.add(" AND (t.quantity IS NULL OR t.quantity >= 0)");
  }
  statement.add(" GROUP BY t.customer_key");
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    const auto key = static_cast<std::size_t>(batch.column(0).integer(i));
    spend.resize(std::max(spend.size(), key + 1));
    spend[key] = batch.column(1).integer(i);
  }));
  return spend;
}

/// Lays the months out, from the first with a purchase to `last`.
std::vector<LifecycleMonth> months_of(const Purchases& purchases,
                                      std::int64_t last,
                                      std::int64_t dormant_after) {
  const std::int64_t first = purchases.returns.front().month;
  const auto count = static_cast<std::size_t>(last - first + 1);
  std::vector<LifecycleMonth> months(count);
  for (std::size_t i = 0; i < count; ++i) {
    months[i].month = month_of_tally(first + static_cast<std::int64_t>(i));
  }
  for (const auto& [month, transactions] : purchases.transactions) {
    months[static_cast<std::size_t>(month - first)].transactions = transactions;
  }
  // Buyers of each month who were back before they counted as dormant.
  std::vector<std::int64_t> back_in_time(count);
  for (const Return& back : purchases.returns) {
    LifecycleMonth& month = months[static_cast<std::size_t>(back.month - first)];
    const std::int64_t gap = back.month - back.before;
    if (gap == 0) {
      month.fresh += back.customers;
      continue;
    }
    (gap == 1               ? month.active
     : gap <= dormant_after ? month.returning
                            : month.resurrected) += back.customers;
    if (gap <= dormant_after) {
      back_in_time[static_cast<std::size_t>(back.before - first)] += back.customers;
    }
  }
  std::int64_t customers = 0;
  std::int64_t dormant = 0;
  for (std::size_t i = 0; i < count; ++i) {
    LifecycleMonth& month = months[i];
    // Who bought D months ago and has not been back since falls silent now.
    if (static_cast<std::int64_t>(i) >= dormant_after) {
      const std::size_t left = i - static_cast<std::size_t>(dormant_after);
      month.fell_dormant = months[left].buyers() - back_in_time[left];
    }
    customers += month.fresh;
    dormant += month.fell_dormant - month.resurrected;
    month.dormant = dormant;
    month.resting = customers - dormant - month.buyers();
  }
  return months;
}

}  // namespace

Result<Lifecycle> lifecycle(log::Log& log, const LifecycleOptions& options) {
  TILL_TRY(check(log, options));
  Tally tally;
  tally.range.to = options.as_of.value_or(kMaxInstant);
  tally.counting = options.counting;
  tally.zone = options.zone;

  Lifecycle result;
  result.dormant_after = options.dormant_after;
  Tally of_customers = tally;
  of_customers.by_customer = true;
  of_customers.by_day = true;
  // A receipt of two days is one transaction of their month: only rows, days and instants add up.
  const bool do_days_add_up = options.counting.unit != log::Counting::Unit::Column;
  MonthCounter months;
  std::vector<std::int64_t> spend;
  if (log.has_amount()) {
    TILL_ASSIGN(spend, read_spend(log, options));
  }
  RhythmCounter rhythm(log.has_amount());
  MonthsOfDays months_of_days;
  TILL_TRY(for_each_customer(
      log, of_customers, [&](std::int64_t customer, std::span<const PurchaseStep> days) {
        const auto key = static_cast<std::size_t>(customer);
        rhythm.add(days, key < spend.size() ? spend[key] : 0);
        if (do_days_add_up) {
          months.add(months_of_days(days));
        }
      }));
  if (!do_days_add_up) {
    of_customers.by_day = false;
    of_customers.by_month = true;
    TILL_TRY(for_each_customer(
        log, of_customers, [&](std::int64_t /*customer*/, std::span<const PurchaseStep> steps) {
          months.add(steps);
        }));
  }
  const Purchases purchases = months.purchases(result);

  Tally of_nobody = tally;
  of_nobody.without_customer = true;
  Statement others(log.warehouse());
  add_tally(others, log, of_nobody);
  TILL_ASSIGN(result.transactions_without_customer,
              log.warehouse().query_integer(others.sql(), others.values()));

  if (purchases.returns.empty()) {
    return result;
  }
  // To the last moment of the log that counts, whoever bought then: silence is an answer, too.
  const TimeRange range = within_log(log, tally.range);
  const Instant last_moment{range.to.micros - 1};
  const Month end = month_of(last_moment, options.zone);
  // Where clocks go back over a month's start, the last moment is not in the last month.
  const std::int64_t last = std::max(tally_month(end), purchases.returns.back().month);
  result.months = months_of(purchases, last, options.dormant_after);
  result.rhythm = rhythm.rhythm(days_since_epoch(options.zone.local(last_moment).date));
  return result;
}

}  // namespace till::insight
