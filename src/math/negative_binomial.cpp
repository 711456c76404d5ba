#include "till/math/negative_binomial.hpp"

#include <cmath>
#include <cstddef>
#include <limits>

#include "till/math/gamma.hpp"

namespace till::math {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSmallestTerm = 1e-18;

}  // namespace

double log_factorial(double y) noexcept {
  return log_rising(1.0, y);
}

double negative_binomial_log_pmf(double y, double mean, double shape) noexcept {
  if (mean == 0.0) {
    return y == 0.0 ? 0.0 : -kInfinity;
  }
  if (!(shape < 1e15 * std::fmax(mean, 1.0))) {  // Poisson, or as good as
    return y * std::log(mean) - mean - log_factorial(y);
  }
  // shape ln(shape / (shape + mean)) = -shape ln(1 + mean / shape) keeps its digits for large
  // shapes.
  const double log_none = -shape * std::log1p(mean / shape);
  if (y == 0.0) {
    return log_none;
  }
  // Gamma(shape + y) / Gamma(shape) (mean / (shape + mean))^y: for large shapes the first is near
  // shape^y, which is taken out of both.
  if (shape > 1e6 && shape > y) {
    const double excess = (shape + y - 0.5) * std::log1p(y / shape) - y;
    return log_none + excess - y * std::log1p(mean / shape) + y * std::log(mean) - log_factorial(y);
  }
  return log_none + log_rising(shape, y) - log_factorial(y) +
         y * (std::log(mean) - std::log(shape + mean));
}

double negative_binomial_cdf(double y, double mean, double shape) noexcept {
  if (mean == 0.0) {
    return 1.0;
  }
  // Terms fall away from the mean on both sides: the shorter tail is summed, starting at y.
  // P(k + 1) / P(k) = (k + shape) / (k + 1) * mean / (shape + mean), with shape -> infinity
  // mean / (k + 1).
  const bool is_poisson = !(shape < 1e15 * std::fmax(mean, 1.0));
  const double odds = is_poisson ? mean : mean / (shape + mean);
  const auto ratio = [&](double k) { return (is_poisson ? 1.0 : k + shape) / (k + 1.0) * odds; };
  double sum = 0.0;
  if (y < mean) {
    double term = std::exp(negative_binomial_log_pmf(y, mean, shape));
    double k = y;
    while (k >= 0.0 && (term > kSmallestTerm * sum || ratio(k) < 1.0)) {
      sum += term;
      if (k > 0.0) {
        term /= ratio(k - 1.0);
      }
      k -= 1.0;
    }
    return std::fmin(sum, 1.0);
  }
  double k = y + 1.0;
  double term = std::exp(negative_binomial_log_pmf(k, mean, shape));
  while (term > kSmallestTerm * sum && term > 0.0) {
    sum += term;
    term *= ratio(k);
    k += 1.0;
  }
  return std::fmax(1.0 - sum, 0.0);
}

void add_negative_binomial_pmf(double mean,
                               double shape,
                               double weight,
                               std::span<double> out) noexcept {
  if (out.empty()) {
    return;
  }
  if (mean == 0.0) {
    out[0] += weight;
    return;
  }
  const bool is_poisson = !(shape < 1e15 * std::fmax(mean, 1.0));
  const double odds = is_poisson ? mean : mean / (shape + mean);
  // Upwards from 0, but from the first count that is not too rare for a double.
  std::size_t k = 0;
  double term = 0.0;
  const auto size = out.size();
  while (k < size) {
    term = std::exp(negative_binomial_log_pmf(static_cast<double>(k), mean, shape));
    if (term > 1e-290) {
      break;
    }
    out[k++] += weight * term;
  }
  for (; k < size; ++k) {
    out[k] += weight * term;
    const auto count = static_cast<double>(k);
    term *= (is_poisson ? 1.0 : count + shape) / (count + 1.0) * odds;
  }
}

}  // namespace till::math
