#include "till/math/kaplan_meier.hpp"

#include <algorithm>
#include <cmath>

#include "till/math/proportion.hpp"

namespace till::math {

std::vector<SurvivalPoint> kaplan_meier(std::span<const Ended> ended) {
  std::vector<Ended> in_order(ended.begin(), ended.end());
  std::ranges::sort(in_order, {}, &Ended::time);
  std::int64_t at_risk = 0;
  for (const Ended& end : in_order) {
    at_risk += end.events + end.censored;
  }
  std::vector<SurvivalPoint> curve;
  curve.reserve(in_order.size());
  double survival = 1.0;
  double variance = 0.0;  // of the logarithm
  for (const Ended& end : in_order) {
    if (end.events > 0) {
      const auto n = static_cast<double>(at_risk);
      const auto d = static_cast<double>(end.events);
      SurvivalPoint point{.time = end.time, .at_risk = at_risk, .events = end.events};
      if (end.events < at_risk) {
        survival *= 1.0 - d / n;
        variance += d / (n * (n - d));
        const double error = std::sqrt(variance);
        // exp(-exp(log(-log S) +- z error / |log S|)) is S to a power.
        const double spread = std::exp(kNormal95 * error / -std::log(survival));
        point.survival = survival;
        point.standard_error = survival * error;
        point.low = std::pow(survival, spread);
        point.high = std::pow(survival, 1.0 / spread);
      } else {
        point.survival = 0.0;
        point.low = 0.0;
        point.high = curve.empty() ? 1.0 : curve.back().high;
      }
      curve.push_back(point);
    }
    at_risk -= end.events + end.censored;
  }
  return curve;
}

std::optional<std::int64_t> first_time_at(std::span<const SurvivalPoint> curve,
                                          double survival) noexcept {
  const auto found = std::ranges::find_if(
      curve, [&](const SurvivalPoint& point) { return point.survival <= survival; });
  return found == curve.end() ? std::nullopt : std::optional(found->time);
}

}  // namespace till::math
