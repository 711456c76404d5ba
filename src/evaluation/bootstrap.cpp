#include "till/evaluation/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "till/core/check.hpp"
#include "till/core/rng.hpp"

namespace till::evaluation {

namespace {

constexpr double kTail = 0.025;  // on either side of 95 %

/// Returns the value below which a share of the sorted values lies, between neighbours by
/// proportion.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Interval central(std::vector<double> values) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  if (values.empty() || std::ranges::any_of(values, [](double v) { return std::isnan(v); })) {
    return {kNan, kNan};
  }
  std::ranges::sort(values);
  return {quantile(values, kTail), quantile(values, 1.0 - kTail)};
}

}  // namespace

Clusters::Clusters(std::size_t customers) : terms_(std::min(customers, kClusters)) {}

void Clusters::add(std::size_t customer, const Terms& terms) noexcept {
  terms_[customer % kClusters].add(terms);
}

Resamples Resamples::draw(const Clusters& clusters, const BootstrapOptions& options) {
  const std::span<const Terms> terms = clusters.terms();
  Rng rng(options.seed);
  Resamples resamples;
  resamples.terms_.resize(options.resamples);
  std::vector<double> times(terms.size());
  for (Terms& sum : resamples.terms_) {
    std::ranges::fill(times, 0.0);
    for (std::size_t draw = 0; draw < terms.size(); ++draw) {
      times[rng.below(terms.size())] += 1.0;
    }
    for (std::size_t i = 0; i < terms.size(); ++i) {
      if (times[i] > 0.0) {
        sum.add(terms[i], times[i]);
      }
    }
  }
  return resamples;
}

Interval Resamples::interval(Metric metric) const {
  std::vector<double> values;
  values.reserve(terms_.size());
  for (const Terms& terms : terms_) {
    values.push_back(score(metric, terms));
  }
  return central(std::move(values));
}

Interval Resamples::difference(Metric metric, const Resamples& other) const {
  TILL_ASSERT(terms_.size() == other.terms_.size(), "paired draws are as many");
  std::vector<double> values;
  values.reserve(terms_.size());
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    values.push_back(score(metric, terms_[i]) - score(metric, other.terms_[i]));
  }
  return central(std::move(values));
}

}  // namespace till::evaluation
