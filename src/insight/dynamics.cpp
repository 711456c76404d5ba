#include "till/insight/dynamics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "insight/day_series.hpp"
#include "insight/month_trend.hpp"
#include "insight/product_labels.hpp"
#include "insight/product_months.hpp"
#include "insight/tally.hpp"

#include "till/core/chunks.hpp"
#include "till/math/false_discovery.hpp"
#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

constexpr double kLevel = 0.05;          // of false discoveries
constexpr std::size_t kRecent = 3;       // months
constexpr std::int64_t kNewMonths = 12;  // a product is new for so long
constexpr std::size_t kChunk = 64;       // products that a thread looks at in one go

std::int64_t sum_of_months(const std::vector<std::int64_t>& counts,
                           std::size_t from,
                           std::size_t count) {
  const auto begin = counts.begin() + static_cast<std::ptrdiff_t>(from);
  return std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(count), std::int64_t{0});
}

/// Chooses the recent months, and those a year before or else just before to compare with.
void choose_months(Dynamics& result) {
  const std::size_t n = result.months.size();
  result.recent = std::min(kRecent, std::max<std::size_t>(n / 2, n > 0 ? 1 : 0));
  if (n < 2) {
    return;
  }
  const std::size_t recent = n - result.recent;
  const auto year_before = std::ranges::find(
      result.months, add_months(result.months[recent].month, -12), &DynamicsMonth::month);
  bool is_year_before = year_before != result.months.end();
  const auto place = static_cast<std::size_t>(year_before - result.months.begin());
  for (std::size_t i = 0; is_year_before && i < result.recent; ++i) {
    is_year_before =
        result.months[place + i].month == add_months(result.months[recent + i].month, -12);
  }
  result.compared = is_year_before ? place : recent - result.recent;
  result.has_compared = true;
}

/// Shares and momentum.
void compare_months(const Dynamics& result, ProductDynamics& product) {
  const std::size_t n = result.months.size();
  const auto all = [&](std::size_t from) {
    std::int64_t transactions = 0;
    double days = 0.0;
    for (std::size_t i = from; i < from + result.recent; ++i) {
      transactions += result.months[i].transactions;
      days += result.months[i].trading_days;
    }
    return std::pair(transactions, days);
  };
  const auto [recent_all, recent_days] = all(n - result.recent);
  const std::int64_t recent = sum_of_months(product.counts, n - result.recent, result.recent);
  product.share = ratio(recent, recent_all);
  if (!result.has_compared) {
    return;
  }
  const auto [before_all, before_days] = all(result.compared);
  const std::int64_t before = sum_of_months(product.counts, result.compared, result.recent);
  product.share_change = product.share - ratio(before, before_all);
  if (before > 0) {
    product.momentum =
        static_cast<double>(recent) / recent_days / (static_cast<double>(before) / before_days) -
        1.0;
  }
}

/// What is found out for each product before all of them are looked at together.
struct Findings {
  MonthsOnSale sold;
  std::optional<MonthTrend> trend;
};

ProductStatus status_of(const Findings& found, std::size_t months, double growth_q) {
  const auto last = static_cast<std::int64_t>(months);
  if (found.sold.to < months) {
    return ProductStatus::Ended;
  }
  if (found.sold.from > 0 && last - static_cast<std::int64_t>(found.sold.from) <= kNewMonths) {
    return ProductStatus::New;
  }
  if (!found.trend) {
    return ProductStatus::Unclear;
  }
  return growth_q > kLevel           ? ProductStatus::Steady
         : found.trend->growth > 0.0 ? ProductStatus::Growing
                                     : ProductStatus::Fading;
}

/// Tells when a product's trend changed, and by how much.
void add_changes(std::span<const DynamicsMonth> months,
                 const Findings& found,
                 ProductDynamics& product) {
  const std::vector<std::size_t> breaks = trend_breaks(found.sold.series, *found.trend);
  const std::vector<std::optional<double>> changes = changes_at(found.sold.series, breaks);
  product.changes.reserve(breaks.size());
  for (std::size_t i = 0; i < breaks.size(); ++i) {
    product.changes.push_back({months[found.sold.from + breaks[i]].month, changes[i]});
  }
}

void find_trends(Dynamics& result, std::int32_t threads) {
  std::vector<Findings> findings(result.products.size());
  for_each_chunk(findings.size(),
                 kChunk,
                 threads,
                 [&](std::size_t /*chunk*/, std::size_t begin, std::size_t end) {
                   for (std::size_t i = begin; i < end; ++i) {
                     Findings& found = findings[i];
                     found.sold = months_on_sale(result.months, result.products[i]);
                     found.trend = month_trend(found.sold.series);
                   }
                 });
  std::vector<double> growth_p;
  std::vector<double> break_p;
  growth_p.reserve(findings.size());
  break_p.reserve(findings.size());
  for (const Findings& found : findings) {
    if (found.trend) {
      growth_p.push_back(found.trend->p_value);
      if (found.trend->break_p_value) {
        break_p.push_back(*found.trend->break_p_value);
      }
    }
  }
  const std::vector<double> growth_q = math::q_values(growth_p);
  const std::vector<double> break_q = math::q_values(break_p);
  result.tested = std::ssize(break_q);
  std::size_t of_growth = 0;
  std::size_t of_break = 0;
  std::vector<std::size_t> changed;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Findings& found = findings[i];
    ProductDynamics& product = result.products[i];
    double q = 1.0;
    if (found.trend) {
      q = growth_q[of_growth++];
      const double reach = found.trend->bound * found.trend->error;
      product.growth = std::expm1(found.trend->growth);
      product.growth_low = std::expm1(found.trend->growth - reach);
      product.growth_high = std::expm1(found.trend->growth + reach);
    }
    product.status = status_of(found, result.months.size(), q);
    if (!found.trend || !found.trend->break_p_value) {
      continue;
    }
    product.certainty = 1.0 - break_q[of_break];
    if (break_q[of_break++] <= kLevel) {
      changed.push_back(i);
    }
  }
  for_each_chunk(changed.size(),
                 kChunk,
                 threads,
                 [&](std::size_t /*chunk*/, std::size_t begin, std::size_t end) {
                   for (std::size_t k = begin; k < end; ++k) {
                     add_changes(result.months, findings[changed[k]], result.products[changed[k]]);
                   }
                 });
}

