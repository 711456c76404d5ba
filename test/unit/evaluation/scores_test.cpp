#include "till/evaluation/scores.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::evaluation {
namespace {

using testing::Each;
using testing::IsEmpty;

constexpr double kPoisson = std::numeric_limits<double>::infinity();

Outcome outcome_of(double mean, std::int64_t actual, double shape = kPoisson) {
  const std::vector<models::CountPart> parts = {{1.0, mean, shape}};
  return judge(models::CountDistribution(parts), actual);
}

/// Customers of all kinds, with ties: means in steps of a half.
std::vector<Outcome> many(std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < n; ++i) {
    const double mean = 0.5 * static_cast<double>(rng.below(12));
    outcomes.push_back(
        outcome_of(mean, static_cast<std::int64_t>(rng.below(3 + rng.below(8))), 2.0));
  }
  return outcomes;
}

double value(Metric metric, const std::vector<Outcome>& outcomes) {
  return scores_of(outcomes)[metric];
}

TEST(Scores, PoissonDevianceIsThatOfTheFormula) {
  // 2 (3 ln(3 / 2) - 1) and 2 * 0.5, by hand.
  EXPECT_NEAR(value(Metric::PoissonDeviance, {outcome_of(2.0, 3), outcome_of(0.5, 0)}),
              (2.0 * (3.0 * std::log(1.5) - 1.0) + 1.0) / 2.0,
              1e-15);
}

TEST(Scores, PoissonDevianceTakesSmallMeansForTwoHundredths) {
  EXPECT_NEAR(value(Metric::PoissonDeviance, {outcome_of(0.0, 0)}), 0.04, 1e-15);
  EXPECT_NEAR(
      value(Metric::PoissonDeviance, {outcome_of(0.001, 1)}), 2.0 * (std::log(50.0) - 0.98), 1e-14);
}

TEST(Scores, ErrorsAreOfMeanMedianAndLogarithm) {
  const std::vector<Outcome> outcomes = {outcome_of(2.0, 3), outcome_of(0.1, 4)};
  EXPECT_NEAR(value(Metric::Rmse, outcomes), std::sqrt((1.0 + 3.9 * 3.9) / 2.0), 1e-14);
  EXPECT_DOUBLE_EQ(value(Metric::Mae, outcomes), (1.0 + 4.0) / 2.0);  // medians 2 and 0
  EXPECT_NEAR(
      value(Metric::Rmsle, outcomes),
      std::sqrt((std::pow(std::log(3.0 / 4.0), 2) + std::pow(std::log(1.1 / 5.0), 2)) / 2.0),
      1e-14);
  EXPECT_NEAR(value(Metric::Bias, outcomes), 2.1 / 7.0 - 1.0, 1e-15);
}

TEST(Scores, AreNotDefinedWhereTheyMeanNothing) {
  EXPECT_TRUE(std::isnan(value(Metric::Crps, {})));
  EXPECT_TRUE(std::isnan(value(Metric::Bias, {outcome_of(1.0, 0)})));
  EXPECT_TRUE(std::isnan(value(Metric::Auc, {outcome_of(1.0, 2), outcome_of(2.0, 1)})));
  EXPECT_TRUE(std::isnan(value(Metric::Auc, {outcome_of(1.0, 0)})));
  EXPECT_TRUE(std::isnan(value(Metric::Gini, {outcome_of(1.0, 2), outcome_of(2.0, 2)})));
  EXPECT_THAT(deciles({}), IsEmpty());
  EXPECT_THAT(pit_histogram({}), Each(0.0));
}

TEST(Scores, AddUpOverParts) {
  const std::vector<Outcome> outcomes = many(60, 1);
  const std::span<const Outcome> all(outcomes);
  Terms terms = scores_of(all.first(20)).terms;
  terms.add(scores_of(all.subspan(20)).terms);
  const Scores whole = scores_of(all);
  for (const Metric metric : metrics()) {
    if (is_of_terms(metric)) {
      EXPECT_NEAR(score(metric, terms), whole[metric], 1e-12) << name(metric);
    }
  }
}

TEST(Scores, CountAsOftenAsTheyAreAdded) {
  const Terms one = terms_of(outcome_of(2.0, 3));
  Terms thrice;
  thrice.add(one, 3.0);
  Terms sum;
  for (int i = 0; i < 3; ++i) {
    sum.add(one);
  }
  for (const Metric metric : metrics()) {
    if (is_of_terms(metric)) {
      EXPECT_NEAR(score(metric, thrice), score(metric, sum), 1e-15) << name(metric);
    }
  }
}

TEST(Auc, IsTheShareOfPairsInTheRightOrder) {
  const std::vector<Outcome> outcomes = many(150, 2);
  double right = 0.0;
  double pairs = 0.0;
  for (const Outcome& buyer : outcomes) {
    for (const Outcome& other : outcomes) {
      if (buyer.actual > 0 && other.actual == 0) {
        pairs += 1.0;
        right += buyer.probability_zero < other.probability_zero    ? 1.0
                 : buyer.probability_zero == other.probability_zero ? 0.5
                                                                    : 0.0;
      }
    }
  }
  EXPECT_NEAR(auc(outcomes), right / pairs, 1e-14);
}

TEST(Auc, OfOneForecastForAllIsChance) {
  EXPECT_DOUBLE_EQ(auc(std::vector{outcome_of(1.0, 0), outcome_of(1.0, 3), outcome_of(1.0, 0)}),
                   0.5);
}

