#include "insight/product_months.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include "insight/product_labels.hpp"

#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

constexpr double kLeastCoverage = 0.75;   // of a month
constexpr std::int64_t kFewestDays = 28;  // for weights of days of the week
constexpr std::size_t kSilentMonths = 3;  // before a product may have ended, or begun
constexpr double kRareSilence = 0.001;    // the chance of a silence that is none

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

struct Sold {
  std::vector<std::pair<std::int64_t, std::int64_t>> months;  // tally month, transactions
};

Result<std::map<std::int64_t, Sold>> read_sold(log::Log& log, const DynamicsOptions& options) {
  Tally tally = dynamics_tally(options);
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

/// The part of all months in which a product was on sale: [from, to).
std::pair<std::size_t, std::size_t> on_sale(const MonthCounts& series) {
  const std::vector<double>& counts = series.counts;
  const auto is_sale = [](double count) { return count > 0.0; };
  const auto first =
      static_cast<std::size_t>(std::ranges::find_if(counts, is_sale) - counts.begin());
  const auto last = static_cast<std::size_t>(counts.rend() -
                                             std::find_if(counts.rbegin(), counts.rend(), is_sale));
  std::pair<std::size_t, std::size_t> part{0, counts.size()};
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
    part.first = first;
  }
  if (is_no_chance(last, counts.size())) {
    part.second = last;
  }
  return part;
}

}  // namespace

Tally dynamics_tally(const DynamicsOptions& options) {
  Tally tally;
  tally.range.to = options.as_of.value_or(kMaxInstant);
  tally.counting = options.counting;
  tally.zone = options.zone;
  tally.grouped = !options.by.empty();
  return tally;
}

MonthsOnSale months_on_sale(std::span<const DynamicsMonth> months, const ProductDynamics& product) {
  MonthCounts all;
  for (std::size_t i = 0; i < months.size(); ++i) {
    all.counts.push_back(static_cast<double>(std::max<std::int64_t>(product.counts[i], 0)));
    all.exposure.push_back(months[i].trading_days);
    all.months.push_back(tally_month(months[i].month));
  }
  MonthsOnSale sold;
  std::tie(sold.from, sold.to) = on_sale(all);
  const auto cut = [&](const auto& of) {
    return std::vector(of.begin() + static_cast<std::ptrdiff_t>(sold.from),
                       of.begin() + static_cast<std::ptrdiff_t>(sold.to));
  };
  sold.series = {cut(all.counts), cut(all.exposure), cut(all.months)};
  return sold;
}

Result<ProductMonths> read_product_months(log::Log& log,
                                          const DynamicsOptions& options,
                                          const DaySeries& days) {
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
  ProductMonths read;
  Dynamics& result = read.found;
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

  std::vector<std::pair<std::int64_t, ProductDynamics>> products;
  products.reserve(sold.size());
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
    products.emplace_back(key, std::move(product));
  }
  std::ranges::sort(products, [](const auto& a, const auto& b) {
    return a.second.transactions != b.second.transactions
               ? a.second.transactions > b.second.transactions
               : a.second.product_id < b.second.product_id;
  });
  read.keys.reserve(products.size());
  result.products.reserve(products.size());
  for (auto& [key, product] : products) {
    read.keys.push_back(key);
    result.products.push_back(std::move(product));
  }
  return read;
}

}  // namespace till::insight
