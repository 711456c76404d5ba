#include "till/charts/seasonality.hpp"

#include <string>
#include <vector>

#include "unit/charts/examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::charts {
namespace {

using test::Json;
using test::panels_of;
using ::testing::HasSubstr;

/// So many days from 1 January 2018, all alike, but on Sundays nothing.
insight::DayCounts open_days(std::size_t days, bool has_hours) {
  insight::DayCounts counts;
  counts.first_day = days_since_epoch({2018, 1, 1});
  counts.has_hours = has_hours;
  counts.days.resize(days);
  for (std::size_t i = 0; i < days; ++i) {
    counts.days[i][has_hours ? 10 : 0] = i % 7 == 6 ? 0 : 6;
  }
  return counts;
}

TEST(SeasonalityChart, TitleSaysWhatWasFound) {
  const Chart chart =
      seasonality(insight::seasonality_of(open_days(100, false), {}), test::context());
  EXPECT_THAT(chart.title, HasSubstr("Transactions follow the day of the week (most: "));
  EXPECT_THAT(chart.specification, HasSubstr("Day of the week: strong evidence"));
  EXPECT_THAT(chart.specification, HasSubstr("No test of the hour: the log has dates without"));
}

TEST(SeasonalityChart, DrawsTheHoursOfTheWeekWhereTheyAreKnown) {
  const auto panels = [](bool has_hours) {
    return panels_of(
        seasonality(insight::seasonality_of(open_days(100, has_hours), {}), test::context()));
  };
  EXPECT_EQ(panels(true).size(), panels(false).size() + 2);  // and their profile
}

TEST(SeasonalityChart, OfAShortLogSaysSo) {
  const insight::Seasonality found = insight::seasonality_of(open_days(3, false), {});
  EXPECT_EQ(seasonality_sentence(found), "The log is too short to look for a season");
  EXPECT_TRUE(render(seasonality(found, test::context()), Format::Svg));
}

TEST(SeasonalityChart, OfNothingIsCalm) {
  EXPECT_EQ(seasonality({}, test::context()).title, "Nothing was bought before this moment");
}

TEST(SeasonalityChart, IsDrawn) {
  const Chart chart =
      seasonality(insight::seasonality_of(open_days(800, true), {}), test::context());
  const Result<std::string> svg = render(chart, Format::Svg);
  ASSERT_TRUE(svg) << svg.error().message;
  EXPECT_THAT(*svg, HasSubstr("Hours of the week"));
}

}  // namespace
}  // namespace till::charts
