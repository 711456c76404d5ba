#include "till/charts/backtest.hpp"

#include "unit/charts/backtest_examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::charts {
namespace {

using test::backtest_of;
using test::column;
using test::Json;
using test::labels_of;
using test::nine_models;
using test::panels_of;
using test::rows_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

TEST(BacktestLeaderboard, TitleClaimsOnlyWhatIsSure) {
  EXPECT_EQ(backtest_leaderboard(nine_models(), test::context()).title,
            "ensemble forecasts the mean best, clearly better than 6 of 8 others");
  EXPECT_EQ(backtest_leaderboard(backtest_of({{"a", 5}, {"b", 5}}, 3), test::context()).title,
            "a forecasts the mean best, clearly better than 0 of 1 other");
  EXPECT_THAT(backtest_leaderboard(backtest_of({{"a", 0}}, 3), test::context()).title,
              HasSubstr("a: deviance "));
}

TEST(BacktestLeaderboard, GreyIsBehindTheBest) {
  const std::vector<Json> panels = panels_of(
      backtest_leaderboard(backtest_of({{"a", 0}, {"b", 0}, {"c", 90}}, 3), test::context()));
  ASSERT_THAT(panels, SizeIs(3));
  for (const Json& panel : panels) {
    EXPECT_THAT(column<bool>(rows_of(panel, "point"), "behind"), ElementsAre(false, false, true));
    EXPECT_THAT(labels_of(panel), Contains("c"));
  }
}

TEST(BacktestTracking, SumsUpForecastAndTruth) {
  const evaluation::Backtest result = nine_models();
  const Chart chart = backtest_tracking(result, 1, test::context());
  EXPECT_THAT(chart.title, HasSubstr("dynamic_nbd expected "));
  EXPECT_THAT(chart.title, HasSubstr(" 294,000 came (bias +8"));
  const Json rows = panels_of(chart)[1]["data"]["values"];
  ASSERT_THAT(rows, SizeIs(12));
  EXPECT_EQ(rows.back()["actual sum"], 294'000.0);
}

TEST(BacktestTracking, TheBandIsAroundTheForecast) {
  const Json rows =
      panels_of(backtest_tracking(nine_models(), 0, test::context()))[0]["data"]["values"];
  for (const Json& row : rows) {
    EXPECT_LT(row["low"], row["forecast"]);
    EXPECT_GT(row["high"], row["forecast"]);
  }
}

TEST(BacktestDeciles, TitleSaysWhatTheFirstTenthIsWorth) {
  EXPECT_EQ(
      backtest_deciles(nine_models(), 0, test::context()).title,
      "The tenth of customers of whom ensemble expected most made 50\u00A0% of all transactions");
}

TEST(BacktestCalibration, TitleSaysWhatIntervalsHeld) {
  EXPECT_EQ(
      backtest_calibration(nine_models(), 0, test::context()).title,
      "ensemble: its 80 % intervals held 77\u00A0%, its 95 % intervals 94\u00A0% of what came");
}

TEST(BacktestCalibration, ClassesWithoutForecastsHaveNoDot) {
  evaluation::Backtest result = nine_models();
  result.models[0].reliability[4] = {};
  EXPECT_THAT(rows_of(panels_of(backtest_calibration(result, 0, test::context()))[1], "point"),
              SizeIs(9));
}

TEST(BacktestFrequency, TellsWhereTheBarsEnd) {
  const Chart chart = backtest_frequency(nine_models(), 0, test::context());
  EXPECT_THAT(test::footnote_of(chart), HasSubstr("Bars of more than +200 % are cut."));
  const Json rows = panels_of(chart)[0]["data"]["values"];
  EXPECT_EQ(rows[0]["bias"], 2.0);
  EXPECT_EQ(rows[0]["bias text"], "+250\u00A0%");
  // Nobody made more than 255: no bar.
  EXPECT_THAT(column<std::string>(rows, "class"), Not(Contains("256+")));
}

TEST(BacktestMembers, TitleNamesWhoCountedMost) {
  EXPECT_EQ(backtest_members(test::with_members(12), 1, test::context()).title,
            "dynamic_nbd counted most in ensemble: 41\u00A0% over 12 months");
}

}  // namespace
}  // namespace till::charts
