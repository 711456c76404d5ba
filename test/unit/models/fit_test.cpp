#include "till/models/fit.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "unit/models/plain_bg_nbd.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::models {
namespace {

using ::testing::Contains;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Histories that own their columns.
struct Customers {
  std::vector<double> x;
  std::vector<double> t_x;
  std::vector<double> T;
  std::vector<double> weights;

  [[nodiscard]] PurchaseHistories view() const { return {x, t_x, T, weights}; }

  void add(double frequency, double recency, double age) {
    x.push_back(frequency);
    t_x.push_back(recency);
    T.push_back(age);
  }
};

/// Customers who buy with Gamma(shape 2, rate 8) and leave after a purchase with a probability of
/// Beta(1, 1 / leaving - 1); `leaving` is its mean.
Customers simulated(std::size_t customers, double leaving, std::uint64_t seed) {
  Rng rng(seed);
  const auto exponential = [&] { return -std::log(1.0 - rng.uniform()); };
  Customers all;
  for (std::size_t i = 0; i < customers; ++i) {
    const double rate = (exponential() + exponential()) / 8.0;
    const double p =
        leaving > 0.0 ? 1.0 - std::pow(1.0 - rng.uniform(), 1.0 / (1.0 / leaving - 1.0)) : 0.0;
    const double T = 20.0 + 40.0 * rng.uniform();
    double x = 0.0;
    double t_x = 0.0;
    for (double t = exponential() / rate; t < T; t += exponential() / rate) {
      x += 1.0;
      t_x = t;
      if (rng.uniform() < p) {
        break;
      }
    }
    all.add(x, t_x, T);
  }
  return all;
}

FitReport fitted(const PurchaseHistories& histories, const FitOptions& options = {}) {
  Result<FitReport> report = fit(test::plain_bg_nbd(), histories, options);
  EXPECT_TRUE(report) << report.error().message;
  return report ? *report : FitReport{};
}

TEST(Fit, TheTruthIsWithinThreeStandardErrors) {
  const Customers customers = simulated(3000, 0.2, 1);
  const FitReport report = fitted(customers.view());
  ASSERT_TRUE(report.is_usable()) << report.message;
  EXPECT_EQ(report.standard_errors_from, "observed information");
  EXPECT_LT(report.gradient_norm, 1e-6);
  const std::array truth = {2.0, 8.0, 1.0, 4.0};
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const Estimate& estimate = report.estimates[i];
    EXPECT_NEAR(estimate.value, truth[i], 3.0 * estimate.standard_error) << estimate.name;
    EXPECT_LT(estimate.standard_error, truth[i]);
  }
  EXPECT_LT(report.estimates[0].lower, report.estimates[0].value);
  EXPECT_GT(report.estimates[0].upper, report.estimates[0].value);
  EXPECT_GT(report.correlations(0, 1), 0.5);
  EXPECT_DOUBLE_EQ(report.aic, 8.0 - 2.0 * report.log_likelihood);
  EXPECT_DOUBLE_EQ(report.bic, 4.0 * std::log(3000.0) - 2.0 * report.log_likelihood);
}

TEST(Fit, ASpecialCaseIsNeverBetter) {
  for (std::uint64_t seed = 1; seed < 6; ++seed) {
    for (const double p : {0.0, 0.05, 0.6}) {
      const FitReport report = fitted(simulated(200, p, seed).view(), {.standard_errors = false});
      ASSERT_EQ(report.special_cases.size(), 3U);
      for (const SpecialCaseFit& special : report.special_cases) {
        EXPECT_LE(special.log_likelihood, report.log_likelihood);
        EXPECT_GE(special.ratio, 0.0);
      }
    }
  }
}

TEST(Fit, WhereNobodyLeavesItSaysSo) {
  const FitReport report = fitted(simulated(800, 0.0, 3).view());
  EXPECT_TRUE(report.is_usable()) << report.message;
  EXPECT_THAT(report.findings, Contains(HasSubstr("nobody drops out")));
  for (const Estimate& estimate : report.estimates) {
    EXPECT_TRUE(std::isfinite(estimate.standard_error)) << estimate.name;
  }
}

