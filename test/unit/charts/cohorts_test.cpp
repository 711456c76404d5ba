#include "unit/charts/examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

using test::Json;
using test::panels_of;

TEST(CohortsChart, TitleSaysHowManyComeAgain) {
  EXPECT_EQ(
      cohorts(test::cohorts_of(14, 1200), test::context()).title,
      "48\u00A0% of customers buy in the month after their first purchase, 20\u00A0% 12 months "
      "after it");
}

TEST(CohortsChart, EveryCellHasItsNumber) {
  const std::vector<Json> panels = panels_of(cohorts(test::cohorts_of(14, 1200), test::context()));
  ASSERT_EQ(panels.size(), 2U);
  EXPECT_EQ(panels[0]["data"]["values"].size(), 14U * 13U);
}

TEST(CohortsChart, OfManyDrawsTheLatest) {
  const Chart chart = cohorts(test::cohorts_of(60, 1200), test::context());
  EXPECT_EQ(panels_of(chart)[0]["data"]["values"].size(), 48U * 48U);
  EXPECT_THAT(chart.specification, ::testing::HasSubstr("The first 12 cohorts are not drawn"));
}

TEST(CohortsChart, OfOneMonthIsCalm) {
  EXPECT_EQ(cohorts(test::cohorts_of(1, 30), test::context()).title,
            "No cohort was seen for a whole month after that of its first purchases");
}

}  // namespace
}  // namespace till::charts
