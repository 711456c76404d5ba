/// \file
/// What BG/CNBD-k and MBG/CNBD-k share: the stages that have passed unseen since the last purchase.
///
/// Layer:   models (private).
#pragma once

#include <span>

#include "till/core/purchase_history.hpp"
#include "till/math/gamma.hpp"
#include "till/models/bg_cnbd.hpp"

namespace till::models {

/// Returns the logarithms of the chance that fewer than k stages pass in (t_x, T], and that k or
/// more do, for a customer who stays; lambda has been learnt from x purchases until t_x.
[[nodiscard]] math::LogTails silence(const BgCnbd& model, const PurchaseHistory& history) noexcept;

/// Returns the log density of the purchase times without dropout, up to the silence.
[[nodiscard]] double log_purchase_times(const BgCnbd& model,
                                        const PurchaseHistory& history) noexcept;

/// Adds weight times the derivatives of the likelihood with respect to log r and log alpha.
void add_rate_gradient(const BgCnbd& model,
                       const PurchaseHistory& history,
                       double weight,
                       double alive,
                       double gone,
                       std::span<double, 4> gradient) noexcept;

/// Returns the mean number of purchases per time unit given whether the customer is alive.
[[nodiscard]] double mean_purchase_rate(const BgCnbd& model,
                                        const PurchaseHistory& history,
                                        double alive,
                                        double gone) noexcept;

}  // namespace till::models
