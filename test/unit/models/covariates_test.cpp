#include "till/models/covariates.hpp"

#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/naive/likelihoods.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"
#include "till/models/likelihoods.hpp"

namespace till::models {
namespace {

using ::testing::ElementsAre;

std::shared_ptr<const CovariateTable> table_of(std::vector<std::string> names,
                                               std::vector<double> values) {
  return std::make_shared<const CovariateTable>(
      CovariateTable{std::move(names), std::move(values)});
}

/// Histories that own their columns.
struct Customers {
  std::vector<double> x;
  std::vector<double> t_x;
  std::vector<double> T;
  std::vector<double> segments;

  [[nodiscard]] PurchaseHistories view() const { return {x, t_x, T, {}, {}, segments}; }

  void add(const PurchaseHistory& history, double segment) {
    x.push_back(history.x);
    t_x.push_back(history.t_x);
    T.push_back(history.T);
    segments.push_back(segment);
  }
};

Customers five() {
  Customers customers;
  customers.add({.x = 0, .t_x = 0, .T = 38.9}, 0);
  customers.add({.x = 2, .t_x = 30.4, .T = 38.9}, 1);
  customers.add({.x = 7, .t_x = 52, .T = 52}, 1);
  customers.add({.x = 1, .t_x = 1.7, .T = 38.9}, 2);
  customers.add({.x = 26, .t_x = 30.9, .T = 31}, 0);
  return customers;
}

std::vector<double> logs_of(std::span<const double> values) {
  std::vector<double> logs;
  for (const double value : values) {
    logs.push_back(std::log(value));
  }
  return logs;
}

template <class M>
class WithCovariates : public testing::Test {};

using Models = testing::Types<Nbd, ParetoNbd, BgNbd, MbgNbd, GgomNbd>;
TYPED_TEST_SUITE(WithCovariates, Models);

TYPED_TEST(WithCovariates, GradientIsTheDifferenceOfLikelihoods) {
  const auto table = table_of({"a", "b"}, {0.0, -1.2, 1.0, 0.4, 0.0, 2.0});
  const Likelihood likelihood = with_covariates(likelihood_of(TypeParam{}), table);
  const Customers customers = five();
  std::vector<double> point;
  for (std::size_t i = 0; i < likelihood.parameters.size(); ++i) {
    point.push_back(0.3 - 0.2 * static_cast<double>(i % 4) +
                    likelihood.parameters[i].time_power * 2.0);
  }
  std::vector<double> gradient(point.size());
  std::vector<double> unused(point.size());
  likelihood.log_likelihood(point, customers.view(), gradient);
  for (std::size_t i = 0; i < point.size(); ++i) {
    const auto at = [&](double step) {
      std::vector<double> moved = point;
      moved[i] += step;
      return likelihood.log_likelihood(moved, customers.view(), unused);
    };
    EXPECT_NEAR(gradient[i], (at(1e-5) - at(-1e-5)) / 2e-5, 2e-6 * (1.0 + std::fabs(gradient[i])))
        << likelihood.parameters[i].name;
  }
}

TYPED_TEST(WithCovariates, RatiosOfOneAreThePlainModel) {
  const auto table = table_of({"a"}, {0.0, 1.0, -3.0});
  const Likelihood plain = likelihood_of(TypeParam{});
  const Likelihood likelihood = with_covariates(plain, table);
  std::vector<double> point(plain.parameters.size(), 0.7);
  std::vector<double> unused(likelihood.parameters.size());
  const Customers customers = five();
  const double alone = plain.log_likelihood(point, customers.view(), unused);
  point.resize(likelihood.parameters.size(), 0.0);
  EXPECT_NEAR(likelihood.log_likelihood(point, customers.view(), unused), alone, 1e-10);
}

TEST(Covariates, ScaleWhatThePapersSay) {
  // In long double: alpha e^(-g z), and of leaving beta e^(-g z) or a e^(g z).
  const auto table = table_of({"z"}, {0.0, 1.0, -2.0});
  const Customers customers = five();
  const std::array<double, 3> z = {0.0, 1.0, -2.0};
  constexpr double kBuying = 0.4;
  constexpr double kLeaving = -0.3;
  const std::array values = {0.55, 10.6, 0.61, 11.7, std::exp(kBuying), std::exp(kLeaving)};
  long double pareto = 0.0L;
  long double bg = 0.0L;
  long double mbg = 0.0L;
  for (std::size_t i = 0; i < customers.x.size(); ++i) {
    const double here = z[static_cast<std::size_t>(customers.segments[i])];
    const double alpha = values[1] * std::exp(-kBuying * here);
    const double beta = values[3] * std::exp(-kLeaving * here);
    const double a = values[2] * std::exp(kLeaving * here);
    const auto& [x, t_x, T, segments] = customers;
    pareto +=
        std::log(test::naive::pareto_nbd(values[0], alpha, values[2], beta, x[i], t_x[i], T[i]));
    bg += std::log(test::naive::bg_nbd(values[0], alpha, a, values[3], x[i], t_x[i], T[i]));
    mbg += std::log(test::naive::mbg_nbd(values[0], alpha, a, values[3], x[i], t_x[i], T[i]));
  }
  const auto sum_of = [&](const Likelihood& base) {
    std::vector<double> unused(6);
    return with_covariates(base, table).log_likelihood(logs_of(values), customers.view(), unused);
  };
  EXPECT_NEAR(sum_of(likelihood_of(ParetoNbd{})) / static_cast<double>(pareto), 1.0, 1e-11);
  EXPECT_NEAR(sum_of(likelihood_of(BgNbd{})) / static_cast<double>(bg), 1.0, 1e-11);
  EXPECT_NEAR(sum_of(likelihood_of(MbgNbd{})) / static_cast<double>(mbg), 1.0, 1e-11);
}

/// Draws customers of three segments, fits them, and expects the truth within three standard
/// errors, and that covariates are found to matter.
template <class M>
void expect_recovered(const M& truth, std::vector<double> ratios, std::uint64_t seed) {
  const auto table = table_of({"woman", "age"}, {0.0, -0.9, 1.0, 0.2, 1.0, 1.1, 0.0, 0.6});
  const auto own_values = truth.values();
  std::vector<double> values(own_values.begin(), own_values.end());
  values.insert(values.end(), ratios.begin(), ratios.end());
  Rng rng(seed);
  Customers customers;
  for (int i = 0; i < 1600; ++i) {
    const std::size_t segment = rng.below(4);
    const std::vector<double> own = parameters_of_segment(M::kParameters, *table, values, segment);
    const M model = truth.with(std::span<const double, M::kParameters.size()>(own));
    const double age = 40.0 + 60.0 * rng.uniform();
    customers.add(history_of(simulate(model, age, rng), age), static_cast<double>(segment));
  }
  const Likelihood likelihood = with_covariates(likelihood_of(truth), table);
  const Result<FitReport> report = fit(likelihood, customers.view(), {.threads = 2});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(report->is_usable()) << report->message;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Estimate& estimate = report->estimates[i];
    const double error = estimate.standard_error / estimate.value;
    EXPECT_NEAR(std::log(estimate.value), std::log(values[i]), 3.0 * error) << estimate.name;
  }
  EXPECT_EQ(report->special_cases.back().name, "no_covariates");
  EXPECT_LT(report->special_cases.back().p_value, 1e-4);

