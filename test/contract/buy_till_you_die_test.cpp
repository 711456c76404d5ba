// What every model of the family keeps, whatever its story.

#include "till/models/buy_till_you_die.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "till/models/bg_bb.hpp"
#include "till/models/bg_cnbd.hpp"
#include "till/models/bg_nbd.hpp"
#include "till/models/ggom_nbd.hpp"
#include "till/models/mbg_cnbd.hpp"
#include "till/models/mbg_cnbd_mixture.hpp"
#include "till/models/mbg_nbd.hpp"
#include "till/models/nbd.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::models {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// One model of each kind, ordinary and strange.
template <class M>
std::vector<M> examples();

template <>
std::vector<Nbd> examples() {
  return {{0.4, 5.0}, {0.001, 1000.0}, {50.0, 200.0}};
}

template <>
std::vector<ParetoNbd> examples() {
  return {{0.55, 10.6, 0.61, 11.7},
          {2.0, 5.0, 1.0, 7.0},
          {0.5, 10.0, 0.5, 10.0},
          {5.0, 0.5, 0.01, 50.0}};
}

template <>
std::vector<BgNbd> examples() {
  return {{0.243, 4.41, 0.79, 2.43},
          {0.5, 10.0, 1.0, 3.0},
          {0.5, 10.0, 0.4, 0.6},
          {5.0, 2.0, 0.01, 0.01}};
}

template <>
std::vector<MbgNbd> examples() {
  return {{0.525, 6.18, 0.89, 1.61},
          {0.5, 10.0, 1.0, 3.0},
          {0.5, 10.0, 0.4, 0.6},
          {5.0, 2.0, 0.01, 0.01}};
}

template <>
std::vector<BgCnbd> examples() {
  return {{1, 0.243, 4.41, 0.79, 2.43}, {2, 0.36, 1.13, 0.52, 2.79}, {6, 2.0, 3.0, 1.0, 1.0}};
}

template <>
std::vector<MbgCnbd> examples() {
  return {{1, 0.525, 6.18, 0.89, 1.61}, {2, 1.33, 2.81, 0.42, 0.79}, {3, 0.5, 3.0, 1.0, 1.0}};
}

template <>
std::vector<MbgCnbdMixture> examples() {
  return {{0.9, 5.0, 0.4, 0.8, 1.0, 0.5, 0.2}, {0.5, 3.0, 1.0, 1.0, 0.01, 3.0, 20.0}};
}

template <>
std::vector<GgomNbd> examples() {
  return {
      {0.55, 10.6, 0.001, 0.6, 0.012}, {1.4, 48.0, 0.05, 0.56, 0.5}, {0.7, 5.0, 0.1, 0.5, 20.0}};
}

template <>
std::vector<BgBb> examples() {
  return {{1.2, 0.75, 0.66, 2.78}, {0.1, 5.0, 1.0, 1.0}, {30.0, 50.0, 0.05, 10.0}};
}

// Whole numbers, so that they are histories of occasions too.
const std::vector<PurchaseHistory> kHistories = {
    {.x = 0, .t_x = 0, .T = 39},
    {.x = 1, .t_x = 1, .T = 39, .sum_log_intervals = 0.0},
    {.x = 2, .t_x = 30, .T = 38, .sum_log_intervals = 5.2},
    {.x = 7, .t_x = 52, .T = 52, .sum_log_intervals = 13.0},
    {.x = 20, .t_x = 25, .T = 104, .sum_log_intervals = 3.0},
};

struct Columns {
  std::vector<double> x;
  std::vector<double> t_x;
  std::vector<double> T;
  std::vector<double> weights;
  std::vector<double> sum_log_intervals;

  void add(const PurchaseHistory& history, double weight) {
    x.push_back(history.x);
    t_x.push_back(history.t_x);
    T.push_back(history.T);
    weights.push_back(weight);
    sum_log_intervals.push_back(history.sum_log_intervals);
  }

  [[nodiscard]] PurchaseHistories view() const { return {x, t_x, T, weights, sum_log_intervals}; }
};

template <class M>
class BuyTillYouDie : public testing::Test {};

using Models =
    testing::Types<Nbd, ParetoNbd, BgNbd, MbgNbd, BgCnbd, MbgCnbd, MbgCnbdMixture, GgomNbd, BgBb>;
TYPED_TEST_SUITE(BuyTillYouDie, Models);

TYPED_TEST(BuyTillYouDie, IsAModel) {
  static_assert(BuyTillYouDieModel<TypeParam>);
  for (const TypeParam& model : examples<TypeParam>()) {
    const auto values = model.values();
    EXPECT_EQ(model.with(values).values(), values);
  }
}

