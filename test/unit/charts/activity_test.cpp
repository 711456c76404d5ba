#include <cmath>

#include "unit/charts/examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

using test::activity_of;
using test::column;
using test::heavy_tail;
using test::Json;
using test::panels_of;
using test::rows_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

Chart chart_of(const insight::Activity& result) {
  return activity(result, test::context());
}

Chart chart_of(std::vector<std::int64_t> counts) {
  return chart_of(activity_of(std::move(counts)));
}

TEST(ActivityChart, TitleSaysHowMuchTheTopPercentMade) {
  // 200 customers: the first two make 150 of 348.
  std::vector<std::int64_t> counts(198, 1);
  counts.push_back(100);
  counts.push_back(50);
  EXPECT_EQ(chart_of(counts).title,
            "200 customers made 348 transactions; the top 1\u00A0% made 43\u00A0%");
}

TEST(ActivityChart, TitleOfFewCustomersNamesTheShareOfTheFirst) {
  EXPECT_EQ(chart_of({6, 3, 1}).title,
            "3 customers made 10 transactions; the most active made 60\u00A0%");
}

TEST(ActivityChart, TitleIsPlainWhereThereIsNoMoreToSay) {
  EXPECT_EQ(chart_of({17}).title, "1 customer made 17 transactions");
  EXPECT_EQ(chart_of({1}).title, "1 customer made 1 transaction");
  EXPECT_EQ(chart_of({2, 2, 2}).title, "3 customers made 2 transactions each");
  EXPECT_EQ(chart_of({3, -5}).title, "2 customers made \u22122 transactions");
  EXPECT_EQ(activity({}, test::context()).title, "No transactions in this window");
}

TEST(ActivityChart, FewCustomersAreATableWithTheirIds) {
  const Chart chart = chart_of(activity_of({6, 3, 1}, {"Ann", "Bob", "Cy"}));
  const std::vector<Json> panels = panels_of(chart);
  ASSERT_THAT(panels, SizeIs(1));
  const Json rows = rows_of(panels[0], "bar");
  EXPECT_THAT(column<std::string>(rows, "shown_label"), ElementsAre("Ann", "Bob", "Cy"));
  EXPECT_THAT(column<std::int64_t>(rows, "value"), ElementsAre(6, 3, 1));
  EXPECT_THAT(column<std::string>(rows, "cell_1"),
              ElementsAre("60.0\u00A0%", "90.0\u00A0%", "100.0\u00A0%"));
  EXPECT_EQ(test::subtitle_of(chart),
            "Transactions of each customer; 1 customer (33\u00A0%) makes over 50\u00A0%, "
            "2 customers (67\u00A0%) make over 80\u00A0%");
}