TEST(Fit, WhereManyLeaveItDoesNotSaySo) {
  const FitReport report = fitted(simulated(800, 0.4, 3).view());
  EXPECT_THAT(report.findings, Not(Contains(HasSubstr("nobody drops out"))));
  EXPECT_LT(report.special_cases[0].p_value, 1e-6);
}

TEST(Fit, WeightsAreRepeatedHistories) {
  const Customers customers = simulated(150, 0.2, 4);
  Customers twice = customers;
  Customers weighted = customers;
  for (std::size_t i = 0; i < customers.x.size(); ++i) {
    twice.add(customers.x[i], customers.t_x[i], customers.T[i]);
    weighted.weights.push_back(2.0);
  }
  const FitReport one = fitted(twice.view());
  const FitReport other = fitted(weighted.view());
  EXPECT_EQ(one.distinct_histories, 150);
  EXPECT_EQ(one.log_likelihood, other.log_likelihood);
  EXPECT_EQ(one.parameters, other.parameters);
  EXPECT_EQ(one.customers, 300.0);
}

TEST(Fit, AnotherTimeUnitIsTheSameFit) {
  const Customers weeks = simulated(400, 0.2, 5);
  Customers days = weeks;
  for (std::size_t i = 0; i < weeks.x.size(); ++i) {
    days.t_x[i] *= 7.0;
    days.T[i] *= 7.0;
  }
  const FitReport in_weeks = fitted(weeks.view());
  const FitReport in_days = fitted(days.view());
  EXPECT_NEAR(in_days.parameters[0], in_weeks.parameters[0], 1e-3);
  EXPECT_NEAR(in_days.parameters[1], 7.0 * in_weeks.parameters[1], 1e-2);
}

TEST(Fit, ThreadsChangeNothing) {
  const Customers customers = simulated(9000, 0.2, 6);
  const FitReport one = fitted(customers.view(), {.threads = 1});
  const FitReport three = fitted(customers.view(), {.threads = 3});
  EXPECT_EQ(one.log_likelihood, three.log_likelihood);
  EXPECT_EQ(one.parameters, three.parameters);
}

TEST(Fit, ManyHistoriesTakeFewPasses) {
  const Customers customers = simulated(9000, 0.2, 7);
  const FitReport report = fitted(customers.view());
  EXPECT_TRUE(report.is_usable());
  EXPECT_LE(report.evaluations, 6);
  EXPECT_LT(report.gradient_norm, 1e-5);
}

TEST(Fit, ACaseRuledOutOnASampleIsMarked) {
  const auto same_rate_of = [](const FitReport& report) { return report.special_cases[1]; };
  const FitReport few = fitted(simulated(9000, 0.2, 7).view(), {.standard_errors = false});
  EXPECT_EQ(same_rate_of(few).name, "same_rate");
  EXPECT_FALSE(same_rate_of(few).from_sample);
  const FitReport many = fitted(simulated(33000, 0.2, 7).view(), {.standard_errors = false});
  EXPECT_TRUE(same_rate_of(many).from_sample);
  // Scaled up, it is what it would be of all.
  EXPECT_NEAR(same_rate_of(many).ratio / 33000.0, same_rate_of(few).ratio / 9000.0, 0.05);
}

TEST(Fit, ThinDataAreWarnedOf) {
  Customers customers;
  customers.add(0.0, 0.0, 10.0);
  customers.add(2.0, 9.0, 10.0);
  const FitReport report = fitted(customers.view());
  EXPECT_THAT(report.warnings,
              ElementsAre("Only 1 of 2 customers bought again: the estimates rest on few.",
                          "The log is short: its oldest customer has been watched for 10 time "
                          "units, while those who buy again do so every 4.5.",
                          "All customers began at the same time: how customers differ by age is "
                          "not seen."));
}

TEST(Fit, NobodyBuyingAgainIsAUsableFitThatSaysSo) {
  Customers customers;
  for (int i = 0; i < 100; ++i) {
    customers.add(0.0, 0.0, 10.0 + i);
  }
  const FitReport report = fitted(customers.view());
  EXPECT_TRUE(report.is_usable()) << report.message;
  EXPECT_NEAR(report.log_likelihood, 0.0, 1e-3);
  ASSERT_FALSE(report.findings.empty());
  EXPECT_THAT(report.findings.front(), HasSubstr("Nobody bought a second time"));
}

