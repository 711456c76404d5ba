#include "till/insight/lifecycle.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "insight/purchase_rhythm.hpp"
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

/// Reads `bought, month, before, customers, transactions`: the months of each customer, each with
/// the one before; a month whose returns outweigh its purchases is none, and comes apart.
Result<Purchases> read_purchases(log::Log& log, const Tally& tally, Lifecycle& result) {
  Statement statement(log.warehouse());
  const std::string_view integer = statement.dialect().integer_type;
  statement
      .add(
          "SELECT g.bought, g.month, g.before_it, count(*) AS customers, CAST(sum(g.transactions)"
          " AS ")
      .add(integer)
      .add(
          ") AS transactions FROM (SELECT c.bought, c.month, c.transactions, coalesce("
          "lag(c.month) OVER (PARTITION BY c.customer_key, c.bought ORDER BY c.month), c.month)"
          " AS before_it FROM (SELECT t.customer_key, t.month, t.transactions,"
          " CASE WHEN t.transactions > 0 THEN 1 ELSE 0 END AS bought FROM (");
  add_tally(statement, log, tally);
  statement.add(
      ") t WHERE t.customer_key IS NOT NULL) c) g"
      " GROUP BY g.bought, g.month, g.before_it ORDER BY g.bought, g.month, g.before_it");

  Purchases purchases;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    const std::int64_t customers = batch.column(3).integer(i);
    const std::int64_t transactions = batch.column(4).integer(i);
    if (batch.column(0).integer(i) == 0) {
      result.returned_months += customers;
      result.returned_transactions += transactions;
      return;
    }
    const std::int64_t month = batch.column(1).integer(i);
    purchases.returns.push_back({month, batch.column(2).integer(i), customers});
    purchases.transactions[month] += transactions;
  }));
  return purchases;
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

  Tally of_customers = tally;
  of_customers.by_customer = true;
  of_customers.by_month = true;
  Lifecycle result;
  result.dormant_after = options.dormant_after;
  TILL_ASSIGN(const Purchases purchases, read_purchases(log, of_customers, result));

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
  const Month end = month_of(Instant{range.to.micros - 1}, options.zone);
  // Where clocks go back over a month's start, the last moment is not in the last month.
  const std::int64_t last = std::max(tally_month(end), purchases.returns.back().month);
  result.months = months_of(purchases, last, options.dormant_after);

  Tally of_days = tally;
  of_days.by_customer = true;
  of_days.by_day = true;
  TILL_ASSIGN(result.rhythm, read_purchase_rhythm(log, of_days));
  return result;
}

}  // namespace till::insight
