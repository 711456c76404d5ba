/// \file
/// The negative binomial written down as it is defined, in long double.
#pragma once

#include <cmath>

namespace till::test::naive {

/// Returns ln P(y): each factor of the definition on its own.
inline long double negative_binomial_log_pmf(int y, long double mean, long double shape) {
  long double log_pmf = shape * std::log(shape / (shape + mean));
  for (int j = 0; j < y; ++j) {
    const long double step = static_cast<long double>(j);
    log_pmf += std::log((shape + step) / (step + 1.0L) * mean / (shape + mean));
  }
  return log_pmf;
}

inline long double poisson_log_pmf(int y, long double mean) {
  long double log_pmf = -mean;
  for (int j = 1; j <= y; ++j) {
    log_pmf += std::log(mean / static_cast<long double>(j));
  }
  return log_pmf;
}

}  // namespace till::test::naive
