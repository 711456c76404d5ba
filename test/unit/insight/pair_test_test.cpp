#include "insight/pair_test.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::insight {
namespace {

constexpr std::int64_t kProducts = 20;

/// A basket of products, each drawn by its popularity.
std::set<std::int64_t> basket_by_chance(Rng& rng) {
  std::set<std::int64_t> basket;
  do {
    // The square makes the first products popular.
    const double place = rng.uniform() * rng.uniform();
    basket.insert(static_cast<std::int64_t>(place * kProducts));
  } while (rng.uniform() < 0.6);
  return basket;
}

struct Judged {
  std::int64_t found = 0;
  bool has_planted = false;
  double seen = 0.0;
  double expected = 0.0;
};

/// Judges baskets by chance; `planted` is how often a basket with 3 also gets 11.
Judged judged(std::uint64_t seed, double planted, bool is_after) {
  Rng rng(seed);
  std::vector<std::set<std::int64_t>> baskets;
  for (int i = 0; i < 1500; ++i) {
    baskets.push_back(basket_by_chance(rng));
    if (baskets.back().contains(3) && rng.uniform() < planted) {
      baskets.back().insert(11);
    }
  }
  BasketCounts counts(is_after);
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> met;
  for (std::size_t i = 0; i + 1 < baskets.size(); ++i) {
    const std::set<std::int64_t>& second = is_after ? baskets[i + 1] : baskets[i];
    counts.add_baskets(std::ssize(baskets[i]), is_after ? std::ssize(second) : 0, 1);
    for (const std::int64_t a : baskets[i]) {
      counts.add_product(a, std::ssize(baskets[i]), 1);
      for (const std::int64_t b : second) {
        if (is_after ? a != b : a < b) {
          ++met[{a, b}];
        }
      }
    }
    if (is_after) {
      for (const std::int64_t b : second) {
        counts.add_second(b, std::ssize(second), 1);
      }
    }
  }
  counts.finish();
  std::vector<PairCount> pairs;
  for (const auto& [pair, n] : met) {
    pairs.push_back({pair.first, pair.second, n, n, n});
  }
  const std::int64_t tested =
      is_after ? kProducts * (kProducts - 1) : kProducts * (kProducts - 1) / 2;
  const std::vector<ProductPair> found = judge(counts, pairs, tested, is_after);
  Judged result;
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_TRUE(std::isfinite(found[i].p_value) && std::isfinite(found[i].high));
    EXPECT_LE(found[i].p_value, found[i].q_value);
    EXPECT_LE(found[i].low, found[i].ratio);
    EXPECT_GE(found[i].high, found[i].ratio);
    result.seen += static_cast<double>(found[i].baskets);
    result.expected += found[i].expected;
    if (found[i].q_value <= kFalseDiscoveryRate) {
      ++result.found;
      result.has_planted |=
          std::min(pairs[i].a, pairs[i].b) == 3 && std::max(pairs[i].a, pairs[i].b) == 11;
    }
  }
  return result;
}

TEST(PairTest, WithoutAffinityFindsItNoMoreOftenThanStated) {
  int logs_with_a_find = 0;
  double seen = 0.0;
  double expected = 0.0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Judged result = judged(seed, 0.0, false);
    logs_with_a_find += result.found > 0 ? 1 : 0;
    seen += result.seen;
    expected += result.expected;
  }
  // 5 % of 200, and three standard errors.
  EXPECT_LE(logs_with_a_find, 19);
  EXPECT_NEAR(seen / expected, 1.0, 0.03);
}

TEST(PairTest, AfterOneAnotherFindsNoMoreThanStated) {
  int logs_with_a_find = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    logs_with_a_find += judged(seed, 0.0, true).found > 0 ? 1 : 0;
  }
  EXPECT_LE(logs_with_a_find, 19);
}

TEST(PairTest, FindsWhatWasPlantedAndHardlyMore) {
  int planted = 0;
  std::int64_t others = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Judged result = judged(seed, 0.25, false);
    planted += result.has_planted ? 1 : 0;
    others += result.found - (result.has_planted ? 1 : 0);
  }
  EXPECT_GE(planted, 38);
  EXPECT_LE(others, 6);
}

// By hand, as mlxtend's association_rules has it: 3 of 8 baskets have both, 4 a, 5 b.
TEST(PairTest, MeasuresAreThoseOfTheirDefinitions) {
  BasketCounts counts(false);
  counts.add_baskets(2, 0, 4);
  counts.add_baskets(1, 0, 4);
  counts.add_product(1, 2, 4);
  counts.add_product(2, 2, 3);
  counts.add_product(2, 1, 2);
  counts.add_product(3, 2, 1);
  counts.add_product(3, 1, 2);
  counts.finish();
  std::vector<PairCount> pairs = {{2, 1, 3, 3, 3}};
  const ProductPair pair = judge(counts, pairs, 3, false).front();
  EXPECT_EQ(pairs.front().a, 1) << "the rarer first";
  EXPECT_DOUBLE_EQ(pair.support, 3.0 / 8.0);
  EXPECT_DOUBLE_EQ(pair.confidence, 0.75);
  EXPECT_DOUBLE_EQ(pair.lift, 0.75 / (5.0 / 8.0));
  ASSERT_TRUE(pair.conviction);
  EXPECT_DOUBLE_EQ(*pair.conviction, (1 - 5.0 / 8.0) / 0.25);
}

TEST(PairTest, OneCustomerIsNotFiftyProofs) {
  BasketCounts counts(false);
  counts.add_baskets(2, 0, 200);
  for (std::int64_t product = 0; product < 4; ++product) {
    counts.add_product(product, 2, 100);
  }
  counts.finish();
  std::vector<PairCount> of_many = {{0, 1, 60, 60, 60}};
  std::vector<PairCount> of_one = {{0, 1, 60, 3600, 1}};
  EXPECT_LT(judge(counts, of_many, 6, false).front().p_value, 1e-6);
  EXPECT_GT(judge(counts, of_one, 6, false).front().p_value, 0.1);
}

}  // namespace
}  // namespace till::insight
