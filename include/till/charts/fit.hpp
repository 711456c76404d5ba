/// \file
/// Charts of a fit: whether a model describes what was seen.
///
///     const charts::Chart chart = charts::fit_frequencies(classes, "Pareto/NBD", context);
///
/// Layer:   charts (core, models).   Threads: as till/charts/chart.hpp.
#pragma once

#include <span>
#include <string_view>

#include "till/charts/chart.hpp"
#include "till/models/frequencies.hpp"

namespace till::charts {

/// Draws how many customers bought so many times again, and how many a model expects.
///
/// \param model  how it is called. \pre classes is not empty.
[[nodiscard]] Chart fit_frequencies(std::span<const models::FrequencyClass> classes,
                                    std::string_view model,
                                    const Context& context);

}  // namespace till::charts
