#include "charts/wording.hpp"

#include <limits>

#include "unit/charts/examples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::charts {
namespace {

using test::midnight;

TEST(Wording, CountsAreGroupedByThousands) {
  EXPECT_EQ(count(0), "0");
  EXPECT_EQ(count(999), "999");
  EXPECT_EQ(count(2'002), "2,002");
  EXPECT_EQ(count(1'000'000'000), "1,000,000,000");
  EXPECT_EQ(count(-17'000), "\u221217,000");
  EXPECT_EQ(count(std::numeric_limits<std::int64_t>::min()), "\u22129,223,372,036,854,775,808");
}

TEST(Wording, OneIsSingular) {
  EXPECT_EQ(count_of(1, "customer"), "1 customer");
  EXPECT_EQ(count_of(0, "customer"), "0 customers");
  EXPECT_EQ(count_of(2'002, "customer"), "2,002 customers");
  EXPECT_EQ(count_of(-1, "transaction"), "\u22121 transactions");
}

TEST(Wording, PercentsShowWhatTheyKnow) {
  EXPECT_EQ(percent(0.38), "38\u00A0%");
  EXPECT_EQ(percent(0.384), "38\u00A0%");
  EXPECT_EQ(percent(0.0844), "8.4\u00A0%");
  EXPECT_EQ(percent(0.05), "5\u00A0%");
  EXPECT_EQ(percent(0.0004), "<0.1\u00A0%");
  EXPECT_EQ(percent(-0.208), "\u221221\u00A0%");
}

TEST(Wording, NothingAndAllAreExact) {
  EXPECT_EQ(percent(0), "0\u00A0%");
  EXPECT_EQ(percent(1), "100\u00A0%");
  EXPECT_EQ(percent(0.999), ">99\u00A0%");
}

TEST(Wording, PercentsInAColumnHaveOneDecimal) {
  EXPECT_EQ(percent_in_column(0.18), "18.0\u00A0%");
  EXPECT_EQ(percent_in_column(0.077), "7.7\u00A0%");
  EXPECT_EQ(percent_in_column(0), "0.0\u00A0%");
  EXPECT_EQ(percent_in_column(0.0001), "<0.1\u00A0%");
  EXPECT_EQ(percent_in_column(-0.25), "\u221225.0\u00A0%");
}

TEST(Wording, ListsEndWithAnd) {
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed({"May"}), "May");
  EXPECT_EQ(listed({"May", "June"}), "May and June");
  EXPECT_EQ(listed({"May", "June", "July"}), "May, June and July");
}

TEST(Wording, WindowsAreSaidByTheDaysInThem) {
  const TimeZone utc;
  EXPECT_EQ(describe_range({midnight(2017, 7, 1), midnight(2018, 1, 1)}, utc),
            "1 Jul – 31 Dec 2017");
  EXPECT_EQ(describe_range({midnight(2017, 7, 1), midnight(2018, 1, 2)}, utc),
            "1 Jul 2017 – 1 Jan 2018");
  EXPECT_EQ(describe_range({midnight(2018, 2, 28), midnight(2018, 3, 1)}, utc), "28 Feb 2018");
}

TEST(Wording, WindowsWithinADayAreSaidByTheMinute) {
  const Instant from{midnight(2018, 1, 1).micros + (5 * 60 + 7) * 60 * kMicrosPerSecond};
  EXPECT_EQ(describe_range({from, midnight(2018, 1, 2)}, TimeZone()),
            "1 Jan 2018 05:07 – 2 Jan 2018 00:00");
}

TEST(Wording, DaysAreThoseOfTheZone) {
  const Result<TimeZone> zone = TimeZone::find("America/New_York");
  ASSERT_TRUE(zone);
  EXPECT_EQ(describe_range(month_range({2018, 1}, *zone), *zone), "1 – 31 Jan 2018");
}

TEST(Wording, AProductIsCalledByItsNameAndItsId) {
  EXPECT_EQ(product_label("BANANAS", "1082185"), "BANANAS (1082185)");
  EXPECT_EQ(product_label("Volvo", "Volvo"), "Volvo");
  EXPECT_EQ(product_label("", "Volvo"), "Volvo");
  EXPECT_EQ(product_label("قهوة", "12"), "\u2068قهوة\u2069 (12)");
}

TEST(Wording, TheNameGivesWayBeforeTheId) {
  const Font font{11, false};
  const std::string label =
      product_label("STRAWBERRIES FRESH 1 LB CLAMSHELL PACKAGE", "1105942", font, 170);
  EXPECT_THAT(label, ::testing::EndsWith(" (1105942)"));
  EXPECT_THAT(label, ::testing::HasSubstr("…"));
  EXPECT_LE(text_width(label, font), 170);
  EXPECT_LE(text_width(product_label("name", std::string(300, 'x'), font, 170), font), 170);
}

}  // namespace
}  // namespace till::charts
