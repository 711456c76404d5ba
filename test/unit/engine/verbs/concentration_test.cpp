#include "till/engine/concentration.hpp"

#include "log_of_sales.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using test::LogOfSales;
using test::rows_of;
using testing::ElementsAre;

Answer answer(const ConcentrationOptions& options) {
  LogOfSales sales;
  Result<Answer> answer = concentration(sales.session(), options);
  if (!answer) {
    ADD_FAILURE() << answer.error().message;
    return {};
  }
  return std::move(answer).value();
}

const Object& part_of(const Answer& answer, std::string_view name) {
  return std::get<Object>(find(answer.summary, name)->data);
}

TEST(Concentration, ReadsTheCurvesFromTheTop) {
  const Answer all = answer({});
  EXPECT_THAT(test::columns_of(all.rows),
              ElementsAre("of", "share_of_ids", "share_of_transactions"));
  // anna 4, bert 2, carl 1
  EXPECT_THAT(rows_of(all.rows, {"of", "share_of_ids", "share_of_transactions"}),
              testing::IsSupersetOf({"customers 0.333333 0.571429",
                                     "customers 0.666667 0.857143",
                                     "customers 1.000000 1.000000"}));
  EXPECT_EQ(all.total_rows, static_cast<std::int64_t>(all.rows.rows()));
}

TEST(Concentration, SummarisesCustomersAndProducts) {
  const Answer all = answer({.limit = 1});
  EXPECT_EQ(all.rows.rows(), 1U);
  const Object& customers = part_of(all, "customers");
  EXPECT_EQ(test::integer_of(customers, "ids"), 3);
  EXPECT_EQ(test::integer_of(customers, "transactions"), 7);
  EXPECT_EQ(test::integer_of(customers, "ids_for_50"), 1);
  EXPECT_EQ(test::integer_of(customers, "ids_for_80"), 2);
  // (2 x 4 + 0 x 2 - 2 x 1) / (3 x 7)
  EXPECT_DOUBLE_EQ(std::get<double>(find(customers, "gini")->data), 6.0 / 21.0);
  EXPECT_EQ(test::integer_of(part_of(all, "products"), "transactions"), 8);
}

TEST(Concentration, LooksAtAWindow) {
  const Instant july = parse_instant("2018-07-01", TimeZone()).value();
  const Answer spring = answer({.as_of = july, .window = Period{5, Period::Unit::Month}});
  EXPECT_EQ(test::integer_of(part_of(spring, "customers"), "ids"), 1);
}

TEST(Concentration, OfNobodyIsAnEmptyAnswer) {
  const Answer nobody = answer({.as_of = Instant{0}});
  EXPECT_EQ(nobody.rows.rows(), 0U);
  EXPECT_EQ(nobody.title, "Nothing was bought.");
  EXPECT_EQ(test::integer_of(part_of(nobody, "customers"), "ids"), 0);
}

TEST(Concentration, SaysWhoIsLeftOut) {
  const Answer subtracted = answer({.returns = log::Counting::Returns::Subtract});
  const std::int64_t left_out = test::integer_of(part_of(subtracted, "products"), "left_out");
  EXPECT_EQ(subtracted.warnings.empty(), left_out == 0);
}

}  // namespace
}  // namespace till::engine
