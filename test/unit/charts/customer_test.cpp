#include "unit/charts/customer_examples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::charts {
namespace {

using ::testing::HasSubstr;

TEST(LifecycleSurvivalChart, TitleSaysWhenHalfHaveBoughtAgain) {
  insight::Lifecycle result = test::rhythm_of(9, 12);
  result.rhythm.second_purchase = {{.time = 3, .at_risk = 9, .events = 5, .survival = 0.4}};
  EXPECT_EQ(lifecycle_survival(result, test::context()).title,
            "Half of the customers buy again within 3 days");
  result.rhythm.second_purchase.front().survival = 0.75;
  result.rhythm.watched_days = 40;
  EXPECT_EQ(lifecycle_survival(result, test::context()).title,
            "25\u00A0% of the customers buy again within 30 days of their first purchase");
}

TEST(LifecycleIntervalsChart, TitleSaysTheMedian) {
  insight::Lifecycle result;
  result.rhythm.intervals = {{1, 3}, {8, 4}, {9, 1}};
  EXPECT_EQ(lifecycle_intervals(result, test::context()).title,
            "Half of the intervals between purchases take 8 days or less");
}

TEST(LifecycleSegmentsChart, TitleSaysWhatChampionsMake) {
  insight::Lifecycle result;
  result.rhythm.customers = 10;
  result.rhythm.segments = {{insight::Segment::Champions, 2, 20, 60, 2},
                            {insight::Segment::Hibernating, 8, 8, 40, 800}};
  EXPECT_EQ(lifecycle_segments(result, test::context()).title,
            "20\u00A0% of the customers are champions: they make 60\u00A0% of all transactions");
}

TEST(AffinityChart, TitleNamesTheSurestPair) {
  EXPECT_EQ(affinity(test::pairs_of(6, true), test::context()).title,
            "Tea and then Jam are bought after one another 2 times as often as by chance");
  insight::Affinity none = test::pairs_of(1, false);
  none.pairs.front().q_value = 0.5;
  const Chart surest = affinity(none, test::context());
  EXPECT_EQ(surest.title, "No two products are bought together more often than by chance");
  EXPECT_THAT(surest.specification, HasSubstr("what so many tests bring by chance alone"));
  none.pairs.clear();
  EXPECT_THAT(affinity(none, test::context()).specification, HasSubstr("Nothing to draw"));
}

}  // namespace
}  // namespace till::charts
