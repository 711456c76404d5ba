#include "till/models/likelihoods.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::models {
namespace {

/// Draws customers of a model, fits it to them, and expects its parameters within three standard
/// errors; and every special case to fit no better. Ages are whole where there are occasions.
template <BuyTillYouDieModel M>
void expect_recovered(const M& truth,
                      std::size_t customers,
                      std::uint64_t seed,
                      double occasions = 0.0) {
  Rng rng(seed);
  std::vector<double> x;
  std::vector<double> t_x;
  std::vector<double> T;
  std::vector<double> sum_log_intervals;
  for (std::size_t i = 0; i < customers; ++i) {
    const double age =
        occasions > 0.0 ? 1.0 + std::floor(occasions * rng.uniform()) : 26.0 + 78.0 * rng.uniform();
    const PurchaseHistory history = history_of(simulate(truth, age, rng), age);
    x.push_back(history.x);
    t_x.push_back(history.t_x);
    T.push_back(history.T);
    sum_log_intervals.push_back(history.sum_log_intervals);
  }
  const Result<FitReport> report =
      fit(likelihood_of(truth), {x, t_x, T, {}, sum_log_intervals}, {.threads = 2});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(report->is_usable()) << report->message;
  EXPECT_EQ(report->standard_errors_from, "observed information");
  const auto values = truth.values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Estimate& estimate = report->estimates[i];
    // By the logarithm, in which estimates are closest to normal.
    const double error = estimate.standard_error / estimate.value;
    EXPECT_NEAR(std::log(estimate.value), std::log(values[i]), 3.0 * error) << estimate.name;
  }
  for (const SpecialCaseFit& special : report->special_cases) {
    EXPECT_LE(special.log_likelihood, report->log_likelihood) << special.name;
  }
}

TEST(Likelihoods, NbdIsFoundAgain) {
  expect_recovered(Nbd{0.6, 9.0}, 1000, 1);
}

TEST(Likelihoods, ParetoNbdIsFoundAgain) {
  expect_recovered(ParetoNbd{0.55, 10.6, 0.61, 11.7}, 1500, 2);
}

TEST(Likelihoods, BgNbdIsFoundAgain) {
  expect_recovered(BgNbd{0.8, 6.0, 0.8, 2.5}, 1500, 3);
}

TEST(Likelihoods, MbgNbdIsFoundAgain) {
  expect_recovered(MbgNbd{0.8, 6.0, 0.8, 2.5}, 1500, 4);
}

TEST(Likelihoods, RegularCustomersAreFoundAgain) {
  expect_recovered(BgCnbd{2, 0.9, 3.0, 0.8, 2.5}, 800, 5);
  expect_recovered(MbgCnbd{3, 0.9, 3.0, 0.8, 2.5}, 800, 6);
}

TEST(Likelihoods, CustomersOfDifferentRegularityAreFoundAgain) {
  expect_recovered(MbgCnbdMixture{1.5, 4.0, 0.8, 6.0, 1.0, 1.0, 0.5}, 250, 7);
}

TEST(Likelihoods, CustomersWhoseRiskGrowsWithAgeAreFoundAgain) {
  expect_recovered(GgomNbd{1.0, 3.0, 0.1, 1.0, 40.0}, 600, 8);
}

TEST(Likelihoods, CustomersOfOccasionsAreFoundAgain) {
  expect_recovered(BgBb{1.2, 0.75, 0.66, 2.8}, 1500, 9, 12.0);
}

