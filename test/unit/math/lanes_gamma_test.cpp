#include "till/math/lanes_gamma.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "till/math/gamma.hpp"

namespace till::math {
namespace {

TILL_INLINE void evaluate(const std::vector<double>& a,
                          const std::vector<double>& n,
                          std::vector<double>& values,
                          std::vector<double>& slopes) noexcept {
  for (std::size_t i = 0; i < a.size(); i += kLanes) {
    const LogRising rising = log_rising(load(&a[i]), load(&n[i]));
    store(rising.value, &values[i]);
    store(rising.slope, &slopes[i]);
  }
}

TILL_FOR_EACH_PROCESSOR(void,
                        evaluate_here,
                        (const std::vector<double>& a,
                         const std::vector<double>& n,
                         std::vector<double>& values,
                         std::vector<double>& slopes),
                        evaluate,
                        (a, n, values, slopes))

TEST(LanesGamma, RisingFactorialAndItsSlopeAreThoseOfOnePair) {
  std::vector<double> a;
  std::vector<double> n;
  for (const double shape : {1e-200, 1e-6, 0.03, 0.4, 1.0, 2.5, 9.99, 10.0, 73.0, 4e4, 1e6, 1e20}) {
    for (const double count : {0.0, 1.0, 2.0, 7.0, 40.0, 613.0, 5e4, 2e9}) {
      a.push_back(shape);
      n.push_back(count);
    }
  }
  std::vector<double> values(a.size());
  std::vector<double> slopes(a.size());
  evaluate_here(a, n, values, slopes);
  for (std::size_t i = 0; i < a.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "a " << a[i] << ", n " << n[i]);
    const double scale = 10.0 + std::fabs(std::log(a[i])) + n[i] * std::fabs(std::log(a[i] + n[i]));
    EXPECT_NEAR(values[i], log_rising(a[i], n[i]), 4e-15 * scale);
    const double slope = digamma_rise(a[i], n[i]);
    EXPECT_NEAR(slopes[i], slope, 1e-14 * (1.0 + slope));
  }
}

TEST(LanesGamma, NothingRisesByNothing) {
  std::vector<double> values(kLanes);
  std::vector<double> slopes(kLanes);
  evaluate_here({1e-9, 0.1, 1.0, 3.0, 10.0, 99.0, 1e5, 1e12},
                std::vector<double>(kLanes, 0.0),
                values,
                slopes);
  EXPECT_EQ(values, std::vector<double>(kLanes, 0.0));
  EXPECT_EQ(slopes, std::vector<double>(kLanes, 0.0));
}

}  // namespace
}  // namespace till::math
