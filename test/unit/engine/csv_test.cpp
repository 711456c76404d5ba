#include "till/engine/csv.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace till::engine {
namespace {

TEST(Csv, HasAHeaderAndOneLineForEachRow) {
  Table table;
  table.columns = {{"rank", IntegerColumn{1, 2}},
                   {"customer_id", TextColumn{"a", "日本"}},
                   {"share", RealColumn{0.25, 1e-7}},
                   {"as_of", InstantColumn{Instant{0}, std::nullopt}}};
  EXPECT_EQ(to_csv(table),
            "rank,customer_id,share,as_of\n"
            "1,a,0.25,1970-01-01T00:00:00Z\n"
            "2,日本,1e-07,\n");
}

TEST(Csv, QuotesWhatWouldBeReadDifferently) {
  Table table;
  table.columns = {
      {"a,b", TextColumn{"1,2", "say \"hi\"", "two\nlines", " blank ", "cr\r", "plain x"}}};
  EXPECT_EQ(to_csv(table),
            "\"a,b\"\n"
            "\"1,2\"\n"
            "\"say \"\"hi\"\"\"\n"
            "\"two\nlines\"\n"
            "\" blank \"\n"
            "\"cr\r\"\n"
            "plain x\n");
}

TEST(Csv, TellsAMissingTextFromAnEmptyOne) {
  Table table;
  table.columns = {{"x", TextColumn{std::nullopt, ""}}, {"y", IntegerColumn{1, 2}}};
  EXPECT_EQ(to_csv(table), "x,y\n,1\n\"\",2\n");
}

TEST(Csv, WritesNothingForWhatIsNoNumber) {
  Table table;
  table.columns = {{"x",
                    RealColumn{std::numeric_limits<double>::quiet_NaN(),
                               -std::numeric_limits<double>::infinity(),
                               -0.5}}};
  EXPECT_EQ(to_csv(table), "x\n\n\n-0.5\n");
}

TEST(Csv, OfNoRowsIsTheHeader) {
  Table table;
  table.columns = {{"x", IntegerColumn{}}, {"y", TextColumn{}}};
  EXPECT_EQ(to_csv(table), "x,y\n");
}

}  // namespace
}  // namespace till::engine
