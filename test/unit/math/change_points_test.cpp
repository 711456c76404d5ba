#include "till/math/change_points.hpp"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "support/golden_table.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"
#include "till/math/count_regression.hpp"

namespace till::math {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// The cheapest cutting by looking at every one.
std::vector<std::size_t> by_every_cutting(std::size_t n,
                                          std::size_t least,
                                          double penalty,
                                          const SegmentCost& cost) {
  std::vector<double> best(n + 1, INFINITY);
  std::vector<std::vector<std::size_t>> starts(n + 1);
  best[0] = -penalty;
  for (std::size_t t = least; t <= n; ++t) {
    for (std::size_t s = 0; s + least <= t; ++s) {
      const double total = best[s] + cost(s, t) + penalty;
      if (total < best[t]) {
        best[t] = total;
        starts[t] = starts[s];
        if (s > 0) {
          starts[t].push_back(s);
        }
      }
    }
  }
  return starts[n];
}

struct Cut {
  std::vector<double> counts;
  std::vector<double> exposure;
  std::vector<std::size_t> starts;
  std::size_t least = 1;
  double penalty = 0.0;
};

std::map<int, Cut> golden_cuts(const std::string& name) {
  std::map<int, Cut> cuts;
  for (const auto& row : test::golden_table(name)) {
    Cut& cut = cuts[static_cast<int>(row.at("case"))];
    cut.least = static_cast<std::size_t>(row.at("least"));
    cut.penalty = row.at("penalty");
    if (row.at("starts") == 1.0) {
      cut.starts.push_back(cut.counts.size());
    }
    cut.counts.push_back(row.at("count"));
    cut.exposure.push_back(row.at("exposure"));
  }
  return cuts;
}

TEST(ChangePoints, AreThoseOfRuptures) {
  const auto cuts = golden_cuts("math/change_points.csv");
  ASSERT_EQ(cuts.size(), 9U);
  for (const auto& [number, cut] : cuts) {
    EXPECT_EQ(
        pelt(cut.counts.size(), cut.least, cut.penalty, PoissonCost(cut.counts, cut.exposure)),
        cut.starts)
        << "case " << number;
  }
}

TEST(ChangePoints, OfSteadyGrowthAreThoseOfRuptures) {
  const auto cuts = golden_cuts("math/count_pieces.csv");
  ASSERT_EQ(cuts.size(), 9U);
  for (const auto& [number, cut] : cuts) {
    const auto line = [&cut = cut](std::size_t from, std::size_t to) {
      const auto part = [&](const std::vector<double>& of) {
        return std::vector(of.begin() + static_cast<std::ptrdiff_t>(from),
                           of.begin() + static_cast<std::ptrdiff_t>(to));
      };
      const std::vector<double> counts = part(cut.counts);
      if (std::ranges::count(counts, 0.0) == std::ssize(counts)) {
        return 0.0;
      }
      std::vector<std::vector<double>> columns(2);
      for (std::size_t i = from; i < to; ++i) {
        columns[0].push_back(1.0);
        columns[1].push_back(static_cast<double>(i - from));
      }
      return fit_count_regression(counts, part(cut.exposure), columns).deviance;
    };
    EXPECT_EQ(pelt(cut.counts.size(), cut.least, cut.penalty, line), cut.starts)
        << "case " << number;
  }
}

TEST(ChangePoints, AreTheCheapestOfEveryCutting) {
  Rng rng(5);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 1 + rng.below(40);
    std::vector<double> counts;
    const std::vector<double> exposure(n, 1.0);
    double rate = 10.0;
    for (std::size_t i = 0; i < n; ++i) {
      if (rng.below(6) == 0) {
        rate = 1.0 + 40.0 * rng.uniform();
      }
      counts.push_back(std::floor(rng.gamma(rate)));
    }
    const PoissonCost cost(counts, exposure);
    const std::size_t least = 1 + rng.below(5);
    const double penalty = 12.0 * rng.uniform();
    EXPECT_EQ(pelt(n, least, penalty, cost), by_every_cutting(n, least, penalty, cost))
        << "round " << round;
  }
}

TEST(ChangePoints, OfTooFewElementsAreNone) {
  const std::vector<double> counts = {1.0, 50.0, 1.0};
  const std::vector<double> exposure(3, 1.0);
  const PoissonCost cost(counts, exposure);
  EXPECT_THAT(pelt(0, 1, 1.0, cost), IsEmpty());
  EXPECT_THAT(pelt(1, 1, 1.0, cost), IsEmpty());
  EXPECT_THAT(pelt(3, 2, 1.0, cost), IsEmpty());
  EXPECT_THAT(pelt(3, 1, 1.0, cost), ElementsAre(1, 2));
}

}  // namespace
}  // namespace till::math
