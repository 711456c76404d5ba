#include "insight/tally.hpp"

#include <regex>
#include <string>

#include "unit/insight/sale_log.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::insight {
namespace {

using test::instant;
using test::Sale;
using test::SaleLog;
using test::zone_called;

std::vector<Sale> a_spring() {
  return {{"ann", "tea", "2018-01-05T10:00:00Z", "1"}, {"bob", "tea", "2018-04-20T10:00:00Z", "1"}};
}

Tally of_products() {
  Tally tally;
  tally.by_product = true;
  return tally;
}

TEST(Tally, CustomersOfTheWholeLogAreKept) {
  SaleLog log(a_spring());
  Tally tally;
  tally.by_customer = true;
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Customers);
  tally.range = {instant("2018-01-05T10:00:00Z"), instant("2018-04-20T10:00:00.000001Z")};
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Customers) << "the range holds the whole log";
  tally.range.to = instant("2018-04-20T10:00:00Z");
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Transactions);
}

TEST(Tally, ProductsOfTheWholeLogAreKeptInAnyZone) {
  SaleLog log(a_spring());
  Tally tally = of_products();
  tally.zone = zone_called("Asia/Kathmandu");
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Products);
  tally.by_product = false;
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Products) << "their sum is the whole";
}

TEST(Tally, ProductsOfWholeMonthsOfTheLogsZoneAreKept) {
  SaleLog log(a_spring(), "America/New_York");
  Tally tally = of_products();
  tally.zone = zone_called("America/New_York");
  tally.range = {instant("2018-02-01T05:00:00Z"), instant("2018-04-01T04:00:00Z")};
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::ProductMonths);
  tally.range.from = instant("2018-02-01T04:00:00Z");
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Transactions) << "an hour of January";
  tally.range.from = instant("1900-01-01T01:02:03Z");
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::ProductMonths) << "nothing before the log";
  tally.range = {instant("2018-02-01T05:00:00Z"), instant("2018-04-21T00:00:00Z")};
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::ProductMonths) << "nothing after the log";
  tally.zone = TimeZone();
  tally.range = {instant("2018-02-01"), instant("2018-04-01")};
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Transactions) << "not the log's months";
}

TEST(Tally, DistinctCustomersAreKeptOnlyForOneProductByMonth) {
  SaleLog log(a_spring());
  Tally tally;
  tally.by_month = true;
  tally.counts_customers = true;
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Transactions);
  tally.product_key = 0;
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::ProductMonths);
  tally.grouped = true;
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Transactions)
      << "a customer of two products of the group is one";
}

TEST(Tally, OtherTransactionsThanRowsAreCountedInTheLog) {
  SaleLog log(a_spring());
  Tally tally = of_products();
  tally.counting.unit = log::Counting::Unit::Day;
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Transactions);
  tally.counting = {};
  tally.counting.returns = log::Counting::Returns::Drop;
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Transactions);
}

TEST(Tally, DroppingReturnsWhereThereAreNoneChangesNothing) {
  SaleLog log({{"ann", "tea", "2018-01-05T10:00:00Z"}});
  Tally tally = of_products();
  tally.counting.returns = log::Counting::Returns::Drop;
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Products);
}

TEST(Tally, RowsWithoutACustomerAreCountedInTheLog) {
  SaleLog log(a_spring());
  Tally tally;
  tally.without_customer = true;
  EXPECT_EQ(smallest_table(*log, tally), TallyTable::Transactions);
}

TEST(Tally, WithoutAFilterOnTimeThereIsNoCondition) {
  SaleLog log(a_spring());
  Tally tally;
  tally.by_customer = true;
  tally.counting.unit = log::Counting::Unit::Timestamp;
  Statement statement(log->warehouse());
  add_tally(statement, *log, tally);
  EXPECT_EQ(statement.sql(),
            "SELECT r.customer_key, count(*) AS transactions FROM (SELECT DISTINCT "
            "t.\"timestamp\" AS unit, t.customer_key AS customer_key FROM till.transactions t) r "
            "GROUP BY r.customer_key");
}

/// Returns a statement with "?" for every placeholder, as DuckDB writes it.
std::string with_plain_placeholders(const Statement& statement) {
  return std::regex_replace(statement.sql(), std::regex("[$][0-9]+"), "?");
}

TEST(Tally, BoundsAreBoundAndOnlyThoseThatCutTheLog) {
  SaleLog log(a_spring());
  Tally tally = of_products();
  tally.range = {instant("2018-02-03"), kMaxInstant};
  Statement statement(log->warehouse());
  add_tally(statement, *log, tally);
  EXPECT_EQ(
      with_plain_placeholders(statement),
      "SELECT r.product_key, count(*) AS transactions FROM (SELECT 1 AS weight, t.product_key "
      "AS product_key FROM till.transactions t WHERE t.\"timestamp\" >= ?) r GROUP BY "
      "r.product_key");
  ASSERT_EQ(statement.values().size(), 1);
  EXPECT_EQ(std::get<Instant>(statement.values()[0]), instant("2018-02-03"));
}

