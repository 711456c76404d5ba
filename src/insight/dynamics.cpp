#include "till/insight/dynamics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "insight/day_series.hpp"
#include "insight/month_trend.hpp"
#include "insight/product_labels.hpp"
#include "insight/tally.hpp"

#include "till/math/false_discovery.hpp"
#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

constexpr double kLevel = 0.05;           // of false discoveries
constexpr double kLeastCoverage = 0.75;   // of a month
constexpr std::int64_t kFewestDays = 28;  // for weights of days of the week
constexpr std::size_t kRecent = 3;        // months
constexpr std::int64_t kNewMonths = 12;   // a product is new for so long
constexpr std::size_t kSilentMonths = 3;  // before a product may have ended, or begun
constexpr double kRareSilence = 0.001;    // the chance of a silence that is none

Tally tally_of(const DynamicsOptions& options) {
  Tally tally;
  tally.range.to = options.as_of.value_or(kMaxInstant);
  tally.counting = options.counting;
  tally.zone = options.zone;
  tally.grouped = !options.by.empty();
  return tally;
}

// --- months --------------------------------------------------------------------------------------

/// Returns what each day of the week makes, 1 on average; days on which nobody could buy weigh 0.
std::array<double, 7> weekday_weights(const DaySeries& days) {
  std::array<double, 7> weights = {1, 1, 1, 1, 1, 1, 1};
  if (std::ssize(days.transactions) < kFewestDays) {
    return weights;
  }
  std::array<double, 7> sums = {};
  std::array<double, 7> counts = {};
  for (std::size_t i = 0; i < days.transactions.size(); ++i) {
    const std::size_t weekday = weekday_of(days.first + static_cast<std::int64_t>(i));
    sums[weekday] += std::max(days.transactions[i], 0.0);
    ++counts[weekday];
  }
  double mean = 0.0;
  for (std::size_t d = 0; d < 7; ++d) {
    weights[d] = sums[d] / counts[d];
    mean += weights[d] / 7.0;
  }
  for (double& weight : weights) {
    weight = mean > 0.0 ? weight / mean : 1.0;
  }
  return weights;
}

/// Lays out the months that the log covers, all of them; `coverage` gets the covered part of each.
std::vector<DynamicsMonth> months_of(const DaySeries& days, std::vector<double>& coverage) {
  std::vector<DynamicsMonth> months;
  if (days.transactions.empty()) {
    return months;
  }
  const std::array<double, 7> weights = weekday_weights(days);
  const std::int64_t end = days.first + std::ssize(days.transactions);
  const Date first = date_from_days(days.first);
  for (Month month{first.year, first.month}; days_since_epoch({month.year, month.month, 1}) < end;
       month = add_months(month, 1)) {
    const std::int64_t begin = days_since_epoch({month.year, month.month, 1});
    DynamicsMonth of{month, 0.0, 0};
    double whole = 0.0;
    for (std::int64_t day = begin; day < begin + days_in(month); ++day) {
      const double weight = weights[weekday_of(day)];
      whole += weight;
      of.trading_days += day >= days.first && day < end ? weight : 0.0;
    }
    coverage.push_back(whole > 0.0 ? of.trading_days / whole : 0.0);
    months.push_back(of);
  }
  return months;
}

// --- products ------------------------------------------------------------------------------------

struct Sold {
  std::vector<std::pair<std::int64_t, std::int64_t>> months;  // tally month, transactions
};

Result<std::map<std::int64_t, Sold>> read_sold(log::Log& log, const DynamicsOptions& options) {
  Tally tally = tally_of(options);
  tally.by_product = true;
  tally.by_month = true;
  Statement statement(log.warehouse());
  add_with_product_groups(statement, options.by);
  statement.add("sold AS (");
  add_tally(statement, log, tally);
  statement.add(
      ") SELECT s.product_key, s.month, s.transactions FROM sold s WHERE s.transactions <> 0"
      " ORDER BY s.product_key, s.month");
  std::map<std::int64_t, Sold> sold;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    sold[batch.column(0).integer(i)].months.emplace_back(batch.column(1).integer(i),
                                                         batch.column(2).integer(i));
  }));
  return sold;
}

