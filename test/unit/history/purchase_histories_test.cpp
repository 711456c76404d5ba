#include "till/history/purchase_histories.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <string>

#include "unit/insight/sale_log.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::history {
namespace {

using log::Counting;
using test::instant;
using test::Sale;
using test::SaleLog;
using test::valid;
using test::zone_called;
using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointwise;

/// Counts days, so that expected numbers can be read off the calendar.
HistoryOptions in_days(std::string_view cutoff, Counting::Unit unit = Counting::Unit::Day) {
  HistoryOptions options;
  options.cutoff = instant(cutoff);
  options.counting.unit = unit;
  options.days_per_unit = 1.0;
  return options;
}

std::vector<Sale> two_customers() {
  return {{"ann", "tea", "2018-01-01T10:00:00Z"},
          {"bob", "tea", "2018-01-03T18:00:00Z"},
          {"ann", "jam", "2018-01-01T10:00:00Z"},
          {"ann", "tea", "2018-01-01T22:00:00Z"},
          {"ann", "tea", "2018-01-08T04:00:00Z"},
          {"", "tea", "2018-01-09T04:00:00Z"},
          {"ann", "tea", "2018-02-01T00:00:00Z"}};
}

TEST(PurchaseHistories, RowsOfOneDayAreOnePurchase) {
  SaleLog log(two_customers());
  const CustomerHistories histories = valid(purchase_histories(*log, in_days("2018-01-11")));
  EXPECT_THAT(histories.customer_key, ElementsAre(0, 1));
  EXPECT_THAT(histories.x, ElementsAre(1.0, 0.0));
  EXPECT_THAT(histories.t_x, ElementsAre(7.0, 0.0));
  EXPECT_THAT(histories.T, ElementsAre(10.0, 8.0));
  EXPECT_EQ(histories.purchases, 3);
}

TEST(PurchaseHistories, ACutoffWithinADayEndsThere) {
  SaleLog log(two_customers());
  EXPECT_THAT(valid(purchase_histories(*log, in_days("2018-01-04T06:00:00Z"))).T,
              ElementsAre(DoubleEq(3.25), DoubleEq(1.25)));
}

TEST(PurchaseHistories, InstantsAreExact) {
  SaleLog log(two_customers());
  const CustomerHistories histories =
      valid(purchase_histories(*log, in_days("2018-01-11", Counting::Unit::Timestamp)));
  EXPECT_THAT(histories.x, ElementsAre(2.0, 0.0));
  EXPECT_THAT(histories.t_x, ElementsAre(DoubleEq(6.75), 0.0));
  EXPECT_THAT(histories.T, ElementsAre(DoubleEq(10.0 - 10.0 / 24.0), DoubleEq(7.25)));
}

TEST(PurchaseHistories, EveryRowCanBeAPurchase) {
  SaleLog log(two_customers());
  EXPECT_THAT(valid(purchase_histories(*log, in_days("2018-01-11", Counting::Unit::Row))).x,
              ElementsAre(3.0, 0.0));
  // The kept customers know this one.
  EXPECT_THAT(valid(purchase_histories(*log, in_days("2018-03-01", Counting::Unit::Row))).x,
              ElementsAre(4.0, 0.0));
}

TEST(PurchaseHistories, ABasketAndNothingElseIsOnePurchase) {
  SaleLog log({{"ann", "tea", "2018-01-01T10:00:00Z"}, {"ann", "jam", "2018-01-01T10:00:00Z"}});
  const CustomerHistories histories =
      valid(purchase_histories(*log, in_days("2018-01-11", Counting::Unit::Row)));
  EXPECT_THAT(histories.x, ElementsAre(0.0));
  EXPECT_THAT(histories.t_x, ElementsAre(0.0));
  EXPECT_EQ(histories.at_one_instant, 1);
}

TEST(PurchaseHistories, AnInvoiceIsAtItsFirstRow) {
  SaleLog log({{"ann", "tea", "2018-01-01", "1", "A"},
               {"ann", "jam", "2018-01-03", "1", "B"},
               {"ann", "tea", "2018-01-04", "1", "B"}});
  HistoryOptions options = in_days("2018-01-11", Counting::Unit::Column);
  options.counting.column = "invoice";
  const CustomerHistories histories = valid(purchase_histories(*log, options));
  EXPECT_THAT(histories.x, ElementsAre(1.0));
  EXPECT_THAT(histories.t_x, ElementsAre(2.0));
}

TEST(PurchaseHistories, ThePapersEndWithTheLastDayAtItsStart) {
  SaleLog log({{"ann", "cd", "1997-01-01T12:00:00Z"},
               {"ann", "cd", "1997-09-30T12:00:00Z"},
               {"bob", "cd", "1997-09-30T12:00:00Z"},
               {"ann", "cd", "1997-10-01T00:00:00Z"}});
  HistoryOptions options;
  options.calibration_end = Date{1997, 9, 30};
  const CustomerHistories histories = valid(purchase_histories(*log, options));
  EXPECT_THAT(histories.x, ElementsAre(1.0));
  EXPECT_THAT(histories.t_x, ElementsAre(DoubleEq(272.0 / 7.0)));
  EXPECT_THAT(histories.T, ElementsAre(DoubleEq(272.0 / 7.0)));
  EXPECT_EQ(histories.without_age, 1);
}

TEST(PurchaseHistories, DaysAreThoseOfTheZoneAndWholeAcrossAChangeOfTheClock) {
  SaleLog log({{"ann", "tea", "2018-03-11T04:30:00Z"},    // 10 March in New York
               {"ann", "tea", "2018-03-11T05:30:00Z"},    // 11 March, a day of 23 hours
               {"ann", "tea", "2018-03-12T04:30:00Z"}});  // 12 March
  HistoryOptions options = in_days("2018-03-13T04:00:00Z");
  options.zone = zone_called("America/New_York");
  const CustomerHistories histories = valid(purchase_histories(*log, options));
  EXPECT_THAT(histories.x, ElementsAre(2.0));
  EXPECT_THAT(histories.t_x, ElementsAre(2.0));
  EXPECT_THAT(histories.T, ElementsAre(3.0));
}

TEST(PurchaseHistories, ReturnsCanBeDropped) {
  SaleLog log({{"ann", "tea", "2018-01-01", "1"},
               {"ann", "tea", "2018-01-03", "-1"},
               {"bob", "tea", "2018-01-03", "-1"}});
  HistoryOptions options = in_days("2018-01-11");
  EXPECT_THAT(valid(purchase_histories(*log, options)).x, ElementsAre(1.0, 0.0));
  options.counting.returns = Counting::Returns::Drop;
  EXPECT_THAT(valid(purchase_histories(*log, options)).x, ElementsAre(0.0));
}

TEST(PurchaseHistories, NothingBeforeTheCutoffIsNoHistory) {
  SaleLog log(two_customers());
  EXPECT_THAT(valid(purchase_histories(*log, in_days("2018-01-01T10:00:00Z"))).x, IsEmpty());
  EXPECT_THAT(valid(purchase_histories(*log, in_days("2018-01-01T10:00:00.000001Z"))).x,
              ElementsAre(0.0));
}

TEST(PurchaseHistories, LogarithmsOfIntervalsAddUp) {
  SaleLog log({{"ann", "tea", "2018-01-01T12:00:00Z"},
               {"ann", "tea", "2018-01-01T13:00:00Z"},
               {"ann", "tea", "2018-01-03T06:00:00Z"},
               {"ann", "tea", "2018-01-08T06:00:00Z"},
               {"bob", "tea", "2018-01-08T06:00:00Z"}});
  HistoryOptions options = in_days("2018-01-11");
  EXPECT_THAT(valid(purchase_histories(*log, options)).sum_log_intervals, IsEmpty());
  options.with_intervals = true;
  EXPECT_THAT(valid(purchase_histories(*log, options)).sum_log_intervals,
              ElementsAre(DoubleNear(std::log(2.0 * 5.0), 1e-9), 0.0));
  options.days_per_unit = 7.0;
  EXPECT_THAT(valid(purchase_histories(*log, options)).sum_log_intervals,
              ElementsAre(DoubleNear(std::log(2.0 / 7.0 * 5.0 / 7.0), 1e-9), 0.0));
  options.days_per_unit = 1.0;
  options.counting.unit = Counting::Unit::Timestamp;
  EXPECT_THAT(valid(purchase_histories(*log, options)).sum_log_intervals,
              ElementsAre(DoubleNear(std::log(1.0 / 24.0 * 41.0 / 24.0 * 5.0), 1e-9), 0.0));
}

TEST(PurchaseHistories, IdsAreFoundByKey) {
  SaleLog log(two_customers());
  EXPECT_THAT(valid(customer_ids(*log)), ElementsAre("ann", "bob"));
}

TEST(PurchaseHistories, WhatCannotBeDoneIsSaid) {
  SaleLog log(two_customers());
  HistoryOptions options = in_days("2018-02-01");
  options.days_per_unit = 0.0;
  EXPECT_EQ(purchase_histories(*log, options).error().message,
            "purchase_histories: days_per_unit is 0.000000, but must be more than 0");
  options.days_per_unit = 1.0;
  options.counting.returns = Counting::Returns::Subtract;
  EXPECT_EQ(purchase_histories(*log, options).error().message,
            "purchase_histories: counting.returns is \"subtract\", but must be count or drop");
}

/// The definition, one row after the other.
CustomerHistories naive_histories(const std::vector<Sale>& sales, const HistoryOptions& options) {
  std::vector<std::string> customers;  // keys are given in the order of first appearance
  std::map<std::string, std::multiset<Instant>> purchases;
  std::map<std::pair<std::string, std::string>, Instant> units;
  const auto local = [&](Instant at) {
    const LocalTime shown = options.zone.local(at);
    return Instant{days_since_epoch(shown.date) * kMicrosPerDay + shown.micros_of_day};
  };
  const bool is_day = options.counting.unit == Counting::Unit::Day;
  for (const Sale& sale : sales) {
    if (sale.customer.empty()) {
      continue;
    }
    if (std::find(customers.begin(), customers.end(), sale.customer) == customers.end()) {
      customers.push_back(sale.customer);
    }
    const Instant at = instant(sale.at);
    const bool is_return = !sale.quantity.empty() && sale.quantity.front() == '-';
    if (at >= options.cutoff ||
        (is_return && options.counting.returns == Counting::Returns::Drop)) {
      continue;
    }
    const Instant day{days_since_epoch(options.zone.local(at).date) * kMicrosPerDay};
    switch (options.counting.unit) {
      case Counting::Unit::Row:
        purchases[sale.customer].insert(at);
        break;
      case Counting::Unit::Timestamp:
        units[{sale.customer, to_string(at)}] = at;
        break;
      case Counting::Unit::Day:
        units[{sale.customer, to_string(day)}] = day;
        break;
      case Counting::Unit::Column: {
        const auto [unit, is_new] = units.try_emplace({sale.customer, sale.invoice}, at);
        unit->second = std::min(unit->second, at);
        break;
      }
    }
  }
  for (const auto& [unit, at] : units) {
    purchases[unit.first].insert(at);
  }
  CustomerHistories histories;
  for (std::size_t key = 0; key < customers.size(); ++key) {
    const std::multiset<Instant>& at = purchases[customers[key]];
    if (at.empty()) {
      continue;
    }
    const Instant end = is_day ? local(options.cutoff) : options.cutoff;
    const auto days = [](Instant from, Instant to) {
      return static_cast<double>(to.micros - from.micros) / static_cast<double>(kMicrosPerDay);
    };
    histories.customer_key.push_back(static_cast<std::int32_t>(key));
    histories.t_x.push_back(days(*at.begin(), *at.rbegin()));
    histories.x.push_back(histories.t_x.back() == 0.0 ? 0.0 : static_cast<double>(at.size() - 1));
    histories.T.push_back(days(*at.begin(), end));
    double sum = 0.0;
    for (auto before = at.begin(), now = std::next(before); now != at.end(); before = now++) {
      sum += *now > *before ? std::log(days(*before, *now)) : 0.0;
    }
    histories.sum_log_intervals.push_back(sum);
  }
  return histories;
}

TEST(PurchaseHistories, RandomLogsAgreeWithTheDefinition) {
  Rng rng(11);
  const std::vector<std::string> zones = {"UTC", "America/New_York", "Asia/Kathmandu"};
  for (int round = 0; round < 6; ++round) {
    std::vector<Sale> sales;
    for (int i = 0; i < 120; ++i) {
      Sale sale;
      sale.customer = rng.below(9) == 0 ? "" : "C" + std::to_string(rng.below(15));
      sale.product = "tea";
      sale.at = to_string(
          Instant{instant("2018-03-01").micros +
                  static_cast<std::int64_t>(rng.below(40 * 24 * 4)) * 900 * kMicrosPerSecond});
      sale.quantity = rng.below(6) == 0 ? "-1" : "2";
      sale.invoice = "I" + std::to_string(rng.below(20));
      sales.push_back(sale);
    }
    // Every other log is of two files that overlap: its rows are not in order of time.
    const auto middle = round % 2 == 0 ? sales.end() : sales.begin() + std::ssize(sales) / 2;
    SaleLog log(std::vector(sales.begin(), middle));
    if (middle != sales.end()) {
      log.append(std::vector(middle, sales.end()));
    }
    for (const Counting::Unit unit : {Counting::Unit::Row,
                                      Counting::Unit::Timestamp,
                                      Counting::Unit::Day,
                                      Counting::Unit::Column}) {
      HistoryOptions options =
          in_days(rng.below(2) == 0 ? "2018-03-25T17:00:00Z" : "2018-06-01", unit);
      options.zone = zone_called(zones[rng.below(zones.size())]);
      options.counting.column = unit == Counting::Unit::Column ? "invoice" : "";
      options.counting.returns =
          rng.below(2) == 0 ? Counting::Returns::Count : Counting::Returns::Drop;
      options.with_intervals = rng.below(2) == 0;
      const CustomerHistories found = valid(purchase_histories(*log, options));
      CustomerHistories expected = naive_histories(sales, options);
      EXPECT_EQ(found.customer_key, expected.customer_key) << round;
      EXPECT_EQ(found.x, expected.x) << round;
      EXPECT_EQ(found.t_x, expected.t_x) << round;
      EXPECT_EQ(found.T, expected.T) << round;
      expected.sum_log_intervals.resize(options.with_intervals ? expected.x.size() : 0);
      EXPECT_THAT(found.sum_log_intervals, Pointwise(DoubleNear(1e-7), expected.sum_log_intervals))
          << round;
    }
  }
}

TEST(PurchasesAfter, CountWhatCameSince) {
  SaleLog log(two_customers());
  const HistoryOptions options = in_days("2018-01-05");
  const CustomerHistories histories = valid(purchase_histories(*log, options));
  EXPECT_THAT(valid(purchases_after(*log, options, histories, instant("2018-02-02"))),
              ElementsAre(2, 0));
  EXPECT_THAT(valid(purchases_after(*log, options, histories, instant("2018-02-01"))),
              ElementsAre(1, 0));
  EXPECT_THAT(valid(purchases_after(*log, options, histories, instant("2018-01-05"))),
              ElementsAre(0, 0));
}

TEST(PurchasesAfter, RepeatPurchasesAreCountedByDayForKnownCustomers) {
  std::vector<Sale> sales = two_customers();
  sales.push_back({"cid", "tea", "2018-01-20T10:00:00Z"});  // no customer until the cutoff
  sales.push_back({"cid", "tea", "2018-01-21T10:00:00Z"});
  SaleLog log(sales);
  for (const Counting::Unit unit : {Counting::Unit::Day, Counting::Unit::Timestamp}) {
    const std::vector<DayPurchases> days =
        valid(repeat_purchases_by_day(*log, in_days("2018-01-05", unit), instant("2018-02-02")));
    std::vector<std::string> found;
    for (const DayPurchases& day : days) {
      found.push_back(to_string(day.day) + " " + std::to_string(day.purchases));
    }
    if (unit == Counting::Unit::Day) {
      EXPECT_THAT(found, ElementsAre("2018-01-08 1", "2018-02-01 1"));
    } else {
      EXPECT_THAT(found, ElementsAre("2018-01-01 1", "2018-01-08 1", "2018-02-01 1"));
    }
  }
}

TEST(PurchaseTimes, AreThoseOfOneCustomerUntilTheCutoff) {
  SaleLog log(two_customers());
  EXPECT_THAT(valid(purchase_times(*log, in_days("2018-01-11"), 0)), ElementsAre(0.0, 7.0));
  EXPECT_THAT(valid(purchase_times(*log, in_days("2018-01-11", Counting::Unit::Timestamp), 0)),
              ElementsAre(0.0, DoubleEq(0.5), DoubleEq(6.75)));
  EXPECT_THAT(valid(purchase_times(*log, in_days("2018-01-02"), 1)), IsEmpty());
}

TEST(PurchaseHistories, OccasionsAreWholeMonthsOfTheCalendar) {
  SaleLog log({{"ann", "tea", "2018-01-31T23:30:00Z"},
               {"bob", "tea", "2018-02-05"},
               {"ann", "jam", "2018-03-01"},
               {"ann", "tea", "2018-03-31T10:00:00Z"},
               {"bob", "tea", "2018-06-10"},
               {"cid", "tea", "2018-05-10"},
               {"ann", "tea", "2018-06-11"}});
  HistoryOptions options = in_days("2018-06-15");
  options.occasion = Period::Unit::Month;
  const CustomerHistories histories = valid(purchase_histories(*log, options));
  // June is not over; May is the last, so cid has none after the first.
  EXPECT_EQ(histories_end(options), instant("2018-06-01"));
  EXPECT_THAT(histories.customer_key, ElementsAre(0, 1));
  EXPECT_THAT(histories.x, ElementsAre(1.0, 0.0));
  EXPECT_THAT(histories.t_x, ElementsAre(2.0, 0.0));
  EXPECT_THAT(histories.T, ElementsAre(4.0, 3.0));
  EXPECT_EQ(histories.without_age, 1);
  EXPECT_THAT(valid(purchase_times(*log, options, 0)), ElementsAre(0.0, 2.0));
  // In Berlin the first purchase was in February.
  options.zone = zone_called("Europe/Berlin");
  EXPECT_THAT(valid(purchase_histories(*log, options)).T, ElementsAre(3.0, 3.0));
}

TEST(PurchaseHistories, OccasionsCanBeDaysWeeksAndYears) {
  SaleLog log({{"ann", "tea", "2017-12-31"},  // a Sunday
               {"ann", "tea", "2018-01-01"},
               {"ann", "tea", "2018-01-16"},
               {"ann", "tea", "2020-02-01"}});
  HistoryOptions options = in_days("2018-01-22");  // a Monday
  options.occasion = Period::Unit::Week;
  const CustomerHistories weeks = valid(purchase_histories(*log, options));
  EXPECT_THAT(weeks.x, ElementsAre(2.0));
  EXPECT_THAT(weeks.t_x, ElementsAre(3.0));
  EXPECT_THAT(weeks.T, ElementsAre(3.0));
  EXPECT_EQ(occasions_between(options, instant("2018-01-22"), instant("2018-02-11")), 2.0);
  options.occasion = Period::Unit::Day;
  EXPECT_THAT(valid(purchase_histories(*log, options)).T, ElementsAre(21.0));
  options.occasion = Period::Unit::Year;
  options.cutoff = instant("2021-06-01");
  const CustomerHistories years = valid(purchase_histories(*log, options));
  EXPECT_THAT(years.x, ElementsAre(2.0));
  EXPECT_THAT(years.t_x, ElementsAre(3.0));
  EXPECT_THAT(years.T, ElementsAre(3.0));
  options.cutoff = instant("2018-06-01");
  EXPECT_THAT(valid(purchase_histories(*log, options)).x, IsEmpty());
}

TEST(CustomerSpend, IsTheMeanOfRepeatPurchases) {
  test::TemporaryFolder folder;
  warehouse::Warehouse warehouse = test::open_log_database();
  log::IngestOptions how;
  how.sources = {folder.write("sales.csv",
                              "customer,product,date,amount\n"
                              "ann,tea,2018-01-01,9\n"
                              "ann,tea,2018-01-05,2.5\n"
                              "ann,jam,2018-01-05,1.5\n"
                              "ann,jam,2018-01-09,\n"
                              "ann,jam,2018-02-01,8\n"
                              "bob,jam,2018-02-02,8\n"
                              "ann,jam,2018-04-02,100\n")};
  valid(log::ingest(warehouse, how));
  log::Log log = valid(log::Log::open(std::move(warehouse)));
  HistoryOptions options = in_days("2018-03-01");
  CustomerHistories histories = valid(purchase_histories(log, options));
  CustomerSpend spend = valid(customer_spend(log, options, histories));
  EXPECT_THAT(spend.purchases, ElementsAre(2.0, 0.0));
  EXPECT_THAT(spend.monetary_value, ElementsAre(6.0, 0.0));
  options.counting.unit = Counting::Unit::Row;
  spend = valid(customer_spend(log, options, histories));
  EXPECT_THAT(spend.purchases, ElementsAre(3.0, 0.0));
  EXPECT_THAT(spend.monetary_value, ElementsAre(4.0, 0.0));
  options.occasion = Period::Unit::Month;
  histories = valid(purchase_histories(log, options));
  spend = valid(customer_spend(log, options, histories));
  EXPECT_THAT(histories.customer_key, ElementsAre(0));
  EXPECT_THAT(spend.purchases, ElementsAre(1.0));
  EXPECT_THAT(spend.monetary_value, ElementsAre(8.0));
}

}  // namespace
}  // namespace till::history