TEST(ActivityChart, SomeCustomersAreOneBarEach) {
  const std::vector<Json> panels = panels_of(chart_of(heavy_tail(60, 2'000)));
  ASSERT_THAT(panels, SizeIs(2));
  EXPECT_THAT(rows_of(panels[0], "bar"), SizeIs(60));
}

TEST(ActivityChart, ManyUnequalCustomersAreACurveOnLogarithmicScales) {
  const std::vector<Json> panels = panels_of(chart_of(heavy_tail(2'002, 105'000)));
  ASSERT_THAT(panels, SizeIs(2));
  const Json encoding = panels[0]["layer"][0]["encoding"];
  EXPECT_EQ(encoding["x"]["scale"]["type"], "log");
  EXPECT_EQ(encoding["x"]["scale"]["domain"], Json({1.0, 2002.0}));
  EXPECT_EQ(encoding["x"]["axis"]["values"], Json({1.0, 10.0, 100.0, 1000.0}));
  EXPECT_EQ(encoding["y"]["scale"]["type"], "log");
  EXPECT_THAT(test::labels_of(panels[0]),
              Contains("Transactions per customer (logarithmic scale)"));
}

TEST(ActivityChart, ManyCustomersAlikeStayOnLinearScales) {
  const std::vector<Json> panels = panels_of(chart_of(test::light_tail(5'000)));
  const Json encoding = panels[0]["layer"][0]["encoding"];
  EXPECT_EQ(encoding["x"]["scale"]["type"], "linear");
  EXPECT_EQ(encoding["y"]["scale"]["type"], "linear");
  EXPECT_EQ(encoding["y"]["scale"]["domain"][0], 0);
}

TEST(ActivityChart, AMillionCustomersAreAFewHundredPoints) {
  const Chart chart = chart_of(heavy_tail(1'000'000, 4'000'000));
  const std::vector<Json> panels = panels_of(chart);
  const Json curve = rows_of(panels[0], "line");
  EXPECT_LT(curve.size(), 600U);
  EXPECT_EQ(curve.front()["rank"], 1);
  EXPECT_EQ(curve.back()["rank"], 1'000'000);
  EXPECT_LT(rows_of(panels[1], "line").size(), 200U);
  EXPECT_LT(chart.specification.size(), 150'000U);
}

TEST(ActivityChart, ThinningMovesNoCustomerByAPixel) {
  const std::vector<std::int64_t> counts = heavy_tail(20'000, 1'000'000);
  const std::vector<Json> panels = panels_of(chart_of(counts));
  const Json curve = rows_of(panels[0], "line");
  const Json scale = panels[0]["layer"][0]["encoding"]["y"]["scale"]["domain"];
  const double height = panels[0]["height"].get<double>();
  const double width = panels[0]["width"].get<double>();
  const double decades = std::log(scale[1].get<double>() / scale[0].get<double>());
  const auto y = [&](double transactions) { return std::log(transactions) / decades * height; };
  const auto x = [&](double rank) { return std::log(rank) / std::log(20'000.0) * width; };
  std::size_t at = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto rank = static_cast<double>(i + 1);
    while (at + 2 < curve.size() && curve[at + 1]["rank"].get<double>() < rank) {
      ++at;
    }
    const double x0 = x(curve[at]["rank"]);
    const double x1 = x(curve[at + 1]["rank"]);
    const double y0 = y(curve[at]["transactions"]);
    const double y1 = y(curve[at + 1]["transactions"]);
    const double dx = x1 - x0;
    const double dy = y1 - y0;
    const double off =
        std::abs(dx * (y(static_cast<double>(counts[i])) - y0) - dy * (x(rank) - x0)) /
        std::hypot(dx, dy);
    ASSERT_LT(off, 0.5) << "rank " << rank;
  }
}

TEST(ActivityChart, MarksWhoMakesHalfAndFourFifths) {
  // 1 + 4 customers make 500 of 1000; 95 more make 20 each... of 10,000.
  std::vector<std::int64_t> counts(1'000, 5);  // 5,000
  counts.insert(counts.end(), 50, 100);        // 5,000
  const std::vector<Json> panels = panels_of(chart_of(counts));
  EXPECT_THAT(test::labels_of(panels[1]), Contains("50 customers (4.8\u00A0%) make 50\u00A0%"));
  EXPECT_THAT(test::labels_of(panels[1]), Contains("650 customers (62\u00A0%) make 80\u00A0%"));
  EXPECT_THAT(column<std::int64_t>(rows_of(panels[1], "point"), "rank"), ElementsAre(50, 650));
}

TEST(ActivityChart, OneCustomerWhoMakesBothSharesIsMarkedOnce) {
  std::vector<std::int64_t> counts(200, 1);
  counts.push_back(1'800);
  const std::vector<Json> panels = panels_of(chart_of(counts));
  EXPECT_THAT(column<std::int64_t>(rows_of(panels[1], "point"), "rank"), ElementsAre(1));
  EXPECT_THAT(test::labels_of(panels[1]), Contains("1 customer (0.5\u00A0%) makes over 80\u00A0%"));
}

TEST(ActivityChart, NamesTheMostActiveAndTheMedianCustomer) {
  std::vector<std::int64_t> counts(100, 3);
  counts.insert(counts.end(), 99, 4);
  counts.push_back(1'000);
  const std::vector<Json> panels = panels_of(chart_of(activity_of(counts, {"8649525"})));
  EXPECT_THAT(test::labels_of(panels[0]), Contains("8649525: 1,000"));
  EXPECT_THAT(test::labels_of(panels[0]), Contains("median customer: 3.5"));
}

TEST(ActivityChart, CustomersBelowALogarithmicScaleAreCounted) {
  std::vector<std::int64_t> counts = heavy_tail(500, 3'000);
  counts[497] = 0;
  counts[498] = -1;
  counts[499] = -2;
  const Chart chart = chart_of(counts);
  EXPECT_THAT(test::footnote_of(chart),
              HasSubstr("3 customers with no more purchases than returns are below the end of the "
                        "upper scale."));
  for (const std::int64_t transactions :
       column<std::int64_t>(rows_of(panels_of(chart)[0], "line"), "transactions")) {
    EXPECT_GT(transactions, 0);
  }
}

TEST(ActivityChart, MoreReturnedThanBoughtHasNoShares) {
  std::vector<std::int64_t> counts(60, 1);
  counts.push_back(-100);
  EXPECT_THAT(panels_of(chart_of(counts)), SizeIs(1));
}

TEST(ActivityChart, TransactionsWithoutACustomerAreMentioned) {
  insight::Activity result = activity_of({6, 3, 1});
  result.transactions_without_customer = 235'287;
  EXPECT_THAT(test::footnote_of(activity(result, test::context())),
              ::testing::StartsWith("235,287 transactions without a customer are not shown."));
}

TEST(ActivityChart, FootnoteSaysWhereTheNumbersComeFrom) {
  EXPECT_EQ(test::footnote_of(chart_of({6, 3, 1})),
            "Source: car_makes, 975,955 transactions of 2,002 customers, 2017-01-01 to 2020-03-16. "
            "One transaction is one row; days and months of UTC.");
}

TEST(ActivityChart, AVeryLongSourceIsCutBetweenWords) {
  Context context = test::context();
  context.source.clear();
  for (int i = 0; i < 200; ++i) {
    context.source += "file_" + std::to_string(i) + ".csv ";
  }
  const Chart chart = activity(activity_of({6, 3, 1}), context);
  EXPECT_THAT(test::specification_of(chart)["vconcat"].back()["title"]["text"], SizeIs(4));
  EXPECT_THAT(test::footnote_of(chart), ::testing::EndsWith(".csv …"));
}

}  // namespace
}  // namespace till::charts
