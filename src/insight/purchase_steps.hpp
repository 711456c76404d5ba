/// \file
/// Purchase steps: the days, or months, on which each known customer bought.
///
/// Layer:   insight (private).   Threads: one log per thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "insight/tally.hpp"

#include "till/core/result.hpp"
#include "till/log/log.hpp"

namespace till::insight {

/// What a customer did on one day or in one month.
struct PurchaseStep {
  std::int32_t at = 0;  ///< As a tally has it: days since 1970-01-01, months since year 0.
  std::int32_t transactions = 0;  ///< Where returns are subtracted perhaps none, or less.
};

/// Puts steps in order of time and adds up those of the same. \return what is left, in their place.
[[nodiscard]] std::span<const PurchaseStep> joined(std::span<PurchaseStep> steps);

/// Calls `visit` for each known customer of a tally, in order of their keys, with the steps in
/// order of time, each once.
///
/// \param tally  by customer and either by day or by month.
/// Errors: those of the warehouse.
/// Cost: one pass over the log for each 2^24 rows of it, 8 bytes for each of these rows.
[[nodiscard]] Result<void> for_each_customer(
    log::Log& log,
    const Tally& tally,
    const std::function<void(std::int64_t customer, std::span<const PurchaseStep>)>& visit);

}  // namespace till::insight
