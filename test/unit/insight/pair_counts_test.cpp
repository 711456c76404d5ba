#include "insight/pair_counts.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::insight {
namespace {

using Counted = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>;

std::vector<Counted> values_of(const std::vector<PairCount>& pairs) {
  std::vector<Counted> values;
  for (const PairCount& pair : pairs) {
    values.emplace_back(pair.a, pair.b, pair.baskets, pair.squares, pair.customers);
  }
  return values;
}

/// Looks at one pair of baskets after the other, as the definition says.
std::vector<Counted> looked_up(const std::vector<std::set<std::int64_t>>& baskets,
                               const std::vector<std::int64_t>& customers,
                               bool is_after,
                               std::int64_t least) {
  std::map<std::pair<std::int64_t, std::int64_t>, std::map<std::int64_t, std::int64_t>> met;
  for (std::size_t i = 0; i < baskets.size(); ++i) {
    if (is_after && (i + 1 == baskets.size() || customers[i + 1] != customers[i])) {
      continue;
    }
    for (const std::int64_t a : baskets[i]) {
      for (const std::int64_t b : is_after ? baskets[i + 1] : baskets[i]) {
        if (is_after ? a != b : a < b) {
          ++met[{a, b}][customers[i]];
        }
      }
    }
  }
  std::vector<Counted> values;
  for (const auto& [pair, of_customers] : met) {
    std::int64_t n = 0;
    std::int64_t squares = 0;
    for (const auto& [customer, count] : of_customers) {
      n += count;
      squares += count * count;
    }
    if (n >= least) {
      values.emplace_back(pair.first, pair.second, n, squares, std::ssize(of_customers));
    }
  }
  return values;
}

TEST(PairCounts, AreThoseOfTheDefinition) {
  Rng rng(7);
  std::vector<std::set<std::int64_t>> baskets;
  std::vector<std::int64_t> customers;
  BasketLines lines;
  for (std::int64_t customer = 0; customer < 40; ++customer) {
    const auto n = static_cast<int>(rng.uniform() * 6);
    for (int i = 0; i < n; ++i) {
      std::set<std::int64_t> basket;
      while (basket.empty() || rng.uniform() < 0.7) {
        basket.insert(static_cast<std::int64_t>(rng.uniform() * 9));
      }
      const std::int64_t number = std::ssize(baskets);
      for (const std::int64_t product : basket) {
        lines.add_line(number, product, customer);
      }
      if (!customers.empty() && customers.back() == customer) {
        lines.add_step(number - 1, number);
      }
      baskets.push_back(std::move(basket));
      customers.push_back(customer);
    }
  }
  for (const std::int64_t least : {1, 4}) {
    EXPECT_EQ(values_of(lines.together(static_cast<double>(least))),
              looked_up(baskets, customers, false, least));
    EXPECT_EQ(values_of(lines.after_one_another(static_cast<double>(least))),
              looked_up(baskets, customers, true, least));
  }
}

TEST(PairCounts, OfNothingAreNone) {
  EXPECT_TRUE(BasketLines().together(1.0).empty());
  BasketLines without_lines;
  without_lines.add_step(1, 2);
  EXPECT_TRUE(without_lines.after_one_another(1.0).empty());
}

}  // namespace
}  // namespace till::insight
