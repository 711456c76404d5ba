/// \file
/// Which months of a panel are over.
///
/// Layer:   models (private).
#pragma once

#include <cstddef>

#include "till/core/panel.hpp"

namespace till::models {

/// Returns the months of a panel that are over; all of one that is not.
[[nodiscard]] inline std::size_t whole_months(const Panel& panel) {
  return panel.months() > 1 && !panel.is_last_month_whole() ? panel.months() - 1 : panel.months();
}

}  // namespace till::models