TEST(Tally, ARangeBesideTheLogAsksForNothing) {
  SaleLog log(a_spring());
  for (const bool is_kept : {true, false}) {
    Tally tally = of_products();
    tally.range = {kMinInstant, instant(is_kept ? "0000-01-01" : "0000-01-01T12:00:00Z")};
    ASSERT_EQ(smallest_table(*log, tally) == TallyTable::ProductMonths, is_kept);
    Statement statement(log->warehouse());
    add_tally(statement, *log, tally);
    EXPECT_THAT(statement.sql(), ::testing::HasSubstr("WHERE 1 = 0)"));
    EXPECT_TRUE(statement.values().empty()) << "no engine holds every instant";
  }
}

TEST(Tally, TheMonthOfARowIsSearchedAmongTheMonthsOfTheRange) {
  SaleLog log(a_spring());
  Tally tally;
  tally.by_month = true;
  tally.zone = zone_called("America/New_York");
  tally.range = {instant("2018-02-03"), instant("2018-04-21")};
  Statement statement(log->warehouse());
  add_tally(statement, *log, tally);
  EXPECT_EQ(
      with_plain_placeholders(statement),
      "SELECT r.month, count(*) AS transactions FROM (SELECT 1 AS weight, CASE WHEN "
      "t.\"timestamp\" < ? THEN 24217 ELSE CASE WHEN t.\"timestamp\" < ? THEN 24218 ELSE 24219 "
      "END END AS month FROM till.transactions t WHERE t.\"timestamp\" >= ?) r GROUP BY r.month");
  ASSERT_EQ(statement.values().size(), 3);
  EXPECT_EQ(std::get<Instant>(statement.values()[0]), instant("2018-03-01T05:00:00Z"));
  EXPECT_EQ(std::get<Instant>(statement.values()[1]), instant("2018-04-01T04:00:00Z"));
}

TEST(Tally, DaysAreThoseOfTheZone) {
  SaleLog log({{"ann", "tea", "2018-01-05T23:30:00Z"},
               {"bob", "tea", "2018-01-06T10:00:00Z"},
               {"bob", "tea", "2018-01-08T10:00:00Z"}});
  for (const auto& [zone, days] :
       {std::pair{"UTC", std::vector<std::int64_t>{17536, 17537, 17539}},
        std::pair{"Europe/Berlin", std::vector<std::int64_t>{17537, 17539}}}) {
    Tally tally;
    tally.by_day = true;
    tally.zone = zone_called(zone);
    EXPECT_EQ(smallest_table(*log, tally), TallyTable::Transactions);
    Statement statement(log->warehouse());
    add_tally(statement, *log, tally);
    statement.add(" ORDER BY r.day");
    std::vector<std::int64_t> found;
    ASSERT_TRUE(
        for_each_row(log->warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
          found.push_back(batch.column(0).integer(i));
        }));
    EXPECT_EQ(found, days);
  }
}

TEST(Tally, MonthsAreNumberedFromYearZero) {
  EXPECT_EQ(tally_month({0, 1}), 0);
  EXPECT_EQ(tally_month({2018, 3}), 24'218);
  EXPECT_EQ(month_of_tally(24'218), (Month{2018, 3}));
  EXPECT_EQ(month_of_tally(-1), (Month{-1, 12}));
}

TEST(Tally, AMonthStartsWhereItsFirstDayDoes) {
  EXPECT_TRUE(is_month_start(instant("2018-03-01"), TimeZone()));
  EXPECT_FALSE(is_month_start(instant("2018-03-01T00:00:00.000001Z"), TimeZone()));
  EXPECT_FALSE(is_month_start(instant("2018-03-02"), TimeZone()));
  EXPECT_TRUE(is_month_start(instant("2018-02-28T18:15:00Z"), zone_called("Asia/Kathmandu")));
  EXPECT_FALSE(is_month_start(kMaxInstant, TimeZone()));
}

TEST(Tally, AMonthIntoWhichTheOneBeforeComesBackHasNoStart) {
  const TimeZone zone = zone_called("America/St_Johns");
  EXPECT_FALSE(is_month_start(start_of(Month{2009, 11}, zone), zone));
  EXPECT_TRUE(is_month_start(start_of(Month{2010, 11}, zone), zone)) << "the 7th, that year";
}

TEST(Tally, OnlyThePartWithinTheLogIsAskedFor) {
  SaleLog log(a_spring());
  EXPECT_EQ(within_log(*log, kAllTime),
            (TimeRange{instant("2018-01-05T10:00:00Z"), instant("2018-04-20T10:00:00.000001Z")}));
  EXPECT_EQ(within_log(*log, {instant("2018-02-01"), instant("2018-03-01")}),
            (TimeRange{instant("2018-02-01"), instant("2018-03-01")}));
  EXPECT_TRUE(within_log(*log, {kMinInstant, instant("2018-01-05T10:00:00Z")}).empty());
  EXPECT_TRUE(within_log(*log, {instant("2018-04-20T10:00:00.000001Z"), kMaxInstant}).empty());
}

}  // namespace
}  // namespace till::insight