// --- money ---------------------------------------------------------------------------------------

struct Money {
  double rows = 0.0;
  double amount = 0.0;
  double pieces = 0.0;
};

/// Reads what products made in the recent months and in those compared with: [0] and [1].
Result<std::map<std::int64_t, std::array<Money, 2>>> read_money(log::Log& log,
                                                                const DynamicsOptions& options,
                                                                TimeRange recent,
                                                                TimeRange compared) {
  Statement statement(log.warehouse());
  const std::string_view real = statement.dialect().real_type;
  const bool has_quantity = log.has_quantity();
  add_with_product_groups(statement, options.by);
  statement.add("paid AS (SELECT ")
      .add(options.by.empty() ? "t.product_key" : "g.group_key")
      .add(" AS product_key, CASE WHEN t.\"timestamp\" >= ")
      .bind(recent.from)
      .add(" THEN 0 ELSE 1 END AS part, CAST(t.amount AS ")
      .add(real)
      .add(") AS amount, ")
      .add(has_quantity ? "t.quantity" : "1.0")
      .add(" AS pieces FROM till.transactions t");
  if (!options.by.empty()) {
    statement.add(" JOIN product_groups g ON g.product_key = t.product_key");
  }
  statement.add(" WHERE t.amount IS NOT NULL AND ((t.\"timestamp\" >= ")
      .bind(recent.from)
      .add(" AND t.\"timestamp\" < ")
      .bind(recent.to)
      .add(") OR (t.\"timestamp\" >= ")
      .bind(compared.from)
      .add(" AND t.\"timestamp\" < ")
      .bind(compared.to)
      .add("))");
  if (has_quantity) {
    statement.add(" AND t.quantity > 0");
  }
  statement.add(") SELECT p.product_key, p.part, count(*) AS n, CAST(sum(p.amount) AS ")
      .add(real)
      .add(") AS amount, CAST(sum(p.pieces) AS ")
      .add(real)
      .add(") AS pieces FROM paid p GROUP BY p.product_key, p.part");
  constexpr double kUnits = 1e-4;  // amounts are kept in ten-thousandths
  std::map<std::int64_t, std::array<Money, 2>> money;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    money[batch.column(0).integer(i)][static_cast<std::size_t>(batch.column(1).integer(i))] = {
        static_cast<double>(batch.column(2).integer(i)),
        batch.column(3).real(i) * kUnits,
        batch.column(4).real(i)};
  }));
  return money;
}

void tell_money(const std::array<Money, 2>& money, bool has_quantity, ProductDynamics& product) {
  const auto& [recent, before] = money;
  if (recent.pieces > 0.0) {
    product.price = recent.amount / recent.pieces;
  }
  if (recent.pieces > 0.0 && before.pieces > 0.0 && before.amount > 0.0) {
    product.price_change = *product.price / (before.amount / before.pieces) - 1.0;
    if (has_quantity) {
      product.quantity_change = recent.pieces / recent.rows / (before.pieces / before.rows) - 1.0;
    }
  }
}

}  // namespace

const char* name(ProductStatus status) noexcept {
  switch (status) {
    case ProductStatus::New:
      return "new";
    case ProductStatus::Growing:
      return "growing";
    case ProductStatus::Steady:
      return "steady";
    case ProductStatus::Fading:
      return "fading";
    case ProductStatus::Ended:
      return "ended";
    case ProductStatus::Unclear:
      break;
  }
  return "unclear";
}

Result<Dynamics> dynamics(log::Log& log, const DynamicsOptions& options) {
  TILL_TRY(check_counting(log, "dynamics", options.counting));
  TILL_TRY(check_by(log, "dynamics", options.by));
  TILL_ASSIGN(const DaySeries days, read_days(log, dynamics_tally(options)));
  TILL_ASSIGN(ProductMonths read, read_product_months(log, options, days));
  Dynamics& result = read.found;
  if (result.months.empty()) {
    return std::move(result);
  }
  choose_months(result);
  result.with_season =
      months_between(result.months.front().month, result.months.back().month) >= 23;

  for (ProductDynamics& product : result.products) {
    compare_months(result, product);
  }
  if (log.has_amount()) {
    const std::size_t recent = result.months.size() - result.recent;
    const auto range_of = [&](std::size_t from) {
      return TimeRange{
          start_of(result.months[from].month, options.zone),
          start_of(add_months(result.months[from + result.recent - 1].month, 1), options.zone)};
    };
    TimeRange of_recent = range_of(recent);
    of_recent.to = std::min(of_recent.to, options.as_of.value_or(kMaxInstant));
    TILL_ASSIGN(const auto money,
                read_money(log,
                           options,
                           of_recent,
                           result.has_compared ? range_of(result.compared)
                                               : TimeRange{of_recent.from, of_recent.from}));
    for (std::size_t i = 0; i < result.products.size(); ++i) {
      if (const auto paid = money.find(read.keys[i]); paid != money.end()) {
        tell_money(paid->second, log.has_quantity(), result.products[i]);
      }
    }
  }
  find_trends(result, options.threads);
  return std::move(result);
}

}  // namespace till::insight
