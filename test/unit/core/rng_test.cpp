// Reference values come from an independent implementation in Python of the published algorithms
// (splitmix64 and xoshiro256++, https://prng.di.unimi.it), whose splitmix64 gives the published
// e220a8397b1dcdaf for seed 0 and whose xoshiro256++ gives the published 41943041, 58720359,
// 3588806011781223 for the state 1, 2, 3, 4.
#include "till/core/rng.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till {
namespace {

using testing::ElementsAre;

std::vector<std::uint64_t> first(int count, Rng rng) {
  std::vector<std::uint64_t> out;
  out.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    out.push_back(rng.next());
  }
  return out;
}

TEST(Rng, NextMatchesXoshiro256PlusPlusSeededBySplitmix64) {
  EXPECT_THAT(first(5, Rng(0)),
              ElementsAre(0x53175d61490b23dfU,
                          0x61da6f3dc380d507U,
                          0x5c0fdf91ec9a7bfcU,
                          0x02eebf8c3bbe5e1aU,
                          0x7eca04ebaf4a5eeaU));
  EXPECT_THAT(first(5, Rng(42)),
              ElementsAre(0xd0764d4f4476689fU,
                          0x519e4174576f3791U,
                          0xfbe07cfb0c24ed8cU,
                          0xb37d9f600cd835b8U,
                          0xcb231c3874846a73U));
  EXPECT_THAT(first(3, Rng(std::numeric_limits<std::uint64_t>::max())),
              ElementsAre(0x56ccf8ce948e27b2U, 0xe68588432e5a5b90U, 0xe3e9b5a48119ca8bU));
}

TEST(Rng, NextMatchesTheReferenceAfterAMillionNumbers) {
  Rng rng(42);
  for (int i = 0; i < 1'000'000; ++i) {
    rng.next();
  }
  EXPECT_EQ(rng.next(), 0x20f90ad983524096U);
}

TEST(Rng, UniformIsTheUpper53BitsAsAFraction) {
  Rng rng(42);
  EXPECT_EQ(rng.uniform(), 0.8143051451229099);
  EXPECT_EQ(rng.uniform(), 0.3188210400616611);
  EXPECT_EQ(rng.uniform(), 0.9838941681774888);
}

TEST(Rng, UniformStaysBelowOneWithMeanOneHalf) {
  Rng rng(7);
  constexpr int kDraws = 100'000;
  double sum = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = rng.uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
  }
  // Five standard errors: sqrt(1/12) / sqrt(n).
  EXPECT_NEAR(sum / kDraws, 0.5, 5.0 * std::sqrt(1.0 / 12.0 / kDraws));
}

TEST(Rng, BelowMatchesTheReference) {
  Rng rng(42);
  std::vector<std::uint64_t> drawn(12);
  std::generate(drawn.begin(), drawn.end(), [&rng] { return rng.below(10); });
  EXPECT_THAT(drawn, ElementsAre(1, 3, 0, 4, 1, 5, 8, 0, 5, 8, 4, 9));
}

TEST(Rng, BelowDrawsAgainWhereARemainderWouldFavourSmallNumbers) {
  // Nearly half of all numbers are drawn again for n = 2^63 + 1.
  Rng rng(42);
  const std::uint64_t n = (1ULL << 63U) + 1;
  EXPECT_EQ(rng.below(n), 5797906573132458142U);
  EXPECT_EQ(rng.below(n), 8926271879130705291U);
  EXPECT_EQ(rng.below(n), 3710296902904329655U);
}

TEST(Rng, BelowOneIsAlwaysZero) {
  Rng rng(1);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(rng.below(1), 0U);
  }
}

TEST(Rng, BelowIsUniform) {
  constexpr std::uint64_t kCells = 7;
  constexpr int kDraws = 70'000;
  Rng rng(2026);
  std::array<int, kCells> counts{};
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t cell = rng.below(kCells);
    ASSERT_LT(cell, kCells);
    ++counts[cell];
  }
  double chi_squared = 0.0;
  for (const int count : counts) {
    const double expected = static_cast<double>(kDraws) / kCells;
    chi_squared += (count - expected) * (count - expected) / expected;
  }
  EXPECT_LT(chi_squared, 22.46);  // the 0.999 quantile with 6 degrees of freedom
}

/// Mean and variance of draws must be within five standard errors; the variance's needs the excess
/// kurtosis of the distribution.
template <typename Draw>
void expect_moments(Draw draw, double mean, double variance, double kurtosis) {
  constexpr int kDraws = 200'000;
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = draw();
    sum += x;
    squares += (x - mean) * (x - mean);
  }
  EXPECT_NEAR(sum / kDraws, mean, 5.0 * std::sqrt(variance / kDraws));
  EXPECT_NEAR(squares / kDraws, variance, 5.0 * variance * std::sqrt((2.0 + kurtosis) / kDraws));
}

TEST(Rng, ExponentialHasItsMoments) {
  Rng rng(3);
  expect_moments([&rng] { return rng.exponential(); }, 1.0, 1.0, 6.0);
}

TEST(Rng, NormalHasItsMomentsAndTails) {
  Rng rng(4);
  expect_moments([&rng] { return rng.normal(); }, 0.0, 1.0, 0.0);
  constexpr int kDraws = 200'000;
  constexpr double kBeyondTwo = 0.0455002638963584;  // P(|Z| > 2)
  int beyond = 0;
  for (int i = 0; i < kDraws; ++i) {
    beyond += std::abs(rng.normal()) > 2.0 ? 1 : 0;
  }
  EXPECT_NEAR(
      beyond, kDraws * kBeyondTwo, 5.0 * std::sqrt(kDraws * kBeyondTwo * (1.0 - kBeyondTwo)));
}

TEST(Rng, GammaHasItsMomentsBelowAndAboveShapeOne) {
  Rng rng(5);
  for (const double shape : {0.3, 1.0, 7.5}) {
    SCOPED_TRACE(shape);
    expect_moments([&rng, shape] { return rng.gamma(shape); }, shape, shape, 6.0 / shape);
  }
}

TEST(Rng, SplitIsAGeneratorSeededByTheNextNumber) {
  Rng parent(42);
  Rng child = parent.split();
  EXPECT_EQ(child.next(), 0x4fbbc8a5d7ee027bU);
  EXPECT_EQ(parent.next(), 0x519e4174576f3791U);
}

TEST(Rng, SplitsOfOneParentDiffer) {
  Rng parent(42);
  Rng a = parent.split();
  Rng b = parent.split();
  EXPECT_NE(a.next(), b.next());
}

}  // namespace
}  // namespace till