TEST(Fit, StrangeDataEndWithAReport) {
  Rng rng(8);
  const std::array spans = {1.0 / 7.0, 52.0, 5218.0};
  for (int round = 0; round < 24; ++round) {
    Customers customers;
    const std::size_t size = round % 3 == 0 ? 1 : 1 + rng.below(30);
    const double span = spans[rng.below(spans.size())];
    const double busiest = round % 5 == 0 ? 5000.0 : 6.0;
    const bool is_heavy = rng.below(3) == 0;
    for (std::size_t i = 0; i < size; ++i) {
      const double x = std::floor(busiest * rng.uniform());
      const double T = rng.below(2) == 0 ? span : span * (0.01 + rng.uniform());
      const double t_x = rng.below(4) == 0 ? T : T * (1e-6 + 0.99 * rng.uniform());
      customers.add(x, x > 0.0 ? t_x : 0.0, T);
      customers.weights.push_back(is_heavy ? 1e9 : 1.0);
    }
    const FitReport report = fitted(customers.view());
    EXPECT_TRUE(report.is_usable()) << round << ": " << report.message;
    EXPECT_TRUE(std::isfinite(report.log_likelihood)) << round;
    for (const Estimate& estimate : report.estimates) {
      EXPECT_TRUE(std::isfinite(estimate.value)) << round;
      EXPECT_FALSE(std::isnan(estimate.standard_error)) << round;
      EXPECT_LE(estimate.lower, estimate.value) << round;
      EXPECT_GE(estimate.upper, estimate.value) << round;
    }
  }
}

TEST(Fit, BadHistoriesAreNamed) {
  const auto message = [](double x, double t_x, double T, double weight) {
    const std::array xs = {1.0, x};
    const std::array ts = {2.0, t_x};
    const std::array Ts = {3.0, T};
    const std::array weights = {1.0, weight};
    const Result<FitReport> report = fit(test::plain_bg_nbd(), {xs, ts, Ts, weights});
    return report ? "no error" : report.error().message;
  };
  EXPECT_EQ(message(1.5, 1.0, 3.0, 1.0),
            "check_histories: x[1] is 1.5, but must be a whole number, at least 0");
  EXPECT_EQ(message(1.0, 4.0, 3.0, 1.0),
            "check_histories: t_x[1] is 4, but must be at least 0 and at most T (3)");
  EXPECT_EQ(message(1.0, 0.0, 3.0, 1.0),
            "check_histories: t_x[1] is 0, but must be 0 if x is 0, and only then");
  EXPECT_EQ(message(0.0, 0.0, 0.0, 1.0),
            "check_histories: T[1] is 0, but must be more than 0 and finite");
  EXPECT_EQ(message(0.0, 0.0, std::numeric_limits<double>::quiet_NaN(), 1.0),
            "check_histories: T[1] is nan, but must be more than 0 and finite");
  EXPECT_EQ(message(0.0, 0.0, 3.0, -1.0),
            "check_histories: weights[1] is -1, but must be more than 0 and finite");
}

TEST(Fit, NoHistoryIsAnError) {
  EXPECT_EQ(fit(test::plain_bg_nbd(), {}).error().message,
            "fit: the number of histories is 0, but must be at least 1");
}

TEST(Fit, CancellingIsAnError) {
  const Customers customers = simulated(50, 0.2, 9);
  FitOptions options;
  options.cancelled = [] { return true; };
  EXPECT_EQ(fit(test::plain_bg_nbd(), customers.view(), options).error().code,
            ErrorCode::Cancelled);
}

TEST(Fit, OptionsThatMakeNoSenseAreNamed) {
  EXPECT_EQ(FitOptions{.max_iterations = 0}.validate().error().message,
            "fit: max_iterations is 0, but must be more than 0");
  EXPECT_EQ(FitOptions{.threads = 0}.validate().error().message,
            "fit: threads is 0, but must be more than 0");
}

}  // namespace
}  // namespace till::models
