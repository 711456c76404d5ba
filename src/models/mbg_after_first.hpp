/// \file
/// What becomes of a customer of the MBG/NBD who did not leave at the first purchase.
///
/// Layer:   models (private).
#pragma once

#include "till/models/bg_nbd.hpp"
#include "till/models/mbg_nbd.hpp"

namespace till::models {

/// Returns the BG/NBD of who did not leave at the first purchase: one more stay is behind them.
[[nodiscard]] inline BgNbd after_first(const MbgNbd& model) noexcept {
  return {.r = model.r, .alpha = model.alpha, .a = model.a, .b = model.b + 1.0};
}

}  // namespace till::models
