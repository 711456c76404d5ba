#include "till/models/gamma_gamma.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "support/golden_table.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

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

/// Customers who own their columns.
struct Spenders {
  std::vector<double> monetary_value;
  std::vector<double> frequency;

  [[nodiscard]] SpendHistories view() const { return {monetary_value, frequency}; }
};

TEST(GammaGammaFit, IsThatOfAnotherProgram) {
  const auto fits = test::golden_table("fits/gamma_gamma_fits.csv");
  ASSERT_EQ(fits.size(), 3U);
  const auto spend = test::golden_table("fits/gamma_gamma_spend.csv");
  for (const auto& row : fits) {
    Spenders spenders;
    for (const auto& customer : spend) {
      if (customer.at("case") == row.at("case")) {
        spenders.monetary_value.push_back(customer.at("monetary_value"));
        spenders.frequency.push_back(customer.at("frequency"));
      }
    }
    const Result<FitReport> report = fit(GammaGamma{}, spenders.view());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->is_usable()) << report->message;
    EXPECT_NEAR(report->log_likelihood / row.at("log_likelihood"), 1.0, 1e-9);
    EXPECT_NEAR(report->parameters[0] / row.at("p"), 1.0, 1e-4);
    EXPECT_NEAR(report->parameters[1] / row.at("q"), 1.0, 1e-4);
    EXPECT_NEAR(report->parameters[2] / row.at("gamma"), 1.0, 1e-4);
    const GammaGamma model = {report->parameters[0], report->parameters[1], report->parameters[2]};
    EXPECT_NEAR(
        conditional_expected_spend(model, 0.0, 0.0) / row.at("expected_spend_of_new"), 1.0, 1e-4);
  }
}

TEST(GammaGammaFit, FindsTheTruthWithinThreeStandardErrors) {
  constexpr GammaGamma kTruth = {.p = 3.0, .q = 4.0, .gamma = 25.0};
  Rng rng(11);
  Spenders spenders;
  for (int i = 0; i < 1500; ++i) {
    const std::vector<double> drawn = simulate(kTruth, 1 + rng.below(6), rng);
    double sum = 0.0;
    for (const double spent : drawn) {
      sum += spent;
    }
    spenders.frequency.push_back(static_cast<double>(drawn.size()));
    spenders.monetary_value.push_back(sum / spenders.frequency.back());
  }
  const Result<FitReport> report = fit(GammaGamma{}, spenders.view());
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->standard_errors_from, "observed information");
  EXPECT_THAT(report->warnings, ::testing::IsEmpty());
  for (std::size_t i = 0; i < 3; ++i) {
    const Estimate& estimate = report->estimates[i];
    EXPECT_NEAR(estimate.value, kTruth.values()[i], 3.0 * estimate.standard_error) << estimate.name;
  }
}

TEST(GammaGammaFit, StrangeSpendEndsWithAReport) {
  Rng rng(12);
  for (int round = 0; round < 20; ++round) {
    Spenders spenders;
    const double unit = std::pow(10.0, 12.0 * rng.uniform() - 4.0);
    for (std::size_t i = 0; i <= rng.below(4); ++i) {
      spenders.monetary_value.push_back(round % 3 == 0 ? unit : unit * (1e-4 + rng.uniform()));
      spenders.frequency.push_back(round % 2 == 0 ? 5000.0 : 1.0);
    }
    const Result<FitReport> report = fit(GammaGamma{}, spenders.view());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->is_usable() || !report->message.empty()) << round;
    for (const Estimate& estimate : report->estimates) {
      EXPECT_TRUE(std::isfinite(estimate.value)) << round;
      EXPECT_FALSE(std::isnan(estimate.standard_error)) << round;
    }
  }
}

TEST(GammaGammaFit, BadSpendIsNamed) {
  const Spenders free = {{3.0, 0.0}, {1.0, 2.0}};
  EXPECT_EQ(fit(GammaGamma{}, free.view()).error().message,
            "fit: monetary_value[1] is 0, but must be more than 0 and finite");
  const Spenders never = {{3.0}, {0.0}};
  EXPECT_EQ(fit(GammaGamma{}, never.view()).error().message,
            "fit: frequency[0] is 0, but must be at least 1");
}

TEST(GammaGammaCorrelation, IsThatOfTheCustomers) {
  const Spenders spenders = {{1.0, 2.0, 3.0}, {2.0, 4.0, 6.0}};
  EXPECT_NEAR(*correlation_with_frequency(spenders.view()), 1.0, 1e-15);
  const Spenders alike = {{1.0, 2.0}, {3.0, 3.0}};
  EXPECT_EQ(correlation_with_frequency(alike.view()), std::nullopt);
  EXPECT_EQ(correlation_with_frequency({}), std::nullopt);
}

}  // namespace
}  // namespace till::models
