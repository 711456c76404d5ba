#include "likelihood_parts.hpp"

#include "till/models/likelihoods.hpp"

namespace till::models {

// Parameters r, alpha, b, s, beta. Where b is small, beta / b is the Pareto/NBD's beta, so that
// beta has to reach further down than b.
Likelihood likelihood_of(const GgomNbd& model) {
  constexpr double kGrowthReach = 9.0;
  Likelihood likelihood = wrapped(model);
  likelihood.first_sample = 512;
  likelihood.reach = {kShapeReach, kTimeReach, kGrowthReach, kShapeReach, kTimeReach};
  likelihood.special_cases = {
      {"no_dropout",
       "nobody drops out",
       {Limit::Free, Limit::Free, Limit::Zero, Limit::Zero, Limit::Infinity},
       3},
      {"constant_risk",
       "the risk to leave does not change with age",
       {Limit::Free, Limit::Free, Limit::Zero, Limit::Free, Limit::Free},
       1},
      same_rate(5)};
  likelihood.starts = [](const HistoryMoments& moments) {
    constexpr double kGrowth = 0.1;  // by the mean age
    std::vector<std::vector<double>> points;
    for (const std::vector<double>& start : starts_of(moments, kLifetimeStarts, kGrowth, 1.0)) {
      points.push_back({start[0], start[1], kGrowth / moments.mean_T, start[2], start[3]});
    }
    return points;
  };
  return likelihood;
}

}  // namespace till::models
