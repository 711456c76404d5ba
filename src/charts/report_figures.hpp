/// \file
/// The pictures of a report, drawn. Layer: charts, private.   Threads: any.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "till/charts/report.hpp"
#include "till/core/result.hpp"

namespace till::charts {

/// Returns what `draw` makes of the picture of each section; empty for a section without one.
///
/// A picture in a report goes without its title: the section says it above.
/// Errors: the first that `draw` returns.   Cost: drawn by all processors at once.
[[nodiscard]] Result<std::vector<std::string>> drawn_figures(
    const Report& report, const std::function<Result<std::string>(const Chart&)>& draw);

}  // namespace till::charts
