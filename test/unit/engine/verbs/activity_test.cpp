#include "till/engine/activity.hpp"

#include "log_of_sales.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using test::LogOfSales;
using test::rows_of;
using testing::ElementsAre;
using testing::IsEmpty;

Answer answer(const ActivityOptions& options) {
  LogOfSales sales;
  Result<Answer> answer = activity(sales.session(), options);
  if (!answer) {
    ADD_FAILURE() << answer.error().message;
    return {};
  }
  return std::move(answer).value();
}

Error error_of(const ActivityOptions& options) {
  LogOfSales sales;
  const Result<Answer> answer = activity(sales.session(), options);
  return answer ? Error{} : answer.error();
}

TEST(Activity, RanksCustomersWithTheirShares) {
  const Answer all = answer({});
  EXPECT_THAT(test::columns_of(all.rows),
              ElementsAre("rank", "customer_id", "transactions", "share", "cumulative_share"));
  EXPECT_THAT(rows_of(all.rows, {"rank", "customer_id", "transactions"}),
              ElementsAre("1 anna 4", "2 bert 2", "3 carl 1"));
  EXPECT_THAT(rows_of(all.rows, {"cumulative_share"}),
              ElementsAre("0.571429", "0.857143", "1.000000"));
  EXPECT_EQ(all.title,
            "anna is the most active of 3 customers, with 4 of 7 transactions (57.1 %).");
}

TEST(Activity, SummarisesAllCustomersWhateverTheLimit) {
  const Answer limited = answer({.limit = 1});
  EXPECT_EQ(limited.rows.rows(), 1U);
  EXPECT_EQ(limited.total_rows, 3);
  EXPECT_EQ(test::integer_of(limited.summary, "customers"), 3);
  EXPECT_EQ(test::integer_of(limited.summary, "transactions"), 7);
  EXPECT_EQ(test::integer_of(limited.summary, "transactions_without_customer"), 1);
  EXPECT_EQ(test::integer_of(limited.summary, "customers_for_half"), 1);
  EXPECT_EQ(test::integer_of(limited.summary, "customers_for_80_percent"), 2);
  EXPECT_EQ(std::get<double>(find(limited.summary, "median_transactions")->data), 2.0);
}

TEST(Activity, SaysWhatIsInNoRow) {
  EXPECT_THAT(answer({}).warnings,
              testing::Contains("1 transaction has no customer and is in no row."));
}

TEST(Activity, ResolvesItsParameters) {
  const Answer all = answer({});
  EXPECT_EQ(test::text_of(all.parameters, "as_of"), "2019-01-02T10:00:00.000001Z");
  EXPECT_EQ(test::text_of(all.parameters, "time_zone"), "UTC");
  EXPECT_EQ(test::text_of(all.parameters, "transaction"), "row");
  EXPECT_EQ(test::text_of(all.parameters, "returns"), "count");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(find(all.parameters, "window")->data));
  EXPECT_EQ(all.parameters.front().name, "sources");
}

TEST(Activity, LooksAtAWindow) {
  const Instant july = parse_instant("2018-07-01", TimeZone()).value();
  EXPECT_THAT(rows_of(answer({.as_of = july}).rows, {"customer_id", "transactions"}),
              ElementsAre("anna 4", "bert 1"));
  EXPECT_THAT(rows_of(answer({.as_of = july, .window = Period{5, Period::Unit::Month}}).rows,
                      {"customer_id", "transactions"}),
              ElementsAre("anna 2"));
}

TEST(Activity, OfNobodyIsAnEmptyAnswer) {
  const Answer nobody = answer({.as_of = Instant{0}});
  EXPECT_THAT(rows_of(nobody.rows, {"customer_id"}), IsEmpty());
  EXPECT_EQ(nobody.title, "No customer made a transaction.");
}

TEST(Activity, CountsWhatATransactionIs) {
  const auto counts = [](const ActivityOptions& options) {
    return rows_of(answer(options).rows, {"customer_id", "transactions"});
  };
  EXPECT_THAT(counts({.transaction = "timestamp"}), ElementsAre("anna 3", "bert 2", "carl 1"));
  EXPECT_THAT(counts({.transaction = "InvoiceNo"}), ElementsAre("anna 3", "bert 2", "carl 1"));
  EXPECT_THAT(counts({.returns = log::Counting::Returns::Drop}),
              ElementsAre("anna 3", "bert 2", "carl 1"));
  EXPECT_THAT(counts({.returns = log::Counting::Returns::Subtract}),
              ElementsAre("anna 2", "bert 2", "carl 1"));
}

TEST(Activity, UnknownTransactionIsAnErrorThatNamesTheNearest) {
  EXPECT_EQ(
      error_of({.transaction = "InvoiceNr"}),
      (Error{ErrorCode::NotFound,
             "activity: transaction is \"InvoiceNr\", but must be row, timestamp, day or a column "
             "of the log",
             "did you mean InvoiceNo?"}));
  EXPECT_EQ(error_of({.transaction = "dya"}).remedy, "did you mean day?");
}

TEST(Activity, OnlyRowsCanBeSubtracted) {
  EXPECT_EQ(
      error_of({.transaction = "day", .returns = log::Counting::Returns::Subtract}).message,
      "activity: returns is \"subtract\", but must be count or drop where a transaction is not a "
      "row");
}

TEST(Activity, DrawsAllCustomers) {
  const Answer limited = answer({.limit = 1});
  ASSERT_TRUE(limited.chart);
  const charts::Chart chart = limited.chart();
  EXPECT_THAT(
      chart.specification,
      testing::HasSubstr("sales.csv, 8 transactions of 3 customers, 2018-01-01 to 2019-01-02"));
}

TEST(Activity, RunsByName) {
  LogOfSales sales;
  Arguments arguments;
  arguments.set("as_of", "2018-07");
  arguments.set("limit", "1");
  const Result<Answer> answer = run(**verb_named("activity"), arguments, sales.session());
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(rows_of(answer->rows, {"customer_id", "transactions"}), ElementsAre("anna 4"));
}

TEST(Activity, DatesAreThoseOfTheZoneThatIsSaid) {
  LogOfSales sales;
  Arguments arguments;
  arguments.set("as_of", "2018-08-01");
  arguments.set("time_zone", "Asia/Tokyo");  // where 23:30 UTC on 31 July is August
  const Result<Answer> answer = run(**verb_named("activity"), arguments, sales.session());
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(rows_of(answer->rows, {"customer_id", "transactions"}),
              ElementsAre("anna 4", "bert 1"));
  EXPECT_EQ(test::text_of(answer->parameters, "as_of"), "2018-07-31T15:00:00Z");
}

}  // namespace
}  // namespace till::engine
