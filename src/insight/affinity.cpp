#include "till/insight/affinity.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "insight/baskets.hpp"
#include "insight/dirichlet.hpp"
#include "insight/loyalty.hpp"
#include "insight/pair_counts.hpp"
#include "insight/pair_test.hpp"
#include "insight/product_labels.hpp"
#include "insight/tally.hpp"

#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

using log::Counting;

constexpr std::int64_t kFewestOfProduct = 5;  // baskets
constexpr std::int64_t kFewestOfPair = 3;
constexpr std::size_t kMostTransitions = 9;  // products that are told apart

Result<void> check(const log::Log& log, const AffinityOptions& options) {
  const auto refused = [](std::string what, std::string must, std::string remedy) {
    return Error{ErrorCode::InvalidArgument,
                 "affinity: " + std::move(what) + ", but must be " + std::move(must),
                 std::move(remedy)};
  };
  if (options.range && options.range->empty()) {
    return refused(
        "range is [" + to_string(options.range->from) + ", " + to_string(options.range->to) + ")",
        "longer than nothing",
        "");
  }
  if (!(options.min_support > 0.0 && options.min_support <= 1.0)) {
    return refused("min_support is " + std::to_string(options.min_support),
                   "more than 0 and at most 1",
                   "0.001 looks at what is in one of a thousand baskets");
  }
  if (options.counting.unit == Counting::Unit::Row) {
    return refused("counting.unit is row", "day, timestamp or a column", "");
  }
  TILL_TRY(check_counting(log, "affinity", options.counting));
  return check_by(log, "affinity", options.by);
}

/// Which products are in baskets often enough, by key, and in how many baskets of each size.
struct Frequent {
  std::vector<bool> is_frequent;
  std::vector<std::int64_t> products;                      ///< In order of their keys.
  std::unordered_map<std::int64_t, std::int64_t> by_size;  ///< product x kSizes + size: baskets
};

constexpr std::int64_t kSizes = kLargestBasket + 1;

/// Finds the products of baskets with a flag, in at least so many of them.
Frequent frequent_products(const Baskets& baskets, bool Basket::* flag, double least) {
  std::vector<std::int64_t> counts;
  for (const BasketLines::Line& line : baskets.lines) {
    const auto product = static_cast<std::size_t>(line.product);
    counts.resize(std::max(counts.size(), product + 1));
    counts[product] += baskets.baskets[static_cast<std::size_t>(line.basket)].*flag ? 1 : 0;
  }
  Frequent frequent;
  frequent.is_frequent.resize(counts.size());
  for (std::size_t product = 0; product < counts.size(); ++product) {
    if (static_cast<double>(counts[product]) >= least) {
      frequent.is_frequent[product] = true;
      frequent.products.push_back(static_cast<std::int64_t>(product));
    }
  }
  for (const BasketLines::Line& line : baskets.lines) {
    const Basket& basket = baskets.baskets[static_cast<std::size_t>(line.basket)];
    if (basket.*flag && frequent.is_frequent[static_cast<std::size_t>(line.product)]) {
      ++frequent.by_size[line.product * kSizes + basket.size];
    }
  }
  return frequent;
}

struct Label {
  std::string id;
  std::string name;
};

Result<std::unordered_map<std::int64_t, Label>> read_labels(log::Log& log, const std::string& by) {
  Statement statement(log.warehouse());
  add_with_product_groups(statement, by);
  statement.add("labels AS (SELECT n.product_key, n.id, n.name FROM ");
  add_product_labels(statement, log, by);
  statement.add(" n) SELECT l.product_key, l.id, l.name FROM labels l");
  std::unordered_map<std::int64_t, Label> labels;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    labels[batch.column(0).integer(i)] = {std::string(batch.column(1).text(i)),
                                          std::string(batch.column(2).text(i))};
  }));
  return labels;
}

using Labels = std::unordered_map<std::int64_t, Label>;

/// Fits the NBD-Dirichlet to the products with the most buyers: they say enough of it.
std::optional<Dirichlet> dirichlet_of(const Loyalties& counts, double purchases) {
  constexpr std::size_t kMostFitted = 200;
  std::vector<ShareAndBuyers> products;
  products.reserve(std::min(counts.products.size(), kMostFitted));
  for (const LoyaltyCount& count : counts.products) {
    if (products.size() < kMostFitted) {
      products.push_back({static_cast<double>(count.baskets) / purchases, count.customers});
    }
  }
  return fit_dirichlet(counts.purchases, products);
}

std::vector<ProductLoyalty> loyalty_of(const Loyalties& counts,
                                       const Labels& labels,
                                       std::optional<Dirichlet>& dirichlet) {
  const auto all = static_cast<double>(counts.customers);
  double purchases = 0.0;
  for (const LoyaltyCount& count : counts.products) {
    purchases += static_cast<double>(count.baskets);
  }
  dirichlet = dirichlet_of(counts, purchases);
  std::vector<ProductLoyalty> loyalty;
  loyalty.reserve(counts.products.size());
  for (const LoyaltyCount& count : counts.products) {
    const auto customers = static_cast<double>(count.customers);
    const auto baskets = static_cast<double>(count.baskets);
    const Label& label = labels.at(count.product);
    ProductLoyalty product;
    product.product = {label.id, label.name, count.baskets};
    product.customers = count.customers;
    product.penetration = customers / all;
    product.baskets_per_customer = baskets / customers;
    product.share_of_requirements = baskets / static_cast<double>(count.needs);
    if (dirichlet) {
      const DirichletProduct expected = dirichlet_product(*dirichlet, baskets / purchases);
      product.expected_penetration = expected.penetration;
      product.expected_baskets_per_customer = expected.purchases;
      product.expected_share_of_requirements = expected.share_of_requirements;
    }
    loyalty.push_back(std::move(product));
  }
  std::ranges::stable_sort(loyalty, [](const ProductLoyalty& a, const ProductLoyalty& b) {
    return std::tuple(-a.customers, -a.product.baskets, std::string_view(a.product.id)) <
           std::tuple(-b.customers, -b.product.baskets, std::string_view(b.product.id));
  });
  return loyalty;
}

