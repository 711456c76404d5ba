#include "till/evaluation/diebold_mariano.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include "till/math/student_t.hpp"

namespace till::evaluation {

DieboldMariano diebold_mariano(std::span<const double> differences) noexcept {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const auto n = static_cast<double>(differences.size());
  DieboldMariano test{kNan, kNan, kNan};
  if (differences.empty()) {
    return test;
  }
  double sum = 0.0;
  for (const double d : differences) {
    sum += d;
  }
  test.mean = sum / n;
  double squares = 0.0;
  for (const double d : differences) {
    squares += (d - test.mean) * (d - test.mean);
  }
  if (!(squares > 0.0)) {
    return test;
  }
  test.statistic = test.mean / std::sqrt(squares / (n * (n - 1.0)));
  const auto degrees = static_cast<std::int64_t>(differences.size()) - 1;
  test.p_value = 1.0 - math::student_t_within(std::abs(test.statistic), degrees);
  return test;
}

}  // namespace till::evaluation
