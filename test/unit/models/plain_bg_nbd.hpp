/// \file
/// Plain BG/NBD: its likelihood as sums over purchases, for tests of the fit alone.
///
/// L = prod_{j<x} (r+j) (b+j)/(a+b+j) alpha^r
///     ((alpha+T)^-(r+x) + [x>0] a/(b+x-1) (alpha+t_x)^-(r+x))
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "till/models/fit.hpp"

namespace till::test {

inline double plain_bg_nbd_log_likelihood(std::span<const double> log_parameters,
                                          const PurchaseHistories& histories,
                                          std::span<double> gradient) {
  const double r = std::exp(log_parameters[0]);
  const double alpha = std::exp(log_parameters[1]);
  const double a = std::exp(log_parameters[2]);
  const double b = std::exp(log_parameters[3]);
  double total = 0.0;
  std::array<double, 4> d{};
  for (std::size_t i = 0; i < histories.x.size(); ++i) {
    const double x = histories.x[i];
    const double w = histories.weights.empty() ? 1.0 : histories.weights[i];
    double value = r * std::log(alpha);
    double by_r = std::log(alpha);
    double by_alpha = r / alpha;
    double by_a = 0.0;
    double by_b = 0.0;
    for (double j = 0.0; j < x; j += 1.0) {
      value += std::log(r + j) + std::log(b + j) - std::log(a + b + j);
      by_r += 1.0 / (r + j);
      by_a -= 1.0 / (a + b + j);
      by_b += 1.0 / (b + j) - 1.0 / (a + b + j);
    }
    const double alive = std::log(alpha + histories.T[i]);
    value -= (r + x) * alive;
    double left = 0.0;  // the share of the second term
    if (x > 0.0) {
      const double gone = std::log(alpha + histories.t_x[i]);
      const double log_odds = std::log(a / (b + x - 1.0)) + (r + x) * (alive - gone);
      left = 1.0 / (1.0 + std::exp(-log_odds));
      value += log_odds > 30.0 ? log_odds + std::log1p(std::exp(-log_odds))
                               : std::log1p(std::exp(log_odds));
      by_a += left / a;
      by_b -= left / (b + x - 1.0);
      by_r -= left * gone;
      by_alpha -= left * (r + x) / (alpha + histories.t_x[i]);
    }
    by_r -= (1.0 - left) * alive;
    by_alpha -= (1.0 - left) * (r + x) / (alpha + histories.T[i]);
    total += w * value;
    d[0] += w * by_r * r;
    d[1] += w * by_alpha * alpha;
    d[2] += w * by_a * a;
    d[3] += w * by_b * b;
  }
  std::copy(d.begin(), d.end(), gradient.begin());
  return total;
}

inline models::Likelihood plain_bg_nbd() {
  using Limit = models::SpecialCase::Limit;
  models::Likelihood likelihood;
  likelihood.model = "plain_bg_nbd";
  likelihood.parameters = {
      {.name = "r"}, {.name = "alpha", .time_power = 1}, {.name = "a"}, {.name = "b"}};
  likelihood.reach = {12.0, 20.0, 12.0, 12.0};
  likelihood.special_cases = {
      {"nbd", "nobody drops out", {Limit::Free, Limit::Free, Limit::Zero, Limit::Infinity}, 2},
      {"same_rate",
       "all customers buy equally often",
       {Limit::Infinity, Limit::Free, Limit::Free, Limit::Free},
       1},
      {"same_leaving",
       "all customers are equally likely to leave after a purchase",
       {Limit::Free, Limit::Free, Limit::Free, Limit::Infinity},
       1}};
  likelihood.log_likelihood = plain_bg_nbd_log_likelihood;
  likelihood.starts = [](const models::HistoryMoments& moments) {
    const double alpha = moments.mean_T;
    const double r = std::max(moments.mean_x, 1e-3);
    return std::vector<std::vector<double>>{{r, alpha, 1.0, 3.0}, {0.5, 0.5 * alpha, 0.5, 1.0}};
  };
  return likelihood;
}

}  // namespace till::test
