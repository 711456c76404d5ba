#include "till/insight/top_products.hpp"

#include <limits>

#include "unit/insight/sale_log.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::insight {

// What a failing test shows of a row.
static void PrintTo(const TopProduct& row, std::ostream* out) {
  *out << row.rank << ' ' << row.product_id << ' ' << row.transactions << " after "
       << row.previous_rank.value_or(0) << ' ' << row.previous_transactions;
}

static void PrintTo(const RaceEntry& row, std::ostream* out) {
  *out << to_string(row.as_of) << ' ' << row.rank << ' ' << row.product_id << ' '
       << row.transactions;
}

namespace {

using log::Counting;
using test::instant;
using test::Sale;
using test::SaleLog;
using test::valid;
using test::zone_called;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

auto row(std::int64_t rank, std::string_view id, std::int64_t transactions) {
  return AllOf(Field("rank", &TopProduct::rank, rank),
               Field("product_id", &TopProduct::product_id, id),
               Field("transactions", &TopProduct::transactions, transactions));
}

auto after(std::optional<std::int64_t> rank, std::int64_t transactions) {
  return AllOf(Field("previous_rank", &TopProduct::previous_rank, rank),
               Field("previous_transactions", &TopProduct::previous_transactions, transactions));
}

TopProductsOptions as_of(std::string_view time, Period window = {1, Period::Unit::Month}) {
  TopProductsOptions options;
  options.as_of = instant(time);
  options.window = window;
  return options;
}

Sale sold(std::string_view product, std::string_view at) {
  return {"ann", std::string(product), std::string(at)};
}

/// January: jam 2, tea 1, ham 1. February: tea 3, ham 1, egg 1.
std::vector<Sale> two_months() {
  return {sold("jam", "2018-01-02T00:00:00Z"),
          sold("jam", "2018-01-03T00:00:00Z"),
          sold("tea", "2018-01-04T00:00:00Z"),
          sold("ham", "2018-01-31T23:59:59.999999Z"),
          sold("tea", "2018-02-01T00:00:00Z"),
          sold("tea", "2018-02-02T00:00:00Z"),
          sold("tea", "2018-02-03T00:00:00Z"),
          sold("ham", "2018-02-14T00:00:00Z"),
          sold("egg", "2018-02-28T23:59:59.999999Z"),
          sold("jam", "2018-03-01T00:00:00Z")};
}

TEST(TopProducts, ProductsAreRankedByTheirTransactionsInTheWindow) {
  SaleLog log(two_months());
  const TopProducts result = valid(top_products(*log, as_of("2018-03-01")));
  ASSERT_THAT(result.rows, ElementsAre(row(1, "tea", 3), row(2, "egg", 1), row(3, "ham", 1)));
  EXPECT_EQ(result.range, (TimeRange{instant("2018-02-01"), instant("2018-03-01")}));
  EXPECT_EQ(result.products, 3);
  EXPECT_EQ(result.transactions, 5);
  EXPECT_DOUBLE_EQ(result.rows[0].share, 0.6);
}

TEST(TopProducts, TheWindowBeforeSaysWhereAProductStood) {
  SaleLog log(two_months());
  const TopProducts result = valid(top_products(*log, as_of("2018-03-01")));
  EXPECT_THAT(result.rows, ElementsAre(after(3, 1), after(std::nullopt, 0), after(2, 1)))
      << "in January ham and tea were sold once each, after jam";
  EXPECT_EQ(result.previous_range, (TimeRange{instant("2018-01-01"), instant("2018-02-01")}));
  EXPECT_EQ(result.previous_transactions, 4);
}

TEST(TopProducts, PreviousRanksAreAmongAllProductsNotTheFirstK) {
  SaleLog log(two_months());
  TopProductsOptions options = as_of("2018-03-01");
  options.k = 1;
  const TopProducts result = valid(top_products(*log, options));
  EXPECT_THAT(result.rows, ElementsAre(AllOf(row(1, "tea", 3), after(3, 1))));
  EXPECT_EQ(result.products, 3);
  EXPECT_EQ(result.transactions, 5);
}

TEST(TopProducts, TiesAreOrderedByTheBytesOfTheIdAlsoWhereTheyAreCut) {
  const std::string time = "2018-01-15T00:00:00Z";
  SaleLog log(
      {sold("é", time), sold("b", time), sold("B", time), sold("10", time), sold("9", time)});
  TopProductsOptions options = as_of("2018-02-01");
  options.k = 4;
  EXPECT_THAT(valid(top_products(*log, options)).rows,
              ElementsAre(row(1, "10", 1), row(2, "9", 1), row(3, "B", 1), row(4, "b", 1)));
  options.k = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(valid(top_products(*log, options)).rows.back().product_id, "é");
}

TEST(TopProducts, AWindowMayEndAtAnyInstant) {
  SaleLog log(two_months());
  EXPECT_THAT(
      valid(top_products(*log, as_of("2018-02-03T00:00:00Z", {36, Period::Unit::Hour}))).rows,
      ElementsAre(row(1, "tea", 1)))
      << "the window is half-open at both ends";
  EXPECT_THAT(
      valid(top_products(*log, as_of("2018-02-03T00:00:00.000001Z", {36, Period::Unit::Hour})))
          .rows,
      ElementsAre(row(1, "tea", 2)));
  EXPECT_THAT(valid(top_products(*log, as_of("2018-02-15", {2, Period::Unit::Week}))).rows,
              ElementsAre(row(1, "tea", 3), row(2, "ham", 1)));
}

TEST(TopProducts, MonthsAreSubtractedByTheCalendarTwice) {
  SaleLog log(two_months());
  const TopProducts result =
      valid(top_products(*log, as_of("2018-08-31", {6, Period::Unit::Month})));
  EXPECT_EQ(result.range.from, instant("2018-02-28")) << "there is no 31 February";
  EXPECT_EQ(result.previous_range.from, instant("2017-08-28")) << "six months before that";
  EXPECT_THAT(result.rows, ElementsAre(row(1, "egg", 1), row(2, "jam", 1)));
}

TEST(TopProducts, TheCalendarIsThatOfTheZone) {
  SaleLog log(two_months());
  TopProductsOptions options;
  options.zone = zone_called("America/New_York");
  options.as_of = start_of(Month{2018, 3}, options.zone);
  options.window = {1, Period::Unit::Month};
  const TopProducts result = valid(top_products(*log, options));
  EXPECT_EQ(result.range,
            (TimeRange{instant("2018-02-01T05:00:00Z"), instant("2018-03-01T05:00:00Z")}));
  EXPECT_THAT(result.rows,
              ElementsAre(row(1, "tea", 2), row(2, "egg", 1), row(3, "ham", 1), row(4, "jam", 1)));
}

TEST(TopProducts, AWholeLogsZoneAnswersAsAnyOther) {
  SaleLog log(two_months(), "America/New_York");
  TopProductsOptions options;
  options.zone = zone_called("America/New_York");
  options.as_of = start_of(Month{2018, 3}, options.zone);
  options.window = {1, Period::Unit::Month};
  EXPECT_THAT(valid(top_products(*log, options)).rows,
              ElementsAre(AllOf(row(1, "tea", 2), after(2, 2)),
                          AllOf(row(2, "egg", 1), after(std::nullopt, 0)),
                          AllOf(row(3, "ham", 1), after(3, 1)),
                          AllOf(row(4, "jam", 1), after(1, 2))))
      << "the tea of 1 February UTC was sold in January";
}

TEST(TopProducts, AWindowWithoutTransactionsIsEmptyAndKnowsTheOneBefore) {
  SaleLog log(two_months());
  const TopProducts result = valid(top_products(*log, as_of("2018-05-01")));
  EXPECT_THAT(result.rows, IsEmpty());
  EXPECT_EQ(result.products, 0);
  EXPECT_EQ(result.transactions, 0);
  EXPECT_EQ(result.previous_transactions, 1);
}

TEST(TopProducts, WindowsFarFromTheLogAreEmpty) {
  SaleLog log(two_months());
  for (const Instant end :
       {kMinInstant, instant("1000-01-01"), instant("9999-01-01"), kMaxInstant}) {
    for (const Period window : {Period{1, Period::Unit::Month}, Period{1, Period::Unit::Hour}}) {
      TopProductsOptions options;
      options.as_of = end;
      options.window = window;
      EXPECT_THAT(valid(top_products(*log, options)).rows, IsEmpty());
    }
  }
}

TEST(TopProducts, AWindowAroundTheLogIsTheWholeLog) {
  SaleLog log(two_months());
  TopProductsOptions options = as_of("2100-01-01", {1000, Period::Unit::Year});
  options.zone = zone_called("Asia/Kathmandu");
  const TopProducts result = valid(top_products(*log, options));
  EXPECT_THAT(result.rows,
              ElementsAre(row(1, "tea", 4), row(2, "jam", 3), row(3, "ham", 2), row(4, "egg", 1)));
  EXPECT_EQ(result.transactions, 10);
  EXPECT_EQ(result.previous_transactions, 0);
}

TEST(TopProducts, ABasketCountsForEachProductAndOnceForAll) {
  SaleLog log({{"ann", "tea", "2018-01-05T09:00:00Z", "", "i1"},
               {"ann", "tea", "2018-01-05T10:00:00Z", "", "i1"},
               {"ann", "jam", "2018-01-05T10:00:00Z", "", "i1"},
               {"bob", "tea", "2018-01-05T10:00:00Z", "", "i2"},
               {"", "tea", "2018-01-05T10:00:00Z", "", ""},
               {"", "tea", "2018-01-05T11:00:00Z", "", ""}});
  TopProductsOptions options = as_of("2018-02-01");
  options.counting = {Counting::Unit::Column, "invoice", Counting::Returns::Count};
  const TopProducts result = valid(top_products(*log, options));
  ASSERT_THAT(result.rows, ElementsAre(row(1, "tea", 3), row(2, "jam", 1)));
  EXPECT_EQ(result.transactions, 3) << "i1, i2, and those of nobody without an invoice";
  EXPECT_DOUBLE_EQ(result.rows[0].share, 1.0);
  options.counting = {Counting::Unit::Timestamp, "", Counting::Returns::Count};
  EXPECT_EQ(valid(top_products(*log, options)).transactions, 5);
  options.counting = {Counting::Unit::Day, "", Counting::Returns::Count};
  EXPECT_EQ(valid(top_products(*log, options)).transactions, 3);
}

TEST(TopProducts, SubtractedReturnsTakeAProductOutOrBelowNothing) {
  SaleLog log({{"ann", "tea", "2018-01-05T09:00:00Z", "1"},
               {"ann", "jam", "2018-01-05T09:00:00Z", "1"},
               {"ann", "jam", "2018-01-05T09:00:00Z", "-1"},
               {"ann", "ham", "2018-01-05T09:00:00Z", "-1"},
               {"ann", "tea", "2018-02-05T09:00:00Z", "1"},
               {"ann", "jam", "2018-02-05T09:00:00Z", "1"}});
  TopProductsOptions options = as_of("2018-02-01");
  options.counting.returns = Counting::Returns::Subtract;
  TopProducts result = valid(top_products(*log, options));
  ASSERT_THAT(result.rows, ElementsAre(row(1, "tea", 1), row(2, "ham", -1)));
  EXPECT_EQ(result.products, 2);
  EXPECT_EQ(result.transactions, 0);
  EXPECT_EQ(result.rows[0].share, 0.0);
  options.as_of = instant("2018-03-01");
  result = valid(top_products(*log, options));
  EXPECT_THAT(result.rows, ElementsAre(after(std::nullopt, 0), after(1, 1)))
      << "jam came to nothing in January: it had no rank";
  options.as_of = instant("2018-02-01");
  options.counting.returns = Counting::Returns::Drop;
  EXPECT_THAT(valid(top_products(*log, options)).rows,
              ElementsAre(row(1, "jam", 1), row(2, "tea", 1)));
}

constexpr std::string_view kProducts =
    "product_id,name,department\n"
    "tea,Tea,drinks\n"
    "jam,Jam,food\n"
    "ham,,food\n";

TEST(TopProducts, ProductsCarryTheirNames) {
  SaleLog log(two_months(), "UTC", kProducts);
  EXPECT_THAT(valid(top_products(*log, as_of("2018-03-01"))).rows,
              ElementsAre(Field(&TopProduct::name, "Tea"),
                          Field(&TopProduct::name, "egg"),
                          Field(&TopProduct::name, "ham")));
}

TEST(TopProducts, ProductsAreGroupedByAnAttribute) {
  SaleLog log(two_months(), "UTC", kProducts);
  TopProductsOptions options = as_of("2018-03-01");
  options.by = "department";
  const TopProducts result = valid(top_products(*log, options));
  ASSERT_THAT(result.rows,
              ElementsAre(AllOf(row(1, "drinks", 3), after(2, 1)),
                          AllOf(row(2, "(none)", 1), after(std::nullopt, 0)),
                          AllOf(row(3, "food", 1), after(1, 3))));
  EXPECT_EQ(result.rows[2].name, "food");
  EXPECT_EQ(result.products, 3);
}

// --- the race ------------------------------------------------------------------------------------

auto entry(std::string_view time,
           std::int64_t rank,
           std::string_view id,
           std::int64_t transactions) {
  return AllOf(Field("as_of", &RaceEntry::as_of, instant(time)),
               Field("rank", &RaceEntry::rank, rank),
               Field("product_id", &RaceEntry::product_id, id),
               Field("transactions", &RaceEntry::transactions, transactions));
}

TEST(TopProductsRace, EveryMonthEndOfTheLogUpToAsOfHasItsFirstK) {
  SaleLog log(two_months());
  TopProductsOptions options = as_of("2018-03-15");
  options.k = 2;
  const TopProductsRace race = valid(top_products_race(*log, options));
  ASSERT_THAT(race.rows,
              ElementsAre(entry("2018-03-01", 1, "tea", 3), entry("2018-03-01", 2, "egg", 1)))
      << "the log begins on 2 January: the first whole month is February";
  EXPECT_DOUBLE_EQ(race.rows[0].share, 0.6);
  EXPECT_THAT(race.as_ofs, ElementsAre(instant("2018-03-01")));
}

TEST(TopProductsRace, ALogThatBeginsDuringADayBeginsThatDay) {
  SaleLog log({sold("tea", "2018-01-01T10:00:00Z"), sold("tea", "2018-03-05T10:00:00Z")});
  EXPECT_THAT(valid(top_products_race(*log, as_of("2018-04-01"))).as_ofs,
              ElementsAre(instant("2018-02-01"), instant("2018-03-01"), instant("2018-04-01")));
  EXPECT_THAT(valid(top_products_race(*log, as_of("2018-04-01", {2, Period::Unit::Month}))).as_ofs,
              ElementsAre(instant("2018-03-01"), instant("2018-04-01")));
}

TEST(TopProductsRace, AnAsOfAfterTheLogEndsWithTheMonthOfTheLogsEnd) {
  SaleLog log({sold("tea", "2018-01-01T10:00:00Z"), sold("tea", "2018-03-05T10:00:00Z")});
  EXPECT_THAT(valid(top_products_race(*log, as_of("9999-04-01"))).as_ofs,
              ElementsAre(instant("2018-02-01"), instant("2018-03-01"), instant("2018-04-01")));
}

TEST(TopProductsRace, AMonthEndWithoutSalesIsLookedAtAndHasNoRows) {
  SaleLog log({sold("tea", "2018-01-01T10:00:00Z"), sold("jam", "2018-03-05T10:00:00Z")});
  EXPECT_THAT(valid(top_products_race(*log, as_of("2018-04-01"))).rows,
              ElementsAre(entry("2018-02-01", 1, "tea", 1), entry("2018-04-01", 1, "jam", 1)));
}

TEST(TopProductsRace, ALogShorterThanTheWindowHasTheEndsOfAllItsMonths) {
  SaleLog log(two_months());
  TopProductsOptions options = as_of("2018-03-10", {6, Period::Unit::Month});
  options.k = 1;
  EXPECT_THAT(valid(top_products_race(*log, options)).rows,
              ElementsAre(entry("2018-02-01", 1, "jam", 2),
                          entry("2018-03-01", 1, "tea", 4),
                          entry("2018-04-01", 1, "tea", 4)));
  options.as_of = instant("2018-02-10");
  EXPECT_THAT(valid(top_products_race(*log, options)).rows,
              ElementsAre(entry("2018-02-01", 1, "jam", 2)))
      << "rows after as_of are not looked at";
}

TEST(TopProductsRace, ALogWithinOneMonthHasOneEnd) {
  SaleLog log({sold("tea", "2018-01-10T10:00:00Z"), sold("tea", "2018-01-20T10:00:00Z")});
  EXPECT_THAT(valid(top_products_race(*log, as_of("2018-01-21", {6, Period::Unit::Month}))).rows,
              ElementsAre(entry("2018-02-01", 1, "tea", 2)));
  EXPECT_THAT(valid(top_products_race(*log, as_of("2018-01-15", {6, Period::Unit::Month}))).as_ofs,
              IsEmpty());
}

TEST(TopProductsRace, WindowsOfDaysAreThoseOfTopProducts) {
  SaleLog log(two_months());
  TopProductsOptions options = as_of("2018-04-01", {20, Period::Unit::Day});
  EXPECT_THAT(valid(top_products_race(*log, options)).rows,
              ElementsAre(entry("2018-02-01", 1, "ham", 1),
                          entry("2018-03-01", 1, "egg", 1),
                          entry("2018-03-01", 2, "ham", 1)));
}

TEST(TopProductsRace, GroupsRaceLikeProducts) {
  SaleLog log(two_months(), "UTC", kProducts);
  TopProductsOptions options = as_of("2018-03-01", {2, Period::Unit::Month});
  options.by = "department";
  EXPECT_THAT(valid(top_products_race(*log, options)).rows,
              ElementsAre(entry("2018-02-01", 1, "food", 3),
                          entry("2018-02-01", 2, "drinks", 1),
                          entry("2018-03-01", 1, "drinks", 4),
                          entry("2018-03-01", 2, "food", 4),
                          entry("2018-03-01", 3, "(none)", 1)));
}

TEST(TopProductsRace, AStrayDateFarAwayIsLookedAtWithoutBeingWaitedFor) {
  std::vector<Sale> sales = two_months();
  sales.push_back(sold("tea", "2199-12-30T00:00:00Z"));
  SaleLog log(sales);
  TopProductsOptions options = as_of("2199-12-31");
  options.k = 1;
  const TopProductsRace race = valid(top_products_race(*log, options));
  EXPECT_THAT(race.rows,
              ElementsAre(entry("2018-03-01", 1, "tea", 3), entry("2018-04-01", 1, "jam", 1)));
  EXPECT_EQ(race.as_ofs.size(), 2182) << "every month end from March 2018 to December 2199";
  options.window = {20, Period::Unit::Day};
  EXPECT_THAT(valid(top_products_race(*log, options)).rows,
              ElementsAre(entry("2018-02-01", 1, "ham", 1), entry("2018-03-01", 1, "egg", 1)));
}

TEST(TopProductsRace, AStrayDateFarAwayChangesNothingInAnotherZone) {
  std::vector<Sale> sales = two_months();
  sales.push_back(sold("tea", "2199-12-30T00:00:00Z"));
  SaleLog log(sales);
  TopProductsOptions options = as_of("2018-03-15");
  options.k = 1;
  options.zone = zone_called("America/New_York");
  EXPECT_THAT(valid(top_products_race(*log, options)).rows,
              ElementsAre(entry("2018-02-01T05:00:00Z", 1, "jam", 2),
                          entry("2018-03-01T05:00:00Z", 1, "tea", 2)));
}

// --- errors --------------------------------------------------------------------------------------

TEST(TopProducts, KMustBeAtLeastOne) {
  SaleLog log(two_months());
  TopProductsOptions options = as_of("2018-03-01");
  options.k = 0;
  EXPECT_EQ(top_products(*log, options).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(top_products(*log, options).error().message,
            "top_products: k is 0, but must be at least 1");
  EXPECT_EQ(top_products_race(*log, options).error().message,
            "top_products_race: k is 0, but must be at least 1");
}

TEST(TopProducts, AWindowMustBeLongerThanNothing) {
  SaleLog log(two_months());
  const Error error = top_products(*log, as_of("2018-03-01", {0, Period::Unit::Day})).error();
  EXPECT_EQ(error.code, ErrorCode::InvalidArgument);
  EXPECT_EQ(error.message, "top_products: window is 0d, but must be longer than nothing");
}

TEST(TopProducts, GroupsMustBeOfAnAttribute) {
  SaleLog log(two_months(), "UTC", kProducts);
  TopProductsOptions options = as_of("2018-03-01");
  options.by = "name";
  const Error error = top_products(*log, options).error();
  EXPECT_EQ(error.code, ErrorCode::InvalidArgument);
  EXPECT_EQ(error.message,
            "top_products: by is \"name\", but must be an attribute of the products");
  EXPECT_EQ(error.remedy, "the products have the attributes department");
}

TEST(TopProducts, ReturnsCannotBeSubtractedFromInvoices) {
  SaleLog log({{"ann", "tea", "2018-01-05T09:00:00Z", "1", "i1"}});
  TopProductsOptions options = as_of("2018-03-01");
  options.counting = {Counting::Unit::Column, "invoice", Counting::Returns::Subtract};
  EXPECT_EQ(top_products(*log, options).error().message,
            "top_products: counting.returns is \"subtract\", but must be count or drop where a "
            "transaction is not a row");
}

}  // namespace
}  // namespace till::insight
