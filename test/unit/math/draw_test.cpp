#include "till/math/draw.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "till/math/gamma.hpp"

namespace till::math {
namespace {

constexpr int kDraws = 100000;

// The mean of log G is digamma(shape), its variance trigamma(shape) < 1/shape^2 + 1/shape + ...
TEST(Draw, LogGammaHasItsMean) {
  for (const double shape : {0.01, 0.5, 1.0, 7.5, 400.0}) {
    Rng rng(17);
    double sum = 0.0;
    for (int i = 0; i < kDraws; ++i) {
      sum += draw_log_gamma(shape, rng);
    }
    const double deviation = std::sqrt((1.0 / (shape * shape) + 1.0 / shape) / kDraws);
    EXPECT_NEAR(sum / kDraws, digamma(shape), 4.0 * deviation) << shape;
  }
}

TEST(Draw, BetaHasItsMean) {
  Rng rng(18);
  double sum = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    sum += 1.0 / (1.0 + std::exp(-draw_beta_logit(0.8, 2.4, rng)));
  }
  EXPECT_NEAR(sum / kDraws, 0.25, 4.0 * std::sqrt(0.25 * 0.75 / 4.2 / kDraws));
}

TEST(Draw, ExponentialAndNormalHaveTheirMoments) {
  Rng rng(19);
  double exponential = 0.0;
  double normal = 0.0;
  double square = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    const double e = draw_exponential(rng);
    ASSERT_GE(e, 0.0);
    exponential += e;
    const double z = draw_normal(rng);
    normal += z;
    square += z * z;
  }
  EXPECT_NEAR(exponential / kDraws, 1.0, 4.0 / std::sqrt(kDraws));
  EXPECT_NEAR(normal / kDraws, 0.0, 4.0 / std::sqrt(kDraws));
  EXPECT_NEAR(square / kDraws, 1.0, 4.0 * std::sqrt(2.0 / kDraws));
}

}  // namespace
}  // namespace till::math
