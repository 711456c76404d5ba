#include "unit/charts/examples.hpp"
#include "unit/charts/specification.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

using test::column;
using test::Json;
using test::midnight;
using test::panels_of;
using test::rows_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::SizeIs;

Chart chart_of(const insight::TopProductsRace& race) {
  return top_products_race(race, test::context());
}

// Each text is one month end, each letter a product, best first: {"ABC", "BAC"}.
insight::TopProductsRace race(const std::vector<std::string>& orders) {
  insight::TopProductsRace result;
  for (std::size_t month = 0; month < orders.size(); ++month) {
    const Instant as_of = midnight(2018, static_cast<std::int32_t>(month + 2), 1);
    result.as_ofs.push_back(as_of);
    std::int64_t rank = 0;
    for (const char letter : orders[month]) {
      const std::string id(1, letter);
      result.rows.push_back({as_of, ++rank, id, id, 10, 0.1});
    }
  }
  return result;
}

TEST(TopProductsRaceChart, TitleTellsWhoLed) {
  EXPECT_EQ(chart_of(race({"AB", "AB", "AB"})).title, "A led at all 3 month ends");
  EXPECT_EQ(chart_of(race({"AB", "BA", "AB"})).title, "A led at 2 of 3 month ends and leads now");
  EXPECT_EQ(chart_of(race({"AB", "AB", "BA"})).title,
            "B leads now; the lead changed once in 3 months");
  EXPECT_EQ(chart_of(race({"AB", "BA", "AB", "BA"})).title,
            "B leads now; the lead changed 3 times in 4 months");
  EXPECT_EQ(chart_of(race({"AB"})).title, "A leads");
}

TEST(TopProductsRaceChart, SubtitleTellsTheMonths) {
  EXPECT_EQ(test::subtitle_of(chart_of(race({"AB", "BA", "AB"}))),
            "Rank by transactions in the window up to each month end, January to March 2018");
  EXPECT_EQ(test::subtitle_of(chart_of(test::race_of(5, 9, 40))),
            "Rank by transactions in the window up to each month end, June 2017 to September 2020");
}

TEST(TopProductsRaceChart, OneMonthIsARanking) {
  const Chart chart = chart_of(race({"CAB"}));
  const Json rows = rows_of(panels_of(chart)[0], "bar");
  EXPECT_THAT(column<std::string>(rows, "shown_label"), ElementsAre("C", "A", "B"));
  EXPECT_EQ(test::subtitle_of(chart), "Transactions in the window up to the end of January 2018");
}

TEST(TopProductsRaceChart, ThoseInAtTheEndHaveColoursInOrder) {
  const Json panel = panels_of(chart_of(race({"ABC", "BAD"})))[0];
  std::vector<std::string> colored;
  for (const Json& layer : panel["layer"]) {
    if (layer["mark"]["type"] == "line") {
      for (const Json& row : layer["data"]["values"]) {
        if (row.contains("product") && row["emphasised"] == true && row["month"] == 1) {
          colored.push_back(row["product"].get<std::string>() + row["color"].get<std::string>());
        }
      }
      break;
    }
  }
  const Json ends = rows_of(panel, "point");
  for (const Json& row : ends) {
    if (row["month"] == 1.0) {
      EXPECT_EQ(row["emphasised"], true);
    }
  }
  // C leaves, and is grey.
  EXPECT_EQ(ends.back()["emphasised"], true);
  EXPECT_THAT(column<std::string>(ends, "color"), Contains("#b6bfc9"));
}

TEST(TopProductsRaceChart, LeavingAndComingBackAreWaysToTheLaneBelow) {
  // B is in, out and in again; C comes and goes.
  const Json panel = panels_of(chart_of(race({"AB", "AC", "AB"})))[0];
  const Json ways = rows_of(panel, "line");
  ASSERT_THAT(ways, SizeIs(8));  // out, in, in, out: two points each
  EXPECT_THAT(column<std::string>(ways, "way"),
              ElementsAre("1out", "1out", "2in", "2in", "3in", "3in", "3out", "3out"));
  EXPECT_THAT(column<double>(ways, "rank"), ElementsAre(2, 2.9, 2, 2.9, 2, 2.9, 2, 2.9));
  EXPECT_THAT(test::labels_of(panel), Contains("below the top 2"));
}

TEST(TopProductsRaceChart, NamesStandAtBothEnds) {
  const std::vector<std::string> labels =
      test::labels_of(panels_of(chart_of(race({"AB", "CA"})))[0]);
  EXPECT_EQ(std::count(labels.begin(), labels.end(), "A"), 2);
  EXPECT_EQ(std::count(labels.begin(), labels.end(), "B"), 1);
  EXPECT_EQ(std::count(labels.begin(), labels.end(), "C"), 1);
}

TEST(TopProductsRaceChart, TheIdIsAddedWhereTwoProductsShareAName) {
  insight::TopProductsRace twins = race({"AB", "AB"});
  for (insight::RaceEntry& entry : twins.rows) {
    entry.name = "BANANAS";
  }
  const std::vector<std::string> labels = test::labels_of(panels_of(chart_of(twins))[0]);
  EXPECT_THAT(labels, Contains("BANANAS (A)"));
  EXPECT_THAT(labels, Contains("BANANAS (B)"));
}

TEST(TopProductsRaceChart, NothingSoldIsSaidCalmly) {
  EXPECT_EQ(chart_of({}).title, "No transactions in this window");
}

}  // namespace
}  // namespace till::charts
