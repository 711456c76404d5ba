#include "till/models/mbg_cnbd_mixture.hpp"

#include <algorithm>
#include <cmath>

#include "till/math/log_space.hpp"

namespace till::models {

namespace {

constexpr std::size_t kComponents = MbgCnbdMixture::kStages.size();
using Logs = std::array<double, kComponents>;

/// log of the sum; turns the terms into logarithms of their shares of it.
double normalize(Logs& terms) noexcept {
  double sum = math::kLogZero;
  for (const double term : terms) {
    sum = math::log_add(sum, term);
  }
  for (double& term : terms) {
    term -= sum;
  }
  return sum;
}

Logs log_chances(const MbgCnbdMixture& model) noexcept {
  Logs chances = {0.0, std::log(model.odds_2), std::log(model.odds_4), std::log(model.odds_8)};
  normalize(chances);
  return chances;
}

/// log of chance times density for each k.
Logs log_terms(const MbgCnbdMixture& model, const PurchaseHistory& history) noexcept {
  Logs terms = log_chances(model);
  for (std::size_t i = 0; i < kComponents; ++i) {
    terms[i] += log_likelihood(model.component(i), history);
  }
  return terms;
}

/// log of the sum over k of weights times e^log_value(i).
template <class Value>
double log_mean(const Logs& log_weights, const Value& log_value) noexcept {
  double sum = math::kLogZero;
  for (std::size_t i = 0; i < kComponents; ++i) {
    if (log_weights[i] > math::kLogZero) {
      sum = math::log_add(sum, log_weights[i] + log_value(i));
    }
  }
  return sum;
}

std::size_t draw_component(const Logs& log_weights, Rng& rng) noexcept {
  double level = rng.uniform();
  for (std::size_t i = 0; i + 1 < kComponents; ++i) {
    level -= std::exp(log_weights[i]);
    if (level < 0.0) {
      return i;
    }
  }
  return kComponents - 1;
}

}  // namespace

std::array<double, 4> posterior_regularity(const MbgCnbdMixture& model,
                                           const PurchaseHistory& history) noexcept {
  Logs terms = log_terms(model, history);
  normalize(terms);
  std::ranges::transform(terms, terms.begin(), [](double term) { return std::exp(term); });
  return terms;
}

double log_likelihood(const MbgCnbdMixture& model, const PurchaseHistory& history) noexcept {
  Logs terms = log_terms(model, history);
  return normalize(terms);
}

double log_likelihood(const MbgCnbdMixture& model,
                      const PurchaseHistories& histories,
                      std::span<double, 7> gradient) noexcept {
  double sum = 0.0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  const Logs chances = log_chances(model);
  for (std::size_t h = 0; h < histories.size(); ++h) {
    const PurchaseHistory history = histories[h];
    const double weight = histories.weight(h);
    const PurchaseHistories one = {.x = {&history.x, 1},
                                   .t_x = {&history.t_x, 1},
                                   .T = {&history.T, 1},
                                   .sum_log_intervals = {&history.sum_log_intervals, 1}};
    Logs terms = chances;
    std::array<std::array<double, 4>, kComponents> gradients{};
    for (std::size_t i = 0; i < kComponents; ++i) {
      terms[i] += log_likelihood(model.component(i), one, gradients[i]);
    }
    sum += weight * normalize(terms);
    // The gradient of each k, weighted by its posterior chance; alpha / k goes with alpha.
    for (std::size_t i = 0; i < kComponents; ++i) {
      const double share = weight * std::exp(terms[i]);
      for (std::size_t p = 0; p < 4 && share > 0.0; ++p) {
        gradient[p] += share * gradients[i][p];
      }
    }
    for (std::size_t i = 1; i < kComponents; ++i) {
      gradient[3 + i] += weight * (std::exp(terms[i]) - std::exp(chances[i]));
    }
  }
  return sum;
}

Aliveness aliveness(const MbgCnbdMixture& model, const PurchaseHistory& history) noexcept {
  Logs terms = log_terms(model, history);
  normalize(terms);
  return {.log_alive = std::min(0.0,
                                log_mean(terms,
                                         [&](std::size_t i) {
                                           return aliveness(model.component(i), history).log_alive;
                                         })),
          .log_gone = std::min(0.0, log_mean(terms, [&](std::size_t i) {
                                 return aliveness(model.component(i), history).log_gone;
                               }))};
}

CnbdMixtureFuture given_alive(const MbgCnbdMixture& model,
                              const PurchaseHistory& history) noexcept {
  CnbdMixtureFuture future = {.futures = {}, .log_weights = log_terms(model, history)};
  for (std::size_t i = 0; i < kComponents; ++i) {
    future.futures[i] = given_alive(model.component(i), history);
    future.log_weights[i] += aliveness(model.component(i), history).log_alive;
  }
  normalize(future.log_weights);
  return future;
}

PosteriorRates posterior_rates(const MbgCnbdMixture& model,
                               const PurchaseHistory& history) noexcept {
  const std::array<double, 4> chances = posterior_regularity(model, history);
  PosteriorRates rates = {.purchase_rate = 0.0, .dropout_rate = 0.0};
  for (std::size_t i = 0; i < kComponents; ++i) {
    const PosteriorRates given = posterior_rates(model.component(i), history);
    rates.purchase_rate += chances[i] * given.purchase_rate;
    rates.dropout_rate += chances[i] * given.dropout_rate;
  }
  return rates;
}

double log_expected_transactions(const MbgCnbdMixture& model, double t) noexcept {
  return log_mean(log_chances(model),
                  [&](std::size_t i) { return log_expected_transactions(model.component(i), t); });
}

double log_pmf(const MbgCnbdMixture& model, std::int64_t n, double t) noexcept {
  return log_mean(log_chances(model),
                  [&](std::size_t i) { return log_pmf(model.component(i), n, t); });
}

double log_survival(const MbgCnbdMixture& model, double t) noexcept {
  return log_mean(log_chances(model),
                  [&](std::size_t i) { return log_survival(model.component(i), t); });
}

double log_discounted_transactions(const MbgCnbdMixture& model, double t, double delta) noexcept {
  return log_mean(log_chances(model), [&](std::size_t i) {
    return log_discounted_transactions(model.component(i), t, delta);
  });
}

std::vector<double> simulate(const MbgCnbdMixture& model, double t, Rng& rng) {
  return simulate(model.component(draw_component(log_chances(model), rng)), t, rng);
}

double log_expected_transactions(const CnbdMixtureFuture& future, double t) noexcept {
  return log_mean(future.log_weights,
                  [&](std::size_t i) { return log_expected_transactions(future.futures[i], t); });
}

double log_pmf(const CnbdMixtureFuture& future, std::int64_t n, double t) noexcept {
  return log_mean(future.log_weights,
                  [&](std::size_t i) { return log_pmf(future.futures[i], n, t); });
}

double log_survival(const CnbdMixtureFuture& future, double t) noexcept {
  return log_mean(future.log_weights,
                  [&](std::size_t i) { return log_survival(future.futures[i], t); });
}

double log_discounted_transactions(const CnbdMixtureFuture& future,
                                   double t,
                                   double delta) noexcept {
  return log_mean(future.log_weights, [&](std::size_t i) {
    return log_discounted_transactions(future.futures[i], t, delta);
  });
}

std::vector<double> simulate(const CnbdMixtureFuture& future, double t, Rng& rng) {
  return simulate(future.futures[draw_component(future.log_weights, rng)], t, rng);
}

}  // namespace till::models
