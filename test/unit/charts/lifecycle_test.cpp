#include "unit/charts/examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

using test::Json;
using test::panels_of;

insight::Lifecycle three_months() {
  insight::Lifecycle result;
  result.months = {{.month = {2018, 1}, .fresh = 10},
                   {.month = {2018, 2}, .fresh = 2, .active = 4, .resting = 6},
                   {.month = {2018, 3}, .active = 3, .returning = 2, .resting = 3, .dormant = 4}};
  return result;
}

TEST(LifecycleChart, TitleSaysHowManyAreDormant) {
  EXPECT_EQ(lifecycle(three_months(), test::context()).title,
            "Of 12 customers so far, 4 (33\u00A0%) have not bought for 3 months or more");
}

TEST(LifecycleChart, BarsOfAMonthStandOnEachOther) {
  const std::vector<Json> panels = panels_of(lifecycle(three_months(), test::context()));
  ASSERT_GE(panels.size(), 2U);
  std::int64_t march = 0;
  for (const Json& layer : panels[0]["layer"]) {
    if (layer["mark"]["type"] != "bar") {
      continue;
    }
    for (const Json& row : layer["data"]["values"]) {
      if (row["month"] == 2) {
        EXPECT_EQ(row["from"].get<std::int64_t>(), march);
        march = row["to"].get<std::int64_t>();
      }
    }
  }
  EXPECT_EQ(march, 5);
}

TEST(LifecycleChart, OfNobodyIsCalm) {
  EXPECT_EQ(lifecycle({}, test::context()).title, "No customer bought anything before this moment");
}

}  // namespace
}  // namespace till::charts
