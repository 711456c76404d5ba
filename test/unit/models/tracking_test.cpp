#include "till/models/tracking.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/models/bg_nbd.hpp"

namespace till::models {
namespace {

using ::testing::ElementsAre;

TEST(Tracking, AddsUpWhatCustomersOfEachAgeAreExpectedToDo) {
  const BgNbd model = {.r = 0.8, .alpha = 6.0, .a = 0.8, .b = 2.5};
  const std::vector<AgeGroup> ages = {{10.0, 3.0}, {25.0, 2.0}};
  const std::vector<double> bounds = {-30.0, -20.0, -5.0, 0.0, 12.0};
  const std::vector<double> expected = expected_in_periods(
      [&](std::span<const double> times, std::span<double> out) {
        for (std::size_t i = 0; i < times.size(); ++i) {
          out[i] = expected_transactions(model, times[i]);
        }
      },
      ages,
      bounds);
  const auto sum_until = [&](double bound) {
    double sum = 0.0;
    for (const AgeGroup& age : ages) {
      const double t = age.T + bound;
      sum += t > 0.0 ? age.customers * expected_transactions(model, t) : 0.0;
    }
    return sum;
  };
  ASSERT_EQ(expected.size(), 4U);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double exact = sum_until(bounds[i + 1]) - sum_until(bounds[i]);
    EXPECT_NEAR(expected[i], exact, 1e-3 * exact) << i;
  }
}

TEST(Tracking, SumsByClassCountEveryCustomerOnce) {
  const std::vector<double> x = {0.0, 0.0, 2.0, 9.0};
  const std::vector<double> t_x = {0.0, 0.0, 1.0, 3.0};
  const std::vector<double> T = {4.0, 4.0, 4.0, 4.0};
  const std::vector<double> weights = {1.0, 2.0, 1.0, 1.0};
  const std::vector<FrequencyClass> classes = {{0, 1, 0, 0}, {2, 3, 0, 0}, {4, std::nullopt, 0, 0}};
  EXPECT_THAT(sums_by_class(classes, {x, t_x, T, weights}, std::vector<double>{1.0, 0.5, 3.0, 4.0}),
              ElementsAre(2.0, 3.0, 4.0));
}

}  // namespace
}  // namespace till::models
