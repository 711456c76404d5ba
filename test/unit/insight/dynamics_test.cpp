#include "till/insight/dynamics.hpp"

#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

#include "unit/insight/sale_log.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::insight {
namespace {

using test::instant;
using test::Sale;
using test::SaleLog;
using test::valid;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void add_sale(std::vector<Sale>& sales, const std::string& product, Month month, Rng& rng) {
  const auto day = 1 + rng.below(static_cast<std::uint64_t>(days_in(month)));
  const std::string digits = std::to_string(day);
  sales.push_back({"ann",
                   product,
                   to_string(month) + "-" + (day < 10 ? "0" : "") + digits + "T12:00:00Z",
                   "2"});
}

/// 36 months of five products: one that is steady, one that doubles in month 20, one that is new,
/// one that ends, one that is rare.
std::vector<Sale> five_products() {
  Rng rng(8);
  std::vector<Sale> sales = {{"bob", "steady", "2017-01-01T00:00:00Z", "1"},
                             {"bob", "steady", "2019-12-31T23:00:00Z", "1"},
                             {"bob", "rare", "2017-05-01T23:00:00Z", "1"},
                             {"bob", "rare", "2018-11-01T23:00:00Z", "1"}};
  for (int i = 0; i < 36; ++i) {
    const Month month = add_months({2017, 1}, i);
    const auto sell = [&](const std::string& product, int often) {
      for (int k = 0; k < often; ++k) {
        add_sale(sales, product, month, rng);
      }
    };
    sell("steady", 28 + static_cast<int>(rng.below(5)));
    sell("doubled", (i < 20 ? 20 : 40) + static_cast<int>(rng.below(5)));
    sell("new", i < 28 ? 0 : 20);
    sell("ended", i < 15 ? 20 : 0);
  }
  return sales;
}

const ProductDynamics& product_called(const Dynamics& result, const std::string& id) {
  for (const ProductDynamics& product : result.products) {
    if (product.product_id == id) {
      return product;
    }
  }
  throw std::runtime_error(id + " is missing");
}

TEST(Dynamics, TellsWhatProductsDo) {
  SaleLog log(five_products());
  const Dynamics result = valid(dynamics(*log, {}));
  ASSERT_EQ(result.months.size(), 36U);
  EXPECT_TRUE(result.with_season);
  EXPECT_EQ(product_called(result, "steady").status, ProductStatus::Steady);
  EXPECT_EQ(product_called(result, "new").status, ProductStatus::New);
  EXPECT_EQ(product_called(result, "ended").status, ProductStatus::Ended);
  EXPECT_EQ(product_called(result, "rare").status, ProductStatus::Unclear);
  EXPECT_FALSE(product_called(result, "rare").growth);
  EXPECT_THAT(product_called(result, "steady").changes, IsEmpty());
  const ProductDynamics& doubled = product_called(result, "doubled");
  ASSERT_EQ(doubled.changes.size(), 1U);
  EXPECT_EQ(doubled.changes[0].month, (Month{2018, 9}));
  EXPECT_NEAR(*doubled.changes[0].change, 0.91, 0.1);
  EXPECT_GE(*doubled.certainty, 0.95);
}

TEST(Dynamics, AddsUpToTheLog) {
  const std::vector<Sale> sales = five_products();
  SaleLog log(sales);
  const Dynamics result = valid(dynamics(*log, {}));
  std::int64_t of_products = 0;
  double shares = 0.0;
  for (const ProductDynamics& product : result.products) {
    of_products += product.transactions;
    shares += product.share;
    EXPECT_EQ(std::accumulate(product.counts.begin(), product.counts.end(), std::int64_t{0}),
              product.transactions);
  }
  EXPECT_EQ(of_products + result.left_out, std::ssize(sales));
  EXPECT_NEAR(shares, 1.0, 1e-12);
}

TEST(Dynamics, ComparesTheLastMonthsWithThoseOfTheYearBefore) {
  SaleLog log(five_products());
  const Dynamics result = valid(dynamics(*log, {}));
  EXPECT_EQ(result.recent, 3U);
  ASSERT_TRUE(result.has_compared);
  EXPECT_EQ(result.months[result.compared].month, (Month{2018, 10}));
  const ProductDynamics& ended = product_called(result, "ended");
  EXPECT_EQ(ended.share, 0.0);
  EXPECT_FALSE(ended.momentum) << "nothing to compare with";
  EXPECT_NEAR(*product_called(result, "doubled").momentum, 0.0, 0.15);
}

TEST(Dynamics, LeavesOutMonthsThatAreNotCovered) {
  const std::vector<Sale> sales = five_products();
  SaleLog log(sales);
  DynamicsOptions options;
  options.as_of = instant("2019-03-10");
  const Dynamics result = valid(dynamics(*log, options));
  EXPECT_EQ(result.months.back().month, (Month{2019, 2}));
  EXPECT_GT(result.left_out, 0);
}

TEST(Dynamics, ALogOfOneDayIsAnAnswer) {
  SaleLog log({{"ann", "tea", "2018-01-05T10:00:00Z"}, {"bob", "tea", "2018-01-05T11:00:00Z"}});
  const Dynamics result = valid(dynamics(*log, {}));
  ASSERT_EQ(result.products.size(), 1U);
  EXPECT_EQ(result.products[0].transactions, 2);
  EXPECT_EQ(result.products[0].share, 1.0);
  EXPECT_EQ(result.products[0].status, ProductStatus::Unclear);
  EXPECT_FALSE(result.products[0].momentum);
  EXPECT_FALSE(result.products[0].certainty);
}

TEST(Dynamics, AGapOfAYearIsLeftOut) {
  std::vector<Sale> sales;
  Rng rng(2);
  for (int i = 0; i < 40; ++i) {
    for (int k = 0; k < 20 && (i < 14 || i >= 26); ++k) {
      add_sale(sales, "tea", add_months({2015, 1}, i), rng);
    }
  }
  SaleLog log(sales);
  const Dynamics result = valid(dynamics(*log, {}));
  EXPECT_EQ(result.months.size(), 28U);
  EXPECT_EQ(result.products[0].status, ProductStatus::Steady);
  EXPECT_THAT(result.products[0].changes, IsEmpty());
}

TEST(Dynamics, GroupsProductsByAnAttribute) {
  SaleLog log(five_products(), "UTC", "product_id,kind\nsteady,a\ndoubled,a\nnew,b\n");
  DynamicsOptions options;
  options.by = "kind";
  const Dynamics result = valid(dynamics(*log, options));
  ASSERT_EQ(result.products.size(), 3U);
  EXPECT_EQ(result.products[0].product_id, "a");
  options.by = "colour";
  const auto refused = dynamics(*log, options);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("must be an attribute of the products"));
}

TEST(Dynamics, OfNothingIsNothing) {
  SaleLog log({{"ann", "tea", "2018-01-05T10:00:00Z"}});
  DynamicsOptions options;
  options.as_of = instant("2000-01-01");
  const Dynamics result = valid(dynamics(*log, options));
  EXPECT_THAT(result.products, IsEmpty());
  EXPECT_THAT(result.months, IsEmpty());
}

}  // namespace
}  // namespace till::insight
