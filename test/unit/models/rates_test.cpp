#include "till/models/rates.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "till/models/ggom_nbd.hpp"
#include "till/models/nbd.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::models {
namespace {

using Kind = RateDensity::Kind;

double area_of(const RateDensity& density, double& mean) {
  constexpr double kStep = 0.001;
  double area = 0.0;
  mean = 0.0;
  for (double place = -40.0; place < 12.0; place += kStep) {
    const double mass = kStep * density.density(place);
    area += mass;
    mean += mass * density.rate(place);
  }
  return area;
}

TEST(Rates, DensitiesHaveAreaOneAndTheirMean) {
  for (const RateDensity density : {RateDensity{Kind::PurchaseRate, 0.55, 10.6},
                                    RateDensity{Kind::DropoutRate, 3.0, 0.2},
                                    RateDensity{Kind::DropoutChance, 0.8, 2.5}}) {
    double mean = 0.0;
    EXPECT_NEAR(area_of(density, mean), 1.0, 1e-6);
    EXPECT_NEAR(mean, density.mean(), 1e-6 * density.mean());
  }
}

TEST(Rates, PlaceAndRateAreInverse) {
  const RateDensity chance{Kind::DropoutChance, 1.0, 1.0};
  EXPECT_NEAR(chance.rate(chance.place(0.03)), 0.03, 1e-15);
  const RateDensity rate{Kind::PurchaseRate, 1.0, 1.0};
  EXPECT_NEAR(rate.rate(rate.place(12.0)), 12.0, 1e-13);
}

TEST(Rates, AreThoseOfTheModel) {
  const auto pareto = ParetoNbd{.r = 0.5, .alpha = 10.0, .s = 0.6, .beta = 12.0}.values();
  const std::vector<RateDensity> both = rate_densities(ParetoNbd::kParameters, pareto);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_DOUBLE_EQ(both[0].mean(), 0.05);
  EXPECT_EQ(both[1].kind, Kind::DropoutRate);
  EXPECT_DOUBLE_EQ(both[1].mean(), 0.05);
  EXPECT_EQ(rate_densities(Nbd::kParameters, Nbd{0.5, 10.0}.values()).size(), 1U);
  // The risk at the start is b times a Gamma(s, beta).
  const auto gompertz = GgomNbd{.r = 0.5, .alpha = 10.0, .b = 0.1, .s = 0.6, .beta = 2.0}.values();
  EXPECT_NEAR(rate_densities(GgomNbd::kParameters, gompertz)[1].mean(), 0.03, 1e-15);
}

TEST(Rates, CustomersAreCountedByTheirPosteriorMean) {
  const RateDensity density{Kind::PurchaseRate, 2.0, 10.0};
  const std::vector<double> means = {0.1, 0.1, 0.3, HUGE_VAL};
  const std::vector<double> weights = {1.0, 2.0, 1.0, 5.0};
  const RateSpread spread = rate_spread(density, means, weights);
  EXPECT_NEAR(spread.posterior_mean, 0.15, 1e-15);
  double sum = 0.0;
  double highest = 0.0;
  for (const double share : spread.shares) {
    sum += share;
    highest = std::max(highest, share);
  }
  EXPECT_NEAR(sum, 1.0, 1e-15);
  EXPECT_NEAR(highest, 0.75, 1e-15);
  EXPECT_LE(spread.from, std::log(0.1));
  EXPECT_GE(spread.to, std::log(0.3));
}

TEST(Rates, NobodyIsNoShare) {
  const RateSpread spread = rate_spread({Kind::DropoutChance, 0.5, 0.5}, {}, {});
  EXPECT_EQ(spread.shares.front(), 0.0);
  EXPECT_LT(spread.from, spread.to);
}

}  // namespace
}  // namespace till::models
