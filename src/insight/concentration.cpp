#include "till/insight/concentration.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "insight/tally.hpp"

#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

Result<void> check(const log::Log& log, const ConcentrationOptions& options) {
  if (options.range && options.range->empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "concentration: range is [" + to_string(options.range->from) + ", " +
                     to_string(options.range->to) + "), but must end after it begins",
                 ""};
  }
  return check_counting(log, "concentration", options.counting);
}

/// Writes how many ids there are of each count: `transactions, ids`, after `month` if the tally is
/// by month.
Statement counts_of_counts(log::Log& log, const Tally& tally) {
  Statement statement(log.warehouse());
  const std::string_view month = tally.by_month ? "t.month, " : "";
  statement.add("SELECT ").add(month).add("t.transactions, count(*) AS ids FROM (");
  add_tally(statement, log, tally);
  statement.add(") t WHERE t.transactions <> 0");
  if (tally.by_customer) {
    statement.add(" AND t.customer_key IS NOT NULL");
  }
  statement.add(" GROUP BY ")
      .add(month)
      .add("t.transactions ORDER BY ")
      .add(month)
      .add("t.transactions DESC");
  return statement;
}

Result<Spread> whole_spread(log::Log& log, const Tally& tally) {
  std::vector<ConcentrationLevel> levels;
  TILL_TRY(for_each_row(
      log.warehouse(), counts_of_counts(log, tally), [&](const BatchView& batch, std::int64_t i) {
        levels.push_back({batch.column(0).integer(i), batch.column(1).integer(i)});
      }));
  return spread_of(std::move(levels));
}

Result<std::map<Month, Spread>> monthly_spreads(log::Log& log, Tally tally) {
  tally.by_month = true;
  std::map<Month, std::vector<ConcentrationLevel>> levels;
  TILL_TRY(for_each_row(
      log.warehouse(), counts_of_counts(log, tally), [&](const BatchView& batch, std::int64_t i) {
        levels[month_of_tally(batch.column(0).integer(i))].push_back(
            {batch.column(1).integer(i), batch.column(2).integer(i)});
      }));
  std::map<Month, Spread> spreads;
  for (auto& [month, of_month] : levels) {
    spreads.emplace(month, spread_of(std::move(of_month)));
  }
  return spreads;
}

}  // namespace

// --- spread --------------------------------------------------------------------------------------

std::int64_t Spread::transactions_of_first(std::int64_t count) const noexcept {
  std::int64_t sum = 0;
  for (const ConcentrationLevel& level : levels) {
    const std::int64_t taken = std::min(level.ids, count);
    sum += taken * level.transactions;
    count -= taken;
  }
  return sum;
}

std::int64_t Spread::ids_in_top(double share) const noexcept {
  if (ids == 0) {
    return 0;
  }
  const auto count = static_cast<std::int64_t>(std::llround(share * static_cast<double>(ids)));
  return std::clamp<std::int64_t>(count, 1, ids);
}

double Spread::top(double share) const noexcept {
  return transactions == 0 ? 0.0
                           : static_cast<double>(transactions_of_first(ids_in_top(share))) /
                                 static_cast<double>(transactions);
}

std::int64_t Spread::ids_for(double share) const noexcept {
  const double wanted = share * static_cast<double>(transactions);
  std::int64_t count = 0;
  double reached = 0.0;
  for (const ConcentrationLevel& level : levels) {
    const auto each = static_cast<double>(level.transactions);
    const double missing = std::ceil((wanted - reached) / each);
    if (missing <= static_cast<double>(level.ids)) {
      return count + std::max<std::int64_t>(static_cast<std::int64_t>(missing), 0);
    }
    count += level.ids;
    reached += each * static_cast<double>(level.ids);
  }
  return count;
}

std::optional<math::CountTail> tail_of(const Spread& spread) {
  std::vector<std::int64_t> counts;
  std::vector<std::int64_t> ids;
  for (const ConcentrationLevel& level : spread.levels) {
    counts.push_back(level.transactions);
    ids.push_back(level.ids);
  }
  return math::fit_count_tail(counts, ids);
}

Spread spread_of(std::vector<ConcentrationLevel> levels) {
  Spread spread;
  std::sort(levels.begin(), levels.end(), [](const auto& a, const auto& b) {
    return a.transactions > b.transactions;
  });
  for (const ConcentrationLevel& level : levels) {
    if (level.transactions <= 0) {
      spread.left_out += level.ids;
      continue;
    }
    if (!spread.levels.empty() && spread.levels.back().transactions == level.transactions) {
      spread.levels.back().ids += level.ids;
    } else {
      spread.levels.push_back(level);
    }
    spread.ids += level.ids;
    spread.transactions += level.transactions * level.ids;
  }
  if (spread.ids == 0) {
    return spread;
  }
  // The sum over k of (n + 1 - 2 k) within a level of m ids behind c others is m (n - 2 c - m):
  // every term a whole number, so that ids of equal counts give exactly 0.
  const auto n = static_cast<double>(spread.ids);
  double sum = 0.0;
  double before = 0.0;
  for (const ConcentrationLevel& level : spread.levels) {
    const auto m = static_cast<double>(level.ids);
    sum += static_cast<double>(level.transactions) * m * (n - 2.0 * before - m);
    before += m;
  }
  spread.gini = std::clamp(sum / (n * static_cast<double>(spread.transactions)), 0.0, 1.0);
  return spread;
}

// --- the question --------------------------------------------------------------------------------

Result<Concentration> concentration(log::Log& log, const ConcentrationOptions& options) {
  TILL_TRY(check(log, options));
  Tally by_customer;
  by_customer.range = options.range.value_or(kAllTime);
  by_customer.counting = options.counting;
  by_customer.zone = options.zone;
  Tally by_product = by_customer;
  by_customer.by_customer = true;
  by_product.by_product = true;

  Concentration result;
  TILL_ASSIGN(result.customers, whole_spread(log, by_customer));
  TILL_ASSIGN(result.products, whole_spread(log, by_product));
  TILL_ASSIGN(auto customers, monthly_spreads(log, by_customer));
  TILL_ASSIGN(auto products, monthly_spreads(log, by_product));
  // A month may have transactions of nobody alone.
  for (const auto& [month, spread] : products) {
    customers.try_emplace(month);
  }
  for (auto& [month, spread] : customers) {
    result.months.push_back({month, std::move(spread), std::move(products[month])});
  }
  return result;
}

}  // namespace till::insight
