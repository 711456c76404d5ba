#include "till/insight/affinity.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

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

std::int64_t seconds_of(const Period& period) {
  constexpr std::int64_t kHour = 3600;
  constexpr std::int64_t kDay = 24 * kHour;
  switch (period.unit) {
    case Period::Unit::Hour:
      return period.count * kHour;
    case Period::Unit::Day:
      return period.count * kDay;
    case Period::Unit::Week:
      return period.count * (7 * kDay);
    case Period::Unit::Month:
      return period.count * (30 * kDay);
    case Period::Unit::Year:
      return period.count * (365 * kDay);
  }
  return 0;
}

/// Writes the table `lines`: each product of each basket once, `customer_key, unit, product_key,
/// at`.
void add_lines(Statement& statement, const log::Log& log, const AffinityOptions& options) {
  const TimeRange range = within_log(log, options.range.value_or(kAllTime));
  const bool is_grouped = !options.by.empty();
  std::string unit = "t.\"timestamp\"";
  if (options.counting.unit == Counting::Unit::Day) {
    unit = "CAST(" + warehouse::local_time_sql(unit, options.zone, range) + " AS DATE)";
  } else if (options.counting.unit == Counting::Unit::Column) {
    unit = "t." + warehouse::quote_identifier(options.counting.column);
  }
  statement.add("lines AS (SELECT t.customer_key, ").add(unit).add(" AS unit, ");
  statement.add(is_grouped ? "g.group_key" : "t.product_key")
      .add(" AS product_key, min(t.\"timestamp\") AS at FROM till.transactions t");
  if (is_grouped) {
    statement.add(" JOIN product_groups g ON g.product_key = t.product_key");
  }
  statement.add(" WHERE t.customer_key IS NOT NULL AND ").add(unit).add(" IS NOT NULL");
  statement.add(" AND t.\"timestamp\" >= ").bind(range.from);
  statement.add(" AND t.\"timestamp\" < ").bind(range.to);
  if (options.counting.returns == Counting::Returns::Drop && log.has_quantity()) {
    statement.add(" AND (t.quantity IS NULL OR t.quantity >= 0)");
  }
  statement.add(" GROUP BY 1, 2, 3)");
}

/// Writes `baskets`: those that are looked at, `number, customer_key, unit, size, next_size,
/// is_first, is_next`. Numbers of a customer follow each other in time. Together every basket is
/// first; after one another those that are followed by another within the time said, and what
/// follows is next.
void add_baskets(Statement& statement, const AffinityOptions& options) {
  const std::string largest = std::to_string(kLargestBasket);
  statement.add(
      ", all_baskets AS (SELECT l.customer_key, l.unit, count(*) AS size, min(l.at) AS at "
      "FROM lines l GROUP BY l.customer_key, l.unit), ");
  if (!options.within) {
    statement.add(
        "baskets AS (SELECT row_number() OVER (ORDER BY b.customer_key, b.unit) AS number, "
        "b.customer_key, b.unit, b.size, 0 AS next_size, 1 AS is_first, 0 AS is_next "
        "FROM all_baskets b WHERE b.size <= " +
        largest + ")");
    return;
  }
  const std::string by_time = " OVER (PARTITION BY b.customer_key ORDER BY b.at, b.unit) AS ";
  statement.add(
      "in_order AS (SELECT row_number() OVER (ORDER BY b.customer_key, b.at, b.unit) AS number, "
      "b.customer_key, b.unit, b.size, lead(b.size)" +
      by_time + "next_size, extract(epoch FROM (lead(b.at)" +
      " OVER (PARTITION BY b.customer_key ORDER BY b.at, b.unit) - b.at)) AS until_next, "
      "lag(b.size)" +
      by_time + "size_before, extract(epoch FROM (b.at - lag(b.at)" +
      " OVER (PARTITION BY b.customer_key ORDER BY b.at, b.unit))) AS since_before"
      " FROM all_baskets b)");
  const auto add_flag = [&](std::string_view time, std::string_view size, std::string_view name) {
    statement.add(", CASE WHEN b.").add(time).add(" <= ");
    statement.add(std::to_string(seconds_of(*options.within))).add(" AND b.").add(size);
    statement.add(" <= " + largest + " THEN 1 ELSE 0 END AS ").add(name);
  };
  statement.add(", baskets AS (SELECT b.number, b.customer_key, b.unit, b.size, b.next_size");
  add_flag("until_next", "next_size", "is_first");
  add_flag("since_before", "size_before", "is_next");
  statement.add(" FROM in_order b WHERE b.size <= " + largest + ")");
}

