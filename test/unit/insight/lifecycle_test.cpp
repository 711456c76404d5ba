#include "till/insight/lifecycle.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

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
using ::testing::ElementsAre;
using ::testing::HasSubstr;

LifecycleOptions dormant_after_months(std::int64_t months) {
  LifecycleOptions options;
  options.dormant_after = months;
  return options;
}

LifecycleOptions before(Instant as_of) {
  LifecycleOptions options;
  options.as_of = as_of;
  return options;
}

/// {new, active, returning, resurrected, resting, dormant}.
std::vector<std::int64_t> counts_of(const LifecycleMonth& month) {
  return {
      month.fresh, month.active, month.returning, month.resurrected, month.resting, month.dormant};
}

Sale sale_in(const std::string& customer, Month month) {
  return {customer, "tea", to_string(month) + "-15T12:00:00Z", "1"};
}

std::vector<Sale> sales() {
  return {sale_in("ann", {2018, 1}),
          sale_in("ann", {2018, 2}),
          sale_in("ann", {2018, 5}),
          sale_in("bob", {2018, 1}),
          sale_in("bob", {2018, 3}),
          sale_in("", {2018, 5})};
}

TEST(Lifecycle, TellsWhatEverybodyIsInEveryMonth) {
  SaleLog log(sales());
  const Lifecycle result = valid(lifecycle(*log, dormant_after_months(2)));
  ASSERT_EQ(result.months.size(), 5U);
  EXPECT_EQ(result.months[0].month, (Month{2018, 1}));
  EXPECT_THAT(counts_of(result.months[0]), ElementsAre(2, 0, 0, 0, 0, 0));
  EXPECT_THAT(counts_of(result.months[1]), ElementsAre(0, 1, 0, 0, 1, 0));
  EXPECT_THAT(counts_of(result.months[2]), ElementsAre(0, 0, 1, 0, 1, 0));
  EXPECT_THAT(counts_of(result.months[3]), ElementsAre(0, 0, 0, 0, 1, 1));
  EXPECT_THAT(counts_of(result.months[4]), ElementsAre(0, 0, 0, 1, 0, 1));
  EXPECT_EQ(result.transactions_without_customer, 1);
}

TEST(Lifecycle, WhoIsBackWithinThePauseWasNeverDormant) {
  SaleLog log(sales());
  const Lifecycle result = valid(lifecycle(*log, dormant_after_months(3)));
  EXPECT_THAT(counts_of(result.months[3]), ElementsAre(0, 0, 0, 0, 2, 0));
  EXPECT_THAT(counts_of(result.months[4]), ElementsAre(0, 0, 1, 0, 1, 0));
}

/// Looks at one customer after the other, as the definition says.
std::vector<std::int64_t> looked_up(const std::map<std::string, std::set<std::int32_t>>& bought,
                                    std::int32_t month,
                                    std::int32_t dormant_after) {
  std::vector<std::int64_t> counts(6);
  for (const auto& [customer, months] : bought) {
    if (*months.begin() > month) {
      continue;
    }
    const auto here = months.lower_bound(month);
    const bool buys = here != months.end() && *here == month;
    if (buys && here == months.begin()) {
      ++counts[0];
      continue;
    }
    const std::int32_t gap = month - *std::prev(here);
    const std::size_t kind = buys ? (gap == 1               ? 1U
                                     : gap <= dormant_after ? 2U
                                                            : 3U)
                                  : (gap < dormant_after ? 4U : 5U);
    ++counts[kind];
  }
  return counts;
}

TEST(Lifecycle, IsThatOfEveryCustomerLookedAtAndAddsUp) {
  Rng rng(11);
  std::vector<Sale> sales;
  std::map<std::string, std::set<std::int32_t>> bought;
  for (int i = 0; i < 300; ++i) {
    const std::string customer = "c" + std::to_string(rng.below(40));
    const auto month = static_cast<std::int32_t>(rng.below(1 + rng.below(24)));
    sales.push_back(sale_in(customer, add_months({2017, 3}, month)));
    bought[customer].insert(month);
  }
  std::int32_t first = 24;
  for (const auto& [customer, months] : bought) {
    first = std::min(first, *months.begin());
  }
  SaleLog log(sales);
  for (const std::int32_t dormant_after : {1, 2, 3, 6, 40}) {
    const Lifecycle result = valid(lifecycle(*log, dormant_after_months(dormant_after)));
    std::int64_t transactions = 0;
    std::int64_t customers = 0;
    std::int64_t dormant = 0;
    for (std::size_t i = 0; i < result.months.size(); ++i) {
      const LifecycleMonth& month = result.months[i];
      EXPECT_EQ(counts_of(month),
                looked_up(bought, first + static_cast<std::int32_t>(i), dormant_after));
      EXPECT_EQ(month.customers(), customers + month.fresh);
      EXPECT_EQ(month.dormant, dormant - month.resurrected + month.fell_dormant);
      customers = month.customers();
      dormant = month.dormant;
      transactions += month.transactions;
    }
    EXPECT_EQ(customers, std::ssize(bought));
    EXPECT_EQ(transactions, 300);
  }
}

TEST(Lifecycle, TransactionsAddUpToTheLogWhereReturnsAreSubtracted) {
  SaleLog log({{"ann", "tea", "2018-01-05T10:00:00Z", "1"},
               {"ann", "tea", "2018-01-06T10:00:00Z", "1"},
               {"ann", "tea", "2018-02-06T10:00:00Z", "-1"},
               {"bob", "jam", "2018-03-07T10:00:00Z", "-1"},
               {"", "jam", "2018-03-07T10:00:00Z", "1"}});
  LifecycleOptions options;
  options.counting.returns = Counting::Returns::Subtract;
  const Lifecycle result = valid(lifecycle(*log, options));
  ASSERT_EQ(result.months.size(), 3U);
  EXPECT_EQ(result.months[0].transactions, 2);
  EXPECT_EQ(result.months[2].customers(), 1);  // bob never bought
  EXPECT_EQ(result.returned_months, 2);
  EXPECT_EQ(result.returned_transactions, -2);
  EXPECT_EQ(result.transactions_without_customer, 1);
}

TEST(Lifecycle, EndsWhereItIsAsked) {
  SaleLog log(sales());
  const Lifecycle result = valid(lifecycle(*log, before(instant("2018-03-01T00:00:00Z"))));
  ASSERT_EQ(result.months.size(), 2U);
  EXPECT_EQ(result.months[1].month, (Month{2018, 2}));
  EXPECT_TRUE(valid(lifecycle(*log, before(Instant{0}))).months.empty());
}

TEST(Lifecycle, MonthsAreThoseOfTheZone) {
  SaleLog log({{"ann", "tea", "2018-01-31T23:30:00Z", "1"}});
  LifecycleOptions options;
  options.zone = test::zone_called("Europe/Berlin");
  EXPECT_EQ(valid(lifecycle(*log, options)).months.front().month, (Month{2018, 2}));
}

TEST(Lifecycle, RefusesAPauseOfNoMonths) {
  SaleLog log(sales());
  const Result<Lifecycle> result = lifecycle(*log, dormant_after_months(0));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::InvalidArgument);
  EXPECT_THAT(result.error().message, HasSubstr("must be at least 1 month"));
}

}  // namespace
}  // namespace till::insight
