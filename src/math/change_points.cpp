#include "till/math/change_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "till/core/check.hpp"

namespace till::math {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double y_log_y_over(double y, double e) noexcept {
  return y > 0.0 ? y * std::log(y / e) : 0.0;
}

}  // namespace

std::vector<std::size_t> pelt(std::size_t n,
                              std::size_t least,
                              double penalty,
                              const SegmentCost& cost) {
  TILL_ASSERT(least >= 1, "a segment has elements");
  // best[t]: the cheapest cutting of [0, t); last[t]: where its last segment begins.
  std::vector<double> best(n + 1, kInfinity);
  std::vector<std::size_t> last(n + 1, 0);
  best[0] = -penalty;

  struct Start {
    std::size_t at = 0;
    std::size_t dead_from = std::numeric_limits<std::size_t>::max();
  };

  std::vector<Start> starts;
  for (std::size_t t = least; t <= n; ++t) {
    if (t - least == 0 || t - least >= least) {
      starts.push_back({t - least});
    }
    std::erase_if(starts, [&](const Start& start) { return start.dead_from <= t; });
    std::vector<double> totals;
    totals.reserve(starts.size());
    for (const Start& start : starts) {
      totals.push_back(best[start.at] + cost(start.at, t));
      if (totals.back() + penalty < best[t]) {
        best[t] = totals.back() + penalty;
        last[t] = start.at;
      }
    }
    // A start that is already no better than cutting at t never is again, once t can be a start.
    for (std::size_t i = 0; i < starts.size(); ++i) {
      if (totals[i] >= best[t]) {
        starts[i].dead_from = std::min(starts[i].dead_from, t + least);
      }
    }
  }
  std::vector<std::size_t> found;
  for (std::size_t t = n; t > 0 && last[t] > 0; t = last[t]) {
    found.push_back(last[t]);
  }
  std::ranges::reverse(found);
  return found;
}

PoissonCost::PoissonCost(std::span<const double> counts, std::span<const double> exposure)
    : counts_(counts.size() + 1), exposure_(counts.size() + 1), saturated_(counts.size() + 1) {
  TILL_ASSERT(counts.size() == exposure.size(), "each count has an exposure");
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts_[i + 1] = counts_[i] + counts[i];
    exposure_[i + 1] = exposure_[i] + exposure[i];
    saturated_[i + 1] = saturated_[i] + y_log_y_over(counts[i], exposure[i]);
  }
}

double PoissonCost::operator()(std::size_t from, std::size_t to) const noexcept {
  const double count = counts_[to] - counts_[from];
  const double exposure = exposure_[to] - exposure_[from];
  const double unexplained = saturated_[to] - saturated_[from] - y_log_y_over(count, exposure);
  return std::max(2.0 * unexplained, 0.0);
}

}  // namespace till::math
