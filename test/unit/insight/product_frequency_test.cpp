#include "till/insight/product_frequency.hpp"

#include <limits>

#include "unit/insight/sale_log.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::insight {
namespace {

using log::Counting;
using test::Sale;
using test::SaleLog;
using test::valid;
using test::zone_called;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;

ProductFrequencyOptions asking_for(std::string_view product, std::int32_t year = 2018) {
  ProductFrequencyOptions options;
  options.product = product;
  options.year = year;
  return options;
}

template <typename T>
std::vector<T> each_month(const ProductFrequency& result, T ProductMonth::* field) {
  std::vector<T> values;
  for (const ProductMonth& month : result.months) {
    values.push_back(month.*field);
  }
  return values;
}

std::vector<std::int64_t> transactions(const ProductFrequency& result) {
  return each_month(result, &ProductMonth::transactions);
}

std::vector<Sale> tea_and_jam() {
  return {{"ann", "tea", "2017-12-31T23:59:59.999999Z"},
          {"ann", "tea", "2018-01-01T00:00:00Z"},
          {"ann", "tea", "2018-01-31T23:59:59.999999Z"},
          {"bob", "tea", "2018-01-15T00:00:00Z"},
          {"", "tea", "2018-01-16T00:00:00Z"},
          {"ann", "jam", "2018-01-16T00:00:00Z"},
          {"ann", "jam", "2018-03-16T00:00:00Z"},
          {"bob", "tea", "2018-04-01T00:00:00Z"},
          {"bob", "tea", "2019-01-01T00:00:00Z"}};
}

TEST(ProductFrequency, EveryMonthOfTheYearIsThere) {
  SaleLog log(tea_and_jam());
  const ProductFrequency result = valid(product_frequency(*log, asking_for("tea")));
  EXPECT_EQ(result.product_id, "tea");
  EXPECT_EQ(result.name, "tea");
  EXPECT_THAT(transactions(result), ElementsAre(4, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_EQ(result.transactions, 5);
  EXPECT_EQ(result.months.front().month, (Month{2018, 1}));
  EXPECT_EQ(result.months.back().month, (Month{2018, 12}));
}

TEST(ProductFrequency, CustomersAreDistinctAndKnown) {
  SaleLog log(tea_and_jam());
  const ProductFrequency result = valid(product_frequency(*log, asking_for("tea")));
  EXPECT_THAT(each_month(result, &ProductMonth::customers),
              ElementsAre(2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(ProductFrequency, SharesAreOfAllProductsOfTheMonth) {
  SaleLog log(tea_and_jam());
  const ProductFrequency result = valid(product_frequency(*log, asking_for("tea")));
  EXPECT_THAT(each_month(result, &ProductMonth::all_transactions),
              ElementsAre(5, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(each_month(result, &ProductMonth::share),
              ElementsAre(0.8, 0, 0, 1.0, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(ProductFrequency, MonthsThatTheLogDoesNotReachAreNotCovered) {
  SaleLog log(tea_and_jam());
  const auto covered = [&](std::int32_t year) {
    return each_month(valid(product_frequency(*log, asking_for("tea", year))),
                      &ProductMonth::covered);
  };
  EXPECT_THAT(covered(2018), Each(true));
  EXPECT_THAT(covered(2016), Each(false));
  EXPECT_THAT(
      covered(2017),
      ElementsAre(
          false, false, false, false, false, false, false, false, false, false, false, true));
  EXPECT_THAT(
      covered(2019),
      ElementsAre(
          true, false, false, false, false, false, false, false, false, false, false, false));
}

TEST(ProductFrequency, AYearFarFromTheLogIsEmpty) {
  SaleLog log(tea_and_jam());
  for (const std::int32_t year : {std::numeric_limits<std::int32_t>::min(),
                                  -1,
                                  0,
                                  9999,
                                  300'000,
                                  std::numeric_limits<std::int32_t>::max()}) {
    const ProductFrequency result = valid(product_frequency(*log, asking_for("tea", year)));
    EXPECT_EQ(result.transactions, 0);
    EXPECT_EQ(result.months.back().month, (Month{year, 12}));
    EXPECT_THAT(each_month(result, &ProductMonth::covered), Each(false));
  }
}

TEST(ProductFrequency, MonthsAreThoseOfTheZone) {
  SaleLog log(tea_and_jam());
  ProductFrequencyOptions options = asking_for("tea", 2017);
  options.zone = zone_called("America/New_York");
  const ProductFrequency result = valid(product_frequency(*log, options));
  EXPECT_EQ(result.months[11].transactions, 2) << "the first of January UTC is still December";
  options.year = 2018;
  EXPECT_THAT(transactions(valid(product_frequency(*log, options))),
              ElementsAre(3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1));
}

TEST(ProductFrequency, ALogsOwnZoneAnswersAsAnyOther) {
  SaleLog log(tea_and_jam(), "America/New_York");
  ProductFrequencyOptions options = asking_for("tea");
  options.zone = zone_called("America/New_York");
  EXPECT_THAT(transactions(valid(product_frequency(*log, options))),
              ElementsAre(3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1));
  options.zone = TimeZone();
  EXPECT_THAT(transactions(valid(product_frequency(*log, options))),
              ElementsAre(4, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(ProductFrequency, AnHourThatBelongsToTheMonthBeforeOnceMoreIsCountedThere) {
  // St. John's, 1 November 2009: at 00:01 clocks went back to 23:01 of 31 October.
  const std::vector<Sale> sales = {{"ann", "tea", "2009-11-01T02:30:30Z"},   // 1 November 00:00:30
                                   {"ann", "tea", "2009-11-01T03:00:00Z"},   // 31 October 23:30
                                   {"ann", "tea", "2009-11-01T03:30:00Z"}};  // 1 November 00:00
  const TimeZone zone = zone_called("America/St_Johns");
  for (const std::string_view own : {"UTC", "America/St_Johns"}) {
    SaleLog log(sales, own);
    ProductFrequencyOptions options = asking_for("tea", 2009);
    options.zone = zone;
    const ProductFrequency result = valid(product_frequency(*log, options));
    EXPECT_EQ(result.months[9].transactions, 1);
    EXPECT_EQ(result.months[10].transactions, 2);
  }
}

TEST(ProductFrequency, AnHourThatBelongsToTheYearBeforeOnceMoreIsCountedThere) {
  // Phoenix, 1 January 1944: at 00:01 clocks went back to 23:01 of 31 December.
  SaleLog log({{"ann", "tea", "1944-01-01T06:00:30Z"}, {"ann", "tea", "1944-01-01T06:30:00Z"}});
  ProductFrequencyOptions options = asking_for("tea", 1943);
  options.zone = zone_called("America/Phoenix");
  EXPECT_EQ(valid(product_frequency(*log, options)).months[11].transactions, 1);
  options.year = 1944;
  EXPECT_EQ(valid(product_frequency(*log, options)).months[0].transactions, 1);
}

TEST(ProductFrequency, AStrayDateFarAwayChangesNothing) {
  std::vector<Sale> sales = tea_and_jam();
  sales.push_back({"ann", "tea", "2199-12-30T00:00:00Z"});
  sales.push_back({"ann", "tea", "1900-01-01T00:00:00Z"});
  SaleLog log(sales);
  ProductFrequencyOptions options = asking_for("tea");
  options.zone = zone_called("America/New_York");
  EXPECT_THAT(transactions(valid(product_frequency(*log, options))),
              ElementsAre(3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1));
  options.year = 1899;
  EXPECT_EQ(valid(product_frequency(*log, options)).months[11].transactions, 1)
      << "New York's clocks show 31 December of the year before";
}

// --- what a transaction is -----------------------------------------------------------------------

TEST(ProductFrequency, DaysAndInvoicesCountOncePerCustomerForEachProductAndForAll) {
  SaleLog log({{"ann", "tea", "2018-01-05T09:00:00Z", "1", "i1"},
               {"ann", "tea", "2018-01-05T10:00:00Z", "1", "i2"},
               {"ann", "jam", "2018-01-05T10:00:00Z", "1", "i2"},
               {"bob", "jam", "2018-01-05T10:00:00Z", "1", "i3"}});
  ProductFrequencyOptions options = asking_for("tea");
  const auto january = [&] { return valid(product_frequency(*log, options)).months[0]; };
  options.counting.unit = Counting::Unit::Day;
  EXPECT_EQ(january().transactions, 1);
  EXPECT_EQ(january().all_transactions, 2) << "ann's day with two products is one transaction";
  EXPECT_EQ(january().share, 0.5);
  options.counting.unit = Counting::Unit::Timestamp;
  EXPECT_EQ(january().transactions, 2);
  EXPECT_EQ(january().all_transactions, 3);
  options.counting.unit = Counting::Unit::Column;
  options.counting.column = "invoice";
  EXPECT_EQ(january().transactions, 2);
  EXPECT_EQ(january().all_transactions, 3);
  EXPECT_EQ(january().customers, 1);
}

TEST(ProductFrequency, ReturnsAreCountedDroppedOrSubtracted) {
  SaleLog log({{"ann", "tea", "2018-01-05T09:00:00Z", "1"},
               {"ann", "tea", "2018-01-06T10:00:00Z", "1"},
               {"bob", "tea", "2018-01-07T10:00:00Z", "-1"},
               {"bob", "jam", "2018-02-07T10:00:00Z", "-1"}});
  ProductFrequencyOptions options = asking_for("tea");
  const auto january = [&] { return valid(product_frequency(*log, options)).months[0]; };
  EXPECT_EQ(january().transactions, 3);
  EXPECT_EQ(january().customers, 2);
  options.counting.returns = Counting::Returns::Drop;
  EXPECT_EQ(january().transactions, 2);
  EXPECT_EQ(january().customers, 1);
  options.counting.returns = Counting::Returns::Subtract;
  EXPECT_EQ(january().transactions, 1);
  EXPECT_EQ(january().customers, 2) << "bob is behind a row that counts";
  options.product = "jam";
  const ProductMonth february = valid(product_frequency(*log, options)).months[1];
  EXPECT_EQ(february.transactions, -1);
  EXPECT_EQ(february.all_transactions, -1);
  EXPECT_EQ(february.share, 0.0) << "there is no whole to have a share of";
}

// --- products and groups -------------------------------------------------------------------------

constexpr std::string_view kProducts =
    "product_id,name,department,aisle number\n"
    "t1,Green tea,drinks,4\n"
    "t2,Black tea,drinks,10\n"
    "j1,Jam,food,10\n"
    "j2,Jam,food,\n"
    "x9,t1,,\n"
    "n1,Never sold,,\n";

std::vector<Sale> shop() {
  return {{"ann", "t1", "2018-01-01T00:00:00Z"},
          {"ann", "t2", "2018-01-02T00:00:00Z"},
          {"bob", "t2", "2018-01-02T00:00:00Z"},
          {"bob", "j1", "2018-02-02T00:00:00Z"},
          {"bob", "j2", "2018-02-02T00:00:00Z"},
          {"bob", "x9", "2018-02-02T00:00:00Z"},
          {"bob", "unlisted", "2018-02-03T00:00:00Z"}};
}

TEST(ProductFrequency, AProductIsFoundByItsName) {
  SaleLog log(shop(), "UTC", kProducts);
  const ProductFrequency result = valid(product_frequency(*log, asking_for("Black tea")));
  EXPECT_EQ(result.product_id, "t2");
  EXPECT_EQ(result.name, "Black tea");
  EXPECT_EQ(result.transactions, 2);
}

TEST(ProductFrequency, AnIdGoesBeforeANameSpelledLikeIt) {
  SaleLog log(shop(), "UTC", kProducts);
  const ProductFrequency result = valid(product_frequency(*log, asking_for("t1")));
  EXPECT_EQ(result.product_id, "t1");
  EXPECT_EQ(result.name, "Green tea");
}

TEST(ProductFrequency, AProductWithoutANameIsCalledByItsId) {
  SaleLog log(shop(), "UTC", kProducts);
  const ProductFrequency result = valid(product_frequency(*log, asking_for("unlisted")));
  EXPECT_EQ(result.name, "unlisted");
  EXPECT_EQ(result.transactions, 1);
}

TEST(ProductFrequency, AProductThatWasNeverSoldIsAnAnswerOfZeros) {
  SaleLog log(shop(), "UTC", kProducts);
  const ProductFrequency result = valid(product_frequency(*log, asking_for("Never sold")));
  EXPECT_EQ(result.product_id, "n1");
  EXPECT_THAT(transactions(result), Each(0));
  EXPECT_EQ(result.months[0].all_transactions, 3);
  EXPECT_TRUE(result.months[0].covered);
}

TEST(ProductFrequency, ProductsAreGroupedByAnAttribute) {
  SaleLog log(shop(), "UTC", kProducts);
  ProductFrequencyOptions options = asking_for("drinks");
  options.by = "department";
  const ProductFrequency result = valid(product_frequency(*log, options));
  EXPECT_EQ(result.product_id, "drinks");
  EXPECT_EQ(result.name, "drinks");
  EXPECT_THAT(transactions(result), ElementsAre(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_EQ(result.months[0].customers, 2) << "ann bought both teas and is one customer";
}

TEST(ProductFrequency, ProductsWithoutTheAttributeAreAGroup) {
  SaleLog log(shop(), "UTC", kProducts);
  ProductFrequencyOptions options = asking_for("(none)");
  options.by = "department";
  EXPECT_THAT(transactions(valid(product_frequency(*log, options))),
              ElementsAre(0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(ProductFrequency, NumbersGroupAsTheirText) {
  SaleLog log(shop(), "UTC", kProducts);
  ProductFrequencyOptions options = asking_for("10");
  options.by = "aisle number";
  EXPECT_THAT(transactions(valid(product_frequency(*log, options))),
              ElementsAre(2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

// --- errors --------------------------------------------------------------------------------------

TEST(ProductFrequency, AnUnknownProductIsAnsweredWithTheNearestIdsAndNames) {
  SaleLog log(shop(), "UTC", kProducts);
  const Error error = product_frequency(*log, asking_for("Blak tea")).error();
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_EQ(
      error.message,
      "product_frequency: product is \"Blak tea\", but must be the id or the name of a product");
  EXPECT_EQ(error.remedy, "did you mean Black tea?");
  EXPECT_EQ(product_frequency(*log, asking_for("UNLISTED")).error().remedy,
            "did you mean unlisted?");
  EXPECT_EQ(product_frequency(*log, asking_for("zzzzzz")).error().remedy,
            "till top-products lists what sells");
}

TEST(ProductFrequency, ANameOfSeveralProductsIsAnsweredWithTheirIds) {
  SaleLog log(shop(), "UTC", kProducts);
  const Error error = product_frequency(*log, asking_for("Jam")).error();
  EXPECT_EQ(error.code, ErrorCode::InvalidArgument);
  EXPECT_EQ(error.message,
            "product_frequency: product is \"Jam\", but must be the name of one product: 2 are "
            "called so");
  EXPECT_EQ(error.remedy, "name one by its id: \"j1\", \"j2\"");
}

TEST(ProductFrequency, ManyProductsOfOneNameAreNotAllListed) {
  std::string products = "product_id,name\n";
  for (char c = 'a'; c <= 'm'; ++c) {
    products += std::string(1, c) + ",Jam\n";
  }
  SaleLog log({{"ann", "tea", "2018-01-01T00:00:00Z"}}, "UTC", products);
  EXPECT_EQ(product_frequency(*log, asking_for("Jam")).error().remedy,
            "name one by its id: \"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\", "
            "\"j\" and 3 more");
}

TEST(ProductFrequency, AnUnknownGroupIsAnsweredWithTheNearest) {
  SaleLog log(shop(), "UTC", kProducts);
  ProductFrequencyOptions options = asking_for("drink");
  options.by = "department";
  const Error error = product_frequency(*log, options).error();
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_EQ(error.message,
            "product_frequency: product is \"drink\", but must be a value of department");
  EXPECT_EQ(error.remedy, "did you mean drinks?");
}

TEST(ProductFrequency, AnUnknownAttributeIsAnsweredWithTheNearest) {
  SaleLog log(shop(), "UTC", kProducts);
  ProductFrequencyOptions options = asking_for("drinks");
  options.by = "departement";
  const Error error = product_frequency(*log, options).error();
  EXPECT_EQ(error.code, ErrorCode::InvalidArgument);
  EXPECT_EQ(error.message,
            "product_frequency: by is \"departement\", but must be an attribute of the products");
  EXPECT_EQ(error.remedy, "did you mean department?");
  options.by = "price";
  EXPECT_EQ(product_frequency(*log, options).error().remedy,
            "the products have the attributes department, aisle number");
}

TEST(ProductFrequency, WithoutAProductTableTheRemedyIsToIngestOne) {
  SaleLog log(tea_and_jam());
  ProductFrequencyOptions options = asking_for("drinks");
  options.by = "department";
  EXPECT_EQ(product_frequency(*log, options).error().remedy,
            "ingest a table of products with its attributes: till ingest LOG… --products FILE");
}

TEST(ProductFrequency, TheQuestionIsNamedInErrorsOfCounting) {
  SaleLog log(tea_and_jam());
  ProductFrequencyOptions options = asking_for("tea");
  options.counting = {Counting::Unit::Column, "invoice", Counting::Returns::Count};
  EXPECT_EQ(product_frequency(*log, options).error().message,
            "product_frequency: counting.column is \"invoice\", but must be a column that the log "
            "keeps");
}

TEST(ProductFrequency, TextOfAUserIsNeverReadAsSql) {
  SaleLog log({{"ann", "it's \"tea\"; --", "2018-01-01T00:00:00Z"}});
  EXPECT_EQ(valid(product_frequency(*log, asking_for("it's \"tea\"; --"))).transactions, 1);
  EXPECT_FALSE(product_frequency(*log, asking_for("' OR '1' = '1")));
}

}  // namespace
}  // namespace till::insight