TYPED_TEST(BuyTillYouDie, EverythingIsFiniteAndWithinItsBounds) {
  for (const TypeParam& model : examples<TypeParam>()) {
    for (const PurchaseHistory& history : kHistories) {
      EXPECT_TRUE(std::isfinite(log_likelihood(model, history)));
      const Aliveness odds = aliveness(model, history);
      EXPECT_LE(odds.log_alive, 0.0);
      EXPECT_NEAR(std::exp(odds.log_alive) + std::exp(odds.log_gone), 1.0, 1e-13);
      EXPECT_LE(probability_alive(model, history, 9.0), probability_alive(model, history) + 1e-15);
      const double first = conditional_expected_transactions(model, history, 4.0);
      EXPECT_GE(first, 0.0);
      EXPECT_GE(conditional_expected_transactions(model, history, 9.0), first);
      EXPECT_NEAR(conditional_expected_transactions(model, history, 4.0, 9.0) + first,
                  conditional_expected_transactions(model, history, 9.0),
                  1e-12);
      EXPECT_EQ(conditional_expected_transactions(model, history, 0.0), 0.0);
      const PosteriorRates rates = posterior_rates(model, history);
      EXPECT_GT(rates.purchase_rate, 0.0);
      EXPECT_GE(rates.dropout_rate, 0.0);
    }
  }
}

TYPED_TEST(BuyTillYouDie, PmfSumsToOneAndItsMeanIsTheExpectation) {
  for (const TypeParam& model : examples<TypeParam>()) {
    for (const PurchaseHistory& history : kHistories) {
      double sum = 0.0;
      double mean = 0.0;
      for (std::int64_t n = 0; n < 2000; ++n) {
        const double mass = conditional_pmf(model, history, n, 8.0);
        sum += mass;
        mean += mass * static_cast<double>(n);
        if (n > 10 && mass < 1e-20) {
          break;
        }
      }
      const double expected = conditional_expected_transactions(model, history, 8.0);
      EXPECT_NEAR(sum, 1.0, 1e-11);
      EXPECT_NEAR(mean, expected, 1e-10 * (1.0 + expected));
    }
  }
}

TYPED_TEST(BuyTillYouDie, AHistoryUpdatesTheModelAsBayesSays) {
  // No purchase until T, then none until T + t: P(0 in T + t) = P(0 in T) P(0 in t given that).
  for (const TypeParam& model : examples<TypeParam>()) {
    const PurchaseHistory history = {.x = 0, .t_x = 0, .T = 20};
    EXPECT_NEAR(log_pmf(model, 0, 33.0),
                log_pmf(model, 0, 20.0) + log_conditional_pmf(model, history, 0, 13.0),
                1e-12);
  }
}

TYPED_TEST(BuyTillYouDie, GradientIsTheDifferenceOfLikelihoods) {
  constexpr std::size_t kSize = TypeParam::kParameters.size();
  for (const TypeParam& model : examples<TypeParam>()) {
    Columns columns;
    for (const PurchaseHistory& history : kHistories) {
      columns.add(history, 1.0);
    }
    std::array<double, kSize> gradient{};
    std::array<double, kSize> unused{};
    log_likelihood(model, columns.view(), gradient);
    for (std::size_t i = 0; i < kSize; ++i) {
      constexpr double kStep = 1e-4;
      const auto at = [&](double step) {
        auto values = model.values();
        values[i] *= std::exp(step);
        return log_likelihood(model.with(values), columns.view(), unused);
      };
      const double difference =
          (8.0 * (at(kStep) - at(-kStep)) - (at(2.0 * kStep) - at(-2.0 * kStep))) / (12.0 * kStep);
      EXPECT_NEAR(gradient[i], difference, 1e-7 * (1.0 + std::fabs(difference)))
          << TypeParam::kParameters[i].name;
    }
  }
}

TYPED_TEST(BuyTillYouDie, WeightsAreRepeatedRowsInAnyOrder) {
  constexpr std::size_t kSize = TypeParam::kParameters.size();
  const TypeParam model = examples<TypeParam>().front();
  Columns weighted;
  Columns repeated;
  for (std::size_t i = 0; i < kHistories.size(); ++i) {
    weighted.add(kHistories[i], static_cast<double>(i + 1));
  }
  for (std::size_t i = kHistories.size(); i-- > 0;) {
    for (std::size_t copy = 0; copy <= i; ++copy) {
      repeated.add(kHistories[i], 1.0);
    }
  }
  std::array<double, kSize> of_weighted{};
  std::array<double, kSize> of_repeated{};
  const double sum = log_likelihood(model, weighted.view(), of_weighted);
  PurchaseHistories plain = repeated.view();
  plain.weights = {};
  EXPECT_NEAR(log_likelihood(model, plain, of_repeated) / sum, 1.0, 1e-13);
  for (std::size_t i = 0; i < kSize; ++i) {
    EXPECT_NEAR(of_weighted[i], of_repeated[i], 1e-11 * (1.0 + std::fabs(of_weighted[i])));
  }
}