/// Writes the question for all counts, one kind after the other: `kind, a, b, n`
///
///     0  baskets left out: n
///     1  baskets by size a, after one another also by the next size b: n
///     2  product a in baskets of size b: n       3  product a in next baskets of size b: n
///     4  basket a of customer n has product b    5  basket a is followed by basket b
Statement counts_of(log::Log& log, const AffinityOptions& options) {
  Statement statement(log.warehouse());
  const std::string integer(statement.dialect().integer_type);
  const std::string real(statement.dialect().real_type);
  const bool is_after = options.within.has_value();
  add_with_product_groups(statement, options.by);
  add_lines(statement, log, options);
  add_baskets(statement, options);
  statement.add(
      ", basket_lines AS (SELECT b.number, b.customer_key, b.size, b.is_first, b.is_next, "
      "l.product_key FROM baskets b JOIN lines l ON l.customer_key = b.customer_key AND "
      "l.unit = b.unit)");
  const auto add_counts = [&](std::string_view name, std::string_view among) {
    statement.add(", ").add(name).add("counts AS (SELECT l.product_key, l.size, count(*) AS n");
    statement.add(" FROM basket_lines l WHERE l.").add(among);
    statement.add(" = 1 GROUP BY l.product_key, l.size), ").add(name);
    statement.add("frequent AS (SELECT c.product_key FROM ").add(name);
    statement.add("counts c GROUP BY c.product_key HAVING sum(c.n) >= (SELECT greatest(CAST(");
    statement.add(std::to_string(kFewestOfProduct) + " AS " + real + "), CAST(");
    statement.bind(options.min_support);
    statement.add(" AS " + real + ") * count(*)) FROM baskets b WHERE b.is_first = 1))");
  };
  add_counts("", "is_first");
  if (is_after) {
    add_counts("next_", "is_next");
  }
  const auto add_kind = [&](int kind,
                            const std::string& a,
                            const std::string& b,
                            const std::string& n,
                            std::string_view from) {
    statement.add(kind == 0 ? " SELECT " : " UNION ALL SELECT ").add(std::to_string(kind));
    statement.add(" AS kind, CAST(" + a + " AS " + integer + ") AS a, CAST(" + b + " AS " +
                  integer + ") AS b, CAST(" + n + " AS " + integer + ") AS n FROM ");
    statement.add(from);
  };
  const std::string large = "all_baskets b WHERE b.size > " + std::to_string(kLargestBasket);
  add_kind(0, "0", "0", "count(*)", large);
  add_kind(1,
           "b.size",
           "b.next_size",
           "count(*)",
           "baskets b WHERE b.is_first = 1 GROUP BY b.size, b.next_size");
  add_kind(2,
           "c.product_key",
           "c.size",
           "c.n",
           "counts c JOIN frequent f ON f.product_key = c.product_key");
  if (is_after) {
    add_kind(3,
             "c.product_key",
             "c.size",
             "c.n",
             "next_counts c JOIN next_frequent f ON f.product_key = c.product_key");
    add_kind(5, "b.number", "b.number + 1", "0", "baskets b WHERE b.is_first = 1");
  }
  add_kind(4,
           "l.number",
           "l.product_key",
           "l.customer_key",
           is_after ? "basket_lines l JOIN (SELECT f.product_key FROM frequent f UNION SELECT "
                      "f.product_key FROM next_frequent f) f ON f.product_key = l.product_key"
                    : "basket_lines l JOIN frequent f ON f.product_key = l.product_key");
  return statement;
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

std::vector<ProductLoyalty> loyalty_of(const Loyalties& counts, const Labels& labels) {
  const auto all = static_cast<double>(counts.customers);
  double buyers = 0.0;
  double weighted = 0.0;
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
    buyers += customers;
    weighted += baskets * (1.0 - product.penetration);
    loyalty.push_back(std::move(product));
  }
  for (ProductLoyalty& product : loyalty) {
    // Whom everybody buys has no others to be compared with.
    product.expected_baskets_per_customer =
        product.penetration < 1.0 ? std::max(weighted / buyers / (1.0 - product.penetration), 1.0)
                                  : product.baskets_per_customer;
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
  std::vector<std::int64_t> second_products;
  TILL_TRY(for_each_row(
      log.warehouse(), counts_of(log, options), [&](const BatchView& batch, std::int64_t i) {
        const std::int64_t a = batch.column(1).integer(i);
        const std::int64_t b = batch.column(2).integer(i);
        const std::int64_t n = batch.column(3).integer(i);
        switch (batch.column(0).integer(i)) {
          case 0:
            result.large_baskets = n;
            break;
          case 1:
            baskets.add_baskets(a, b, n);
            break;
          case 2:
            baskets.add_product(a, b, n);
            break;
          case 3:
            baskets.add_second(a, b, n);
            second_products.push_back(a);
            break;
          case 4:
            lines.add_line(a, b, n);
            break;
          default:
            lines.add_step(a, b);
        }
      }));
  baskets.finish();
  result.baskets = baskets.baskets();
  result.mean_basket = baskets.mean_size();
  const std::vector<std::int64_t> products = baskets.products();
  const std::int64_t first = std::ssize(products);
  result.products = first;
  result.tested = first * (first - 1) / 2;
  if (result.is_after) {
    std::ranges::sort(second_products);
    second_products.erase(std::unique(second_products.begin(), second_products.end()),
                          second_products.end());
    std::vector<std::int64_t> in_both;
    std::ranges::set_intersection(products, second_products, std::back_inserter(in_both));
    result.tested = first * std::ssize(second_products) - std::ssize(in_both);
  }
  const double least = std::max(static_cast<double>(kFewestOfPair),
                                options.min_support * static_cast<double>(result.baskets));
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
  result.loyalty = loyalty_of(loyalties, labels);
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