Transitions transitions_of(const BasketLines& lines,
                           const Loyalties& counts,
                           const Labels& labels) {
  std::vector<LoyaltyCount> products = counts.products;
  std::ranges::sort(products, [&](const LoyaltyCount& a, const LoyaltyCount& b) {
    return a.baskets != b.baskets ? a.baskets > b.baskets
                                  : labels.at(a.product).id < labels.at(b.product).id;
  });
  products.resize(std::min(products.size(), kMostTransitions));
  std::vector<std::int64_t> keys;
  keys.reserve(products.size());
  for (const LoyaltyCount& product : products) {
    keys.push_back(product.product);
  }
  Transitions moves = count_transitions(lines, keys);
  for (std::size_t i = 0; i < products.size(); ++i) {
    const Label& label = labels.at(keys[i]);
    moves.products[i] = {label.id, label.name, products[i].baskets};
  }
  return moves;
}

}  // namespace

std::int64_t found_pairs(const Affinity& result) noexcept {
  return std::ranges::count_if(
      result.pairs, [](const ProductPair& pair) { return pair.q_value <= kFalseDiscoveryRate; });
}

Result<Affinity> affinity(log::Log& log, const AffinityOptions& options) {
  TILL_TRY(check(log, options));
  Affinity result;
  result.is_after = options.within.has_value();
  if (within_log(log, options.range.value_or(kAllTime)).empty()) {
    return result;
  }
  BasketCounts baskets(result.is_after);
  BasketLines lines;
  TILL_ASSIGN(Baskets read, read_baskets(log, options));
  result.large_baskets = read.large;
  for (std::size_t i = 0; i < read.baskets.size(); ++i) {
    if (read.baskets[i].is_first) {
      baskets.add_baskets(read.baskets[i].size, result.is_after ? read.baskets[i + 1].size : 0, 1);
      if (result.is_after) {
        lines.add_step(static_cast<std::int64_t>(i), static_cast<std::int64_t>(i) + 1);
      }
    }
  }
  const double looked_at = options.min_support * static_cast<double>(baskets.baskets());
  const double least_of_product = std::max(static_cast<double>(kFewestOfProduct), looked_at);
  const Frequent frequent = frequent_products(read, &Basket::is_first, least_of_product);
  for (const auto& [key, n] : frequent.by_size) {
    baskets.add_product(key / kSizes, key % kSizes, n);
  }
  Frequent second;
  if (result.is_after) {
    second = frequent_products(read, &Basket::is_next, least_of_product);
    for (const auto& [key, n] : second.by_size) {
      baskets.add_second(key / kSizes, key % kSizes, n);
    }
  }
  for (const BasketLines::Line& line : read.lines) {
    const auto product = static_cast<std::size_t>(line.product);
    if (frequent.is_frequent[product] || (result.is_after && second.is_frequent[product])) {
      lines.add_line(
          line.basket, line.product, read.baskets[static_cast<std::size_t>(line.basket)].customer);
    }
  }
  read = Baskets();
  const std::vector<std::int64_t>& second_products = second.products;
  baskets.finish();
  result.baskets = baskets.baskets();
  result.mean_basket = baskets.mean_size();
  const std::vector<std::int64_t> products = baskets.products();
  const std::int64_t first = std::ssize(products);
  result.products = first;
  result.tested = first * (first - 1) / 2;
  if (result.is_after) {
    std::vector<std::int64_t> in_both;
    std::ranges::set_intersection(products, second_products, std::back_inserter(in_both));
    result.tested = first * std::ssize(second_products) - std::ssize(in_both);
  }
  const double least = std::max(static_cast<double>(kFewestOfPair), looked_at);
  std::vector<PairCount> counts =
      result.is_after ? lines.after_one_another(least) : lines.together(least);
  if (result.is_after) {
    std::erase_if(counts, [&](const PairCount& count) {
      return !std::ranges::binary_search(products, count.a) ||
             !std::ranges::binary_search(second_products, count.b);
    });
  }
  result.pairs = judge(baskets, counts, result.tested, result.is_after);
  TILL_ASSIGN(const auto labels, read_labels(log, options.by));
  const Loyalties loyalties = count_loyalty(lines);
  result.loyalty = loyalty_of(loyalties, labels, result.dirichlet);
  if (result.is_after) {
    result.transitions = transitions_of(lines, loyalties, labels);
  }
  for (std::size_t i = 0; i < result.pairs.size(); ++i) {
    const Label& a = labels.at(counts[i].a);
    const Label& b = labels.at(counts[i].b);
    ProductPair& pair = result.pairs[i];
    pair.a.id = a.id;
    pair.a.name = a.name;
    pair.b.id = b.id;
    pair.b.name = b.name;
    if (!result.is_after && pair.a.baskets == pair.b.baskets && pair.b.id < pair.a.id) {
      std::swap(pair.a, pair.b);
    }
  }
  std::ranges::sort(result.pairs, [](const ProductPair& x, const ProductPair& y) {
    if (x.p_value != y.p_value) {
      return x.p_value < y.p_value;
    }
    if (x.ratio != y.ratio) {
      return x.ratio > y.ratio;
    }
    return std::tie(x.a.id, x.b.id) < std::tie(y.a.id, y.b.id);
  });
  return result;
}

}  // namespace till::insight
