#include "till/core/count_words.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace till {
namespace {

TEST(CountWords, NumbersAreGroupedByThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(-1'000), "-1,000");
  EXPECT_EQ(grouped(-999), "-999");
  EXPECT_EQ(grouped(975'955), "975,955");
  EXPECT_EQ(grouped(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(CountWords, CountsAgreeInNumber) {
  EXPECT_EQ(count_of(1, "customer"), "1 customer");
  EXPECT_EQ(count_of(0, "customer"), "0 customers");
  EXPECT_EQ(count_of(2'002, "customer"), "2,002 customers");
  EXPECT_EQ(count_of(2, "has", "have"), "2 have");
}

}  // namespace
}  // namespace till
