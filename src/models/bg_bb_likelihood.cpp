#include <algorithm>
#include <array>

#include "likelihood_parts.hpp"

#include "till/models/likelihoods.hpp"

namespace till::models {

// Parameters alpha, beta, gamma, delta. One chance for all is a beta of large parameters whose
// ratio is free: the second is held at its end, and the first reaches further, so that chances up
// to 98 % are within reach.
Likelihood likelihood_of(const BgBb& model) {
  constexpr double kSecondReach = 8.0;
  Likelihood likelihood = wrapped(model);
  likelihood.reach = {kShapeReach, kSecondReach, kShapeReach, kSecondReach};
  likelihood.special_cases = {{"no_dropout",
                               "nobody drops out",
                               {Limit::Free, Limit::Free, Limit::Zero, Limit::Infinity},
                               2},
                              {"same_dropout",
                               "all customers are equally likely to leave before an occasion",
                               {Limit::Free, Limit::Free, Limit::Free, Limit::Infinity},
                               1},
                              {"same_rate",
                               "all customers are equally likely to buy at an occasion",
                               {Limit::Free, Limit::Infinity, Limit::Free, Limit::Free},
                               1},
                              {"alike",
                               "all customers are alike: equally likely to buy and to leave",
                               {Limit::Free, Limit::Infinity, Limit::Free, Limit::Infinity},
                               2}};
  likelihood.starts = [](const HistoryMoments& moments) {
    /// Beta distributions of a size around chances.
    struct Guess {
      double buying_factor;  // of the share of occasions at which customers bought
      double buying_size;
      double leaving;
      double leaving_size;
    };
    constexpr std::array kStarts = {
        Guess{1.4, 2.0, 0.15, 4.0}, Guess{1.05, 4.0, 0.02, 20.0}, Guess{3.0, 1.5, 0.4, 2.0}};
    const double share = moments.mean_x / moments.mean_T;
    std::vector<std::vector<double>> starts;
    starts.reserve(kStarts.size());
    for (const Guess& start : kStarts) {
      const double buying = std::clamp(start.buying_factor * share, 0.005, 0.95);
      starts.push_back({buying * start.buying_size,
                        (1.0 - buying) * start.buying_size,
                        start.leaving * start.leaving_size,
                        (1.0 - start.leaving) * start.leaving_size});
    }
    return starts;
  };
  return likelihood;
}

}  // namespace till::models
