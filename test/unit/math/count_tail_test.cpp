#include "till/math/count_tail.hpp"

#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::math {
namespace {

struct Counts {
  std::vector<std::int64_t> counts;
  std::vector<std::int64_t> ids;
};

template <typename Draw>
Counts counts_of(int ids, Draw draw) {
  std::map<std::int64_t, std::int64_t> levels;
  for (int i = 0; i < ids; ++i) {
    ++levels[draw()];
  }
  Counts counts;
  for (const auto& [count, n] : levels) {
    counts.counts.push_back(count);
    counts.ids.push_back(n);
  }
  return counts;
}

/// A count of P(k) = k^-exponent / zeta(exponent, 1): its distribution function turned around.
std::int64_t draw_power_law(double exponent, Rng& rng) {
  const double scale = log_hurwitz_zeta(exponent, 1.0).value;
  const double u = std::log(1.0 - rng.uniform());
  const auto reaches = [&](std::int64_t k) {
    return log_hurwitz_zeta(exponent, static_cast<double>(k)).value - scale >= u;
  };
  std::int64_t high = 2;
  while (reaches(high)) {
    high *= 2;
  }
  std::int64_t low = high / 2;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (reaches(middle) ? low : high) = middle;
  }
  return low;
}

TEST(CountTail, ZetaIsThatOfEulerAtOne) {
  constexpr double kPi = std::numbers::pi;
  EXPECT_NEAR(log_hurwitz_zeta(2.0, 1.0).value, std::log(kPi * kPi / 6.0), 1e-14);
  EXPECT_NEAR(log_hurwitz_zeta(4.0, 1.0).value, std::log(std::pow(kPi, 4) / 90.0), 1e-14);
  EXPECT_NEAR(log_hurwitz_zeta(2.0, 0.5).value, std::log(kPi * kPi / 2.0), 1e-14);
}

TEST(CountTail, ZetaLosesItsFirstTermWithEachStep) {
  for (const double s : {1.05, 1.7, 3.0, 20.0, 100.0}) {
    for (const double q : {0.5, 1.0, 9.5, 40.0, 3e5}) {
      const double here = log_hurwitz_zeta(s, q).value;
      const double next = log_hurwitz_zeta(s, q + 1.0).value;
      const double first = -s * std::log(q);
      EXPECT_NEAR(std::exp(next - here) + std::exp(first - here), 1.0, 2e-12) << s << " " << q;
    }
  }
}

TEST(CountTail, SlopeOfZetaIsItsDifference) {
  for (const double s : {1.05, 1.7, 3.0, 20.0}) {
    for (const double q : {0.5, 1.0, 40.0}) {
      constexpr double kStep = 1e-5;
      const double difference =
          log_hurwitz_zeta(s + kStep, q).value - log_hurwitz_zeta(s - kStep, q).value;
      EXPECT_NEAR(log_hurwitz_zeta(s, q).slope, difference / (2.0 * kStep), 1e-5);
    }
  }
}

TEST(CountTail, SurvivalOfANormalIsTheSameOnBothSidesOfItsSeam) {
  EXPECT_NEAR(log_normal_survival(0.0), -std::numbers::ln2, 1e-15);
  EXPECT_NEAR(log_normal_survival(-3.0), std::log1p(-std::exp(log_normal_survival(3.0))), 1e-15);
  const double before = log_normal_survival(std::nextafter(30.0, 0.0));
  EXPECT_NEAR(log_normal_survival(30.0), before, 1e-9);
}

TEST(CountTail, FindsTheExponentOfAPowerLaw) {
  Rng rng(3);
  const Counts seen = counts_of(20000, [&] { return draw_power_law(2.5, rng); });
  const auto tail = fit_count_tail(seen.counts, seen.ids);
  ASSERT_TRUE(tail);
  // The standard error of an exponent is about (exponent - 1) / sqrt(ids) [CSN09].
  EXPECT_NEAR(tail->exponent, 2.5, 4.0 * 1.5 / std::sqrt(static_cast<double>(tail->ids)));
}

Counts log_normal_counts(int ids, double sigma, Rng& rng) {
  return counts_of(
      ids, [&] { return 1 + static_cast<std::int64_t>(std::exp(2.0 + sigma * rng.normal())); });
}

