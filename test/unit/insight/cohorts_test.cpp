#include "till/insight/cohorts.hpp"

#include <algorithm>
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
using ::testing::Optional;

Sale sale_on(const std::string& customer,
             const std::string& day,
             const std::string& quantity = "1") {
  return {customer, "tea", day + "T12:00:00Z", quantity};
}

std::vector<Sale> sales() {
  return {sale_on("ann", "2018-01-02"),
          sale_on("ann", "2018-01-03"),
          sale_on("bob", "2018-01-31"),
          sale_on("ann", "2018-02-28"),
          sale_on("cec", "2018-02-01"),
          sale_on("bob", "2018-03-01"),
          sale_on("", "2018-03-02"),
          sale_on("ann", "2018-03-31")};
}

CohortOptions by(CohortPeriod period, bool rolling = false) {
  CohortOptions options;
  options.period = period;
  options.rolling = rolling;
  return options;
}

std::vector<std::int64_t> active_of(const Cohort& cohort) {
  std::vector<std::int64_t> active;
  for (const CohortCell& cell : cohort.cells) {
    active.push_back(cell.active.value_or(-1));
  }
  return active;
}

std::int64_t transactions_of(const Cohorts& result) {
  std::int64_t sum = 0;
  for (const Cohort& cohort : result.cohorts) {
    for (const CohortCell& cell : cohort.cells) {
      sum += cell.transactions.value_or(0);
    }
  }
  return sum;
}

TEST(Cohorts, CountsWhoOfEachMonthIsActiveLater) {
  SaleLog log(sales());
  const Cohorts result = valid(cohorts(*log, {}));
  ASSERT_EQ(result.cohorts.size(), 2U);
  EXPECT_EQ(result.cohorts[0].name, "2018-01");
  EXPECT_EQ(result.cohorts[0].customers, 2);
  EXPECT_THAT(active_of(result.cohorts[0]), ElementsAre(2, 1, 2));
  EXPECT_THAT(active_of(result.cohorts[1]), ElementsAre(1, 0, -1));
  EXPECT_THAT(result.cohorts[0].cells[1].retention, Optional(0.5));
  EXPECT_THAT(result.cohorts[0].cells[0].transactions, Optional(3));
  EXPECT_EQ(result.customers, 3);
  EXPECT_EQ(transactions_of(result), 7);
  EXPECT_EQ(result.transactions, 7);
  EXPECT_EQ(result.transactions_without_customer, 1);
  EXPECT_EQ(result.ages[1].customers, 3);
  EXPECT_EQ(result.ages[1].active, 1);
}

TEST(Cohorts, WhatIsNotSeenIsNoZero) {
  SaleLog log(sales());
  CohortOptions options;
  options.as_of = instant("2018-03-20T00:00:00Z");
  const Cohorts result = valid(cohorts(*log, options));
  const CohortCell& begun = result.cohorts[0].cells[2];
  EXPECT_FALSE(begun.is_whole);
  EXPECT_THAT(begun.active, Optional(1));  // bob, so far
  EXPECT_FALSE(begun.retention);
  ASSERT_TRUE(begun.forecast);
  EXPECT_GT(*begun.forecast, 0.0);
  EXPECT_LT(*begun.low, *begun.forecast);
  EXPECT_GT(*begun.high, *begun.forecast);
  EXPECT_FALSE(result.cohorts[1].cells[1].retention);
  EXPECT_FALSE(result.cohorts[1].cells[2].active);
  EXPECT_EQ(result.transactions, 6);
}

TEST(Cohorts, RollingAgesBeginWithEachCustomer) {
  SaleLog log(sales());
  const Cohorts result = valid(cohorts(*log, by(CohortPeriod::Month, true)));
  // ann: days 0, 1, 57, 88 are ages 0, 0, 1, 2; bob: days 0 and 29 are age 0.
  EXPECT_THAT(active_of(result.cohorts[0]), ElementsAre(2, 1, 1));
  EXPECT_TRUE(result.cohorts[0].cells[1].is_whole) << "bob's day 60 is 1 April";
  EXPECT_FALSE(result.cohorts[0].cells[2].is_whole);
  EXPECT_EQ(transactions_of(result), 7);
}

TEST(Cohorts, WeeksBeginOnMondayAndAreNamedByTheirThursday) {
  SaleLog log(
      {sale_on("ann", "2018-12-30"), sale_on("bob", "2018-12-31"), sale_on("bob", "2019-01-07")});
  const Cohorts result = valid(cohorts(*log, by(CohortPeriod::Week)));
  ASSERT_EQ(result.cohorts.size(), 2U);
  EXPECT_EQ(result.cohorts[0].name, "2018-W52");
  EXPECT_EQ(result.cohorts[1].name, "2019-W01");
  EXPECT_EQ(result.cohorts[1].begin, (Date{2018, 12, 31}));
  EXPECT_THAT(active_of(result.cohorts[1]), ElementsAre(1, 1));
}

TEST(Cohorts, QuartersAndYearsAreOfTheCalendar) {
  SaleLog log(
      {sale_on("ann", "2018-02-01"), sale_on("ann", "2018-07-01"), sale_on("bob", "2019-12-31")});
  const Cohorts quarters = valid(cohorts(*log, by(CohortPeriod::Quarter)));
  EXPECT_EQ(quarters.cohorts[0].name, "2018-Q1");
  EXPECT_EQ(quarters.cohorts[1].name, "2019-Q4");
  EXPECT_THAT(active_of(quarters.cohorts[0]), ElementsAre(1, 0, 1, 0, 0, 0, 0, 0));
  const Cohorts years = valid(cohorts(*log, by(CohortPeriod::Year)));
  EXPECT_EQ(years.cohorts[0].name, "2018");
  EXPECT_THAT(active_of(years.cohorts[0]), ElementsAre(1, 0));
}

