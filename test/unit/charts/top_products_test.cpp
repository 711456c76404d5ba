#include "unit/charts/examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

using test::column;
using test::Json;
using test::panels_of;
using test::product;
using test::rows_of;
using test::top_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

Chart chart_of(const insight::TopProducts& result) {
  return top_products(result, test::context());
}

Json rows(const insight::TopProducts& result) {
  return rows_of(panels_of(chart_of(result))[0], "bar");
}

TEST(TopProductsChart, TitleNamesTheLeaderAndItsShare) {
  EXPECT_EQ(chart_of(test::car_makes()).title,
            "Renault leads with 53,241 transactions, 18\u00A0% of all");
}

TEST(TopProductsChart, TitleIsFairToThoseWhoTie) {
  EXPECT_EQ(
      chart_of(top_of({product("A", "A", 5, 1), product("B", "B", 5, 1), product("C", "C", 2, 1)},
                      30,
                      9))
          .title,
      "A and B lead with 5 transactions each");
  EXPECT_EQ(
      chart_of(top_of({product("A", "A", 1, 1), product("B", "B", 1, 1), product("C", "C", 1, 1)},
                      30,
                      9))
          .title,
      "3 products lead with 1 transaction each");
}

TEST(TopProductsChart, TitleOfTheOnlyProductSaysSo) {
  const Chart chart = chart_of(top_of({product("all", "all", 69'659, 1)}, 69'659, 1));
  EXPECT_EQ(chart.title, "all leads with 69,659 transactions, all there were");
  EXPECT_THAT(test::subtitle_of(chart), HasSubstr("The only product sold, 1 Jul – 31 Dec 2017"));
}

TEST(TopProductsChart, SubtitleNamesBothWindows) {
  EXPECT_EQ(
      test::subtitle_of(chart_of(test::car_makes())),
      "Top 5 of 50 products, 1 Jul – 31 Dec 2017; change in rank against 1 Jan – 30 Jun 2017");
}

TEST(TopProductsChart, ChangeIsUpDownSameOrNew) {
  EXPECT_THAT(column<std::string>(rows(test::car_makes()), "cell_1"),
              ElementsAre("=", "▲\u00A02", "▼\u00A01", "=", "new"));
}

TEST(TopProductsChart, WithoutAWindowBeforeThereIsNoChange) {
  insight::TopProducts result = test::car_makes();
  result.previous_transactions = 0;
  const Chart chart = chart_of(result);
  EXPECT_FALSE(rows(result)[0].contains("cell_1"));
  EXPECT_THAT(test::subtitle_of(chart), Not(HasSubstr("change")));
  EXPECT_THAT(test::footnote_of(chart),
              HasSubstr("There are no transactions in the window before (1 Jan – 30 Jun 2017) to "
                        "compare with."));
}

TEST(TopProductsChart, TheIdIsShownWhereItIsNotTheName) {
  EXPECT_FALSE(rows(test::car_makes())[0].contains("shown_id"));
  const Json groceries = rows(test::groceries(20));
  EXPECT_EQ(groceries[0]["shown_label"], "BANANAS");
  EXPECT_EQ(groceries[0]["shown_id"], "1082185");
}

TEST(TopProductsChart, ALongNameIsElidedAndWholeInTheTooltip) {
  const Json row = rows(test::groceries(20))[3];
  EXPECT_THAT(row["shown_label"].get<std::string>(), HasSubstr("…"));
  EXPECT_EQ(row["shown_id"], "1105942");
  EXPECT_EQ(row["product"], "STRAWBERRIES FRESH 1 LB CLAMSHELL PACKAGE CALIFORNIA GROWN ORGANIC");
}

TEST(TopProductsChart, EachBarSaysItsRowToThoseWhoHearThePicture) {
  EXPECT_EQ(rows(test::car_makes())[1]["description"],
            "2. Opel: 23,501 transactions, share 8.0\u00A0%, change ▲\u00A02");
  EXPECT_THAT(rows(test::groceries(20))[0]["description"].get<std::string>(),
              ::testing::StartsWith("1. BANANAS (1082185): 16,992 transactions"));
}

TEST(TopProductsChart, OnlyFiftyAreDrawn) {
  const Chart chart = chart_of(test::groceries(60));
  EXPECT_THAT(rows_of(panels_of(chart)[0], "bar"), SizeIs(50));
  EXPECT_THAT(test::subtitle_of(chart), HasSubstr("Top 50 of 68,509 products"));
}

TEST(TopProductsChart, NegativeCountsGoTheOtherWay) {
  const Json panel = panels_of(chart_of(test::awkward()))[0];
  for (const Json& layer : panel["layer"]) {
    if (layer["mark"]["type"] == "bar") {
      EXPECT_EQ(layer["encoding"]["x"]["scale"]["domain"], Json({-250'000'000, 1'000'000'000}));
    }
  }
}

TEST(TopProductsChart, NothingSoldIsSaidCalmly) {
  const Chart chart = chart_of(top_of({}, 0, 0));
  EXPECT_EQ(chart.title, "No transactions in this window");
  EXPECT_EQ(test::subtitle_of(chart), "1 Jul – 31 Dec 2017");
}

}  // namespace
}  // namespace till::charts
