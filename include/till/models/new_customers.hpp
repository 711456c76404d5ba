/// \file
/// New customers: the transactions of those who have not been seen yet, together.
///
/// Who comes next month has no history, so nothing is said of each; how many transactions the new
/// ones of past months made is. Their mean and spread over the last twelve whole months (the first
/// month of a log, in which everybody is new, left out) are carried forward.
///
/// Layer:   models (core).   Threads: pure.
#pragma once

#include <optional>

#include "till/core/panel.hpp"
#include "till/models/forecast.hpp"

namespace till::models {

/// Returns how many transactions customers who are new in the target will make in it: one negative
/// binomial by the moments of past months, for as many months as the target has; or nothing where
/// fewer than two months show it.
[[nodiscard]] std::optional<CountPart> new_customer_transactions(const Panel& panel,
                                                                 const ForecastTarget& target);

}  // namespace till::models
