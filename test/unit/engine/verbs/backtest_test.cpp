#include "till/engine/backtest.hpp"

#include <string>

#include "log_of_sales.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using test::rows_of;
using testing::Contains;
using testing::HasSubstr;

/// Anna buys in every month of 2018 as often as its number, Bert from April on twice a month.
std::string twelve_months() {
  std::string log = "customer_id,product_id,timestamp\n";
  for (int month = 1; month <= 12; ++month) {
    const std::string prefix =
        std::string(",apple,2018-") + (month < 10 ? "0" : "") + std::to_string(month);
    for (int day = 1; day <= month; ++day) {
      log += "anna" + prefix + (day < 10 ? "-0" : "-") + std::to_string(day) + "T10:00:00Z\n";
    }
    for (int i = 0; month >= 4 && i < 2; ++i) {
      log += "bert" + prefix + "-28T1" + std::to_string(i) + ":00:00Z\n";
    }
  }
  return log;
}

Result<Answer> ask(const BacktestOptions& options) {
  test::TemporaryFolder folder;
  Session session({.sources = {folder.write("log.csv", twelve_months())}});
  return backtest(session, options);
}

TEST(Backtest, ForecastsMonthsThatAreOver) {
  const Result<Answer> answer = ask({.origins = 2, .resamples = 50});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  // The log ends on 28 December.
  EXPECT_EQ(test::text_of(answer->summary, "first_month"), "2018-10");
  EXPECT_EQ(test::text_of(answer->summary, "last_month"), "2018-11");
  EXPECT_THAT(rows_of(answer->rows, {"model", "origin", "customers", "actual"}),
              Contains("last_month 2018-10 2 12"));
  EXPECT_EQ(test::integer_of(answer->summary, "forecasts"), 4);
  EXPECT_EQ(test::integer_of(answer->summary, "transactions"), 12 + 13);
}

TEST(Backtest, CountsNewCustomersApart) {
  const Result<Answer> answer =
      ask({.origins = 1, .as_of = Instant{1525132800'000'000}});  // 2018-05
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(test::text_of(answer->summary, "first_month"), "2018-04");
  EXPECT_EQ(test::integer_of(answer->summary, "transactions"), 4);
  EXPECT_EQ(test::integer_of(answer->summary, "transactions_of_new_customers"), 2);
}

TEST(Backtest, LastMonthForecastsWhatItWas) {
  const Result<Answer> answer = ask({.origins = 1, .resamples = 50});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(rows_of(answer->rows, {"model", "predicted"}), Contains("last_month 12.000000"));
}

TEST(Backtest, SaysWhatItShows) {
  const Result<Answer> answer = ask({.origins = 2, .model = "dynamic_nbd", .resamples = 50});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(test::text_of(answer->summary, "shown_model"), "dynamic_nbd");
  EXPECT_THAT(answer->title, HasSubstr(" forecasts the mean best: deviance "));
  ASSERT_TRUE(answer->chart);
  EXPECT_THAT(answer->chart().title, HasSubstr("forecasts the mean best"));
}

TEST(Backtest, TellsWhenMonthsAreFew) {
  const Result<Answer> answer = ask({.origins = 40, .resamples = 50});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(answer->warnings,
              Contains("The log has 11 whole months: 10 months could be forecast, not 40."));
}

TEST(Backtest, WantsTwoWholeMonths) {
  const Result<Answer> answer = ask({.as_of = Instant{1517443200'000'000}});  // 2018-02
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::InvalidData);
}

TEST(Backtest, DrawsEachPicture) {
  const Result<Answer> answer =
      ask({.origins = 2, .model = "last_month", .plot = BacktestPlot::All, .resamples = 50});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_FALSE(answer->chart);
  std::vector<std::string> names;
  for (const NamedChart& each : answer->charts) {
    names.push_back(each.name);
    EXPECT_FALSE(each.draw().title.empty());
  }
  EXPECT_THAT(
      names,
      testing::ElementsAre("leaderboard", "tracking", "deciles", "calibration", "frequency"));
}

TEST(Backtest, HasNoMembersToDrawWithoutAnEnsemble) {
  const Result<Answer> answer = ask({.model = "last_month", .plot = BacktestPlot::Members});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::Unsupported);
}

TEST(Backtest, TellsWhatMembersCountedFor) {
  const Result<Answer> answer = ask({.origins = 2, .plot = BacktestPlot::Members, .resamples = 50});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_NE(find(answer->summary, "members"), nullptr);
  EXPECT_FALSE(answer->chart().title.empty());
}

}  // namespace
}  // namespace till::engine