TYPED_TEST(BuyTillYouDie, ManyAreTheSameAsOneByOne) {
  constexpr std::size_t kSize = TypeParam::kParameters.size();
  Rng rng(5);
  for (const TypeParam& model : examples<TypeParam>()) {
    Columns columns;
    double by_one = 0.0;
    for (int i = 0; i < 43; ++i) {
      const double T = std::floor(1.0 + 200.0 * rng.uniform());
      const PurchaseHistory history = history_of(simulate(model, T, rng), T);
      columns.add(history, 1.0 + rng.uniform());
      by_one += columns.weights.back() * log_likelihood(model, history);
    }
    columns.add({.x = 3000, .t_x = 3200, .T = 3250, .sum_log_intervals = 100.0}, 2.0);
    by_one += 2.0 * log_likelihood(model, columns.view()[columns.x.size() - 1]);
    const PurchaseHistories histories = columns.view();
    const std::size_t n = histories.size();
    std::vector<double> likelihoods(n);
    std::vector<double> alive(n);
    std::vector<double> expected(n);
    log_likelihoods(model, histories, likelihoods);
    probabilities_alive(model, histories, alive);
    conditional_expectations(model, histories, 4.3, expected);
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_EQ(likelihoods[i], log_likelihood(model, histories[i]));
      const double alone = probability_alive(model, histories[i]);
      EXPECT_NEAR(alive[i], alone, 1e-12 * alone);
      const double mean = conditional_expected_transactions(model, histories[i], 4.3);
      EXPECT_NEAR(expected[i], mean, 2e-12 * mean);
    }
    std::array<double, kSize> unused{};
    EXPECT_NEAR(log_likelihood(model, histories, unused) / by_one, 1.0, 1e-12);
  }
}

TYPED_TEST(BuyTillYouDie, AnotherTimeUnitChangesNothingButTheUnit) {
  if (std::string(TypeParam::kName) == "bg_bb") {
    GTEST_SKIP() << "occasions are counted, they have no unit";
  }
  constexpr double kDays = 7.0;
  for (const TypeParam& model : examples<TypeParam>()) {
    auto values = model.values();
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] *= std::pow(kDays, TypeParam::kParameters[i].time_power);
    }
    const TypeParam by_day = model.with(values);
    for (const PurchaseHistory& history : kHistories) {
      PurchaseHistory days = history;
      days.t_x *= kDays;
      days.T *= kDays;
      days.sum_log_intervals += history.x * std::log(kDays);
      // A density of x purchase times.
      EXPECT_NEAR(log_likelihood(by_day, days),
                  log_likelihood(model, history) - history.x * std::log(kDays),
                  1e-10);
      EXPECT_NEAR(aliveness(by_day, days).log_alive, aliveness(model, history).log_alive, 1e-11);
      EXPECT_NEAR(log_conditional_expected_transactions(by_day, days, 4.3 * kDays),
                  log_conditional_expected_transactions(model, history, 4.3),
                  1e-11);
    }
  }
}

TYPED_TEST(BuyTillYouDie, DiscountingLowersAndVanishes) {
  const TypeParam model = examples<TypeParam>().front();
  for (const PurchaseHistory& history : kHistories) {
    const double year = dect(model, history, 52.0, 0.0);
    const double expected = conditional_expected_transactions(model, history, 52.0);
    EXPECT_NEAR(year, expected, 1e-11 * expected);
    EXPECT_LT(dect(model, history, 52.0, 0.01), year);
    const double at_low = dert(model, history, 0.02);
    const double at_high = dert(model, history, 0.05);
    EXPECT_LT(at_high, at_low);
    EXPECT_LT(dect(model, history, 52.0, 0.02), at_low);
    // After 60 / delta nothing is left.
    EXPECT_NEAR(dect(model, history, 1200.0, 0.05), at_high, 1e-11 * at_high);
  }
}

TYPED_TEST(BuyTillYouDie, QuantilesInvertTheDistribution) {
  const TypeParam model = examples<TypeParam>().front();
  for (const PurchaseHistory& history : kHistories) {
    for (const double level : {0.05, 0.5, 0.95, 0.999}) {
      const std::int64_t n = conditional_quantile(model, history, level, 13.0);
      double below = 0.0;
      for (std::int64_t i = 0; i < n; ++i) {
        below += conditional_pmf(model, history, i, 13.0);
      }
      EXPECT_LT(below, level + 1e-12);
      EXPECT_GE(below + conditional_pmf(model, history, n, 13.0), level - 1e-12);
    }
  }
}

