#include "till/insight/activity.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include "insight/tally.hpp"

#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

Result<void> check(const log::Log& log, const ActivityOptions& options) {
  if (options.limit && *options.limit < 0) {
    return Error{
        ErrorCode::InvalidArgument,
        "activity: limit is " + std::to_string(*options.limit) + ", but must be at least 0",
        "leave it out to get every customer"};
  }
  if (options.range && options.range->empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "activity: range is [" + to_string(options.range->from) + ", " +
                     to_string(options.range->to) + "), but must end after it begins",
                 ""};
  }
  return check_counting(log, "activity", options.counting);
}

/// Writes: every level of activity, and beside it the customers of that level that are shown.
///
/// Ids are joined only for the levels that begin within the limit.
Statement customers_by_activity(log::Log& log,
                                const Tally& tally,
                                std::optional<std::int64_t> limit) {
  Statement statement(log.warehouse());
  statement.add("WITH totals AS (");
  add_tally(statement, log, tally);
  statement.add(
      "), levels AS (SELECT t.transactions, count(*) AS customers FROM totals t "
      "WHERE t.customer_key IS NOT NULL AND t.transactions <> 0 GROUP BY t.transactions), ");
  if (limit) {
    statement.add(
        "steps AS (SELECT l.transactions, "
        "sum(l.customers) OVER (ORDER BY l.transactions DESC) - l.customers AS customers_above "
        "FROM levels l), ");
  }
  statement.add(
      "shown AS (SELECT t.transactions, c.customer_id FROM totals t "
      "JOIN till.customers c ON c.customer_key = t.customer_key");
  if (limit) {
    statement
        .add(
            " JOIN steps s ON s.transactions = t.transactions"
            " WHERE s.customers_above < ")
        .bind(*limit)
        .add(" ORDER BY t.transactions DESC, c.customer_id LIMIT ")
        .bind(*limit);
  }
  statement.add(
      ") SELECT l.transactions, l.customers, s.customer_id FROM levels l "
      "LEFT JOIN shown s ON s.transactions = l.transactions "
      "ORDER BY l.transactions DESC, s.customer_id");
  return statement;
}

/// Fills in the shares of the rows.
void add_shares(Activity& result) {
  std::int64_t reached = 0;
  for (ActivityRow& row : result.rows) {
    reached += row.transactions;
    row.share = ratio(row.transactions, result.transactions);
    row.cumulative_share = ratio(reached, result.transactions);
  }
}

Activity activity_of(const log::CustomerTotals& totals, std::optional<std::int64_t> limit) {
  Activity result;
  result.customers = std::ssize(totals.customers);
  result.transactions = totals.transactions;
  result.transactions_without_customer = totals.transactions_without_customer;
  for (const auto& [transactions, customers] : totals.levels) {
    result.levels.push_back({transactions, customers});
  }
  const std::int64_t shown = std::min(limit.value_or(result.customers), result.customers);
  for (const auto& [id, transactions] :
       std::span(totals.customers).first(static_cast<std::size_t>(shown))) {
    result.rows.push_back({std::ssize(result.rows) + 1, id, transactions, 0.0, 0.0});
  }
  add_shares(result);
  return result;
}

}  // namespace

Result<Activity> activity(log::Log& log, const ActivityOptions& options) {
  TILL_TRY(check(log, options));
  Tally tally;
  tally.range = options.range.value_or(kAllTime);
  tally.counting = options.counting;
  tally.zone = options.zone;
  tally.by_customer = true;

  if (smallest_table(log, tally) == TallyTable::Customers) {
    TILL_ASSIGN(const log::CustomerTotals* const totals, log.customer_totals());
    if (totals != nullptr) {
      return activity_of(*totals, options.limit);
    }
  }
  Activity result;
  TILL_TRY(for_each_row(
      log.warehouse(),
      customers_by_activity(log, tally, options.limit),
      [&](const BatchView& batch, std::int64_t i) {
        const ActivityLevel level{batch.column(0).integer(i), batch.column(1).integer(i)};
        if (result.levels.empty() || result.levels.back().transactions != level.transactions) {
          result.levels.push_back(level);
          result.customers += level.customers;
          result.transactions += level.transactions * level.customers;
        }
        if (const ColumnView ids = batch.column(2); !ids.is_null(i)) {
          const auto rank = static_cast<std::int64_t>(result.rows.size()) + 1;
          result.rows.push_back({rank, std::string(ids.text(i)), level.transactions, 0.0, 0.0});
        }
      }));
  add_shares(result);

  // Where a summary knows all transactions, those of nobody are the rest; else they are counted.
  tally.by_customer = false;
  tally.without_customer = smallest_table(log, tally) == TallyTable::Transactions;
  Statement others(log.warehouse());
  add_tally(others, log, tally);
  TILL_ASSIGN(result.transactions_without_customer,
              log.warehouse().query_integer(others.sql(), others.values()));
  if (!tally.without_customer) {
    result.transactions_without_customer -= result.transactions;
  }
  return result;
}

}  // namespace till::insight
