#include <algorithm>
#include <utility>
#include <vector>

#include "likelihood_parts.hpp"

#include "till/models/likelihoods.hpp"

namespace till::models {

Likelihood likelihood_of(const BgCnbd& model) {
  return leaving_at_purchases(model, model.k);
}

Likelihood likelihood_of(const MbgCnbd& model) {
  return leaving_at_purchases(model, model.k);
}

// Parameters r, alpha, a, b and three odds. Many intervals can tell a customer's k by a factor of
// e^100; only odds smaller still leave a k to nobody.
Likelihood likelihood_of(const MbgCnbdMixture& model) {
  const auto shares_of = [](Limit odds_2, Limit odds_4, Limit odds_8) {
    return std::vector<Limit>{
        Limit::Free, Limit::Free, Limit::Free, Limit::Free, odds_2, odds_4, odds_8};
  };
  constexpr double kOddsReach = 250.0;
  Likelihood likelihood = wrapped(model);
  std::fill(likelihood.reach.begin() + 4, likelihood.reach.end(), kOddsReach);
  likelihood.compares_intervals = true;
  likelihood.special_cases = {{"no_dropout",
                               "nobody drops out",
                               {Limit::Free,
                                Limit::Free,
                                Limit::Zero,
                                Limit::Infinity,
                                Limit::Free,
                                Limit::Free,
                                Limit::Free},
                               2},
                              {"at_random",
                               "all customers buy at random, nobody regularly",
                               shares_of(Limit::Zero, Limit::Zero, Limit::Zero),
                               3},
                              {"two_stages",
                               "all customers are equally regular, with k = 2",
                               shares_of(Limit::Infinity, Limit::Zero, Limit::Zero),
                               3},
                              same_rate(7)};
  likelihood.starts = [](const HistoryMoments& moments) {
    std::vector<std::vector<double>> points;
    for (std::vector<double> start : leaving_at_purchases(MbgNbd{}, 1.0).starts(moments)) {
      start.insert(start.end(), {0.5, 0.25, 0.1});
      points.push_back(std::move(start));
    }
    return points;
  };
  return likelihood;
}

}  // namespace till::models
