#include "till/math/fisher.hpp"

#include <algorithm>
#include <cmath>

#include "till/math/gamma.hpp"

namespace till::math {

namespace {

constexpr double kNegligible = 1e-17;  // of the sum

/// log of x!, for x > -1.
double log_factorial_of(double x) {
  return log_gamma(x + 1.0);
}

/// log (n choose k).
double log_choose(double n, double k) {
  return log_factorial_of(n) - log_factorial_of(k) - log_factorial_of(n - k);
}

}  // namespace

double fisher_greater(double both, double first, double second, double all) noexcept {
  const double neither = all - first - second + both;
  if (neither <= -1.0 || both <= 0.0) {
    return 1.0;
  }
  const auto log_mass = [&](double k) {
    return log_choose(first, k) + log_choose(all - first, second - k) - log_choose(all, second);
  };
  const double most = std::min(first, second);
  const double mean = first * second / all;
  if (both > mean) {
    double term = std::exp(log_mass(both));
    double sum = 0.0;
    // P(k + 1) / P(k) = (first - k)(second - k) / ((k + 1)(all - first - second + k + 1))
    double k = both;
    while (k <= most && term > sum * kNegligible) {
      sum += term;
      term *= (first - k) * (second - k) / ((k + 1.0) * (all - first - second + k + 1.0));
      k += 1.0;
    }
    return std::min(sum, 1.0);
  }
  const double least = std::max(0.0, first + second - all);
  double k = both - 1.0;
  if (k < least) {
    return 1.0;
  }
  double term = std::exp(log_mass(k));
  double sum = 0.0;
  while (k >= least && term > sum * kNegligible) {
    sum += term;
    term *= k * (all - first - second + k) / ((first - k + 1.0) * (second - k + 1.0));
    k -= 1.0;
  }
  return std::clamp(1.0 - sum, 0.0, 1.0);
}

}  // namespace till::math
