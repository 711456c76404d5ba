#include "till/models/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "till/core/check.hpp"
#include "till/math/negative_binomial.hpp"

namespace till::models {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double weight_of(std::span<const CountPart> parts) {
  double weight = 0.0;
  for (const CountPart& part : parts) {
    weight += part.weight;
  }
  return std::min(weight, 1.0);
}

double variance_of(const CountPart& part) {
  return part.mean + part.mean * part.mean / part.shape;
}

/// Returns a count that no part exceeds with a probability worth a double: mean and far beyond.
double bound_of(std::span<const CountPart> parts) {
  double bound = 0.0;
  for (const CountPart& part : parts) {
    if (part.weight > 0.0) {
      bound = std::max(bound, part.mean + 40.0 * std::sqrt(variance_of(part)) + 40.0);
    }
  }
  return bound;
}

}  // namespace

double CountDistribution::mean() const noexcept {
  double mean = 0.0;
  for (const CountPart& part : parts_) {
    mean += part.weight * part.mean;
  }
  return mean;
}

double CountDistribution::variance() const noexcept {
  const double overall = mean();
  double variance = (1.0 - weight_of(parts_)) * overall * overall;
  for (const CountPart& part : parts_) {
    const double off = part.mean - overall;
    variance += part.weight * (variance_of(part) + off * off);
  }
  return variance;
}

double CountDistribution::probability_zero() const noexcept {
  return pmf(0);
}

double CountDistribution::pmf(std::int64_t k) const noexcept {
  return std::exp(log_pmf(k));
}

double CountDistribution::log_pmf(std::int64_t k) const noexcept {
  if (k < 0) {
    return -kInfinity;
  }
  // The largest term is taken out of the sum, so that what underflows is only what does not count.
  double largest = -kInfinity;
  double sum = 0.0;
  const auto add = [&](double log_term) {
    if (log_term == -kInfinity) {
      return;
    }
    if (log_term > largest) {
      sum = sum * std::exp(largest - log_term) + 1.0;
      largest = log_term;
    } else {
      sum += std::exp(log_term - largest);
    }
  };
  if (k == 0) {
    add(std::log(1.0 - weight_of(parts_)));
  }
  for (const CountPart& part : parts_) {
    if (part.weight > 0.0) {
      add(std::log(part.weight) +
          math::negative_binomial_log_pmf(static_cast<double>(k), part.mean, part.shape));
    }
  }
  return sum > 0.0 ? std::min(largest + std::log(sum), 0.0) : -kInfinity;
}

double CountDistribution::cdf(std::int64_t k) const noexcept {
  if (k < 0) {
    return 0.0;
  }
  double cdf = 1.0 - weight_of(parts_);
  for (const CountPart& part : parts_) {
    cdf += part.weight * math::negative_binomial_cdf(static_cast<double>(k), part.mean, part.shape);
  }
  return std::min(cdf, 1.0);
}

std::int64_t CountDistribution::quantile(double level) const noexcept {
  TILL_ASSERT(level >= 0.0 && level < 1.0, "a quantile's level must be in [0, 1)");
  if (cdf(0) >= level) {
    return 0;
  }
  // The smallest count whose cdf reaches the level lies in (below, reached]. Where rounding keeps
  // the cdf below a level close to 1, the bound ends the search.
  const double bound = bound_of(parts_);
  double below = 0.0;
  double reached = std::max(1.0, std::ceil(mean()));
  while (reached < bound && cdf(static_cast<std::int64_t>(reached)) < level) {
    below = reached;
    reached = std::ceil(reached * 1.5 + 1.0);
  }
  while (reached - below > 1.0) {
    const double middle = std::floor(0.5 * (below + reached));
    (cdf(static_cast<std::int64_t>(middle)) >= level ? reached : below) = middle;
  }
  return static_cast<std::int64_t>(reached);
}

void CountDistribution::pmf_from_zero(std::span<double> out) const noexcept {
  std::fill(out.begin(), out.end(), 0.0);
  if (out.empty()) {
    return;
  }
  out[0] = 1.0 - weight_of(parts_);
  for (const CountPart& part : parts_) {
    if (part.weight > 0.0) {
      math::add_negative_binomial_pmf(part.mean, part.shape, part.weight, out);
    }
  }
}

Result<ForecastTarget> target_after(const Panel& panel, TimeRange range, const TimeZone& zone) {
  if (range.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "target_after: range is [" + to_string(range.from) + ", " + to_string(range.to) +
                     "), but must end after it begins",
                 ""};
  }
  ForecastTarget target;
  const PanelMonth like = panel.months() > 0 ? panel.month(0).month : PanelMonth();
  if (panel.months() > 0) {
    if (range.from < panel.cutoff()) {
      return Error{ErrorCode::InvalidArgument,
                   "target_after: range.from is " + to_string(range.from) +
                       ", but must not be before the panel's cutoff, " + to_string(panel.cutoff()),
                   "forecast from the cutoff on, or read the panel at an earlier one"};
    }
    target.gap = month_parts({panel.cutoff(), range.from}, zone, like);
  }
  target.window = month_parts(range, zone, like);
  return target;
}

}  // namespace till::models
