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

}  // namespace
}  // namespace till::charts
