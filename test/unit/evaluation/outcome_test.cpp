#include "till/evaluation/outcome.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "support/golden_table.hpp"
#include <gtest/gtest.h>

namespace till::evaluation {
namespace {

using models::CountDistribution;
using models::CountPart;

constexpr double kPoisson = std::numeric_limits<double>::infinity();

Outcome judged(const std::vector<CountPart>& parts, std::int64_t actual) {
  return judge(CountDistribution(parts), actual);
}

TEST(Outcome, MatchesSumsOfFortyDigits) {
  const auto rows = test::golden_table("evaluation/outcome.csv");
  ASSERT_EQ(rows.size(), 14U);
  for (const auto& row : rows) {
    const auto part = [&](const std::string& index) {
      const double shape = row.at("shape_" + index);
      return CountPart{
          row.at("weight_" + index), row.at("mean_" + index), shape == 0.0 ? kPoisson : shape};
    };
    const Outcome outcome =
        judged({part("1"), part("2")}, static_cast<std::int64_t>(row.at("actual")));
    const auto expect = [&](double value, const std::string& column) {
      EXPECT_NEAR(value, row.at(column), 1e-11 * std::abs(row.at(column)) + 1e-14) << column;
    };
    SCOPED_TRACE(testing::Message() << row.at("mean") << ", " << row.at("actual"));
    expect(outcome.mean, "mean");
    expect(outcome.variance, "variance");
    expect(outcome.probability_zero, "probability_zero");
    expect(outcome.log_score, "log_score");
    expect(static_cast<double>(outcome.median), "median");
    expect(outcome.pit_low, "pit_low");
    expect(outcome.pit_high, "pit_high");
    EXPECT_NEAR(outcome.crps, row.at("crps"), 1e-9);
  }
}

TEST(Outcome, OfSurelyNothingIsTheDistanceToNothing) {
  const Outcome right = judged({{0.0, 0.0, 1.0}}, 0);
  EXPECT_EQ(right.crps, 0.0);
  EXPECT_EQ(right.log_score, 0.0);
  EXPECT_EQ(right.median, 0);
  const Outcome wrong = judged({{0.0, 0.0, 1.0}}, 7);
  EXPECT_EQ(wrong.crps, 7.0);
  EXPECT_EQ(wrong.pit_low, 1.0);
  EXPECT_EQ(wrong.pit_high, 1.0);
}

TEST(Outcome, OfTheImpossibleCostsAFixedPrice) {
  EXPECT_DOUBLE_EQ(judged({{0.0, 0.0, 1.0}}, 7).log_score, -std::log(1e-12));
  EXPECT_DOUBLE_EQ(judged({{1.0, 0.01, kPoisson}}, 200).log_score, -std::log(1e-12));
}

TEST(Outcome, CrpsIsThatOfTheDefinitionByExpectations) {
  // CRPS = E|X - y| - E|X - X'| / 2, over all pairs of counts.
  const std::vector<CountPart> parts = {{0.5, 2.0, 1.5}, {0.2, 9.0, kPoisson}};
  const CountDistribution forecast(parts);
  for (const std::int64_t y : {0, 1, 4, 20}) {
    long double to_actual = 0.0L;
    long double between = 0.0L;
    for (std::int64_t i = 0; i < 120; ++i) {
      to_actual +=
          static_cast<long double>(forecast.pmf(i)) * std::abs(static_cast<long double>(i - y));
      for (std::int64_t j = 0; j < 120; ++j) {
        between += static_cast<long double>(forecast.pmf(i)) *
                   static_cast<long double>(forecast.pmf(j)) *
                   std::abs(static_cast<long double>(i - j));
      }
    }
    EXPECT_NEAR(judged(parts, y).crps, static_cast<double>(to_actual - between / 2.0L), 1e-9) << y;
  }
}

TEST(Outcome, AHeavyTailIsSummedToItsEnd) {
  // A geometric distribution of mean m: CRPS at 0 is sum (1 - F(k))^2 = q^2 / (1 - q^2).
  const double q = 5000.0 / 5001.0;
  EXPECT_NEAR(judged({{1.0, 5000.0, 1.0}}, 0).crps, q * q / (1.0 - q * q), 1e-6);
}

TEST(Outcome, AMeanThatIsNotANumberIsNotHidden) {
  const Outcome outcome = judged({{1.0, std::nan(""), 1.0}}, 1);
  EXPECT_TRUE(std::isnan(outcome.mean));
  EXPECT_TRUE(std::isnan(outcome.log_score));
}

TEST(ShareWithin, SpreadsACountOverItsStep) {
  Outcome outcome;
  outcome.pit_low = 0.2;
  outcome.pit_high = 0.6;
  EXPECT_DOUBLE_EQ(share_within(outcome, 0.5), 0.875);  // [0.25, 0.6] of [0.2, 0.6]
  EXPECT_DOUBLE_EQ(share_within(outcome, 0.95), 1.0);
  outcome.pit_high = 0.24;
  EXPECT_DOUBLE_EQ(share_within(outcome, 0.5), 0.0);
}

TEST(ShareWithin, HasTheLevelAsExpectationWhenTheForecastIsRight) {
  const std::vector<CountPart> parts = {{0.7, 1.2, 0.8}};
  const CountDistribution forecast(parts);
  for (const double level : {0.5, 0.8, 0.95}) {
    double expected = 0.0;
    for (std::int64_t y = 0; y < 200; ++y) {
      expected += forecast.pmf(y) * share_within(judge(forecast, y), level);
    }
    EXPECT_NEAR(expected, level, 1e-10);
  }
}

TEST(ShareWithin, OfTheImpossibleIsNothing) {
  EXPECT_EQ(share_within(judged({{0.0, 0.0, 1.0}}, 7), 0.95), 0.0);
}

}  // namespace
}  // namespace till::evaluation
