#include "till/charts/forecast.hpp"

#include "unit/charts/forecast_examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::charts {
namespace {

using test::panels_of;
using test::total_of;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Chart drawn(const models::ForecastTotal& total) {
  return forecast_total(total, "dynamic_nbd", test::context());
}

std::vector<std::int64_t> fourteen_months() {
  return {1, 80, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 100};
}

TEST(ForecastTotalChart, TitleComparesWithTheYearBefore) {
  EXPECT_EQ(drawn(total_of(fourteen_months(), {2019, 1}, {1.0, 100.2, 50})).title,
            "100 transactions are expected in February 2019, 11 % more than a year before");
  EXPECT_EQ(drawn(total_of(fourteen_months(), {2019, 1}, {1.0, 90.4, 50})).title,
            "90 transactions are expected in February 2019, as many as a year before");
}

TEST(ForecastTotalChart, TitleComparesWithTheMonthBeforeInAYoungLog) {
  EXPECT_EQ(drawn(total_of({7, 80}, {2019, 1}, {1.0, 60, 50})).title,
            "60 transactions are expected in February 2019, 25 % fewer than in January 2019");
}

TEST(ForecastTotalChart, FirstMonthIsNothingToCompareWith) {
  EXPECT_EQ(drawn(total_of({80}, {2019, 1}, {1.0, 1, 50})).title,
            "1 transaction is expected in February 2019");
}

TEST(ForecastTotalChart, MonthThatWasNotOverIsNoDrop) {
  models::ForecastTotal total = total_of({9, 80, 10}, {2019, 1}, {1.0, 60, 50});
  total.past.back().is_whole = false;
  const Chart chart = drawn(total);
  EXPECT_EQ(chart.title, "60 transactions are expected in February 2019");
  EXPECT_THAT(test::footnote_of(chart), HasSubstr("Hollow: January 2019 was not over"));
  EXPECT_THAT(test::column<double>(test::rows_of(panels_of(chart)[0], "line"), "transactions"),
              Not(Contains(10.0)));
}

TEST(ForecastTotalChart, BandsAreQuantilesOfTheTotal) {
  const models::CountPart expected{1.0, 60, 50};
  const models::CountDistribution all({&expected, 1});
  const test::Json band =
      test::rows_of(panels_of(drawn(total_of({7, 80}, {2019, 1}, expected)))[0], "rule")[0];
  EXPECT_EQ(band["low"].get<std::int64_t>(), all.quantile(0.05));
  EXPECT_EQ(band["high"].get<std::int64_t>(), all.quantile(0.95));
}

TEST(ForecastCustomerChart, ShowsHowLikelyEachCountIs) {
  const Chart chart = forecast_customer(
      test::customer_of({2, 0, 4}, {2019, 1}, {{1.0, 2.0, 4.0}}), "anna", "ensemble", {});
  EXPECT_EQ(chart.title, "anna is expected to make 2 transactions in February 2019");
  double sum = 0;
  for (const double each :
       test::column<double>(panels_of(chart)[1]["data"]["values"], "probability")) {
    sum += each;
  }
  EXPECT_GT(sum, 0.998);
  EXPECT_LE(sum, 1.0 + 1e-12);
}

TEST(ForecastCustomerChart, CountsShareBarsWhereThereAreMany) {
  const Chart chart = forecast_customer(
      test::customer_of({900, 950}, {2019, 1}, {{1.0, 905, 30}}), "anna", "ensemble", {});
  EXPECT_LE(panels_of(chart)[1]["data"]["values"].size(), 60U);
}

TEST(ForecastImportanceChart, GathersWhatThereIsNoRoomFor) {
  const Chart chart = forecast_importance(test::gains_of(30), "ensemble", test::context());
  EXPECT_THAT(chart.title, HasSubstr("50\u00A0% came from mean_of_1_months"));
  EXPECT_THAT(test::footnote_of(chart), HasSubstr("Another 5 features have <0.1\u00A0%"));
  EXPECT_THAT(test::footnote_of(chart), HasSubstr("1 feature is never used"));
}

TEST(ForecastTotalChart, TellsWhatItLeavesOut) {
  const Chart chart = drawn(total_of(test::seasonal(50, 100), {2019, 1}, {1.0, 60, 50}));
  EXPECT_THAT(test::footnote_of(chart), HasSubstr("The 2 months before are not drawn"));
}

}  // namespace
}  // namespace till::charts
