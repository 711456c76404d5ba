#include "till/math/season_tests.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "support/golden_table.hpp"
#include <gtest/gtest.h>

#include "till/core/rng.hpp"
#include "till/math/draw.hpp"

namespace till::math {
namespace {

std::map<int, std::vector<double>> golden_series() {
  std::map<int, std::vector<double>> series;
  for (const auto& row : test::golden_table("math/season_series.csv")) {
    series[static_cast<int>(row.at("case"))].push_back(row.at("value"));
  }
  return series;
}

std::vector<std::int32_t> positions(std::size_t n, std::size_t k) {
  std::vector<std::int32_t> groups;
  for (std::size_t i = 0; i < n; ++i) {
    groups.push_back(static_cast<std::int32_t>(i % k));
  }
  return groups;
}

TEST(SeasonTests, MatchScipyAndStatsmodels) {
  const auto series = golden_series();
  const auto rows = test::golden_table("math/season_tests.csv");
  ASSERT_EQ(rows.size(), 6U);
  for (const auto& row : rows) {
    const std::vector<double>& values = series.at(static_cast<int>(row.at("case")));
    const auto k = static_cast<std::size_t>(row.at("k"));
    const RankTest groups = kruskal_wallis(values, positions(values.size(), k), k);
    EXPECT_NEAR(groups.statistic, row.at("h"), 1e-11);
    EXPECT_NEAR(groups.p_value, row.at("h_p"), 1e-11);
    EXPECT_NEAR(groups.f_p_value, row.at("h_f_p"), 1e-11);
    const RankTest blocks = friedman(values, k);
    EXPECT_NEAR(blocks.statistic, row.at("q"), 1e-11);
    EXPECT_NEAR(blocks.p_value, row.at("q_p"), 1e-11);
    EXPECT_NEAR(blocks.epsilon, row.at("epsilon"), 1e-11);
    EXPECT_NEAR(blocks.f_p_value, row.at("q_f_p"), 1e-11);
    const QsTest likeness = qs(values, k);
    EXPECT_NEAR(likeness.statistic, row.at("qs"), 1e-11);
    EXPECT_NEAR(likeness.p_value, row.at("qs_p"), 1e-11);
    const TrendTest trend = mann_kendall(values);
    EXPECT_NEAR(trend.slope, row.at("slope"), 1e-11);
    EXPECT_NEAR(trend.tau, row.at("tau"), 1e-11);
    EXPECT_NEAR(trend.p_value, row.at("trend_p"), 1e-11);
  }
}

TEST(SeasonTests, SayNothingWhereNothingDiffers) {
  const std::vector<double> same(28, 3.0);
  EXPECT_EQ(kruskal_wallis(same, positions(28, 7), 7).f_p_value, 1.0);
  EXPECT_EQ(friedman(same, 7).f_p_value, 1.0);
  EXPECT_EQ(qs(same, 7).p_value, 1.0);
  EXPECT_EQ(mann_kendall(same).adjusted_p_value, 1.0);
  const std::vector<double> few = {1.0, 2.0, 3.0};
  EXPECT_EQ(friedman(few, 3).f_p_value, 1.0);
  EXPECT_EQ(kruskal_wallis(few, positions(3, 3), 3).f_p_value, 1.0);
  EXPECT_EQ(mann_kendall(few).p_value, 1.0);
}

TEST(SeasonTests, AreSureWhereBlocksAreAllAlike) {
  std::vector<double> values;
  for (int i = 0; i < 28; ++i) {
    values.push_back(i % 7);
  }
  EXPECT_EQ(friedman(values, 7).f_p_value, 0.0);
  EXPECT_LT(kruskal_wallis(values, positions(28, 7), 7).f_p_value, 1e-12);
}

TEST(SeasonTests, FSurvivalHasItsEnds) {
  EXPECT_EQ(f_survival(0.0, 3.0, 4.0), 1.0);
  EXPECT_EQ(f_survival(std::numeric_limits<double>::infinity(), 3.0, 4.0), 0.0);
  // F with 1 and n degrees of freedom is the square of Student's t with n: half is within 1 for n
  // = 1.
  EXPECT_NEAR(f_survival(1.0, 1.0, 1.0), 0.5, 1e-14);
}

/// Blocks of neighbours that are alike, without a season: how often F says there is one at 5 %.
double false_share(double correlation, std::size_t k, std::size_t blocks, int seeds) {
  int found = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    Rng rng(static_cast<std::uint64_t>(seed) + 1);
    std::vector<double> values;
    double state = draw_normal(rng);
    for (std::size_t i = 0; i < k * blocks; ++i) {
      values.push_back(state);
      state = correlation * state + std::sqrt(1.0 - correlation * correlation) * draw_normal(rng);
    }
    found += friedman(values, k).f_p_value < 0.05 ? 1 : 0;
  }
  return static_cast<double>(found) / seeds;
}

TEST(SeasonTests, FriedmanKeepsItsErrorRateForNeighboursThatAreAlike) {
  EXPECT_LT(false_share(0.0, 7, 20, 300), 0.08);
  EXPECT_LT(false_share(0.6, 7, 20, 300), 0.08);
  EXPECT_LT(false_share(0.6, 24, 40, 100), 0.09);
}

TEST(SeasonTests, EpsilonFallsWithLikeness) {
  EXPECT_DOUBLE_EQ(autoregressive_epsilon(0.0, 12), 1.0);
  EXPECT_DOUBLE_EQ(autoregressive_epsilon(-0.5, 12), 1.0);
  EXPECT_LT(autoregressive_epsilon(0.8, 12), autoregressive_epsilon(0.4, 12));
  EXPECT_GT(autoregressive_epsilon(0.99, 12), 1.0 / 11.0);
}

}  // namespace
}  // namespace till::math
