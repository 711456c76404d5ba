#include "models/recorded.hpp"

#include <cmath>
#include <cstddef>

#include <gtest/gtest.h>

#include "till/math/gamma.hpp"

namespace till::models {
namespace {

double slope_of(const Tape& tape, const Recorded& x, std::size_t lane = 0) {
  return tape.slope(x).v[lane];
}

TEST(Recorded, SlopesAreThoseOfTheFormula) {
  Tape tape;
  const Recorded x = tape.variable(Lanes(1.7));
  const Recorded y = tape.variable(Lanes(0.4));
  const std::size_t variables = tape.size();
  // f = (x y - x / y) exp(-y) + ln x
  const Recorded f = (x * y - x / y) * exp_of(-y) + log_of(x);
  tape.add_slope(f, Lanes(1.0));
  tape.reverse(variables);
  const double inner = 1.7 * 0.4 - 1.7 / 0.4;
  EXPECT_NEAR(f.value.v[0], inner * std::exp(-0.4) + std::log(1.7), 1e-15);
  EXPECT_NEAR(slope_of(tape, x), (0.4 - 1.0 / 0.4) * std::exp(-0.4) + 1.0 / 1.7, 1e-15);
  EXPECT_NEAR(slope_of(tape, y), (1.7 + 1.7 / 0.16 - inner) * std::exp(-0.4), 2e-15);
}

TEST(Recorded, NumbersThatHaveNoSlopeAreNotNoted) {
  Tape tape;
  const Recorded x = tape.variable(Lanes(2.0));
  const std::size_t variables = tape.size();
  const Recorded y = 7.0 * x - 1.0 / x;
  EXPECT_EQ(tape.size(), variables + 3);
  tape.add_slope(y, Lanes(1.0));
  tape.add_slope(Recorded(3.0), Lanes(1.0));
  tape.reverse(variables);
  EXPECT_DOUBLE_EQ(slope_of(tape, x), 7.25);
}

TEST(Recorded, EveryLaneTakesItsOwnBranch) {
  Tape tape;
  Lanes counts(0.0);
  counts.v[3] = 2.0;
  const Recorded x = tape.variable(Lanes(2.0) + counts);
  const std::size_t variables = tape.size();
  const Recorded f = if_zero(counts, x * x, max_of(x, 3.0) + min_of(5.0 * x, 1.0));
  tape.add_slope(f, Lanes(1.0));
  tape.reverse(variables);
  EXPECT_EQ(f.value.v[0], 4.0);
  EXPECT_EQ(slope_of(tape, x, 0), 4.0);
  EXPECT_EQ(f.value.v[3], 5.0);
  EXPECT_EQ(slope_of(tape, x, 3), 1.0);
}

TEST(Recorded, RisingFactorialHasTheSlopeOfItsLogarithm) {
  Tape tape;
  const Recorded shape = tape.variable(Lanes(0.7));
  const std::size_t variables = tape.size();
  tape.add_slope(log_rising_of(shape, Lanes(11.0)), Lanes(2.0));
  tape.reverse(variables);
  EXPECT_NEAR(slope_of(tape, shape), 2.0 * math::digamma_rise(0.7, 11.0), 1e-14);
}

TEST(Recorded, AForgottenNumberLeavesTheSlopesOfOthers) {
  Tape tape;
  const Recorded x = tape.variable(Lanes(3.0));
  const std::size_t common = tape.size();
  for (int round = 1; round <= 3; ++round) {
    tape.rewind(common);
    tape.add_slope(x * x, Lanes(static_cast<double>(round)));
    tape.reverse(common);
  }
  EXPECT_EQ(slope_of(tape, x), 6.0 * (1.0 + 2.0 + 3.0));
}

}  // namespace
}  // namespace till::models
