/// \file
/// Discounted purchases: what the purchases to come of many customers are worth, as a count.
///
/// Layer:   models (core, math).   Threads: pure.
#pragma once

#include <cstddef>
#include <span>

#include "till/models/bg_nbd.hpp"
#include "till/models/buy_till_you_die.hpp"
#include "till/models/mbg_nbd.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::models {

/// Writes dect() of each history: the purchases in (T, T + t], each worth e^(-delta u) at T + u.
/// \pre t >= 0 and finite; delta >= 0.
/// \param[out] out  length n.
template <BuyTillYouDieModel M>
void discounted_expectations(const M& model,
                             const PurchaseHistories& histories,
                             double t,
                             double delta,
                             std::span<double> out) noexcept {
  for (std::size_t i = 0; i < histories.size(); ++i) {
    out[i] = dect(model, histories[i], t, delta);
  }
}

/// The same, eight customers at once. Accuracy: 1e-11 relative.
void discounted_expectations(const ParetoNbd& model,
                             const PurchaseHistories& histories,
                             double t,
                             double delta,
                             std::span<double> out) noexcept;

/// The same by parts, from the means of many customers: where one integrand is itself an integral,
/// that is a thousand times faster. Accuracy: 1e-6 relative.
void discounted_expectations(const BgNbd& model,
                             const PurchaseHistories& histories,
                             double t,
                             double delta,
                             std::span<double> out) noexcept;
void discounted_expectations(const MbgNbd& model,
                             const PurchaseHistories& histories,
                             double t,
                             double delta,
                             std::span<double> out) noexcept;

}  // namespace till::models
