#include "till/insight/affinity.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/golden_table.hpp"
#include "unit/insight/sale_log.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::insight {
namespace {

using test::Sale;
using test::SaleLog;
using test::valid;
using ::testing::HasSubstr;

Sale sale_on(const std::string& customer, std::int64_t day, const std::string& product) {
  const Instant at{(days_since_epoch({2018, 1, 1}) + day) * kMicrosPerDay};
  return {customer, product, to_string(at)};
}

AffinityOptions within_days(std::int64_t days) {
  AffinityOptions options;
  options.within = Period{.count = static_cast<std::int32_t>(days), .unit = Period::Unit::Day};
  return options;
}

using Pair = std::pair<std::string, std::string>;

std::map<Pair, ProductPair> by_products(const Affinity& result) {
  std::map<Pair, ProductPair> pairs;
  for (const ProductPair& pair : result.pairs) {
    pairs[{pair.a.id, pair.b.id}] = pair;
  }
  return pairs;
}

TEST(Affinity, MeasuresMatchMlxtend) {
  std::map<int, std::vector<Sale>> logs;
  std::map<int, std::map<Pair, std::map<std::string, double>>> rules;
  for (const auto& row : test::golden_table("insight/affinity.csv")) {
    const auto number = [&](const char* name) {
      return std::to_string(static_cast<std::int64_t>(row.at(name)));
    };
    const int log = static_cast<int>(row.at("case"));
    if (row.at("kind") == 0.0) {
      logs[log].push_back(
          sale_on("c" + number("a"), static_cast<std::int64_t>(row.at("n")), "p" + number("b")));
    } else {
      rules[log][{"p" + number("a"), "p" + number("b")}] = row;
    }
  }
  ASSERT_EQ(logs.size(), 5U);
  for (const auto& [number, sales] : logs) {
    SaleLog log(sales);
    const Affinity result = valid(affinity(*log, {}));
    EXPECT_FALSE(result.pairs.empty());
    for (const ProductPair& pair : result.pairs) {
      const auto& rule = rules[number].at({pair.a.id, pair.b.id});
      EXPECT_EQ(pair.baskets, static_cast<std::int64_t>(rule.at("n")));
      EXPECT_NEAR(pair.support, rule.at("support"), 1e-12);
      EXPECT_NEAR(pair.confidence, rule.at("confidence"), 1e-12);
      EXPECT_NEAR(pair.lift, rule.at("lift"), 1e-12);
      if (rule.at("conviction") < 0.0) {
        EXPECT_FALSE(pair.conviction);
      } else {
        ASSERT_TRUE(pair.conviction);
        EXPECT_NEAR(*pair.conviction, rule.at("conviction"), 1e-9 * rule.at("conviction"));
      }
    }
    // Every pair of frequent products that meets often enough is told, in one order.
    std::size_t expected = 0;
    std::map<std::string, std::int64_t> baskets;
    for (const Sale& sale : sales) {
      ++baskets[sale.product];
    }
    for (const auto& [pair, rule] : rules[number]) {
      expected += pair.first < pair.second && rule.at("n") >= 3.0 && baskets[pair.first] >= 5 &&
                          baskets[pair.second] >= 5
                      ? 1
                      : 0;
    }
    EXPECT_EQ(result.pairs.size(), expected) << number;
  }
}

std::vector<Sale> tea_then_jam() {
  std::vector<Sale> sales;
  for (int i = 0; i < 8; ++i) {
    const std::string customer = "c" + std::to_string(i);
    sales.push_back(sale_on(customer, i, "tea"));
    sales.push_back(sale_on(customer, i + 10, "jam"));
    sales.push_back(sale_on(customer, i + 50, "tea"));
  }
  return sales;
}

TEST(Affinity, AfterOneAnotherIsTheNextBasketWithinTheTime) {
  SaleLog log(tea_then_jam());
  const Affinity result = valid(affinity(*log, within_days(20)));
  EXPECT_TRUE(result.is_after);
  EXPECT_EQ(result.baskets, 8) << "jam to tea takes too long";
  const auto pairs = by_products(result);
  ASSERT_EQ(pairs.size(), 1U);
  const ProductPair& pair = pairs.at({"tea", "jam"});
  EXPECT_EQ(pair.baskets, 8);
  EXPECT_EQ(pair.customers, 8);
  EXPECT_DOUBLE_EQ(pair.confidence, 1.0);
  const Affinity longer = valid(affinity(*log, within_days(100)));
  EXPECT_EQ(longer.baskets, 16);
  EXPECT_EQ(by_products(longer).size(), 2U);
}

TEST(Affinity, OfNobodyIsNothing) {
  SaleLog log({sale_on("", 0, "tea"), sale_on("", 0, "jam")});
  for (const AffinityOptions& options : {AffinityOptions(), within_days(7)}) {
    const Affinity result = valid(affinity(*log, options));
    EXPECT_EQ(result.baskets, 0);
    EXPECT_EQ(result.tested, 0);
    EXPECT_TRUE(result.pairs.empty());
  }
}

TEST(Affinity, LargeBasketsAreLeftOutAndCounted) {
  std::vector<Sale> sales;
  for (int i = 0; i <= kLargestBasket; ++i) {
    sales.push_back(sale_on("ann", 0, "p" + std::to_string(i)));
  }
  sales.push_back(sale_on("bob", 0, "p1"));
  SaleLog log(sales);
  const Affinity result = valid(affinity(*log, {}));
  EXPECT_EQ(result.large_baskets, 1);
  EXPECT_EQ(result.baskets, 1);
}

TEST(Affinity, RefusesWhatIsNoShareAndNoBasket) {
  SaleLog log({sale_on("ann", 0, "tea")});
  AffinityOptions options;
  options.min_support = 0.0;
  EXPECT_THAT(affinity(*log, options).error().message, HasSubstr("min_support is 0"));
  options.min_support = 0.1;
  options.counting.unit = log::Counting::Unit::Row;
  EXPECT_THAT(affinity(*log, options).error().message,
              HasSubstr("must be day, timestamp or a column"));
}

}  // namespace
}  // namespace till::insight
