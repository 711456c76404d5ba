#include "till/engine/product_frequency.hpp"

#include "log_of_sales.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using test::LogOfSales;
using test::rows_of;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Result<Answer> ask(const ProductFrequencyOptions& options, bool with_names = false) {
  LogOfSales sales(with_names);
  return product_frequency(sales.session(), options);
}

TEST(ProductFrequency, CountsTwelveMonths) {
  const Result<Answer> answer = ask({.product = "apple", .year = 2018});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(test::columns_of(answer->rows),
              ElementsAre("month", "product_id", "transactions", "customers", "share"));
  EXPECT_THAT(rows_of(answer->rows, {"month", "product_id", "transactions", "customers"}),
              ElementsAre("2018-01 apple 3 2",
                          "2018-02 apple 0 0",
                          "2018-03 apple 1 1",
                          "2018-04 apple 0 0",
                          "2018-05 apple 0 0",
                          "2018-06 apple 0 0",
                          "2018-07 apple 0 0",
                          "2018-08 apple 0 0",
                          "2018-09 apple 0 0",
                          "2018-10 apple 0 0",
                          "2018-11 apple 0 0",
                          "2018-12 apple 0 0"));
  EXPECT_EQ(answer->title, "apple was bought 4 times in 2018, most often in January (3).");
  EXPECT_EQ(test::text_of(answer->summary, "best_month"), "2018-01");
  EXPECT_EQ(test::integer_of(answer->summary, "all_transactions"), 7);
}

TEST(ProductFrequency, TakesTheLatestWholeYearUnlessSaid) {
  const Result<Answer> answer = ask({.product = "plum"});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(test::integer_of(answer->parameters, "year"), 2018);
}

TEST(ProductFrequency, TakesTheLastYearWhenNoneIsWhole) {
  test::TemporaryFolder folder;
  Session session({.sources = {folder.write("a.csv",
                                            "customer_id,product_id,timestamp\n"
                                            "anna,apple,2018-05-01T10:00:00Z\n"
                                            "anna,apple,2019-12-30T10:00:00Z\n")}});
  const Result<Answer> answer = product_frequency(session, {.product = "apple"});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(test::integer_of(answer->parameters, "year"), 2019);
}

TEST(ProductFrequency, SaysWhereTheLogIsSilent) {
  const Result<Answer> answer = ask({.product = "plum", .year = 2019});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(
      answer->warnings,
      Contains("The log runs from 2018-01-01 to 2019-01-02 and says nothing about February to "
               "December 2019."));
  EXPECT_EQ(test::integer_of(answer->summary, "months_covered"), 1);
}

TEST(ProductFrequency, OfAYearWithoutSalesIsTwelveZeros) {
  const Result<Answer> answer = ask({.product = "pear", .year = 2017});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->rows.rows(), 12U);
  EXPECT_EQ(answer->title, "pear was not bought in 2017.");
}

TEST(ProductFrequency, NamesProductsWhenTheLogDoes) {
  const Result<Answer> answer = ask({.product = "Golden Apple", .year = 2018, .limit = 1}, true);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(test::columns_of(answer->rows),
              ElementsAre("month", "product_id", "name", "transactions", "customers", "share"));
  EXPECT_THAT(rows_of(answer->rows, {"product_id", "name", "transactions"}),
              ElementsAre("apple Golden Apple 3"));
  EXPECT_EQ(answer->title,
            "Golden Apple (apple) was bought 4 times in 2018, most often in January (3).");
  EXPECT_EQ(answer->total_rows, 12);
}

TEST(ProductFrequency, GroupsByAnAttribute) {
  const Result<Answer> answer =
      ask({.product = "fruit", .year = 2018, .by = "department", .limit = 2}, true);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(rows_of(answer->rows, {"month", "product_id", "transactions"}),
              ElementsAre("2018-01 fruit 3", "2018-02 fruit 2"));
}

TEST(ProductFrequency, WithoutAProductIsAnErrorThatNamesBestSellers) {
  EXPECT_EQ(ask({}).error(),
            (Error{ErrorCode::InvalidArgument,
                   "product_frequency: product is not said, but must name a product of the log",
                   "say --product with a product_id or a name; the best sellers are: \"apple\", "
                   "\"pear\", \"plum\""}));
  EXPECT_THAT(ask({}, true).error().remedy, HasSubstr("\"apple\" (Golden Apple), \"pear\""));
}

TEST(ProductFrequency, OfAnUnknownProductIsAnErrorThatNamesTheNearest) {
  const Error error = ask({.product = "aple"}).error();
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_THAT(error.remedy, HasSubstr("apple"));
}

TEST(ProductFrequency, CountsMonthsOfTheZone) {
  const Result<Answer> answer =
      ask({.product = "plum", .year = 2018, .time_zone = TimeZone::find("Asia/Tokyo").value()});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(test::text_of(answer->summary, "best_month"), "2018-08");
}

TEST(ProductFrequency, Draws) {
  const Result<Answer> answer = ask({.product = "plum", .year = 2018});
  ASSERT_TRUE(answer.has_value() && answer->chart);
  EXPECT_THAT(answer->chart().specification, HasSubstr("sales.csv"));
}

}  // namespace
}  // namespace till::engine
