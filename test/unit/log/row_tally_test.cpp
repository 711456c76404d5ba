#include "log/row_tally.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/calendar.hpp"
#include "till/core/rng.hpp"

namespace till::log {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Sale {
  std::int32_t customer = 0;
  std::int32_t product = 0;
  Instant instant;
  std::uint64_t others = 0;
};

TimeZone zone(std::string_view name) {
  Result<TimeZone> found = TimeZone::find(name);
  EXPECT_TRUE(found);
  return *found;
}

Instant at(std::string_view text) {
  const Result<Instant> instant = parse_instant(text, TimeZone());
  EXPECT_TRUE(instant);
  return *instant;
}

/// Counts sales in portions of three rows, as batches would bring them.
RowTally tally_of(const std::vector<Sale>& sales,
                  const TimeZone& zone = {},
                  RowTally::Limits limits = {}) {
  RowTally tally(zone, limits);
  for (std::size_t begin = 0; begin < sales.size(); begin += 3) {
    std::vector<std::int32_t> customers;
    std::vector<std::int32_t> products;
    std::vector<Instant> instants;
    std::vector<std::uint64_t> others;
    for (std::size_t i = begin; i < std::min(begin + 3, sales.size()); ++i) {
      customers.push_back(sales[i].customer);
      products.push_back(sales[i].product);
      instants.push_back(sales[i].instant);
      others.push_back(sales[i].others);
    }
    tally.add({customers, products, instants, others});
  }
  tally.finish();
  return tally;
}

TEST(RowTally, AgreesWithCountingOneByOne) {
  Rng rng(3);
  std::vector<Sale> sales;
  Instant now = at("2017-12-30");
  for (int i = 0; i < 5'000; ++i) {
    now.micros += rng.below(3) == 0 ? static_cast<std::int64_t>(rng.below(3'000'000'000)) : 0;
    sales.push_back({static_cast<std::int32_t>(rng.below(21)) - 1,
                     static_cast<std::int32_t>(rng.below(9)),
                     now});
  }
  const TimeZone paris = zone("Europe/Paris");
  std::map<std::int32_t, Total> customers;
  std::map<std::int32_t, Total> products;
  std::map<std::pair<Month, std::int32_t>, std::pair<std::uint32_t, std::set<std::int32_t>>> months;
  std::set<std::tuple<std::int32_t, std::int32_t, Instant>> seen;
  std::int64_t repeated = 0;
  for (const Sale& sale : sales) {
    const auto add = [&](std::map<std::int32_t, Total>& totals, std::int32_t key) {
      Total& total = totals.try_emplace(key, Total{0, sale.instant, {}}).first->second;
      ++total.transactions;
      total.last = sale.instant;
    };
    if (sale.customer >= 0) {
      add(customers, sale.customer);
    }
    add(products, sale.product);
    auto& month = months[{month_of(sale.instant, paris), sale.product}];
    ++month.first;
    month.second.insert(sale.customer);
    month.second.erase(-1);
    repeated += seen.insert({sale.customer, sale.product, sale.instant}).second ? 0 : 1;
  }
  const RowTally tally = tally_of(sales, paris);
  ASSERT_EQ(tally.customers().size(), customers.size());
  for (const auto& [key, total] : customers) {
    EXPECT_EQ(tally.customers()[static_cast<std::size_t>(key)], total) << "customer " << key;
  }
  ASSERT_EQ(tally.products().size(), products.size());
  for (const auto& [key, total] : products) {
    EXPECT_EQ(tally.products()[static_cast<std::size_t>(key)], total) << "product " << key;
  }
  EXPECT_GT(repeated, 0);
  EXPECT_EQ(tally.repeated(), repeated);
  std::vector<ProductMonth> expected;
  for (const auto& [key, counts] : months) {
    expected.push_back(
        {key.first, key.second, counts.first, static_cast<std::uint32_t>(counts.second.size())});
  }
  EXPECT_GT(expected.size(), 9U);
  EXPECT_EQ(tally.product_months(), expected);
  EXPECT_THAT(tally.uncounted_months(), IsEmpty());
}

TEST(RowTally, FindsRepeatedRowsAmongManyOfOneInstant) {
  std::vector<Sale> sales;
  for (int copy = 0; copy < 2; ++copy) {
    for (std::int32_t i = 0; i < 1'000; ++i) {
      sales.push_back({i % 50, i / 50, at("2018-01-31")});
    }
  }
  sales.push_back({0, 0, at("2018-02-01")});
  EXPECT_EQ(tally_of(sales).repeated(), 1'000);
}

TEST(RowTally, FindsRowsThatDifferInAnotherColumnOnlyDifferent) {
  const Instant noon = at("2018-01-31T12:00:00Z");
  EXPECT_EQ(
      tally_of({{1, 2, noon, 7}, {1, 2, noon, 8}, {1, 2, noon, 7}, {1, 3, noon, 7}}).repeated(), 1);
}

TEST(RowTally, LeavesAMonthOfTooManyRowsUncounted) {
  std::vector<Sale> sales;
  for (const auto& [day, rows] :
       {std::pair{"2018-01-31", 3}, {"2018-02-01", 4}, {"2018-03-01", 2}}) {
    for (std::int32_t i = 0; i < rows; ++i) {
      sales.push_back({i, 0, at(day)});
    }
  }
  const RowTally tally = tally_of(sales, {}, {.rows_of_month = 3});
  EXPECT_THAT(tally.product_months(),
              ElementsAre(ProductMonth{{2018, 1}, 0, 3, 3}, ProductMonth{{2018, 3}, 0, 2, 2}));
  EXPECT_THAT(tally.uncounted_months(), ElementsAre(Month{2018, 2}));
  EXPECT_EQ(tally.products()[0].transactions, 9);
}

TEST(RowTally, CountsNoFurtherMonthsThanItsLimit) {
  const RowTally tally =
      tally_of({{0, 0, at("2018-01-01")}, {0, 0, at("2018-02-01")}, {0, 0, at("2018-03-01")}},
               {},
               {.product_months = 2});
  EXPECT_EQ(tally.product_months().size(), 2U);
  EXPECT_THAT(tally.uncounted_months(), ElementsAre(Month{2018, 3}));
}

TEST(RowTally, LeavesMonthsThatClocksShowTwiceUncounted) {
  // St John's: at 00:01 on 1 November 2009 clocks went back to 23:01 on 31 October.
  const RowTally tally = tally_of({{0, 0, at("2009-10-15")},
                                   {1, 0, at("2009-11-01T02:30:30Z")},  // 00:00:30, November
                                   {2, 0, at("2009-11-01T02:40:00Z")},  // 23:10, October again
                                   {3, 0, at("2009-11-02T12:00:00Z")},  // November again
                                   {4, 0, at("2009-12-24T12:00:00Z")}},
                                  zone("America/St_Johns"));
  EXPECT_THAT(tally.product_months(), ElementsAre(ProductMonth{{2009, 12}, 0, 1, 1}));
  EXPECT_THAT(tally.uncounted_months(), ElementsAre(Month{2009, 10}, Month{2009, 11}));
}

TEST(RowTally, CountsNothingOfNoRows) {
  const RowTally tally = tally_of({});
  EXPECT_THAT(tally.customers(), IsEmpty());
  EXPECT_THAT(tally.products(), IsEmpty());
  EXPECT_THAT(tally.product_months(), IsEmpty());
  EXPECT_EQ(tally.repeated(), 0);
}

}  // namespace
}  // namespace till::log
