#include "till/models/profiles.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "till/core/rng.hpp"
#include "till/models/likelihoods.hpp"

namespace till::models {
namespace {

struct Customers {
  std::vector<double> x;
  std::vector<double> t_x;
  std::vector<double> T;  // NOLINT(readability-identifier-naming)

  [[nodiscard]] PurchaseHistories view() const { return {x, t_x, T}; }
};

template <BuyTillYouDieModel M>
Customers drawn(const M& truth, std::size_t customers) {
  Rng rng(11);
  Customers drawn;
  for (std::size_t i = 0; i < customers; ++i) {
    const double age = 26.0 + 78.0 * rng.uniform();
    const PurchaseHistory history = history_of(simulate(truth, age, rng), age);
    drawn.x.push_back(history.x);
    drawn.t_x.push_back(history.t_x);
    drawn.T.push_back(history.T);
  }
  return drawn;
}

TEST(Profiles, AgreeWithStandardErrorsWhereThereIsMuchData) {
  const Customers customers = drawn(Nbd{0.6, 9.0}, 2000);
  const Likelihood likelihood = likelihood_of(Nbd{});
  const Result<FitReport> report = fit(likelihood, customers.view());
  ASSERT_TRUE(report);
  const Result<std::vector<Profile>> profiles =
      profile_likelihoods(likelihood, customers.view(), *report);
  ASSERT_TRUE(profiles) << profiles.error().message;
  ASSERT_EQ(profiles->size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const Profile& profile = (*profiles)[i];
    const Estimate& estimate = report->estimates[i];
    EXPECT_EQ(profile.parameter, estimate.name);
    EXPECT_NEAR(profile.estimate, estimate.value, 1e-3 * estimate.value);
    ASSERT_TRUE(profile.lower && profile.upper);
    const double width = std::log(estimate.upper / estimate.lower);
    EXPECT_NEAR(std::log(*profile.lower / estimate.lower), 0.0, 0.1 * width);
    EXPECT_NEAR(std::log(*profile.upper / estimate.upper), 0.0, 0.1 * width);
    for (std::size_t k = 1; k < profile.points.size(); ++k) {
      EXPECT_LT(profile.points[k - 1].value, profile.points[k].value);
      EXPECT_GE(profile.points[k].loss, 0.0);
    }
  }
}

TEST(Profiles, AreOpenWhereTheDataSayNothing) {
  // Nobody leaves: the dropout of a Pareto/NBD may be as small as it likes.
  const Customers customers = drawn(Nbd{0.6, 9.0}, 300);
  const Likelihood likelihood = likelihood_of(ParetoNbd{});
  const Result<FitReport> report = fit(likelihood, customers.view());
  ASSERT_TRUE(report && report->is_usable());
  const Result<std::vector<Profile>> profiles =
      profile_likelihoods(likelihood, customers.view(), *report);
  ASSERT_TRUE(profiles) << profiles.error().message;
  EXPECT_TRUE((*profiles)[0].lower && (*profiles)[0].upper);
  EXPECT_FALSE((*profiles)[3].upper);
}

TEST(Profiles, StopWhenCancelled) {
  const Customers customers = drawn(Nbd{0.6, 9.0}, 100);
  const Likelihood likelihood = likelihood_of(Nbd{});
  const Result<FitReport> report = fit(likelihood, customers.view());
  ASSERT_TRUE(report);
  const Result<std::vector<Profile>> profiles = profile_likelihoods(
      likelihood, customers.view(), *report, {.cancelled = [] { return true; }});
  ASSERT_FALSE(profiles);
  EXPECT_EQ(profiles.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace till::models