  // A penalty draws the ratios to 1; what is reported is without it.
  const Result<FitReport> ridge =
      fit(with_covariates(likelihood_of(truth), table, 2000.0), customers.view(), {.threads = 2});
  ASSERT_TRUE(ridge) << ridge.error().message;
  double squares = 0.0;
  double squares_drawn = 0.0;
  for (std::size_t i = truth.values().size(); i < values.size(); ++i) {
    squares += std::pow(std::log(report->parameters[i]), 2.0);
    squares_drawn += std::pow(std::log(ridge->parameters[i]), 2.0);
  }
  EXPECT_LT(squares_drawn, 0.5 * squares);
  EXPECT_LT(ridge->log_likelihood, report->log_likelihood);
  std::vector<double> unused(values.size());
  EXPECT_NEAR(likelihood.log_likelihood(logs_of(ridge->parameters), customers.view(), unused),
              ridge->log_likelihood,
              1e-6);
}

TEST(Covariates, OfTheNbdAreFoundAgain) {
  expect_recovered(Nbd{0.9, 9.0}, {1.6, 0.8}, 1);
}

TEST(Covariates, OfTheParetoNbdAreFoundAgain) {
  expect_recovered(ParetoNbd{0.9, 8.0, 0.9, 20.0}, {1.6, 0.8, 0.6, 1.5}, 2);
}

TEST(Covariates, OfTheBgNbdAreFoundAgain) {
  expect_recovered(BgNbd{0.9, 6.0, 0.8, 3.5}, {1.6, 0.8, 0.6, 1.5}, 3);
}

TEST(Covariates, OfTheMbgNbdAreFoundAgain) {
  expect_recovered(MbgNbd{0.9, 6.0, 0.8, 3.5}, {1.6, 0.8, 0.6, 1.5}, 4);
}

TEST(Covariates, OrderOfCustomersDoesNotMatter) {
  const auto table = table_of({"z"}, {0.0, 1.0, -2.0});
  const Customers customers = five();
  Customers turned;
  for (std::size_t i = customers.x.size(); i-- > 0;) {
    turned.add(customers.view()[i], customers.segments[i]);
  }
  const Likelihood likelihood = with_covariates(likelihood_of(MbgNbd{}), table, 1.0);
  const auto one = fit(likelihood, customers.view(), {.standard_errors = false});
  const auto other = fit(likelihood, turned.view(), {.standard_errors = false});
  ASSERT_TRUE(one);
  ASSERT_TRUE(other);
  EXPECT_NEAR(one->log_likelihood, other->log_likelihood, 1e-6);
}

TEST(Covariates, ModelsOfOccasionsTakeNone) {
  EXPECT_TRUE(covariate_targets(BgBb::kParameters).empty());
  const std::vector<CovariateTarget> targets = covariate_targets(GgomNbd::kParameters);
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_EQ(targets[1].parameter, 4U);
}

}  // namespace
}  // namespace till::models
