#include "till/math/student_t.hpp"

#include <cmath>
#include <limits>

#include "support/golden_table.hpp"
#include <gtest/gtest.h>

namespace till::math {
namespace {

TEST(StudentT, MatchesTheIncompleteBetaFunction) {
  const auto rows = test::golden_table("math/student_t.csv");
  ASSERT_EQ(rows.size(), 60U);
  for (const auto& row : rows) {
    EXPECT_NEAR(student_t_within(row.at("t"), static_cast<std::int64_t>(row.at("degrees"))),
                row.at("within"),
                1e-14)
        << row.at("t") << " with " << row.at("degrees");
  }
}

TEST(StudentT, HoldsEverythingWithinInfinity) {
  EXPECT_NEAR(student_t_within(std::numeric_limits<double>::infinity(), 1), 1.0, 1e-14);
  EXPECT_NEAR(student_t_within(std::numeric_limits<double>::infinity(), 8), 1.0, 1e-14);
}

TEST(StudentT, ABoundHoldsItsLevel) {
  EXPECT_NEAR(student_t_bound(0.95, 10), 2.2281388519862739, 1e-12);
  EXPECT_NEAR(student_t_bound(0.95, 1), 12.706204736174695, 1e-9);
  EXPECT_NEAR(student_t_bound(0.0, 3), 0.0, 1e-15);
}

TEST(StudentT, KeepsNan) {
  EXPECT_TRUE(std::isnan(student_t_within(std::nan(""), 3)));
}

}  // namespace
}  // namespace till::math
