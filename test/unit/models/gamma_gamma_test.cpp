#include "till/models/gamma_gamma.hpp"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace till::models {
namespace {

constexpr GammaGamma kModel = {.p = 6.25, .q = 3.74, .gamma = 15.44};

TEST(GammaGamma, DensityIntegratesToOne) {
  double sum = 0.0;
  constexpr double kStep = 0.01;
  for (double w = -12.0; w < 16.0; w += kStep) {  // over log m
    sum += kStep * std::exp(log_likelihood(kModel, std::exp(w), 3.0) + w);
  }
  EXPECT_NEAR(sum, 1.0, 1e-10);
}

TEST(GammaGamma, GradientIsTheDifferenceOfLikelihoods) {
  const std::array<double, 3> spend = {11.8, 0.01, 2500.0};
  const std::array<double, 3> frequency = {1.0, 2.0, 40.0};
  const std::array<double, 3> weights = {1.0, 2.5, 0.5};
  const SpendHistories histories = {spend, frequency, weights};
  std::array<double, 3> gradient{};
  std::array<double, 3> unused{};
  log_likelihood(kModel, histories, gradient);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto at = [&](double step) {
      auto values = kModel.values();
      values[i] *= std::exp(step);
      return log_likelihood(kModel.with(values), histories, unused);
    };
    EXPECT_NEAR(gradient[i], (at(1e-5) - at(-1e-5)) / 2e-5, 1e-5)
        << GammaGamma::kParameters[i].name;
  }
}

TEST(GammaGamma, ExpectedSpendGoesFromEverybodysMeanToTheCustomersOwn) {
  const double everybody = kModel.p * kModel.gamma / (kModel.q - 1.0);
  EXPECT_NEAR(conditional_expected_spend(kModel, 0.0, 0.0), everybody, 1e-12);
  EXPECT_NEAR(conditional_expected_spend(kModel, 80.0, 1e9), 80.0, 1e-6);
  EXPECT_EQ(conditional_expected_spend({.p = 1.0, .q = 0.9, .gamma = 1.0}, 0.0, 0.0),
            std::numeric_limits<double>::infinity());
  EXPECT_EQ(clv(kModel, 0.0, 0.0, 2.0), 2.0 * conditional_expected_spend(kModel, 0.0, 0.0));
}

TEST(GammaGamma, SimulatedSpendHasItsMean) {
  Rng rng(8);
  double sum = 0.0;
  double squares = 0.0;
  constexpr int kCustomers = 20000;
  for (int i = 0; i < kCustomers; ++i) {
    const double spend = simulate(kModel, 1, rng)[0];
    sum += spend;
    squares += spend * spend;
  }
  const double mean = sum / kCustomers;
  const double deviation = std::sqrt((squares / kCustomers - mean * mean) / kCustomers);
  EXPECT_NEAR(mean, kModel.p * kModel.gamma / (kModel.q - 1.0), 4.0 * deviation);
}

}  // namespace
}  // namespace till::models
