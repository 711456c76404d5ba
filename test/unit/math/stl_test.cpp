#include "till/math/stl.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "support/golden_table.hpp"
#include <gtest/gtest.h>

#include "till/core/rng.hpp"
#include "till/math/draw.hpp"

namespace till::math {
namespace {

struct Golden {
  std::vector<double> values;
  Decomposition parts;
};

std::vector<Golden> golden_cases() {
  std::vector<Golden> cases;
  for (const auto& row : test::golden_table("math/stl.csv")) {
    cases.resize(std::max(cases.size(), static_cast<std::size_t>(row.at("case")) + 1));
    Golden& golden = cases.back();
    golden.parts.seasons.resize(2);
    golden.values.push_back(row.at("value"));
    golden.parts.trend.push_back(row.at("trend"));
    golden.parts.seasons[0].push_back(row.at("season"));
    golden.parts.seasons[1].push_back(row.at("season_2"));
    golden.parts.remainder.push_back(row.at("remainder"));
    golden.parts.weights.push_back(row.at("weight"));
  }
  return cases;
}

void expect_equal(const Decomposition& parts, const Golden& golden, int which) {
  ASSERT_EQ(parts.trend.size(), golden.values.size());
  for (std::size_t i = 0; i < golden.values.size(); ++i) {
    EXPECT_NEAR(parts.trend[i], golden.parts.trend[i], 1e-9) << which << " at " << i;
    for (std::size_t k = 0; k < parts.seasons.size(); ++k) {
      EXPECT_NEAR(parts.seasons[k][i], golden.parts.seasons[k][i], 1e-9) << which << " at " << i;
    }
    EXPECT_NEAR(parts.remainder[i], golden.parts.remainder[i], 1e-9) << which << " at " << i;
    EXPECT_NEAR(parts.weights[i], golden.parts.weights[i], 1e-8) << which << " at " << i;
  }
}

TEST(Stl, MatchesStatsmodels) {
  const std::vector<Golden> cases = golden_cases();
  ASSERT_EQ(cases.size(), 6U);
  StlOptions plain;
  plain.period = 12;
  plain.robust = false;
  expect_equal(stl(cases[0].values, plain), cases[0], 0);
  StlOptions robust;
  robust.period = 12;
  expect_equal(stl(cases[1].values, robust), cases[1], 1);
  StlOptions constant = robust;
  constant.seasonal_window = 241;
  constant.seasonal_degree = 0;
  expect_equal(stl(cases[2].values, constant), cases[2], 2);
  StlOptions weekly;
  weekly.period = 7;
  weekly.seasonal_window = 11;
  expect_equal(stl(cases[3].values, weekly), cases[3], 3);
  weekly.trend_window = 31;
  weekly.jump = 3;
  expect_equal(stl(cases[4].values, weekly), cases[4], 4);
}

TEST(Stl, TakesTwoSeasonsOffAsStatsmodelsDoes) {
  const std::vector<Golden> cases = golden_cases();
  ASSERT_EQ(cases.size(), 6U);
  const std::array<std::size_t, 2> periods = {7, 30};
  expect_equal(mstl(cases[5].values, periods, {}), cases[5], 5);
}

TEST(Stl, SplitsAConstantSeriesIntoTrendOnly) {
  const std::vector<double> values(30, 5.0);
  StlOptions options;
  options.period = 7;
  const Decomposition parts = stl(values, options);
  for (const double trend : parts.trend) {
    EXPECT_NEAR(trend, 5.0, 1e-12);
  }
  EXPECT_EQ(seasonal_strength(parts, 0), 0.0);
  EXPECT_EQ(trend_strength(parts), 0.0);
}

TEST(Stl, StrengthIsOneWithoutNoiseAndSmallWithoutSeason) {
  Rng rng(5);
  std::vector<double> season;
  std::vector<double> noise;
  for (int i = 0; i < 600; ++i) {
    season.push_back(std::sin(2.0 * std::numbers::pi * i / 7.0));
    noise.push_back(draw_normal(rng));
  }
  StlOptions options;
  options.period = 7;
  options.seasonal_window = 101;
  EXPECT_GT(seasonal_strength(stl(season, options), 0), 0.999);
  EXPECT_LT(seasonal_strength(stl(noise, options), 0), 0.1);
}

TEST(Stl, OneWildDayDoesNotMoveTheRobustSeason) {
  std::vector<double> values;
  for (int i = 0; i < 70; ++i) {
    values.push_back(i % 7 == 2 ? 3.0 : 1.0);
  }
  values[36] = 100.0;
  StlOptions options;
  options.period = 7;
  const Decomposition parts = stl(values, options);
  EXPECT_NEAR(parts.seasons[0][30] - parts.seasons[0][31], 2.0, 0.05);
  EXPECT_NEAR(parts.weights[36], 0.0, 1e-12);
}

}  // namespace
}  // namespace till::math
