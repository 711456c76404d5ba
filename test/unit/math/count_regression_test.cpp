#include "till/math/count_regression.hpp"

#include <cmath>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "support/golden_table.hpp"
#include <gtest/gtest.h>

namespace till::math {
namespace {

std::vector<std::vector<double>> yearly_wave(std::size_t n) {
  std::vector<std::vector<double>> columns(4);
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) / 12.0;
    columns[0].push_back(1.0);
    columns[1].push_back(t);
    columns[2].push_back(std::cos(2.0 * std::numbers::pi * t));
    columns[3].push_back(std::sin(2.0 * std::numbers::pi * t));
  }
  return columns;
}

TEST(CountRegression, IsThatOfStatsmodels) {
  std::map<int, std::vector<std::map<std::string, double>>> cases;
  for (const auto& row : test::golden_table("math/count_regression.csv")) {
    cases[static_cast<int>(row.at("case"))].push_back(row);
  }
  ASSERT_EQ(cases.size(), 8U);
  for (const auto& [number, rows] : cases) {
    std::vector<double> counts;
    std::vector<double> exposure;
    for (const auto& row : rows) {
      counts.push_back(row.at("count"));
      exposure.push_back(row.at("exposure"));
    }
    const CountRegression fit = fit_count_regression(counts, exposure, yearly_wave(counts.size()));
    const double dispersion = rows[0].at("dispersion");
    EXPECT_NEAR(fit.dispersion, std::fmax(dispersion, 1.0), 1e-7 * dispersion) << number;
    EXPECT_NEAR(fit.deviance, rows[0].at("deviance"), 1e-7 * rows[0].at("deviance")) << number;
    EXPECT_EQ(fit.degrees, std::ssize(counts) - 4);
    for (std::size_t j = 0; j < 4; ++j) {
      const double known = rows[0].at("b" + std::to_string(j));
      EXPECT_NEAR(fit.coefficients[j], known, 1e-7 * std::fmax(std::fabs(known), 1.0)) << number;
      const double error = rows[0].at("error" + std::to_string(j));
      EXPECT_NEAR(fit.error_of(j) / std::sqrt(fit.dispersion), error / std::sqrt(dispersion), 1e-6)
          << number;
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
      EXPECT_NEAR(fit.fitted[i], rows[i].at("fitted"), 1e-7 * std::fmax(fit.fitted[i], 1.0));
    }
  }
}

TEST(CountRegression, StaysFiniteWhereTheMaximumDoesNot) {
  const std::vector<double> counts = {9.0, 11.0, 0.0, 0.0, 0.0, 0.0};
  const std::vector<double> exposure(6, 30.0);
  const std::vector<std::vector<double>> columns = {{1, 1, 1, 1, 1, 1}, {0, 0, 1, 1, 1, 1}};
  const CountRegression fit = fit_count_regression(counts, exposure, columns);
  EXPECT_TRUE(std::isfinite(fit.coefficients[1]));
  EXPECT_TRUE(std::isfinite(fit.error_of(1)));
  EXPECT_LT(fit.coefficients[1], -8.0);
  EXPECT_NEAR(fit.fitted[0], 10.0, 1e-3);
  EXPECT_LT(fit.fitted[5], 1e-3);
}

TEST(CountRegression, FOfTwoIsThatOfTables) {
  // F(0.95; 2, 10) = 4.1028, F(0.99; 2, 20) = 5.8489.
  EXPECT_NEAR(f_survival_of_two(4.1028, 10), 0.05, 1e-5);
  EXPECT_NEAR(f_survival_of_two(5.8489, 20), 0.01, 1e-6);
  EXPECT_EQ(f_survival_of_two(0.0, 5), 1.0);
}

}  // namespace
}  // namespace till::math