TYPED_TEST(BuyTillYouDie, TheNextPurchaseComesWithTheChanceAskedFor) {
  const TypeParam model = examples<TypeParam>().front();
  for (const PurchaseHistory& history : kHistories) {
    const double ever = probability_alive(model, history);
    EXPECT_EQ(next_purchase_time(model, history, 0.5 + 0.5 * ever), kInfinity);
    const double time = next_purchase_time(model, history, 0.1 * ever);
    if (std::string(TypeParam::kName) == "bg_bb") {
      continue;  // in steps
    }
    ASSERT_LT(time, kInfinity);
    EXPECT_NEAR(1.0 - probability_of_no_purchase(model, history, time), 0.1 * ever, 1e-11);
  }
}

TYPED_TEST(BuyTillYouDie, SimulatedCustomersBuyAsExpected) {
  constexpr int kCustomers = 20000;
  const TypeParam model = examples<TypeParam>().front();
  Rng rng(2718);
  double purchases = 0.0;
  double squares = 0.0;
  double none = 0.0;
  for (int i = 0; i < kCustomers; ++i) {
    const std::vector<double> times = simulate(model, 26.0, rng);
    const PurchaseHistory history = history_of(times, 26.0);
    ASSERT_LE(history.t_x, 26.0);
    purchases += history.x;
    squares += history.x * history.x;
    none += history.x == 0.0 ? 1.0 : 0.0;
  }
  const double mean = purchases / kCustomers;
  const double deviation = std::sqrt((squares / kCustomers - mean * mean) / kCustomers);
  EXPECT_NEAR(mean, expected_transactions(model, 26.0), 4.0 * deviation);
  const double zero = pmf(model, 0, 26.0);
  EXPECT_NEAR(none / kCustomers, zero, 4.0 * std::sqrt(zero * (1.0 - zero) / kCustomers));
}

TYPED_TEST(BuyTillYouDie, SimulatedHistoriesHaveNoSlopeAtTheirParameters) {
  // The score of a likelihood has mean 0 where the data come from: a fit would stay here.
  constexpr std::size_t kSize = TypeParam::kParameters.size();
  constexpr int kCustomers = 3000;
  const TypeParam model = examples<TypeParam>().front();
  Rng rng(3141);
  std::array<double, kSize> sum{};
  std::array<double, kSize> squares{};
  for (int i = 0; i < kCustomers; ++i) {
    Columns one;
    one.add(history_of(simulate(model, 40.0, rng), 40.0), 1.0);
    std::array<double, kSize> score{};
    log_likelihood(model, one.view(), score);
    for (std::size_t p = 0; p < kSize; ++p) {
      sum[p] += score[p];
      squares[p] += score[p] * score[p];
    }
  }
  for (std::size_t p = 0; p < kSize; ++p) {
    EXPECT_LT(std::fabs(sum[p]), 4.5 * std::sqrt(squares[p])) << TypeParam::kParameters[p].name;
  }
}

TYPED_TEST(BuyTillYouDie, ExtremeParametersStayFinite) {
  // As far as a fit searches: e^-12 ... e^12, times of e^-20 ... e^20.
  constexpr std::size_t kSize = TypeParam::kParameters.size();
  const TypeParam prototype = examples<TypeParam>().front();
  Rng rng(99);
  Columns columns;
  for (const PurchaseHistory& history : kHistories) {
    columns.add(history, 1.0);
  }
  columns.add({.x = 5000, .t_x = 36524, .T = 36525, .sum_log_intervals = 9000.0}, 1e9);
  for (int draw = 0; draw < 40; ++draw) {
    auto values = prototype.values();
    for (std::size_t i = 0; i < kSize; ++i) {
      const double reach = TypeParam::kParameters[i].time_power == 0 ? 12.0 : 20.0;
      values[i] = std::exp(reach * (2.0 * rng.uniform() - 1.0));
    }
    const TypeParam model = prototype.with(values);
    std::array<double, kSize> gradient{};
    EXPECT_TRUE(std::isfinite(log_likelihood(model, columns.view(), gradient)));
    for (std::size_t i = 0; i < kSize; ++i) {
      EXPECT_TRUE(std::isfinite(gradient[i])) << TypeParam::kParameters[i].name;
    }
    const Aliveness odds = aliveness(model, columns.view()[2]);
    EXPECT_FALSE(std::isnan(odds.log_alive) || std::isnan(odds.log_gone));
  }
}

}  // namespace
}  // namespace till::models