/// The log likelihood of a log-normal cut off below the tail, as the header writes it.
double log_normal_likelihood(const Counts& seen, std::int64_t from, double mu, double sigma) {
  const auto beyond = [&](long double x) {
    return std::erfc((std::log(x) - mu) / sigma / std::numbers::sqrt2_v<long double>);
  };
  const auto cut = beyond(static_cast<long double>(from) - 0.5L);
  long double sum = 0.0L;
  for (std::size_t i = 0; i < seen.counts.size(); ++i) {
    if (seen.counts[i] >= from) {
      const auto k = static_cast<long double>(seen.counts[i]);
      const auto ids = static_cast<long double>(seen.ids[i]);
      sum += ids * std::log((beyond(k - 0.5L) - beyond(k + 0.5L)) / cut);
    }
  }
  return static_cast<double>(sum);
}

double power_law_likelihood(const Counts& seen, std::int64_t from, double exponent) {
  const double scale = log_hurwitz_zeta(exponent, static_cast<double>(from)).value;
  double sum = 0.0;
  for (std::size_t i = 0; i < seen.counts.size(); ++i) {
    if (seen.counts[i] >= from) {
      sum -= static_cast<double>(seen.ids[i]) *
             (exponent * std::log(static_cast<double>(seen.counts[i])) + scale);
    }
  }
  return sum;
}

TEST(CountTail, BothLawsAreThoseOfGreatestLikelihood) {
  Rng rng(4);
  const Counts seen = log_normal_counts(20000, 0.7, rng);
  const auto tail = fit_count_tail(seen.counts, seen.ids);
  ASSERT_TRUE(tail);
  const double log_normal = log_normal_likelihood(seen, tail->from, tail->mu, tail->sigma);
  const double power_law = power_law_likelihood(seen, tail->from, tail->exponent);
  EXPECT_NEAR(tail->log_ratio, log_normal - power_law, 1e-6);
  for (const double step : {-0.01, 0.01}) {
    EXPECT_LT(power_law_likelihood(seen, tail->from, tail->exponent + step), power_law);
    EXPECT_LT(log_normal_likelihood(seen, tail->from, tail->mu + step, tail->sigma), log_normal);
    EXPECT_LT(log_normal_likelihood(seen, tail->from, tail->mu, tail->sigma + step), log_normal);
  }
}

/// How often one of the laws is found to be closer at 5 %.
struct Verdicts {
  int log_normal = 0;
  int power_law = 0;
};

template <typename Draw>
Verdicts verdicts_of(std::uint64_t logs, Draw draw) {
  Verdicts verdicts;
  for (std::uint64_t seed = 0; seed < logs; ++seed) {
    Rng rng(seed);
    const Counts seen = draw(rng);
    const auto tail = fit_count_tail(seen.counts, seen.ids);
    if (tail && tail->p_value < 0.05) {
      ++(tail->log_ratio > 0.0 ? verdicts.log_normal : verdicts.power_law);
    }
  }
  return verdicts;
}

TEST(CountTail, SeldomCallsAPowerLawLogNormal) {
  const Verdicts verdicts = verdicts_of(
      200, [](Rng& rng) { return counts_of(1000, [&] { return draw_power_law(2.2, rng); }); });
  EXPECT_LE(verdicts.log_normal, 10);  // 5 % of 200
}

TEST(CountTail, NeverCallsALogNormalAPowerLaw) {
  const Verdicts verdicts =
      verdicts_of(200, [](Rng& rng) { return log_normal_counts(5000, 0.7, rng); });
  EXPECT_GT(verdicts.log_normal, 0);
  EXPECT_EQ(verdicts.power_law, 0);
}

TEST(CountTail, FindsTheLogNormalOfManyIds) {
  Rng rng(1);
  const Counts seen = log_normal_counts(100000, 0.7, rng);
  const auto tail = fit_count_tail(seen.counts, seen.ids);
  ASSERT_TRUE(tail);
  EXPECT_GT(tail->log_ratio, 0.0);
  EXPECT_LT(tail->p_value, 0.001);
  EXPECT_NEAR(tail->sigma, 0.7, 0.1);
}

TEST(CountTail, OfFewIdsIsNothing) {
  const std::vector<std::int64_t> counts = {1, 2, 3, 4};
  EXPECT_FALSE(fit_count_tail(counts, std::vector<std::int64_t>{20, 15, 10, 4}));
  EXPECT_TRUE(fit_count_tail(counts, std::vector<std::int64_t>{20, 15, 10, 5}));
  EXPECT_FALSE(fit_count_tail({}, {}));
  EXPECT_FALSE(fit_count_tail(std::vector<std::int64_t>{1, 2}, std::vector<std::int64_t>{900, 9}));
}

}  // namespace
}  // namespace till::math
