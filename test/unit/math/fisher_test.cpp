#include "till/math/fisher.hpp"

#include <gtest/gtest.h>

namespace till::math {
namespace {

struct Table {
  double both;
  double first;
  double second;
  double all;
  double p;
};

// scipy.stats.hypergeom.sf(both - 1, all, first, second).
constexpr Table kTables[] = {{3, 4, 5, 20, 0.03199174406604747},
                             {1, 4, 5, 20, 0.7182662538699691},
                             {10, 50, 60, 500, 0.06043405650900052},
                             {2, 50, 60, 500, 0.9898591638990204},
                             {900, 20000, 30000, 1000000, 4.999698552449281e-32},
                             {650, 20000, 30000, 1000000, 0.020049648056761658},
                             {40, 5000, 1200, 10000000, 4.1424298180433644e-58},
                             {12, 12, 12, 8000, 7.028162068423785e-39}};

TEST(Fisher, IsThatOfScipy) {
  for (const Table& table : kTables) {
    const double p = fisher_greater(table.both, table.first, table.second, table.all);
    EXPECT_NEAR(p, table.p, 1e-7 * table.p) << table.both << " of " << table.all;
  }
}

TEST(Fisher, WhatMustBeIsNoSurprise) {
  EXPECT_EQ(fisher_greater(0, 3, 4, 20), 1.0);
  EXPECT_EQ(fisher_greater(3, 3, 20, 20), 1.0);
  EXPECT_EQ(fisher_greater(2, 12, 10, 20), 1.0);
}

TEST(Fisher, FractionsLieBetweenWholeNumbers) {
  const double p = fisher_greater(5.5, 20, 30, 200);
  EXPECT_LT(p, fisher_greater(5, 20, 30, 200));
  EXPECT_GT(p, fisher_greater(6, 20, 30, 200));
}

}  // namespace
}  // namespace till::math