TEST(Gini, IsOneInTheRightOrderAndMinusOneInTheWrongOne) {
  EXPECT_DOUBLE_EQ(gini(std::vector{outcome_of(1.0, 0), outcome_of(2.0, 3), outcome_of(9.0, 5)}),
                   1.0);
  EXPECT_DOUBLE_EQ(gini(std::vector{outcome_of(9.0, 0), outcome_of(2.0, 3), outcome_of(1.0, 6)}),
                   -1.0);
  EXPECT_DOUBLE_EQ(gini(std::vector{outcome_of(1.0, 0), outcome_of(1.0, 3), outcome_of(1.0, 6)}),
                   0.0);
}

TEST(Gini, IsTheAreaUnderTheConcentrationCurve) {
  // sum_ij |...| form: sum over pairs of (y_i - y_j) sign(m_i - m_j), over that with y itself.
  const std::vector<Outcome> outcomes = many(150, 3);
  double by_mean = 0.0;
  double by_count = 0.0;
  for (const Outcome& a : outcomes) {
    for (const Outcome& b : outcomes) {
      const auto difference = static_cast<double>(a.actual - b.actual);
      by_mean += a.mean > b.mean ? difference : a.mean < b.mean ? -difference : 0.0;
      by_count += std::abs(difference);
    }
  }
  EXPECT_NEAR(gini(outcomes), by_mean / by_count, 1e-13);
}

TEST(Deciles, HoldAllCustomersInTheOrderOfTheForecast) {
  const std::vector<Outcome> outcomes = many(137, 4);  // not a multiple of ten
  const std::vector<Decile> tenths = deciles(outcomes);
  ASSERT_EQ(tenths.size(), 10U);
  double actual = 0.0;
  double share = 0.0;
  for (std::size_t i = 0; i < tenths.size(); ++i) {
    EXPECT_NEAR(tenths[i].outcomes, 13.7, 1e-12);
    actual += tenths[i].outcomes * tenths[i].actual;
    share += tenths[i].share;
    EXPECT_NEAR(tenths[i].lift, 10.0 * tenths[i].share, 1e-14);
    if (i > 0) {
      EXPECT_LE(tenths[i].predicted, tenths[i - 1].predicted + 1e-12);
    }
  }
  EXPECT_NEAR(actual, scores_of(outcomes).terms.actual, 1e-9);
  EXPECT_NEAR(share, 1.0, 1e-12);
}

TEST(Deciles, DoNotDependOnTheOrderOfCustomers) {
  std::vector<Outcome> outcomes = many(95, 5);
  const std::vector<Decile> before = deciles(outcomes);
  std::ranges::reverse(outcomes);
  const std::vector<Decile> after = deciles(outcomes);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_NEAR(before[i].actual, after[i].actual, 1e-12);
  }
}

TEST(Deciles, OfFewerThanTenCustomersShareThem) {
  const std::vector<Decile> tenths = deciles(std::vector{outcome_of(4.0, 4), outcome_of(1.0, 0)});
  ASSERT_EQ(tenths.size(), 10U);
  EXPECT_NEAR(tenths.front().actual, 4.0, 1e-12);
  EXPECT_NEAR(tenths.front().lift, 2.0, 1e-12);
  EXPECT_NEAR(tenths.back().actual, 0.0, 1e-12);
}

TEST(Pit, IsFlatWhenTheForecastIsRight) {
  // Every count as often as the forecast says, up to a tail of 1e-9.
  const std::vector<models::CountPart> parts = {{0.8, 3.0, 1.1}};
  const models::CountDistribution forecast(parts);
  std::array<double, kPitBins> flat{};
  for (std::int64_t y = 0; y < 200; ++y) {
    const auto one = pit_histogram(std::vector{judge(forecast, y)});
    for (std::size_t bin = 0; bin < kPitBins; ++bin) {
      flat[bin] += forecast.pmf(y) * one[bin];
    }
  }
  for (const double share : flat) {
    EXPECT_NEAR(share, 0.05, 1e-9);
  }
}

TEST(Pit, SharesAddUpToOne) {
  double sum = 0.0;
  for (const double share : pit_histogram(many(200, 6))) {
    sum += share;
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
}

TEST(Pit, WhatWasHeldForImpossibleIsAtTheEnd) {
  const std::vector<models::CountPart> nothing = {{0.0, 0.0, 1.0}};
  EXPECT_EQ(pit_histogram(std::vector{judge(models::CountDistribution(nothing), 5)}).back(), 1.0);
}

TEST(Reliability, ComparesProbabilityAndShareOfBuyers) {
  // P(buys) of a Poisson mean of ln 2 is a half.
  const auto classes = reliability(
      std::vector{outcome_of(std::log(2.0), 0), outcome_of(std::log(2.0), 3), outcome_of(60.0, 1)});
  EXPECT_EQ(classes[5].outcomes, 2);
  EXPECT_NEAR(classes[5].predicted, 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(classes[5].actual, 0.5);
  EXPECT_EQ(classes[9].outcomes, 1);
  EXPECT_EQ(classes[0].outcomes, 0);
}

TEST(Metric, NamesAreThoseOfTheAnswer) {
  EXPECT_EQ(name(Metric::PoissonDeviance), "poisson_deviance");
  EXPECT_EQ(name(Metric::Coverage95), "coverage_95");
  EXPECT_EQ(name(Metric::Gini), "gini");
  EXPECT_EQ(metrics().size(), kMetrics);
}

}  // namespace
}  // namespace till::evaluation
