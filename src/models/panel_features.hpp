/// \file
/// Panel features: what a panel shows of a customer, as the columns that models learn from.
///
/// The counts of the last 13 months; mean, deviation, share of active months, maximum and median of
/// the last 3, 6 and 12; recency, tenure, total, rate; the month a year ago against its neighbours;
/// how the base as a whole did lately. NaN where a customer was not there yet.
///
/// Layer:   models (private).
#pragma once

#include <cstddef>
#include <vector>

#include "till/core/panel.hpp"

namespace till::models {

inline constexpr std::size_t kPanelFeatures = 36;

/// Returns the months of a panel that are over; all of one that is not.
[[nodiscard]] std::size_t whole_months(const Panel& panel);

/// Appends kPanelFeatures values for each of customers first, first + step, ... < end.
///
/// A month that is not over is not looked at, but for those who were born in it.
/// \pre panel.months() > 0, step > 0, end <= panel.customers().
void append_panel_features(const Panel& panel,
                           std::size_t first,
                           std::size_t end,
                           std::size_t step,
                           std::vector<float>& out);

}  // namespace till::models
