/// \file
/// Quantiles: those of many customers at once.
///
/// A forecast of a million customers has five million quantiles, each a search along a
/// distribution.
///
/// Layer:   models (core, math).   Threads: pure; computes on several.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "till/models/forecast.hpp"

namespace till::models {

/// Returns what `CountDistribution::quantile` does, of some customers.
///
/// \param customers  places in the forecast, in any order; each < forecast.customers().
/// \param levels     each in [0, 1).
/// \return customers.size() times levels.size() counts, customer after customer; the same for any
/// number of threads.
[[nodiscard]] std::vector<std::int64_t> quantiles(const Forecast& forecast,
                                                  std::span<const std::size_t> customers,
                                                  std::span<const double> levels,
                                                  std::int32_t threads);

}  // namespace till::models
