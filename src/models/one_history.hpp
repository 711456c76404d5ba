/// \file
/// One history, wherever it lies: what the loops over many fall back to.
///
/// Layer:   models (private).
#pragma once

#include <optional>
#include <span>

#include "till/core/purchase_history.hpp"
#include "till/models/bg_nbd.hpp"
#include "till/models/mbg_nbd.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::models {

/// Adds weight times the gradient of one log-likelihood; returns weight times the log-likelihood.
double add_log_likelihood(const ParetoNbd& model,
                          const PurchaseHistory& history,
                          double weight,
                          std::span<double, 4> gradient) noexcept;
double add_log_likelihood(const BgNbd& model,
                          const PurchaseHistory& history,
                          double weight,
                          std::span<double, 4> gradient) noexcept;
double add_log_likelihood(const MbgNbd& model,
                          const PurchaseHistory& history,
                          double weight,
                          std::span<double, 4> gradient) noexcept;

/// Returns the chance that a customer alive now leaves within t before the next purchase; nothing
/// where no rule of a few nodes is good enough for the integral. \pre t > 0.
[[nodiscard]] std::optional<double> leaves_before_buying(const ParetoNbd& model, double t) noexcept;

}  // namespace till::models
