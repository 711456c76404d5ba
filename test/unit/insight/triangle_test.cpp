#include "insight/triangle.hpp"

#include <cmath>
#include <cstddef>

#include "support/simulated_logs.hpp"
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::insight {
namespace {

constexpr std::size_t kCohorts = 24;

double age_share(std::size_t age) {
  return 0.5 * std::pow(static_cast<double>(age), -0.4);
}

std::int64_t active_of(Rng& rng, std::int64_t customers, double share) {
  std::int64_t active = 0;
  for (std::int64_t i = 0; i < customers; ++i) {
    active += rng.uniform() < share ? 1 : 0;
  }
  return active;
}

/// A triangle of cohorts whose shares fall with age and differ by `spread` in their logarithm.
Triangle triangle(Rng& rng, std::int64_t customers, double spread, std::vector<double>& truth) {
  Triangle made;
  made.cohorts = kCohorts;
  made.ages = kCohorts;
  made.is_share = true;
  made.season_length = 12;
  for (std::size_t c = 0; c < kCohorts; ++c) {
    made.customers.push_back(static_cast<double>(customers));
    made.periods.push_back(static_cast<std::int64_t>(c));
    const double factor = std::exp(spread * (2 * rng.uniform() - 1));
    for (std::size_t a = 0; a < kCohorts; ++a) {
      const double share = a == 0 ? 1.0 : age_share(a) * factor;
      truth.push_back(share);
      made.counts.push_back(static_cast<double>(active_of(rng, customers, share)));
      made.known.push_back(c + a < kCohorts ? 1 : 0);
    }
  }
  return made;
}

TEST(Triangle, WithoutAnAgeAboveZeroForecastsNothing) {
  Triangle made;
  made.cohorts = 1;
  made.ages = 2;
  made.customers = {10};
  made.periods = {0};
  made.counts = {10, 0};
  made.known = {1, 0};
  EXPECT_TRUE(fill_triangle(made).empty());
}

TEST(Triangle, FindsWhatComesAndHowSureItIs) {
  Rng rng(3);
  for (const std::int64_t customers : {15, 400}) {
    double cells = 0;
    double within = 0;
    double miss = 0;
    double expected = 0;
    double seen = 0;
    for (std::uint64_t i = 0; i < test::simulated_logs(12); ++i) {
      std::vector<double> truth;
      const Triangle made = triangle(rng, customers, 0.3, truth);
      const std::vector<TriangleForecast> found = fill_triangle(made);
      // The next three diagonals.
      for (std::size_t c = 1; c + 3 < kCohorts; ++c) {
        for (std::size_t a = kCohorts - c; a < std::min(kCohorts, kCohorts - c + 3); ++a) {
          const std::size_t cell = c * kCohorts + a;
          const double share = made.counts[cell] / static_cast<double>(customers);
          cells += 1;
          within += std::abs(share - found[cell].mean) <= 1.96 * found[cell].deviation ? 1 : 0;
          miss += std::abs(found[cell].mean - truth[cell]);
          expected += found[cell].mean;
          seen += share;
        }
      }
    }
    EXPECT_GT(within / cells, 0.91) << customers;
    EXPECT_LT(within / cells, 0.99) << customers;
    EXPECT_NEAR(expected / seen, 1.0, 0.06) << customers;
    EXPECT_LT(miss / cells, customers == 15 ? 0.04 : 0.015) << customers;
  }
}

TEST(Triangle, CohortsThatAreAlikeAreTakenAsOne) {
  Rng rng(5);
  std::vector<double> truth;
  const std::vector<TriangleForecast> found = fill_triangle(triangle(rng, 30, 0.0, truth));
  double largest = 0;
  for (std::size_t c = 1; c < kCohorts; ++c) {
    const double ratio = found[c * kCohorts + 5].mean / found[5].mean;
    largest = std::max(largest, std::abs(ratio - 1));
  }
  EXPECT_LT(largest, 0.15) << "each cohort alone would vary by a third";
}

TEST(Triangle, FindsASeason) {
  Rng rng(7);
  Triangle made;
  made.cohorts = 30;
  made.ages = 30;
  made.is_share = true;
  made.season_length = 12;
  for (std::size_t c = 0; c < made.cohorts; ++c) {
    made.customers.push_back(500);
    made.periods.push_back(static_cast<std::int64_t>(c));
    for (std::size_t a = 0; a < made.ages; ++a) {
      const double share = a == 0 ? 1.0 : age_share(a) * ((c + a) % 12 == 11 ? 1.5 : 1.0);
      made.counts.push_back(static_cast<double>(active_of(rng, 500, std::min(share, 1.0))));
      made.known.push_back(c + a < made.ages ? 1 : 0);
    }
  }
  const std::vector<TriangleForecast> found = fill_triangle(made);
  // Cohort 20 in period 35, a December that has not been.
  EXPECT_NEAR(found[20 * 30 + 15].mean / found[20 * 30 + 14].mean, 1.5, 0.15);
}

TEST(Triangle, ManyOrNoTransactionsStayFinite) {
  Triangle made;
  made.cohorts = 3;
  made.ages = 3;
  made.customers = {1, 1000000, 3};
  made.periods = {0, 1, 2};
  made.counts = {1, 0, 0, 5e9, 0, 0, 3, 0, 0};
  made.known = {1, 1, 1, 1, 1, 0, 1, 0, 0};
  for (const TriangleForecast& cell : fill_triangle(made)) {
    EXPECT_TRUE(std::isfinite(cell.mean));
    EXPECT_TRUE(std::isfinite(cell.deviation));
    EXPECT_GE(cell.mean, 0.0);
  }
}

}  // namespace
}  // namespace till::insight
