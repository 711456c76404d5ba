// The loops over many customers against the functions of one, at parameters and histories of every
// size.

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "till/models/bg_nbd.hpp"
#include "till/models/discounted_purchases.hpp"
#include "till/models/ggom_nbd.hpp"
#include "till/models/mbg_nbd.hpp"
#include "till/models/nbd.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::models {
namespace {

template <class M>
class Many : public testing::Test {};

using Models = testing::Types<ParetoNbd, BgNbd, MbgNbd>;
TYPED_TEST_SUITE(Many, Models);

TYPED_TEST(Many, AgreeWithOneForParametersFromAThousandthToAThousand) {
  constexpr std::size_t kHistories = 24;
  Rng rng(5);
  for (int draw = 0; draw < 40; ++draw) {
    std::array<double, 4> values{};
    for (double& value : values) {
      value = std::pow(1000.0, 2.0 * rng.uniform() - 1.0);
    }
    const TypeParam model = TypeParam{}.with(values);
    std::vector<double> x(kHistories);
    std::vector<double> t_x(kHistories);
    std::vector<double> T(kHistories);
    for (std::size_t i = 0; i < kHistories; ++i) {
      T[i] = std::exp(-3.0 + 12.0 * rng.uniform());
      x[i] = rng.uniform() < 0.3 ? 0.0 : std::floor(std::exp(7.5 * rng.uniform()));
      t_x[i] = x[i] == 0.0 ? 0.0 : T[i] * (rng.uniform() < 0.1 ? 1.0 : rng.uniform());
    }
    const PurchaseHistories histories = {x, t_x, T};
    std::vector<double> alive(kHistories);
    std::vector<double> expected(kHistories);
    probabilities_alive(model, histories, alive);
    conditional_expectations(model, histories, 4.3, expected);
    std::vector<double> none(kHistories);
    probabilities_of_no_purchase(model, histories, 4.3, none);
    for (std::size_t i = 0; i < kHistories; ++i) {
      const PurchaseHistories one = {{&x[i], 1}, {&t_x[i], 1}, {&T[i], 1}};
      std::array<double, 4> gradient{};
      const double likelihood = log_likelihood(model, histories[i]);
      EXPECT_NEAR(log_likelihood(model, one, gradient), likelihood, 1e-10 * std::fabs(likelihood));
      for (const double slope : gradient) {
        EXPECT_TRUE(std::isfinite(slope));
      }
      const double alone = probability_alive(model, histories[i]);
      EXPECT_NEAR(alive[i], alone, 1e-10 * alone + 1e-290);
      const double mean = conditional_expected_transactions(model, histories[i], 4.3);
      EXPECT_NEAR(expected[i], mean, 1e-10 * mean + 1e-290);
      const double never = probability_of_no_purchase(model, histories[i], 4.3);
      EXPECT_NEAR(none[i], never, 1e-10 * never + 1e-290);
    }
  }
}

TEST(ManyParetoNbd, AgreeWithOneForManyCustomersOfTheSameX) {
  constexpr std::array<double, 4> kCounts = {0.0, 1.0, 5.0, 63.0};
  constexpr std::size_t kHistories = 600 * kCounts.size();
  Rng rng(9);
  for (int draw = 0; draw < 60; ++draw) {
    std::array<double, 4> values{};
    for (double& value : values) {
      value = std::pow(1000.0, 2.0 * rng.uniform() - 1.0);
    }
    if (draw == 0) {
      values[3] = values[1];
    }
    const ParetoNbd model = ParetoNbd{}.with(values);
    const double longest = std::exp(-2.0 + 10.0 * rng.uniform());
    std::vector<double> x(kHistories);
    std::vector<double> t_x(kHistories);
    std::vector<double> T(kHistories);
    for (std::size_t i = 4; i < kHistories; ++i) {
      x[i] = kCounts[i % kCounts.size()];
      T[i] = longest * rng.uniform();
      t_x[i] = x[i] == 0.0 ? 0.0 : T[i] * (i % 7 == 0 ? 1.0 : rng.uniform());
    }
    std::vector<double> alive(kHistories);
    const PurchaseHistories histories = {x, t_x, T};
    probabilities_alive(model, histories, alive);
    for (std::size_t i = 0; i < kHistories; i += draw < 5 ? 1 : 13) {
      const double alone = probability_alive(model, histories[i]);
      EXPECT_NEAR(alive[i], alone, 2e-11 * alone + 1e-290)
          << testing::PrintToString(values) << ' ' << x[i] << ' ' << t_x[i] << ' ' << T[i];
    }
  }
}

template <class M>
class Distribution : public testing::Test {};

using Futures = testing::Types<Nbd, ParetoNbd, BgNbd, MbgNbd>;
TYPED_TEST_SUITE(Distribution, Futures);

TYPED_TEST(Distribution, IsThatOfItsTermsForParametersFromAThousandthToAThousand) {
  constexpr std::size_t kSize = TypeParam::kParameters.size();
  Rng rng(8);
  for (int draw = 0; draw < 300; ++draw) {
    std::array<double, kSize> values{};
    for (double& value : values) {
      value = std::pow(1000.0, 2.0 * rng.uniform() - 1.0);
    }
    const TypeParam model = TypeParam{}.with(values);
    const double t = draw == 0 ? 0.0 : std::exp(-3.0 + 10.0 * rng.uniform());
    std::vector<double> masses(rng.below(3) == 0 ? 6 : 40);
    pmf_from_zero(model, t, masses);
    for (std::size_t n = 0; n < masses.size(); ++n) {
      const double mass = pmf(model, static_cast<std::int64_t>(n), t);
      EXPECT_NEAR(masses[n], mass, 1e-10 * mass + 1e-290) << testing::PrintToString(values) << t;
    }
  }
}

TEST(ManyDiscounted, AgreeWithOne) {
  const std::array<double, 5> x = {0.0, 1.0, 3.0, 40.0, 5000.0};
  const std::array<double, 5> t_x = {0.0, 0.5, 20.0, 38.0, 39.9};
  const std::array<double, 5> T = {39.0, 39.0, 30.0, 38.5, 40.0};
  const PurchaseHistories histories = {x, t_x, T};
  std::array<double, 5> out{};
  const BgNbd bg = {.r = 0.243, .alpha = 4.414, .a = 0.793, .b = 2.426};
  const MbgNbd mbg = {.r = 0.525, .alpha = 6.183, .a = 0.891, .b = 1.614};
  const ParetoNbd pareto = {.r = 0.55, .alpha = 10.6, .s = 0.61, .beta = 11.7};
  for (const double t : {0.0, 4.3, 260.0, 26000.0}) {
    for (const double delta : {0.0, 0.0018, 0.1}) {
      discounted_expectations(pareto, histories, t, delta, out);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double alone = dect(pareto, histories[i], t, delta);
        EXPECT_NEAR(out[i], alone, 1e-11 * alone) << t << ' ' << delta;
      }
    }
  }
  for (const double t : {4.3, 260.0, 26000.0}) {
    for (const double delta : {0.0, 0.0018, 0.1}) {
      discounted_expectations(bg, histories, t, delta, out);
      for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_NEAR(out[i] / dect(bg, histories[i], t, delta), 1.0, 1e-6) << t << ' ' << delta;
      }
      discounted_expectations(mbg, histories, t, delta, out);
      for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_NEAR(out[i] / dect(mbg, histories[i], t, delta), 1.0, 1e-6) << t << ' ' << delta;
      }
    }
  }
}

