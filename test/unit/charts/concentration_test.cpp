#include "unit/charts/examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

using test::concentration_of;
using test::Json;
using test::panels_of;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

Chart chart_of(const insight::Concentration& result) {
  return concentration(result, test::context());
}

TEST(ConcentrationChart, TitleSaysWhatAFifthMakes) {
  EXPECT_EQ(chart_of(concentration_of({80, 5, 5, 5, 5}, {60, 10, 10, 10, 10}, 1)).title,
            "20\u00A0% of customers make 80\u00A0% of transactions, "
            "20\u00A0% of products make 60\u00A0%");
}

TEST(ConcentrationChart, TitleOfAFewNamesTheFirst) {
  EXPECT_EQ(chart_of(concentration_of({9, 1}, {10}, 1)).title,
            "The first of 2 customers makes 90\u00A0% of transactions");
}

TEST(ConcentrationChart, TheOnlyProductIsNotDrawn) {
  const Chart chart = chart_of(concentration_of({9, 1}, {10}, 1));
  EXPECT_THAT(chart.specification, HasSubstr("2 customers, Gini 0.40"));
  EXPECT_THAT(chart.specification, Not(HasSubstr("1 product, Gini")));
}

TEST(ConcentrationChart, MonthsAreDrawnFromThreeOn) {
  EXPECT_THAT(panels_of(chart_of(concentration_of({9, 1}, {8, 2}, 2))), SizeIs(1));
  EXPECT_THAT(panels_of(chart_of(concentration_of({9, 1}, {8, 2}, 3))), SizeIs(2));
}

TEST(ConcentrationChart, CurveBeginsAtNothingAndEndsAtAll) {
  const Json panel = panels_of(chart_of(concentration_of({6, 3, 1}, {10}, 1)))[0];
  const Json curve = panel["layer"][1]["data"]["values"];
  EXPECT_EQ(curve.front()["ids"], 0.0);
  EXPECT_EQ(curve.front()["transactions"], 0.0);
  EXPECT_EQ(curve.back()["ids"], 1.0);
  EXPECT_EQ(curve.back()["transactions"], 1.0);
  EXPECT_NEAR(curve[1]["ids"].get<double>(), 1.0 / 3, 1e-12);
  EXPECT_NEAR(curve[1]["transactions"].get<double>(), 0.6, 1e-12);
}

TEST(ConcentrationChart, SaysWhoIsLeftOut) {
  EXPECT_THAT(chart_of(concentration_of({9, 1, -3}, {8, 2}, 1)).specification,
              HasSubstr("1 customer with more returns than purchases is left out"));
}

}  // namespace
}  // namespace till::charts