/// A log by chance: 60 customers, two years.
std::vector<Sale> by_chance(std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Sale> sales;
  for (int i = 0; i < 500; ++i) {
    const std::int64_t day =
        days_since_epoch({2017, 1, 1}) + static_cast<std::int64_t>(rng.below(1 + rng.below(730)));
    sales.push_back(sale_on("c" + std::to_string(rng.below(60)),
                            to_string(date_from_days(day)),
                            rng.below(5) == 0 ? "-1" : "1"));
  }
  return sales;
}

TEST(Cohorts, AreThoseOfEveryCustomerLookedAt) {
  const std::vector<Sale> sales = by_chance(3);
  std::map<std::string, std::set<std::int64_t>> days;
  std::int64_t last = 0;
  for (const Sale& sale : sales) {
    const std::int64_t day = instant(sale.at).micros / kMicrosPerDay;
    days[sale.customer].insert(day);
    last = std::max(last, day);
  }
  SaleLog log(sales);
  const Cohorts monthly = valid(cohorts(*log, {}));
  const Cohorts rolling = valid(cohorts(*log, by(CohortPeriod::Month, true)));
  const auto month_of_day = [](std::int64_t day) {
    const Date date = date_from_days(day);
    return Month{date.year, date.month};
  };
  for (std::size_t c = 0; c < monthly.cohorts.size(); ++c) {
    const Month cohort{monthly.cohorts[c].begin.year, monthly.cohorts[c].begin.month};
    for (std::size_t a = 0; a < monthly.ages.size(); ++a) {
      std::int64_t active = 0;
      std::int64_t active_rolling = 0;
      for (const auto& [customer, bought] : days) {
        const std::int64_t first = *bought.begin();
        if (month_of_day(first) != cohort) {
          continue;
        }
        active += std::ranges::any_of(bought, [&](std::int64_t day) {
          return months_between(cohort, month_of_day(day)) == static_cast<std::int32_t>(a);
        });
        active_rolling += std::ranges::any_of(bought, [&](std::int64_t day) {
          return (day - first) / 30 == static_cast<std::int64_t>(a);
        });
      }
      EXPECT_EQ(monthly.cohorts[c].cells[a].active.value_or(0), active);
      if (a < rolling.ages.size()) {
        EXPECT_EQ(rolling.cohorts[c].cells[a].active.value_or(0), active_rolling);
      }
    }
  }
  EXPECT_EQ(transactions_of(monthly), 500);
  EXPECT_EQ(transactions_of(rolling), 500);
}

TEST(Cohorts, AddUpToTheLogWhereReturnsAreSubtracted) {
  SaleLog log(by_chance(4));
  std::int64_t net = 0;
  for (const Sale& sale : by_chance(4)) {
    net += sale.quantity == "1" ? 1 : -1;
  }
  for (const CohortPeriod period :
       {CohortPeriod::Week, CohortPeriod::Month, CohortPeriod::Quarter, CohortPeriod::Year}) {
    for (const bool rolling : {false, true}) {
      CohortOptions options = by(period, rolling);
      options.counting.returns = Counting::Returns::Subtract;
      const Cohorts result = valid(cohorts(*log, options));
      EXPECT_EQ(transactions_of(result) + result.returned_transactions, net);
      EXPECT_LE(result.returned_transactions, 0);
    }
  }
}

TEST(Cohorts, OfNobodyAndOfOneDayAreCalm) {
  SaleLog nobody({sale_on("", "2018-01-01")});
  const Cohorts none = valid(cohorts(*nobody, {}));
  EXPECT_TRUE(none.cohorts.empty());
  EXPECT_EQ(none.transactions_without_customer, 1);
  EXPECT_EQ(telling_age(none), 0U);

  SaleLog one_day({sale_on("ann", "2018-01-01"), sale_on("bob", "2018-01-01")});
  const Cohorts one = valid(cohorts(*one_day, {}));
  ASSERT_EQ(one.cohorts.size(), 1U);
  ASSERT_EQ(one.ages.size(), 1U);
  EXPECT_FALSE(one.cohorts[0].cells[0].is_whole);
  EXPECT_THAT(one.cohorts[0].cells[0].retention, Optional(1.0));
  EXPECT_EQ(telling_age(one), 0U);
}

TEST(Cohorts, OneWrongDateMakesNoEndlessTable) {
  SaleLog log(
      {sale_on("ann", "2018-01-01"), sale_on("ann", "2199-01-01"), sale_on("bob", "2018-02-01")});
  const Cohorts result = valid(cohorts(*log, {}));
  EXPECT_EQ(static_cast<std::int64_t>(result.ages.size()), kMostCohortAges);
  EXPECT_EQ(result.later_transactions, 1);
  EXPECT_EQ(transactions_of(result), 2);
}

TEST(Cohorts, DaysAreThoseOfTheZone) {
  SaleLog log({{"ann", "tea", "2018-01-31T23:30:00Z", "1"}});
  CohortOptions options;
  options.zone = test::zone_called("Europe/Berlin");
  EXPECT_EQ(valid(cohorts(*log, options)).cohorts.front().name, "2018-02");
}

}  // namespace
}  // namespace till::insight
