#include "insight/by_customer.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "insight/customer_rows.hpp"
#include "insight/purchase_steps.hpp"
#include "insight/repeated_rows.hpp"
#include "unit/insight/sale_log.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::insight {
namespace {

using test::Sale;
using test::SaleLog;
using test::valid;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<Sale> sales() {
  return {{"ann", "tea", "2018-01-01T10:00:00Z"},
          {"bob", "tea", "2018-01-01T11:00:00Z"},
          {"", "jam", "2018-01-02T09:00:00Z"},
          {"ann", "jam", "2018-01-03T09:00:00Z"},
          {"ann", "jam", "2018-01-03T09:00:00Z"},
          {"cid", "tea", "2018-02-01T09:00:00Z"}};
}

TEST(ByCustomer, SlicesHoldAllCustomersAndFewRows) {
  SaleLog log(sales());
  const std::vector<CustomerSlice> slices = valid(customer_slices(*log, 3));
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_FALSE(slices[0].is_all);
  EXPECT_THAT(slices[0].begin, ElementsAre(0, 3));
  EXPECT_EQ(slices[1].from, 1);
  EXPECT_EQ(slices[1].to, 3);
  EXPECT_THAT(slices[1].begin, ElementsAre(0, 1, 2));
  EXPECT_TRUE(valid(customer_slices(*log)).front().is_all);
  // One customer with more rows than wanted is a slice of their own.
  EXPECT_EQ(valid(customer_slices(*log, 1)).size(), 3U);
  SaleLog nobody({{"", "tea", "2018-01-01T10:00:00Z"}});
  EXPECT_THAT(valid(customer_slices(*nobody)), IsEmpty());
}

TEST(ByCustomer, HasNoPlaceForRowsThatWereNotCounted) {
  const CustomerSlice slice{5, 7, {0, 1, 3}, false};
  ByCustomer<int> rows(slice);
  EXPECT_TRUE(rows.add(6, 20));
  EXPECT_TRUE(rows.add(5, 10));
  EXPECT_FALSE(rows.add(5, 11));
  EXPECT_TRUE(rows.add(6, 21));
  EXPECT_FALSE(rows.add(6, 22));
  EXPECT_FALSE(rows.add(7, 30));
  EXPECT_FALSE(rows.add(4, 30));
  EXPECT_THAT(rows.of(5), ElementsAre(10));
  EXPECT_THAT(rows.of(6), ElementsAre(20, 21));
}

TEST(PurchaseSteps, AreTheDaysOfEachCustomerInOrder) {
  SaleLog log(sales());
  Tally tally;
  tally.by_customer = true;
  tally.by_day = true;
  std::map<std::int64_t, std::vector<std::int64_t>> found;
  ASSERT_TRUE(for_each_customer(
      *log, tally, [&](std::int64_t customer, std::span<const PurchaseStep> days) {
        for (const PurchaseStep& day : days) {
          found[customer].push_back(day.at - days_since_epoch({2018, 1, 1}));
          found[customer].push_back(day.transactions);
        }
      }));
  EXPECT_THAT(found[0], ElementsAre(0, 1, 2, 2));
  EXPECT_THAT(found[1], ElementsAre(0, 1));
  EXPECT_THAT(found[2], ElementsAre(31, 1));
  EXPECT_EQ(found.size(), 3U);
}

TEST(CustomerRows, RowsOfNobodyAreVisitedToo) {
  SaleLog log(sales());
  std::map<std::int64_t, std::size_t> found;
  RepeatCounter repeats{TimeZone()};
  std::vector<PurchaseStep> steps;
  ASSERT_TRUE(for_each_customers_rows(
      *log, std::nullopt, [&](std::int64_t customer, std::span<const CustomerRow> rows) {
        found[customer] += rows.size();
        repeats.add(customer, rows, steps);
      }));
  EXPECT_EQ(found[kNobody], 1U);
  EXPECT_EQ(found[0], 3U);
  EXPECT_EQ(found.size(), 4U);
  const std::vector<Repeats> days = repeats.days();
  ASSERT_EQ(days.size(), 4U);
  // Ann's two days, Bob's, Cid's and nobody's.
  EXPECT_EQ(steps.size(), 5U);
  EXPECT_EQ(days[0].rows, 2.0);
  EXPECT_EQ(days[2].rows, 2.0);
  EXPECT_EQ(days[2].repeated, 1.0);
}

}  // namespace
}  // namespace till::insight
