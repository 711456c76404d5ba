#include "unit/charts/examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

using test::column;
using test::frequency_of;
using test::Json;
using test::panels_of;
using test::rows_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::SizeIs;

Chart chart_of(const insight::ProductFrequency& result) {
  return product_frequency(result, test::context());
}

std::string title_of(const std::array<std::int64_t, 12>& transactions) {
  return chart_of(frequency_of("Volvo", "Volvo", transactions)).title;
}

TEST(ProductFrequencyChart, TitleNamesTheYearsTotalAndTheBestMonth) {
  EXPECT_EQ(chart_of(test::volvo()).title, "Volvo sold 4,674 times in 2018, most in October (826)");
}

TEST(ProductFrequencyChart, TitleCountsOnFingers) {
  EXPECT_EQ(title_of({0, 1}), "Volvo sold once in 2018, in February");
  EXPECT_EQ(title_of({0, 2}), "Volvo sold twice in 2018, all in February");
  EXPECT_EQ(title_of({0, 7}), "Volvo sold 7 times in 2018, all in February");
  EXPECT_EQ(title_of({1, 1}), "Volvo sold twice in 2018, most in January and February (1 each)");
  EXPECT_EQ(title_of({2, 2, 2}), "Volvo sold 6 times in 2018");
  EXPECT_EQ(title_of({}), "Volvo was not sold in 2018");
  EXPECT_EQ(title_of({-3}), "Volvo: \u22123 transactions in 2018");
}

TEST(ProductFrequencyChart, TitleNamesTheProductByNameAndId) {
  EXPECT_EQ(chart_of(frequency_of("1082185", "BANANAS", {0, 7})).title,
            "BANANAS (1082185) sold 7 times in 2018, all in February");
}

TEST(ProductFrequencyChart, AllTwelveMonthsAreOnTheAxis) {
  const Json panel = panels_of(chart_of(frequency_of("Volvo", "Volvo", {3}, 0, 2)))[0];
  Json domain;
  for (const Json& layer : panel["layer"]) {
    if (layer["mark"]["type"] == "bar") {
      domain = layer["encoding"]["x"]["scale"]["domain"];
    }
  }
  EXPECT_THAT(domain, SizeIs(12));
  EXPECT_EQ(domain.front(), "Jan");
  EXPECT_EQ(domain.back(), "Dec");
}

TEST(ProductFrequencyChart, AMonthWithoutSalesIsZeroAndOneOutsideTheLogIsNot) {
  const Json panel = panels_of(chart_of(frequency_of("Volvo", "Volvo", {3, 0, 5}, 0, 3)))[0];
  const Json rows = rows_of(panel, "bar");
  EXPECT_EQ(rows[1]["transactions"], 0);
  EXPECT_EQ(rows[1]["covered"], true);
  EXPECT_FALSE(rows[3].contains("transactions"));
  EXPECT_EQ(rows[3]["covered"], false);
  EXPECT_THAT(rows_of(panel, "rect"), SizeIs(1));  // April to December in one piece
  EXPECT_THAT(test::labels_of(panel), Contains("no data"));
}

TEST(ProductFrequencyChart, AFullYearHasNoGrey) {
  EXPECT_TRUE(rows_of(panels_of(chart_of(test::volvo()))[0], "rect").is_null());
}

TEST(ProductFrequencyChart, TheBestMonthStandsOut) {
  const Json rows = rows_of(panels_of(chart_of(test::volvo()))[0], "bar");
  for (std::size_t month = 0; month < 12; ++month) {
    EXPECT_EQ(rows[month]["best"], month == 9) << month;
  }
}

TEST(ProductFrequencyChart, AllProductsAreShownOnAScaleOfTheirOwn) {
  const std::vector<Json> panels = panels_of(chart_of(test::volvo()));
  ASSERT_THAT(panels, SizeIs(2));
  EXPECT_THAT(test::labels_of(panels[1]), ElementsAre("All products, for comparison"));
  const Json encoding = panels[1]["layer"][0]["encoding"];
  EXPECT_EQ(encoding["y"]["field"], "all");
  EXPECT_EQ(encoding["y"]["scale"]["domain"], Json({0.0, 50'000.0}));
}

TEST(ProductFrequencyChart, ValuesAreWrittenWhereTheyFit) {
  const auto marks = [](const insight::ProductFrequency& result) {
    std::vector<std::string> types;
    const Json panel = panels_of(chart_of(result))[0];
    for (const Json& layer : panel["layer"]) {
      types.push_back(layer["mark"]["type"]);
    }
    return types;
  };
  EXPECT_THAT(marks(test::volvo()), ElementsAre("bar", "text", "text", "text"));
  EXPECT_THAT(marks(frequency_of("Volvo", "Volvo", {1'000'000'000})), ElementsAre("bar", "text"));
}

TEST(ProductFrequencyChart, EachBarSaysItsMonthToThoseWhoHearThePicture) {
  const Json rows = rows_of(panels_of(chart_of(test::volvo()))[0], "bar");
  EXPECT_EQ(rows[9]["own_description"], "October 2018: 826 transactions");
  EXPECT_EQ(rows[9]["all_description"], "October 2018: 41,000 transactions of all products");
}

TEST(ProductFrequencyChart, AYearOutsideTheLogIsSaidCalmly) {
  const Chart chart = chart_of(frequency_of("Volvo", "Volvo", {}, 0, 0));
  EXPECT_EQ(chart.title, "No transactions in 2018");
  EXPECT_EQ(test::subtitle_of(chart), "Volvo: the log does not reach into this year");
}

}  // namespace
}  // namespace till::charts