struct Label {
  std::string id;
  std::string name;
};

Result<std::map<std::int64_t, Label>> read_labels(log::Log& log, const DynamicsOptions& options) {
  Statement statement(log.warehouse());
  add_with_product_groups(statement, options.by);
  statement.add("labels AS (SELECT n.product_key, n.id, n.name FROM ");
  add_product_labels(statement, log, options.by);
  statement.add(" n) SELECT l.product_key, l.id, l.name FROM labels l");
  std::map<std::int64_t, Label> labels;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    labels[batch.column(0).integer(i)] = {std::string(batch.column(1).text(i)),
                                          std::string(batch.column(2).text(i))};
  }));
  return labels;
}

/// The part of a product's months in which it was on sale, as far as its rate tells.
struct OnSale {
  std::size_t from = 0;
  std::size_t to = 0;
};

/// Returns the months between the first sale and the last; to the ends of the log where so long a
/// silence may be chance.
OnSale on_sale(const MonthCounts& series) {
  const std::vector<double>& counts = series.counts;
  const auto is_sale = [](double count) { return count > 0.0; };
  const auto first =
      static_cast<std::size_t>(std::ranges::find_if(counts, is_sale) - counts.begin());
  const auto last = static_cast<std::size_t>(counts.rend() -
                                             std::find_if(counts.rbegin(), counts.rend(), is_sale));
  OnSale part{0, counts.size()};
  if (first == counts.size()) {
    return part;
  }
  const auto sum_of = [](const std::vector<double>& of, std::size_t from, std::size_t to) {
    return std::accumulate(of.begin() + static_cast<std::ptrdiff_t>(from),
                           of.begin() + static_cast<std::ptrdiff_t>(to),
                           0.0);
  };
  const double sales = sum_of(counts, first, last);
  const double rate = sales / sum_of(series.exposure, first, last);
  double pearson = 0.0;
  for (std::size_t i = first; i < last; ++i) {
    const double mean = rate * series.exposure[i];
    pearson += (counts[i] - mean) * (counts[i] - mean) / mean;
  }
  const double dispersion =
      std::max(last - first > 1 ? pearson / static_cast<double>(last - first - 1) : 1.0, 1.0);
  // Had it been on sale all the time, each of its sales would fall beside the silence with the
  // chance that the rest of the time has; sales that come in clusters are so many fewer.
  const double all = sum_of(series.exposure, 0, counts.size());
  const auto is_no_chance = [&](std::size_t from, std::size_t to) {
    const double beside = 1.0 - sum_of(series.exposure, from, to) / all;
    return to - from >= kSilentMonths && sales >= kFewestTransactions &&
           std::pow(beside, sales / dispersion) <= kRareSilence;
  };
  if (is_no_chance(0, first)) {
    part.from = first;
  }
  if (is_no_chance(last, counts.size())) {
    part.to = last;
  }
  return part;
}

MonthCounts part_of(const MonthCounts& series, const OnSale& part) {
  const auto cut = [&](const auto& of) {
    return std::vector(of.begin() + static_cast<std::ptrdiff_t>(part.from),
                       of.begin() + static_cast<std::ptrdiff_t>(part.to));
  };
  return {cut(series.counts), cut(series.exposure), cut(series.months)};
}

double ratio(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

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
  MonthCounts series;  // of the months on sale
  OnSale part;
  std::optional<MonthTrend> trend;
};

ProductStatus status_of(const Findings& found, std::size_t months, double growth_q) {
  const auto last = static_cast<std::int64_t>(months);
  if (found.part.to < months) {
    return ProductStatus::Ended;
  }
  if (found.part.from > 0 && last - static_cast<std::int64_t>(found.part.from) <= kNewMonths) {
    return ProductStatus::New;
  }
  if (!found.trend) {
    return ProductStatus::Unclear;
  }
  return growth_q > kLevel           ? ProductStatus::Steady
         : found.trend->growth > 0.0 ? ProductStatus::Growing
                                     : ProductStatus::Fading;
}

