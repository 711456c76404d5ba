#include "till/engine/top_products.hpp"

#include "log_of_sales.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using test::LogOfSales;
using test::rows_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Result<Answer> ask(const TopProductsOptions& options, bool with_names = false) {
  LogOfSales sales(with_names);
  return top_products(sales.session(), options);
}

Instant instant(std::string_view text) {
  return parse_instant(text, TimeZone()).value();
}

TEST(TopProducts, RanksTheWindowAgainstTheOneBefore) {
  const Result<Answer> answer =
      ask({.as_of = instant("2018-03-01"), .window = {1, Period::Unit::Month}});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(test::columns_of(answer->rows),
              ElementsAre("rank", "product_id", "transactions", "share", "previous_rank"));
  EXPECT_THAT(rows_of(answer->rows, {"rank", "product_id", "transactions", "previous_rank"}),
              ElementsAre("1 pear 2 -"));
  EXPECT_EQ(answer->title,
            "pear leads the month before 2018-03-01 with 2 of 2 transactions (100.0 %).");
  EXPECT_EQ(test::text_of(answer->summary, "from"), "2018-02-01T00:00:00Z");
  EXPECT_EQ(test::text_of(answer->summary, "previous_from"), "2018-01-01T00:00:00Z");
  EXPECT_EQ(test::integer_of(answer->summary, "previous_transactions"), 3);
  EXPECT_THAT(answer->warnings, testing::Not(testing::Contains(HasSubstr("log begins"))));
}

TEST(TopProducts, LooksAtTheLastSixMonthsUnlessSaid) {
  const Result<Answer> answer = ask({});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(rows_of(answer->rows, {"product_id", "transactions"}), ElementsAre("plum 2"));
  EXPECT_EQ(test::text_of(answer->parameters, "window"), "6mo");
  EXPECT_EQ(test::text_of(answer->parameters, "as_of"), "2019-01-02T10:00:00.000001Z");
  EXPECT_EQ(answer->title, "plum leads the last 6 months with 2 of 2 transactions (100.0 %).");
}

TEST(TopProducts, BreaksTiesById) {
  const Result<Answer> answer =
      ask({.k = 3, .window = {10, Period::Unit::Year}, .returns = log::Counting::Returns::Drop});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(rows_of(answer->rows, {"rank", "product_id", "transactions"}),
              ElementsAre("1 apple 4", "2 plum 2", "3 pear 1"));
}

TEST(TopProducts, SaysWhereTheWindowLeavesTheLog) {
  const Result<Answer> late = ask({.as_of = instant("2019-03-01")});
  ASSERT_TRUE(late.has_value());
  EXPECT_THAT(
      late->warnings,
      testing::Contains("The log ends on 2019-01-02, before the window does: on 2019-03-01."));
  const Result<Answer> early = ask({.as_of = instant("2018-03-01")});
  ASSERT_TRUE(early.has_value());
  EXPECT_THAT(early->warnings,
              testing::Contains(
                  "The log begins on 2018-01-01, within the window that begins on 2017-09-01."));
  const Result<Answer> nothing = ask({.as_of = instant("2015-01-01")});
  ASSERT_TRUE(nothing.has_value());
  EXPECT_THAT(nothing->warnings,
              testing::ElementsAre(
                  "The log begins on 2018-01-01, after the window, which ends on 2015-01-01."));
  const Result<Answer> before = ask({.as_of = instant("2018-08-01")});
  ASSERT_TRUE(before.has_value());
  EXPECT_THAT(
      before->warnings,
      testing::Contains(HasSubstr("the window before, from 2017-08-01, is not covered whole")));
}

TEST(TopProducts, OfAnEmptyWindowIsAnEmptyAnswer) {
  const Result<Answer> answer =
      ask({.as_of = instant("2018-07-01"), .window = {1, Period::Unit::Month}});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(rows_of(answer->rows, {"product_id"}), IsEmpty());
  EXPECT_EQ(answer->title, "Nothing was bought in the month before 2018-07-01.");
}

TEST(TopProducts, RacesThroughTheMonths) {
  const Result<Answer> answer = ask({.window = {1, Period::Unit::Month}, .race = true});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(test::columns_of(answer->rows),
              ElementsAre("as_of", "rank", "product_id", "transactions", "share"));
  EXPECT_THAT(rows_of(answer->rows, {"as_of", "rank", "product_id", "transactions"}),
              testing::IsSupersetOf({"2018-02-01T00:00:00Z 1 apple 3",
                                     "2018-03-01T00:00:00Z 1 pear 2",
                                     "2018-04-01T00:00:00Z 1 apple 1",
                                     "2018-08-01T00:00:00Z 1 plum 1"}));
  EXPECT_THAT(answer->title, HasSubstr("apple led at 2 of "));
  EXPECT_EQ(test::text_of(answer->summary, "first"), "2018-02-01T00:00:00Z");
}

TEST(TopProducts, NamesProductsWhenTheLogDoes) {
  const Result<Answer> answer = ask({.k = 1, .window = {10, Period::Unit::Year}}, true);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(test::columns_of(answer->rows),
              ElementsAre("rank", "product_id", "name", "transactions", "share", "previous_rank"));
  EXPECT_THAT(rows_of(answer->rows, {"product_id", "name"}), ElementsAre("apple Golden Apple"));
}

TEST(TopProducts, GroupsByAnAttribute) {
  const Result<Answer> answer = ask({.window = {10, Period::Unit::Year}, .by = "department"}, true);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(test::columns_of(answer->rows),
              ElementsAre("rank", "product_id", "transactions", "share", "previous_rank"));
  EXPECT_THAT(rows_of(answer->rows, {"product_id", "transactions"}),
              ElementsAre("fruit 6", "stone fruit 2"));
}

TEST(TopProducts, LimitsRowsNotTheSummary) {
  const Result<Answer> answer = ask({.window = {10, Period::Unit::Year}, .limit = 1});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->rows.rows(), 1U);
  EXPECT_EQ(answer->total_rows, 3);
  EXPECT_EQ(test::integer_of(answer->summary, "products"), 3);
}

TEST(TopProducts, DrawsBothPictures) {
  const Result<Answer> now = ask({});
  ASSERT_TRUE(now.has_value() && now->chart);
  EXPECT_THAT(now->chart().specification, HasSubstr("sales.csv"));
  const Result<Answer> race = ask({.race = true});
  ASSERT_TRUE(race.has_value() && race->chart);
  EXPECT_THAT(race->chart().specification, HasSubstr("sales.csv"));
}

}  // namespace
}  // namespace till::engine
