#include "till/math/lanes.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::math {
namespace {

struct Values {
  std::vector<double> exp;
  std::vector<double> expm1;
  std::vector<double> log;
  std::vector<double> log1p;

  friend bool operator==(const Values&, const Values&) = default;
};

TILL_INLINE void evaluate(const std::vector<double>& x, Values& values) noexcept {
  for (std::size_t i = 0; i < x.size(); i += kLanes) {
    const Lanes at = load(&x[i]);
    store(exp(at), &values.exp[i]);
    store(expm1(at), &values.expm1[i]);
    store(log(exp(at)), &values.log[i]);
    store(log1p(exp(at)), &values.log1p[i]);
  }
}

TILL_FOR_EACH_PROCESSOR(
    void, evaluate_here, (const std::vector<double>& x, Values& values), evaluate, (x, values))

std::vector<double> arguments() {
  Rng rng(4);
  std::vector<double> x = {0.0, -0.0, 1e-300, -1e-20, 0.34, -0.35, 700.0, -700.0};
  while (x.size() < 8000) {
    x.push_back((rng.uniform() - 0.5) * (x.size() % 2 == 0 ? 2.0 : 1400.0));
  }
  return x;
}

Values room_for(const std::vector<double>& x) {
  const std::vector<double> zeros(x.size());
  return {zeros, zeros, zeros, zeros};
}

double relative(double actual, double expected) {
  return std::fabs(actual - expected) / std::fmax(std::fabs(expected), 1e-300);
}

TEST(Lanes, ElementaryFunctionsAreThoseOfTheLibraryToTheLastDigits) {
  const std::vector<double> x = arguments();
  Values values = room_for(x);
  evaluate_here(x, values);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double power = std::exp(x[i]);
    EXPECT_LE(relative(values.exp[i], power), 4.5e-16) << x[i];
    EXPECT_LE(relative(values.expm1[i], std::expm1(x[i])), 1e-15) << x[i];
    EXPECT_LE(relative(values.log1p[i], std::log1p(power)), 7e-16) << x[i];
    EXPECT_NEAR(values.log[i], std::log(values.exp[i]), 4.5e-16 * std::fmax(std::fabs(x[i]), 0.25));
  }
}

TEST(Lanes, EveryProcessorComputesTheSameBits) {
  const std::vector<double> x = arguments();
  Values plain = room_for(x);
  Values other = plain;
  evaluate_here_plain(x, plain);
  if (this_processor() == Processor::Plain) {
    GTEST_SKIP() << "this processor has neither AVX2 nor AVX-512";
  }
  evaluate_here_avx2(x, other);
  EXPECT_EQ(plain, other);
  if (this_processor() == Processor::Avx512) {
    other = room_for(x);
    evaluate_here_avx512(x, other);
    EXPECT_EQ(plain, other);
  }
}

TEST(Lanes, ExponentialIsClampedWhereDoublesEnd) {
  std::array<double, kLanes> out{};
  store(exp(lanes(-1e9)), out.data());
  EXPECT_NEAR(out[0] / std::exp(-708.0), 1.0, 1e-15);
  store(exp(lanes(1e9)), out.data());
  EXPECT_NEAR(out[7] / std::exp(709.0), 1.0, 1e-15);
}

TEST(Lanes, LoadsAndStoresPartly) {
  const std::array<double, 3> from = {1.0, 2.0, 3.0};
  const Lanes value = load(from.data(), 3, 7.0);
  EXPECT_EQ(value[2], 3.0);
  EXPECT_EQ(value[3], 7.0);
  EXPECT_EQ(sum(value), 6.0 + 5.0 * 7.0);
  std::array<double, 3> to{};
  store(value, to.data(), 3);
  EXPECT_EQ(to, from);
}

}  // namespace
}  // namespace till::math
