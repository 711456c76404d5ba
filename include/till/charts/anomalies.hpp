/// \file
/// Charts of anomalies: the days of a log, and which of them stand out.
///
/// Layer:   charts (core, insight).   Threads: safe from any thread.
#pragma once

#include "till/charts/chart.hpp"
#include "till/insight/anomalies.hpp"

namespace till::charts {

/// Draws the transactions of each day over the band of what was expected, with the days that stand
/// out; products and customers that do are named below.
///
/// Cost: O(n) for n days; 5 ms for 1,000.
[[nodiscard]] Chart anomalies(const insight::Anomalies& result, const Context& context);

}  // namespace till::charts
