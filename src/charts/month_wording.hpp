/// \file
/// Month wording: months of a panel as charts say them.
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <string>

#include "till/core/panel_month.hpp"

namespace till::charts {

/// Returns "June 2019", or "the 28 days from 5 June 2019".
[[nodiscard]] std::string month_and_year(const PanelMonth& month);

}  // namespace till::charts
