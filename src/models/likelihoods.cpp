#include "till/models/likelihoods.hpp"

#include "likelihood_parts.hpp"

namespace till::models {

Likelihood likelihood_of(const Nbd& model) {
  Likelihood likelihood = wrapped(model);
  likelihood.special_cases = {same_rate(2)};
  likelihood.starts = [](const HistoryMoments& moments) {
    const PurchaseRates rates = rates_of(moments);
    return std::vector<std::vector<double>>{{rates.r, rates.alpha}};
  };
  return likelihood;
}

Likelihood likelihood_of(const ParetoNbd& model) {
  Likelihood likelihood = wrapped(model);
  likelihood.special_cases = {
      {"no_dropout",
       "nobody drops out",
       {Limit::Free, Limit::Free, Limit::Zero, Limit::Infinity},
       2},
      {"same_dropout",
       "all customers are equally likely to leave at any time",
       {Limit::Free, Limit::Free, Limit::Infinity, Limit::Free},
       1},
      same_rate(4),
      {"alike",
       "all customers are alike: they buy at the same rate and are equally likely to leave",
       {Limit::Infinity, Limit::Free, Limit::Infinity, Limit::Free},
       2}};
  likelihood.starts = [](const HistoryMoments& moments) {
    return starts_of(moments, kLifetimeStarts, moments.mean_T, 1.0);
  };
  return likelihood;
}

Likelihood likelihood_of(const BgNbd& model) {
  return leaving_at_purchases(model, 1.0);
}

Likelihood likelihood_of(const MbgNbd& model) {
  return leaving_at_purchases(model, 1.0);
}

}  // namespace till::models