TEST(Likelihoods, BgBbMatchesFaderHardieShang2010) {
  // Table 1: donors by repeat years, last year and how many they are; six years.
  struct Donors {
    double x;
    double t_x;
    double donors;
  };

  constexpr std::array kDonors = {
      Donors{6, 6, 1203}, Donors{5, 6, 728}, Donors{4, 6, 512}, Donors{3, 6, 357},
      Donors{2, 6, 234},  Donors{1, 6, 129}, Donors{5, 5, 335}, Donors{4, 5, 284},
      Donors{3, 5, 225},  Donors{2, 5, 173}, Donors{1, 5, 119}, Donors{4, 4, 240},
      Donors{3, 4, 181},  Donors{2, 4, 155}, Donors{1, 4, 78},  Donors{3, 3, 322},
      Donors{2, 3, 255},  Donors{1, 3, 129}, Donors{2, 2, 613}, Donors{1, 2, 277},
      Donors{1, 1, 1091}, Donors{0, 0, 3464}};
  std::vector<double> x;
  std::vector<double> t_x;
  std::vector<double> weights;
  for (const Donors& group : kDonors) {
    x.push_back(group.x);
    t_x.push_back(group.t_x);
    weights.push_back(group.donors);
  }
  const std::vector<double> T(x.size(), 6.0);
  const Result<FitReport> report = fit(likelihood_of(BgBb{}), {x, t_x, T, weights});
  ASSERT_TRUE(report) << report.error().message;
  // Other software stops at -33225.58129.
  EXPECT_NEAR(report->log_likelihood, -33225.58127, 5e-6);
  const std::array published = {1.204, 0.750, 0.657, 2.783};
  for (std::size_t i = 0; i < published.size(); ++i) {
    EXPECT_NEAR(report->parameters[i], published[i], 1.5e-3) << report->estimates[i].name;
  }
}

TEST(Likelihoods, StrangeDataEndWithAReportWhateverTheRisk) {
  Rng rng(12);
  for (int round = 0; round < 6; ++round) {
    std::vector<double> x;
    std::vector<double> t_x;
    std::vector<double> T;
    const std::vector<double> weights(1 + rng.below(4), round % 2 == 0 ? 1.0 : 1e9);
    const double span = round < 3 ? 1.0 / 7.0 : 5218.0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      x.push_back(std::floor((round % 3 == 0 ? 5000.0 : 4.0) * rng.uniform()));
      T.push_back(span * (0.01 + rng.uniform()));
      t_x.push_back(x.back() > 0.0 ? T.back() * (1e-6 + 0.99 * rng.uniform()) : 0.0);
    }
    const Result<FitReport> report = fit(likelihood_of(GgomNbd{}), {x, t_x, T, weights});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->is_usable()) << round << ": " << report->message;
    for (const Estimate& estimate : report->estimates) {
      EXPECT_TRUE(std::isfinite(estimate.value)) << round;
      EXPECT_FALSE(std::isnan(estimate.standard_error)) << round;
    }
  }
}

TEST(Likelihoods, AMixtureTellsHistoriesApartByTheirIntervals) {
  const std::vector<double> x = {4.0, 4.0, 4.0};
  const std::vector<double> t_x = {8.0, 8.0, 8.0};
  const std::vector<double> T = {9.0, 9.0, 9.0};
  const std::vector<double> sum_log_intervals = {2.7, -1.5, 2.7};  // every two weeks, in bursts
  const PurchaseHistories histories = {x, t_x, T, {}, sum_log_intervals};
  const Result<FitReport> mixture = fit(likelihood_of(MbgCnbdMixture{}), histories);
  ASSERT_TRUE(mixture) << mixture.error().message;
  EXPECT_EQ(mixture->distinct_histories, 2);
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum += log_likelihood(fitted_model(MbgCnbdMixture{}, *mixture), histories[i]);
  }
  EXPECT_NEAR(mixture->log_likelihood, sum, 1e-9);

  const Result<FitReport> fixed = fit(likelihood_of(MbgCnbd{2, 1.0, 1.0, 1.0, 1.0}), histories);
  ASSERT_TRUE(fixed) << fixed.error().message;
  EXPECT_EQ(fixed->distinct_histories, 1);
  EXPECT_GE(mixture->log_likelihood, fixed->log_likelihood);
}

}  // namespace
}  // namespace till::models
