#include "insight/month_trend.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "support/simulated_logs.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"
#include "till/math/false_discovery.hpp"

namespace till::insight {
namespace {

using ::testing::ElementsAre;

double draw_poisson(double mean, Rng& rng) {
  double count = 0.0;
  for (double t = rng.exponential(); t < mean; t += rng.exponential()) {
    ++count;
  }
  return count;
}

/// Counts of a mean, with the variance a multiple of it.
double draw_count(double mean, double dispersion, Rng& rng) {
  return draw_poisson(
      dispersion > 1.0 ? rng.gamma(mean / (dispersion - 1.0)) * (dispersion - 1.0) : mean, rng);
}

/// Months of 28 to 31 days with a mean for each, in a month of 30.
MonthCounts months_of(std::size_t n,
                      double dispersion,
                      Rng& rng,
                      const std::function<double(std::size_t)>& mean) {
  MonthCounts series;
  for (std::size_t i = 0; i < n; ++i) {
    series.months.push_back(static_cast<std::int64_t>(24'200 + i));
    series.exposure.push_back(28.0 + static_cast<double>(rng.below(4)));
    series.counts.push_back(draw_count(mean(i) * series.exposure.back() / 30.0, dispersion, rng));
  }
  return series;
}

double wave(std::size_t month) {
  return std::exp(0.4 * std::cos(2.0 * std::numbers::pi * static_cast<double>(month) / 12.0) +
                  0.2 * std::sin(4.0 * std::numbers::pi * static_cast<double>(month) / 12.0));
}

/// In how many of so many logs of 20 products any product is said to break, or to grow, at a false
/// discovery rate of 5 %.
struct Findings {
  int breaks = 0;
  int growth = 0;
};

Findings findings_in(std::uint64_t logs,
                     std::size_t months,
                     double dispersion,
                     const std::function<double(std::size_t product, std::size_t month)>& mean) {
  Findings findings;
  for (std::uint64_t seed = 0; seed < logs; ++seed) {
    Rng rng(seed);
    std::vector<double> breaks;
    std::vector<double> growth;
    for (std::size_t product = 0; product < 20; ++product) {
      const auto trend = month_trend(months_of(
          months, dispersion, rng, [&](std::size_t month) { return mean(product, month); }));
      if (trend) {
        growth.push_back(trend->p_value);
        breaks.push_back(trend->break_p_value.value_or(1.0));
      }
    }
    const auto is_found = [](const std::vector<double>& p) {
      const std::vector<double> q = math::q_values(p);
      return std::ranges::any_of(q, [](double v) { return v <= 0.05; });
    };
    findings.breaks += is_found(breaks) ? 1 : 0;
    findings.growth += is_found(growth) ? 1 : 0;
  }
  return findings;
}

// Measured: at most 8 of 200 logs (4 %) with a break, 98 of 2,000 (4.9 %) with growth, of any case
// here.
TEST(MonthTrend, SeldomFindsWhatIsNotThere) {
  const std::uint64_t logs = test::simulated_logs(3);

  struct Case {
    std::size_t months;
    double dispersion;
    double scale;
    bool season;
  };

  for (const Case& of : {Case{14, 1.0, 30.0, false},
                         Case{24, 1.0, 3.0, false},
                         Case{24, 3.0, 100.0, true},
                         Case{36, 6.0, 400.0, true}}) {
    const Findings found =
        findings_in(logs, of.months, of.dispersion, [&](std::size_t product, std::size_t month) {
          return of.scale / static_cast<double>(1 + product % 5) * (of.season ? wave(month) : 1.0);
        });
    EXPECT_LE(found.breaks, test::at_most(logs, 0.05)) << of.months << " months, " << of.scale;
    EXPECT_LE(found.growth, test::at_most(logs, 0.05)) << of.months << " months, " << of.scale;
  }
}

TEST(MonthTrend, SteadyGrowthIsNoBreakAndHasItsSize) {
  const std::uint64_t logs = test::simulated_logs(12);
  int breaks = 0;
  int inside = 0;
  for (std::uint64_t seed = 0; seed < logs; ++seed) {
    Rng rng(seed);
    const auto trend = month_trend(months_of(36, 2.0, rng, [](std::size_t month) {
      return 80.0 * std::exp(0.5 * static_cast<double>(month) / 12.0) * wave(month);
    }));
    ASSERT_TRUE(trend);
    EXPECT_LT(trend->p_value, 1e-4);
    inside += std::fabs(trend->growth - 0.5) <= trend->bound * trend->error ? 1 : 0;
    breaks += *trend->break_p_value <= 0.05 ? 1 : 0;
  }
  EXPECT_GE(inside, test::at_least(logs, 0.95)) << "an interval of 95 % holds the truth";
  EXPECT_LE(breaks, test::at_most(logs, 0.05));
}

TEST(MonthTrend, FindsABreakAtItsMonthWithItsSize) {
  const std::uint64_t logs = test::simulated_logs(12);
  for (const double factor : {0.4, 2.0}) {
    int found = 0;
    double change = 0.0;
    for (std::uint64_t seed = 0; seed < logs; ++seed) {
      Rng rng(seed);
      const MonthCounts series = months_of(36, 2.0, rng, [&](std::size_t month) {
        return 200.0 * (month >= 20 ? factor : 1.0) * wave(month);
      });
      const auto trend = month_trend(series);
      if (*trend->break_p_value > 0.001) {
        continue;
      }
      const std::vector<std::size_t> breaks = trend_breaks(series, *trend);
      if (breaks == std::vector<std::size_t>{20}) {
        ++found;
        change += *changes_at(series, breaks).front();
      }
    }
    EXPECT_GE(found, test::at_least(logs, 0.95)) << factor;
    EXPECT_NEAR(change / found, factor - 1.0, 0.05 * factor);
  }
}

TEST(MonthTrend, FindsSeveralBreaks) {
  Rng rng(3);
  const MonthCounts series = months_of(48, 1.0, rng, [](std::size_t month) {
    return month < 15 ? 100.0 : month < 30 ? 250.0 : 60.0;
  });
  const auto trend = month_trend(series);
  ASSERT_LT(*trend->break_p_value, 0.001);
  const std::vector<std::size_t> breaks = trend_breaks(series, *trend);
  ASSERT_THAT(breaks, ElementsAre(15, 30));
  const std::vector<std::optional<double>> changes = changes_at(series, breaks);
  EXPECT_NEAR(*changes[0], 1.5, 0.2);
  EXPECT_NEAR(*changes[1], 60.0 / 250.0 - 1.0, 0.05);
}

TEST(MonthTrend, OfTooLittleIsNothing) {
  Rng rng(4);
  const auto of = [&](std::size_t months, double mean) {
    return month_trend(months_of(months, 1.0, rng, [&](std::size_t) { return mean; }));
  };
  EXPECT_FALSE(of(5, 100.0));
  EXPECT_FALSE(of(36, 0.1));
  EXPECT_FALSE(of(0, 1.0));
  ASSERT_TRUE(of(6, 100.0));
  EXPECT_FALSE(of(11, 100.0)->break_p_value);
  EXPECT_TRUE(of(12, 100.0)->break_p_value);
}

TEST(MonthTrend, AProductThatStopsHasNumbersThatAreFinite) {
  Rng rng(5);
  const MonthCounts series =
      months_of(36, 1.0, rng, [](std::size_t month) { return month < 10 ? 50.0 : 0.0; });
  const auto trend = month_trend(series);
  ASSERT_TRUE(trend);
  EXPECT_TRUE(std::isfinite(trend->growth));
  EXPECT_TRUE(std::isfinite(trend->error));
  for (const std::size_t at : trend_breaks(series, *trend)) {
    EXPECT_TRUE(std::isfinite(*changes_at(series, std::vector{at}).front()));
  }
}

}  // namespace
}  // namespace till::insight
