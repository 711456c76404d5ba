#include "till/evaluation/outcome.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "till/core/check.hpp"

namespace till::evaluation {

namespace {

constexpr double kCrpsTail = 1e-9;  // what may be missing from a CRPS, in transactions

}  // namespace

Outcome judge(const models::CountDistribution& forecast, std::int64_t actual) {
  TILL_ASSERT(actual >= 0, "a count is not negative");
  Outcome outcome;
  outcome.actual = actual;
  outcome.mean = forecast.mean();
  outcome.variance = forecast.variance();
  if (!std::isfinite(outcome.mean)) {
    outcome.log_score = outcome.crps = std::numeric_limits<double>::quiet_NaN();
    return outcome;
  }
  outcome.probability_zero = forecast.probability_zero();
  outcome.log_score = std::min(-forecast.log_pmf(actual), -std::log(kLeastProbability));

  const auto y = static_cast<std::size_t>(actual);
  const double reach = outcome.mean + 6.0 * std::sqrt(outcome.variance) + 16.0;
  std::vector<double> pmf(std::max(y + 1, static_cast<std::size_t>(reach)));
  double mass = -1.0;
  for (;;) {
    forecast.pmf_from_zero(pmf);
    double below = 0.0;          // F(k - 1)
    double left = outcome.mean;  // sum of 1 - F(j) over j >= k
    double crps = 0.0;
    bool median_found = false;
    bool complete = false;
    for (std::size_t k = 0; k < pmf.size(); ++k) {
      const double cumulative = std::min(below + pmf[k], 1.0);
      if (k == y) {
        outcome.pit_low = below;
        outcome.pit_high = cumulative;
      }
      if (!median_found && cumulative >= 0.5) {
        outcome.median = static_cast<std::int64_t>(k);
        median_found = true;
      }
      const double error = k < y ? cumulative : 1.0 - cumulative;
      crps += error * error;
      left = std::max(left - (1.0 - cumulative), 0.0);
      below = cumulative;
      if (k >= y && (1.0 - cumulative) * left <= kCrpsTail && median_found) {
        complete = true;
        break;
      }
    }
    outcome.crps = crps;
    if (!complete && below <= mass) {
      // All mass that doubles can tell is there: the rest of 1 was lost in rounding.
      outcome.median = median_found ? outcome.median : forecast.quantile(0.5);
      complete = true;
    }
    if (complete) {
      return outcome;
    }
    mass = below;
    pmf.resize(2 * pmf.size());
  }
}

double share_within(const Outcome& outcome, double level) noexcept {
  const double from = 0.5 * (1.0 - level);
  const double to = 0.5 * (1.0 + level);
  const double width = outcome.pit_high - outcome.pit_low;
  if (width <= 0.0) {
    // A count that was held for impossible has no step to be spread over.
    return from <= outcome.pit_low && outcome.pit_low <= to ? 1.0 : 0.0;
  }
  const double inside = std::min(outcome.pit_high, to) - std::max(outcome.pit_low, from);
  return std::max(inside, 0.0) / width;
}

}  // namespace till::evaluation
