#include "till/charts/fit.hpp"

#include "unit/charts/fit_examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::charts {
namespace {

using ::testing::HasSubstr;

TEST(FitFrequenciesChart, TitleSaysWhoDoesNotComeBack) {
  const Chart chart = fit_frequencies(test::seldom(), "Pareto/NBD", test::context());
  EXPECT_EQ(chart.title,
            "Pareto/NBD expects 1,404 of 2,357 customers not to buy again; it was 1,411");
}

TEST(FitFrequenciesChart, SubtitleSaysHowFarItIsOff) {
  // Four customers of two classes, of whom one is expected in the other.
  const std::vector<models::FrequencyClass> classes = {{0, 9, 3, 2}, {10, std::nullopt, 1, 2}};
  const Chart chart = fit_frequencies(classes, "NBD", test::context());
  EXPECT_EQ(chart.title, "NBD expects 2 of 4 customers with 0–9 repeat purchases; it was 3");
  EXPECT_THAT(test::subtitle_of(chart), HasSubstr("25\u00a0% of customers would have to change"));
}

TEST(FitFrequenciesChart, NumbersStandAboveBarAndDot) {
  const test::Json rows = test::rows_of(
      test::panels_of(fit_frequencies(test::seldom(), "NBD", test::context()))[0], "bar");
  EXPECT_EQ(rows[0]["top"], 1411.0);
  EXPECT_EQ(rows[1]["top"], 451.5);
}

TEST(FitMatrixChart, TitleSaysWhereFrequencyTellsMost) {
  const Chart chart = fit_matrix(test::matrix(3, 4), "BG/NBD", test::context());
  EXPECT_THAT(chart.title, HasSubstr("who did not buy for 10 weeks"));
}

TEST(FitRatesChart, TitleSaysHowOftenHalfOfTheCustomersBuy) {
  const Chart chart = fit_rates(test::spreads(), "BG/NBD", "week", test::context());
  // The median of a Gamma(0.55, 10.6) is 0.0256.
  EXPECT_THAT(chart.title, HasSubstr("half of the customers buy less than once in 39.1 weeks"));
}

TEST(FitProfilesChart, TitleNamesWhatIsNotBounded) {
  const Chart chart = fit_profiles(test::profiles(), "BG/NBD", test::context());
  EXPECT_EQ(chart.title, "The data do not bound b of the BG/NBD");
}

TEST(FitTrackingChart, TitleIsOfWhatNoModelHasSeen) {
  models::Tracking tracking = test::tracking(3, 2);
  tracking.actual = {5, 5, 10};
  tracking.models[0].expected = {9, 9, 12};
  EXPECT_EQ(fit_tracking(tracking, test::context()).title,
            "Pareto/NBD expected 12 repeat purchases after the calibration, 10 came (+20\u00a0%)");
}

TEST(FitHoldoutChart, TitleComparesTotals) {
  const Chart chart = fit_holdout(test::holdout(), "in 2018", test::context());
  EXPECT_THAT(chart.title, HasSubstr(" purchases in 2018, "));
}

}  // namespace
}  // namespace till::charts
