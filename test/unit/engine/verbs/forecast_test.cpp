#include "till/engine/forecast.hpp"

#include <string>
#include <vector>

#include "log_of_sales.hpp"
#include "support/error_text.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using test::LogOfSales;
using test::rows_of;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Answer answer(const ForecastOptions& options) {
  LogOfSales sales;
  Result<Answer> answer = forecast(sales.session(), options);
  if (!answer) {
    ADD_FAILURE() << answer.error().message;
    return {};
  }
  return std::move(answer).value();
}

Error error_of(const ForecastOptions& options) {
  LogOfSales sales;
  const Result<Answer> answer = forecast(sales.session(), options);
  return answer ? Error{} : answer.error();
}

TEST(Forecast, HasARowForEachCustomerSeenBeforeTheMonth) {
  const Answer january = answer({.month = Month{2018, 8}, .model = "mean_of_12_months"});
  EXPECT_THAT(test::columns_of(january.rows),
              ElementsAre("customer_id",
                          "expected_transactions",
                          "median",
                          "q05",
                          "q25",
                          "q75",
                          "q95",
                          "probability_zero",
                          "probability_alive"));
  // Four of anna's in seven months, two of bert's; carl comes in 2019.
  EXPECT_THAT(rows_of(january.rows, {"customer_id", "expected_transactions", "probability_alive"}),
              ElementsAre("anna 0.571429 -", "bert 0.285714 -"));
  EXPECT_EQ(test::text_of(january.summary, "cutoff"), "2018-08-01T00:00:00Z");
  EXPECT_EQ(january.title, "2 customers will make about 1 transaction in 2018-08.");
}

TEST(Forecast, IsOfTheMonthAfterTheLastTransactionUnlessSaid) {
  const Answer next = answer({});
  EXPECT_EQ(test::text_of(next.parameters, "month"), "2019-02");
  EXPECT_EQ(test::text_of(next.parameters, "model"), "ensemble");
  EXPECT_EQ(next.rows.rows(), 3U);
  // The log ends on 2 January: the rest of the month is unknown, not empty.
  EXPECT_EQ(test::text_of(next.summary, "cutoff"), "2019-01-02T10:00:00.000001Z");
  for (const std::string& alive : rows_of(next.rows, {"probability_alive"})) {
    EXPECT_GT(std::stod(alive), 0.0);
    EXPECT_LT(std::stod(alive), 1.0);
  }
}

TEST(Forecast, SummarisesAllCustomersWhateverTheLimit) {
  const Answer limited = answer({.limit = 1});
  EXPECT_EQ(limited.rows.rows(), 1U);
  EXPECT_EQ(limited.total_rows, 3);
  EXPECT_EQ(test::integer_of(limited.summary, "customers"), 3);
  EXPECT_NE(find(limited.summary, "new_customers_expected_transactions"), nullptr);
}

TEST(Forecast, SaysWhenTheMonthIsFarFromTheLog) {
  EXPECT_THAT(answer({.month = Month{2019, 6}}).warnings,
              Contains("Between the log's end, 2019-01-02 10:00:00.000001, and 2019-06 lie months "
                       "of which nothing is known."));
}

TEST(Forecast, RefusesAMonthBeforeAnythingIsKnown) {
  EXPECT_EQ(error_of({.month = Month{2018, 1}}),
            (Error{ErrorCode::InvalidData,
                   "forecast: month is 2018-01, but must begin after a known customer's first "
                   "transaction",
                   "the log begins in 2018-01"}));
}

TEST(Forecast, RefusesAModelThatIsNone) {
  const Error error = error_of({.model = "dynamic_nbt"});
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_EQ(error.message, "forecast: --model is \"dynamic_nbt\", but must be a model of till");
  EXPECT_THAT(error.remedy, HasSubstr("dynamic_nbd"));
}

TEST(Forecast, TellsAllOfOneCustomer) {
  const Answer anna =
      answer({.month = Month{2018, 8}, .model = "mean_of_12_months", .customer = "anna"});
  EXPECT_THAT(rows_of(anna.rows, {"customer_id"}), ElementsAre("anna"));
  EXPECT_EQ(anna.total_rows, 1);
  EXPECT_EQ(test::integer_of(anna.summary, "customers"), 2);
  const auto& history = std::get<List>(find(anna.summary, "history")->data);
  ASSERT_EQ(history.size(), 7U);
  EXPECT_EQ(test::integer_of(std::get<Object>(history.front().data), "transactions"), 2);
  EXPECT_EQ(test::text_of(anna.parameters, "plot"), "customer");
  EXPECT_THAT(anna.chart().title, HasSubstr("anna is expected"));
}

TEST(Forecast, KnowsNoCustomerOfLater) {
  const Error error = error_of({.month = Month{2018, 8}, .customer = "carl"});
  EXPECT_EQ(error.code, ErrorCode::NotFound);
  EXPECT_THAT(error.message, HasSubstr("--customer is \"carl\""));
}

TEST(Forecast, DrawsWhatTheModelHas) {
  EXPECT_EQ(error_of({.model = "last_month", .plot = ForecastPlot::Importance}).code,
            ErrorCode::Unsupported);
  EXPECT_EQ(error_of({.model = "last_month", .plot = ForecastPlot::Members}).code,
            ErrorCode::Unsupported);
  // Too short for members and trees: the filter forecasts alone.
  const Month april{2018, 4};
  EXPECT_THAT(answer({.month = april, .plot = ForecastPlot::Members}).chart().title,
              HasSubstr("dynamic_nbd forecasts alone"));
  EXPECT_THAT(answer({.month = april, .plot = ForecastPlot::Importance}).chart().title,
              HasSubstr("forecasts without trees"));
}

}  // namespace
}  // namespace till::engine
