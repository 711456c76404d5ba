#include "till/math/negative_binomial.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "support/naive/negative_binomial.hpp"
#include <gtest/gtest.h>

namespace till::math {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void expect_close(double value, long double expected, double tolerance) {
  const double scale = std::fmax(1.0, static_cast<double>(std::fabs(expected)));
  EXPECT_NEAR(value, static_cast<double>(expected), tolerance * scale);
}

TEST(NegativeBinomial, LogPmfEqualsItsDefinition) {
  for (const double mean : {1e-8, 0.02, 3.0, 45.0, 1800.0}) {
    for (const double shape : {1e-3, 0.2, 1.0, 9.99, 10.0, 37.5, 4e3, 9e5, 2e6}) {
      for (const int y : {0, 1, 2, 9, 40, 1200}) {
        SCOPED_TRACE(testing::Message() << "mean " << mean << " shape " << shape << " y " << y);
        expect_close(negative_binomial_log_pmf(y, mean, shape),
                     test::naive::negative_binomial_log_pmf(y, mean, shape),
                     2e-12);
      }
    }
  }
}

TEST(NegativeBinomial, WithInfiniteShapeIsPoisson) {
  for (const double mean : {0.02, 3.0, 1800.0}) {
    for (const int y : {0, 1, 9, 300}) {
      const long double expected = test::naive::poisson_log_pmf(y, mean);
      expect_close(negative_binomial_log_pmf(y, mean, kInfinity), expected, 1e-13);
      expect_close(negative_binomial_log_pmf(y, mean, 1e14), expected, 1e-8);
    }
  }
}

TEST(NegativeBinomial, WithMeanZeroIsSurelyZero) {
  EXPECT_EQ(negative_binomial_log_pmf(0, 0.0, 2.0), 0.0);
  EXPECT_EQ(negative_binomial_log_pmf(3, 0.0, 2.0), -kInfinity);
  EXPECT_EQ(negative_binomial_cdf(0, 0.0, 2.0), 1.0);
}

TEST(NegativeBinomial, CdfIsTheSumOfThePmf) {
  for (const double mean : {1e-6, 0.4, 20.0, 250.0}) {
    for (const double shape : {0.01, 1.0, 50.0, 1e7, kInfinity}) {
      long double sum = 0.0L;
      int next = 0;
      for (const int y : {0, 1, 7, 30, 300}) {
        for (; next <= y; ++next) {
          sum += std::exp(std::isinf(shape)
                              ? test::naive::poisson_log_pmf(next, mean)
                              : test::naive::negative_binomial_log_pmf(next, mean, shape));
        }
        SCOPED_TRACE(testing::Message() << "mean " << mean << " shape " << shape << " y " << y);
        EXPECT_NEAR(negative_binomial_cdf(y, mean, shape), static_cast<double>(sum), 1e-12);
      }
    }
  }
}

TEST(NegativeBinomial, ARunOfPmfIsWeightedAndAdded) {
  for (const double shape : {0.3, 1e5, kInfinity}) {
    for (const double mean : {0.5, 900.0}) {
      std::vector<double> out(1200, 1.0);
      add_negative_binomial_pmf(mean, shape, 0.25, out);
      for (const int y : {0, 1, 30, 880, 1199}) {
        EXPECT_NEAR(out[static_cast<std::size_t>(y)],
                    1.0 + 0.25 * std::exp(negative_binomial_log_pmf(y, mean, shape)),
                    1e-12);
      }
    }
  }
}

}  // namespace
}  // namespace till::math
