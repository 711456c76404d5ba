/// \file
/// Page of one chart. Layer: charts, private.   Threads: any.
#pragma once

#include <string>

#include "till/charts/chart.hpp"
#include "till/core/result.hpp"

namespace till::charts {

/// Returns a chart as a complete HTML page.
[[nodiscard]] Result<std::string> page_of(const Chart& chart);

}  // namespace till::charts
