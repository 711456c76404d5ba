#include "till/insight/concentration.hpp"

#include <cmath>

#include "unit/insight/sale_log.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::insight {
namespace {

using log::Counting;
using test::instant;
using test::Sale;
using test::SaleLog;
using test::valid;
using ::testing::HasSubstr;

/// The mean absolute difference of all pairs over twice the mean: the definition in [GINI12].
double gini_of_pairs(const std::vector<std::int64_t>& counts) {
  double differences = 0;
  double sum = 0;
  for (const std::int64_t a : counts) {
    sum += static_cast<double>(a);
    for (const std::int64_t b : counts) {
      differences += std::abs(static_cast<double>(a - b));
    }
  }
  return differences / (2.0 * static_cast<double>(counts.size()) * sum);
}

TEST(Concentration, GiniIsThatOfAllPairsOfIds) {
  Rng rng(7);
  for (int repetition = 0; repetition < 200; ++repetition) {
    std::vector<std::int64_t> counts;
    std::vector<ConcentrationLevel> levels;
    const std::uint64_t ids = 1 + rng.below(40);
    for (std::uint64_t i = 0; i < ids; ++i) {
      counts.push_back(1 + static_cast<std::int64_t>(rng.below(1 + rng.below(1000))));
      levels.push_back({counts.back(), 1});
    }
    EXPECT_NEAR(spread_of(levels).gini, gini_of_pairs(counts), 1e-13);
  }
}

TEST(Concentration, EqualCountsAreNotConcentratedAtAll) {
  const Spread spread = spread_of({{3, 5}, {3, 7}});
  EXPECT_EQ(spread.gini, 0.0);
  EXPECT_EQ(spread.levels.size(), 1U);
  EXPECT_EQ(spread.ids, 12);
  EXPECT_DOUBLE_EQ(spread.top(0.5), 0.5);
}

TEST(Concentration, TopSharesCountWholeIdsAndAtLeastOne) {
  const Spread spread = spread_of({{80, 1}, {5, 4}});  // 100 transactions of 5 ids
  EXPECT_DOUBLE_EQ(spread.top(0.01), 0.80);
  EXPECT_DOUBLE_EQ(spread.top(0.20), 0.80);
  EXPECT_DOUBLE_EQ(spread.top(0.40), 0.85);
  EXPECT_DOUBLE_EQ(spread.top(1.00), 1.00);
  EXPECT_EQ(spread.ids_for(0.5), 1);
  EXPECT_EQ(spread.ids_for(0.80), 1);
  EXPECT_EQ(spread.ids_for(0.81), 2);
  EXPECT_EQ(spread.ids_for(1.0), 5);
}

TEST(Concentration, OfNobodyIsNothing) {
  const Spread spread = spread_of({});
  EXPECT_EQ(spread.ids, 0);
  EXPECT_EQ(spread.gini, 0.0);
  EXPECT_EQ(spread.top(0.1), 0.0);
  EXPECT_EQ(spread.ids_for(0.5), 0);
}

std::vector<Sale> sales() {
  return {{"ann", "tea", "2018-01-05T10:00:00Z", "1"},
          {"ann", "tea", "2018-01-06T10:00:00Z", "1"},
          {"ann", "jam", "2018-02-07T10:00:00Z", "1"},
          {"bob", "tea", "2018-02-07T10:00:00Z", "1"},
          {"cy", "jam", "2018-02-08T10:00:00Z", "1"},
          {"cy", "jam", "2018-02-08T11:00:00Z", "-1"},
          {"", "oil", "2018-04-01T10:00:00Z", "1"}};
}

TEST(Concentration, CountsKnownCustomersAndAllProducts) {
  SaleLog log(sales());
  const Concentration result = valid(concentration(*log, {}));
  EXPECT_EQ(result.customers.ids, 3);
  EXPECT_EQ(result.customers.transactions, 6);
  EXPECT_EQ(result.products.ids, 3);
  EXPECT_EQ(result.products.transactions, 7);
  EXPECT_NEAR(result.customers.gini, gini_of_pairs({3, 1, 2}), 1e-15);
}

TEST(Concentration, EveryMonthAddsUpToTheWhole) {
  SaleLog log(sales());
  const Concentration result = valid(concentration(*log, {}));
  ASSERT_EQ(result.months.size(), 3U);
  EXPECT_EQ(result.months[0].month, (Month{2018, 1}));
  EXPECT_EQ(result.months[2].month, (Month{2018, 4}));
  EXPECT_EQ(result.months[2].customers.ids, 0);  // of nobody
  std::int64_t customers = 0;
  std::int64_t products = 0;
  for (const ConcentrationMonth& month : result.months) {
    customers += month.customers.transactions;
    products += month.products.transactions;
  }
  EXPECT_EQ(customers, result.customers.transactions);
  EXPECT_EQ(products, result.products.transactions);
}

TEST(Concentration, LeavesOutWhoReturnedEverything) {
  SaleLog log({{"ann", "tea", "2018-01-05T10:00:00Z", "1"},
               {"ann", "tea", "2018-01-06T10:00:00Z", "1"},
               {"bob", "jam", "2018-01-07T10:00:00Z", "-1"}});
  ConcentrationOptions options;
  options.counting.returns = Counting::Returns::Subtract;
  const Concentration result = valid(concentration(*log, options));
  EXPECT_EQ(result.customers.ids, 1);
  EXPECT_EQ(result.customers.transactions, 2);
  EXPECT_EQ(result.customers.left_out, 1);
}

TEST(Concentration, LooksOnlyIntoItsRange) {
  SaleLog log(sales());
  ConcentrationOptions options;
  options.range = TimeRange{instant("2018-02-01T00:00:00Z"), instant("2018-03-01T00:00:00Z")};
  const Concentration result = valid(concentration(*log, options));
  EXPECT_EQ(result.customers.transactions, 4);
  EXPECT_EQ(result.months.size(), 1U);
}

TEST(Concentration, RefusesAnEmptyRange) {
  SaleLog log(sales());
  ConcentrationOptions options;
  options.range = TimeRange{instant("2018-02-01T00:00:00Z"), instant("2018-02-01T00:00:00Z")};
  const Result<Concentration> result = concentration(*log, options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::InvalidArgument);
  EXPECT_THAT(result.error().message, HasSubstr("must end after it begins"));
}

}  // namespace
}  // namespace till::insight
