#include "till/evaluation/bootstrap.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::evaluation {
namespace {

/// One outcome whose deviance, and nothing else of interest, is `loss`.
Terms loss_of(double loss) {
  Terms terms;
  terms.outcomes = 1.0;
  terms.actual = 1.0;
  terms.predicted = 1.0;
  terms.deviance = loss;
  return terms;
}

/// Customers with a loss of their own, drawn from [0, 1), plus `more`.
Clusters clusters_of(std::size_t customers, double more, std::size_t origins = 1) {
  Clusters clusters(customers);
  Rng rng(7);
  for (std::size_t i = 0; i < customers; ++i) {
    const double loss = rng.uniform() + more;
    for (std::size_t origin = 0; origin < origins; ++origin) {
      clusters.add(i, loss_of(loss));
    }
  }
  return clusters;
}

TEST(Bootstrap, IntervalIsThatOfTheMean) {
  // Losses uniform on [0, 1): the mean of n of them has a deviation of sqrt(1 / 12 n).
  constexpr std::size_t kCustomers = 500;
  const Resamples resamples = Resamples::draw(clusters_of(kCustomers, 0.0), {.resamples = 2000});
  const Interval interval = resamples.interval(Metric::PoissonDeviance);
  const double deviation = std::sqrt(1.0 / (12.0 * kCustomers));
  EXPECT_NEAR(interval.high - interval.low, 2.0 * 1.96 * deviation, 0.1 * 2.0 * 1.96 * deviation);
  EXPECT_LT(interval.low, 0.51);
  EXPECT_GT(interval.high, 0.47);
}

TEST(Bootstrap, ACustomersMonthsAreNoIndependentEvidence) {
  // The same losses twelve times: twelve times the outcomes, the same interval.
  const Interval once =
      Resamples::draw(clusters_of(500, 0.0), {}).interval(Metric::PoissonDeviance);
  const Interval twelve =
      Resamples::draw(clusters_of(500, 0.0, 12), {}).interval(Metric::PoissonDeviance);
  EXPECT_NEAR(once.low, twelve.low, 1e-12);
  EXPECT_NEAR(once.high, twelve.high, 1e-12);
}

TEST(Bootstrap, DifferencesArePaired) {
  // Each customer's loss is larger by a hundredth: far less than the losses differ among customers.
  const Resamples a = Resamples::draw(clusters_of(200, 0.0), {});
  const Resamples b = Resamples::draw(clusters_of(200, 0.01), {});
  const Interval difference = a.difference(Metric::PoissonDeviance, b);
  EXPECT_NEAR(difference.low, -0.01, 1e-12);
  EXPECT_NEAR(difference.high, -0.01, 1e-12);
  EXPECT_TRUE(difference.excludes_zero());
  EXPECT_LT(a.interval(Metric::PoissonDeviance).high - 0.01,
            b.interval(Metric::PoissonDeviance).high);
}

TEST(Bootstrap, OfAModelAndItselfIsNoDifference) {
  const Resamples a = Resamples::draw(clusters_of(200, 0.0), {});
  EXPECT_FALSE(a.difference(Metric::PoissonDeviance, a).excludes_zero());
}

TEST(Bootstrap, SameSeedSameDraws) {
  const Clusters clusters = clusters_of(300, 0.0);
  const auto low = [&](std::uint64_t seed) {
    return Resamples::draw(clusters, {.resamples = 50, .seed = seed})
        .interval(Metric::PoissonDeviance)
        .low;
  };
  EXPECT_EQ(low(3), low(3));
  EXPECT_NE(low(3), low(4));
}

TEST(Bootstrap, GroupsCustomersWhenTheyAreMany) {
  constexpr std::size_t kCustomers = 3 * kClusters;
  const Clusters clusters = clusters_of(kCustomers, 0.0);
  EXPECT_EQ(clusters.terms().size(), kClusters);
  EXPECT_DOUBLE_EQ(clusters.terms()[5].outcomes, 3.0);
  const Interval interval =
      Resamples::draw(clusters, {.resamples = 200}).interval(Metric::PoissonDeviance);
  const double expected = 2.0 * 1.96 * std::sqrt(1.0 / (12.0 * kCustomers));
  EXPECT_NEAR(interval.high - interval.low, expected, 0.2 * expected);
}

TEST(Bootstrap, HasNoIntervalForWhatIsNotAFunctionOfSums) {
  const Resamples resamples = Resamples::draw(clusters_of(20, 0.0), {.resamples = 10});
  EXPECT_TRUE(std::isnan(resamples.interval(Metric::Auc).low));
  EXPECT_FALSE(resamples.interval(Metric::Gini).excludes_zero());
}

TEST(Bootstrap, OfNobodyIsNotDefined) {
  const Resamples resamples = Resamples::draw(Clusters(0), {.resamples = 10});
  EXPECT_TRUE(std::isnan(resamples.interval(Metric::Crps).high));
}

}  // namespace
}  // namespace till::evaluation
