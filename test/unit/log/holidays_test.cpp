#include "till/log/holidays.hpp"

#include "support/temporary_folder.hpp"
#include <gtest/gtest.h>

namespace till::log {
namespace {

TEST(Holidays, AreDatesWithNames) {
  test::TemporaryFolder folder;
  const auto holidays = read_holidays(folder.write(
      "days.csv", "Name,Date,land\n\"May Day, half\",2018-05-01,DE\nXmas,2018-12-25,\n"));
  ASSERT_TRUE(holidays) << holidays.error().message;
  ASSERT_EQ(holidays->size(), 2U);
  EXPECT_EQ((*holidays)[0].name, "May Day, half");
  EXPECT_EQ((*holidays)[0].date, (Date{2018, 5, 1}));
  EXPECT_EQ((*holidays)[1].date, (Date{2018, 12, 25}));
}

TEST(Holidays, SayWhichLineIsNone) {
  test::TemporaryFolder folder;
  const std::string path =
      folder.write("days.csv", "date,name\n2018-05-01,May Day\n2018-13-01,no\n");
  const auto holidays = read_holidays(path);
  ASSERT_FALSE(holidays);
  EXPECT_EQ(holidays.error().code, ErrorCode::InvalidData);
  EXPECT_EQ(holidays.error().message,
            "read_holidays: line 3 of " + path + " has the date \"2018-13-01\"");
  const std::string other = folder.write("other.csv", "day,name\n2018-05-01,May Day\n");
  EXPECT_EQ(read_holidays(other).error().message,
            "read_holidays: " + other +
                " has no column \"date\", but must have the columns date and name");
  const std::string nameless = folder.write("nameless.csv", "date,name\n2018-05-01,\n");
  EXPECT_FALSE(read_holidays(nameless));
}

}  // namespace
}  // namespace till::log