TEST(MbgNbdLikelihood, HasAllDigitsWhereHardlyAnybodyStaysOrLeaves) {
  // a/(a+b) after a long silence; 1 - b/(a+b) (1 - (1 + T/alpha)^-r) where nearly all leave at
  // once.
  const MbgNbd stays = {.r = 40.0, .alpha = 1e-4, .a = 1e-4, .b = 1e5};
  const PurchaseHistory silent = {.x = 0, .t_x = 0, .T = 2000};
  EXPECT_NEAR(log_likelihood(stays, silent), -std::log1p(1e9), 1e-13);
  const MbgNbd leaves = {.r = 0.1, .alpha = 1.0, .a = 1e5, .b = 0.01};
  const double loss = -std::expm1(-0.1 * std::log1p(2000.0)) / (1.0 + 1e7);
  EXPECT_NEAR(log_likelihood(leaves, silent) / std::log1p(-loss), 1.0, 1e-12);
}

TEST(ManyGgomNbd, AgreeWithOneForParametersFromAThousandthToAThousand) {
  constexpr std::size_t kHistories = 12;
  Rng rng(6);
  for (int draw = 0; draw < 20; ++draw) {
    std::array<double, 5> values{};
    for (double& value : values) {
      value = std::pow(1000.0, 2.0 * rng.uniform() - 1.0);
    }
    const GgomNbd model = GgomNbd{}.with(values);
    for (std::size_t i = 0; i < kHistories; ++i) {
      const double T = std::exp(-3.0 + 9.0 * rng.uniform());
      const double x = rng.uniform() < 0.3 ? 0.0 : std::floor(std::exp(7.5 * rng.uniform()));
      const double t_x = x == 0.0 ? 0.0 : T * (rng.uniform() < 0.1 ? 1.0 : rng.uniform());
      std::array<double, 5> gradient{};
      const double likelihood = log_likelihood(model, PurchaseHistory{.x = x, .t_x = t_x, .T = T});
      const double sum = log_likelihood(model, {{&x, 1}, {&t_x, 1}, {&T, 1}}, gradient);
      EXPECT_NEAR(sum, likelihood, 1e-11 * std::fabs(likelihood));
      for (const double slope : gradient) {
        EXPECT_TRUE(std::isfinite(slope));
      }
    }
  }
}

}  // namespace
}  // namespace till::models