void find_trends(Dynamics& result) {
  std::vector<Findings> findings;
  std::vector<double> growth_p;
  std::vector<double> break_p;
  MonthCounts series;
  for (const DynamicsMonth& month : result.months) {
    series.exposure.push_back(month.trading_days);
    series.months.push_back(tally_month(month.month));
  }
  for (const ProductDynamics& product : result.products) {
    series.counts.clear();
    for (const std::int64_t count : product.counts) {
      series.counts.push_back(static_cast<double>(std::max<std::int64_t>(count, 0)));
    }
    Findings found;
    found.part = on_sale(series);
    found.series = part_of(series, found.part);
    found.trend = month_trend(found.series);
    if (found.trend) {
      growth_p.push_back(found.trend->p_value);
      if (found.trend->break_p_value) {
        break_p.push_back(*found.trend->break_p_value);
      }
    }
    findings.push_back(std::move(found));
  }
  const std::vector<double> growth_q = math::q_values(growth_p);
  const std::vector<double> break_q = math::q_values(break_p);
  result.tested = std::ssize(break_q);
  std::size_t of_growth = 0;
  std::size_t of_break = 0;
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
    if (break_q[of_break++] > kLevel) {
      continue;
    }
    const std::vector<std::size_t> breaks = trend_breaks(found.series);
    for (const std::size_t at : breaks) {
      product.changes.push_back(
          {result.months[found.part.from + at].month, change_at(found.series, breaks, at)});
    }
  }
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
  TILL_ASSIGN(const DaySeries days, read_days(log, tally_of(options)));
  std::vector<double> coverage;
  const std::vector<DynamicsMonth> all_months = months_of(days, coverage);
  TILL_ASSIGN(const auto sold, read_sold(log, options));
  TILL_ASSIGN(auto labels, read_labels(log, options));

  std::map<std::int64_t, std::int64_t> transactions;  // of all products, by month
  for (const auto& [key, of_product] : sold) {
    for (const auto& [month, count] : of_product.months) {
      transactions[month] += count;
    }
  }
  Dynamics result;
  const bool none_is_covered =
      std::ranges::none_of(coverage, [](double part) { return part >= kLeastCoverage; });
  std::map<std::int64_t, std::size_t> places;
  for (std::size_t i = 0; i < all_months.size(); ++i) {
    const std::int64_t key = tally_month(all_months[i].month);
    const auto found = transactions.find(key);
    if (found == transactions.end() || all_months[i].trading_days <= 0.0 ||
        (coverage[i] < kLeastCoverage && !none_is_covered)) {
      continue;
    }
    places[key] = result.months.size();
    result.months.push_back(all_months[i]);
    result.months.back().transactions = found->second;
  }
  for (const auto& [month, count] : transactions) {
    result.left_out += places.contains(month) ? 0 : count;
  }
  if (result.months.empty()) {
    return result;
  }
  choose_months(result);
  result.with_season =
      months_between(result.months.front().month, result.months.back().month) >= 23;

  std::vector<std::pair<std::int64_t, ProductDynamics>> products;
  for (const auto& [key, of_product] : sold) {
    ProductDynamics product;
    product.counts.resize(result.months.size());
    for (const auto& [month, count] : of_product.months) {
      if (const auto place = places.find(month); place != places.end()) {
        product.counts[place->second] = count;
        product.transactions += count;
      }
    }
    if (std::ranges::all_of(product.counts, [](std::int64_t count) { return count == 0; })) {
      continue;
    }
    Label& label = labels[key];
    product.product_id = std::move(label.id);
    product.name = std::move(label.name);
    compare_months(result, product);
    products.emplace_back(key, std::move(product));
  }
  std::ranges::sort(products, [](const auto& a, const auto& b) {
    return a.second.transactions != b.second.transactions
               ? a.second.transactions > b.second.transactions
               : a.second.product_id < b.second.product_id;
  });
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
    for (auto& [key, product] : products) {
      if (const auto found = money.find(key); found != money.end()) {
        tell_money(found->second, log.has_quantity(), product);
      }
    }
  }
  for (auto& [key, product] : products) {
    result.products.push_back(std::move(product));
  }
  find_trends(result);
  return result;
}

}  // namespace till::insight
