#include "charts/ticks.hpp"

#include "charts/drawing.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::charts {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Ticks, LinearAxisEndsAtARoundNumber) {
  const Axis axis = linear_axis(0, 826, 4);
  EXPECT_EQ(axis.from, 0);
  EXPECT_EQ(axis.to, 1000);
  EXPECT_THAT(axis.ticks, ElementsAre(0, 250, 500, 750, 1000));
}

TEST(Ticks, CountsAreNeverHalved) {
  EXPECT_THAT(linear_axis(0, 1, 4).ticks, ElementsAre(0, 1));
  EXPECT_THAT(linear_axis(0, 6, 3).ticks, ElementsAre(0, 2, 4, 6));
  EXPECT_THAT(linear_axis(0, 9, 4).ticks, ElementsAre(0, 5, 10));
}

TEST(Ticks, AnAxisOfNothingReachesOne) {
  EXPECT_THAT(linear_axis(0, 0, 4).ticks, ElementsAre(0, 1));
}

TEST(Ticks, ANegativeAxisBeginsAtTheData) {
  const Axis axis = linear_axis(-30, 100, 4);
  EXPECT_EQ(axis.from, -30);
  EXPECT_THAT(axis.ticks, ElementsAre(0, 50, 100));
}

TEST(Ticks, LogAxisHasPowersOfTen) {
  const Axis axis = log_axis(1, 34'963);
  EXPECT_TRUE(axis.logarithmic);
  EXPECT_EQ(axis.to, 34'963);
  EXPECT_THAT(axis.ticks, ElementsAre(1, 10, 100, 1'000, 10'000));
}

TEST(Ticks, AShortLogAxisHasStepsBetween) {
  EXPECT_THAT(log_axis(1, 56).ticks, ElementsAre(1, 2, 5, 10, 20, 50));
  EXPECT_THAT(log_axis(12, 43).ticks, ElementsAre(20));
  EXPECT_THAT(log_axis(3, 3).ticks, ElementsAre(5));
  EXPECT_EQ(log_axis(3, 3).to, 6);
}

TEST(Ticks, LargeNumbersAreSaidInWords) {
  EXPECT_EQ(tick_label(0), "0");
  EXPECT_EQ(tick_label(1'500), "1,500");
  EXPECT_EQ(tick_label(1'500'000), "1.5 million");
  EXPECT_EQ(tick_label(2e9), "2 billion");
  EXPECT_EQ(tick_label(-250e6), "\u2212250 million");
}

TEST(Ticks, VegaWritesThemAlike) {
  std::string values;
  for (const double value : {0.0, 500.0, 1'500.0, 1'500'000.0, 2e9, -250e6}) {
    values += (values.empty() ? "" : ",") + std::to_string(value);
  }
  const Result<Drawing> drawing = draw(
      R"({"$schema":"https://vega.github.io/schema/vega-lite/v6.json","data":{"values":[{"a":1}]},
        "mark":"point","width":900,"encoding":{"x":{"field":"a","type":"quantitative",
        "scale":{"domain":[-3e8,2e9]},"axis":{"labelOverlap":false,"values":[)" +
      values + R"(],"labelExpr":")" + std::string(kTickLabelExpression) + R"("}}}})");
  ASSERT_TRUE(drawing) << drawing.error().message;
  for (const double value : {0.0, 500.0, 1'500.0, 1'500'000.0, 2e9, -250e6}) {
    EXPECT_THAT(drawing->svg, HasSubstr(">" + tick_label(value) + "</text>"));
  }
}

TEST(MeasureAxis, HasRoundTicksAroundTheNumbers) {
  const Axis scores = measure_axis(9.61, 11.66, 5);
  EXPECT_THAT(scores.ticks, testing::ElementsAre(9.5, 10.0, 10.5, 11.0, 11.5, 12.0));
  EXPECT_EQ(scores.from, 9.5);
  EXPECT_EQ(scores.to, 12.0);
  EXPECT_THAT(measure_axis(-0.19, 0.87, 3).ticks, testing::ElementsAre(-0.5, 0.0, 0.5, 1.0));
}

TEST(MeasureAxis, OfOneNumberHasTwoEnds) {
  for (const double value : {0.0, 1.5, -3.0, 1e6}) {
    const Axis axis = measure_axis(value, value, 4);
    EXPECT_LT(axis.from, axis.to) << value;
    EXPECT_LE(axis.from, value);
    EXPECT_GE(axis.to, value);
  }
}

TEST(MeasureAxis, LabelsKeepTheirFractions) {
  EXPECT_EQ(measure_label(0.25), "0.25");
  EXPECT_EQ(measure_label(-0.5), "\u22120.5");
  EXPECT_EQ(measure_label(12500), "12,500");
}

}  // namespace
}  // namespace till::charts
