#include "models/boosting.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "support/panels.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::models {
namespace {

/// Counts whose mean is 6 where the first column is high, and 1 elsewhere; the second says nothing.
struct Lessons {
  FeatureMatrix rows{2, {}};
  std::vector<float> counts;
  std::vector<float> offsets;
};

Lessons lessons(std::size_t n) {
  Lessons all;
  Rng rng(7);
  for (std::size_t i = 0; i < n; ++i) {
    const double x = rng.uniform();
    all.rows.values.push_back(static_cast<float>(x));
    all.rows.values.push_back(i % 5 == 0 ? std::numeric_limits<float>::quiet_NaN()
                                         : static_cast<float>(rng.uniform()));
    all.counts.push_back(static_cast<float>(test::draw_poisson(x > 0.5 ? 6.0 : 1.0, rng)));
    all.offsets.push_back(std::log(3.5F));
  }
  return all;
}

Boosting learnt(const Lessons& all, CountLoss loss, std::int32_t threads = 1) {
  Result<Boosting> trees = Boosting::learn(
      all.rows, all.counts, all.offsets, {.loss = loss, .rounds = 200}, threads, {});
  EXPECT_TRUE(trees) << (trees ? "" : trees.error().message);
  return *trees;
}

class BoostingTest : public ::testing::TestWithParam<CountLoss> {};

TEST_P(BoostingTest, LearnsWhatAColumnSays) {
  const Lessons all = lessons(3'000);
  const Boosting trees = learnt(all, GetParam());
  const std::vector<double> log_means = *trees.predict(all.rows, all.offsets, 1);
  double low = 0.0;
  double high = 0.0;
  double lows = 0.0;
  for (std::size_t i = 0; i < log_means.size(); ++i) {
    const bool is_low = all.rows.values[2 * i] <= 0.5F;
    lows += is_low ? 1.0 : 0.0;
    (is_low ? low : high) += std::exp(log_means[i]);
  }
  EXPECT_NEAR(low / lows, 1.0, 0.25);
  EXPECT_NEAR(high / (static_cast<double>(log_means.size()) - lows), 6.0, 0.5);
  const std::vector<double> importance = *trees.importance();
  EXPECT_GT(importance[0], 0.8);
  EXPECT_NEAR(importance[0] + importance[1], 1.0, 1e-9);
}

TEST_P(BoostingTest, ThreadsDoNotChangeTheTrees) {
  const Lessons all = lessons(3'000);
  EXPECT_EQ(*learnt(all, GetParam(), 1).predict(all.rows, all.offsets, 1),
            *learnt(all, GetParam(), 3).predict(all.rows, all.offsets, 3));
}

INSTANTIATE_TEST_SUITE_P(Losses,
                         BoostingTest,
                         ::testing::Values(CountLoss::Poisson,
                                           CountLoss::Tweedie,
                                           CountLoss::NegativeBinomial));

TEST(Boosting, AnOffsetMultipliesTheMean) {
  const Lessons all = lessons(1'000);
  const Boosting trees = learnt(all, CountLoss::NegativeBinomial);
  const FeatureMatrix row{2, {0.8F, 0.5F}};
  const std::vector<float> once = {0.0F};
  const std::vector<float> twice = {std::log(2.0F)};
  EXPECT_NEAR(
      (*trees.predict(row, twice, 1))[0] - (*trees.predict(row, once, 1))[0], std::log(2.0), 1e-5);
}

TEST(Boosting, StopsWhenToldTo) {
  const Lessons all = lessons(100);
  const Result<Boosting> trees =
      Boosting::learn(all.rows, all.counts, all.offsets, {}, 1, [] { return true; });
  ASSERT_FALSE(trees);
  EXPECT_EQ(trees.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace till::models
