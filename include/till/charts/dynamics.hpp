/// \file
/// Growth and share: a picture of products, beside the table of `dynamics` in chart.hpp.
///
/// Layer:   charts (core, insight).   Threads: all functions are safe from any thread.
#pragma once

#include "till/charts/chart.hpp"
#include "till/insight/dynamics.hpp"

namespace till::charts {

/// Draws a point for each product that has a share and a growth: share of transactions along,
/// growth a year upwards, both on logarithmic scales; coloured where growth is certain, and with
/// the names of the largest that find room. Cost: O(n) for n products; 3 ms for 100.
[[nodiscard]] Chart dynamics_growth_share(const insight::Dynamics& result, const Context& context);

}  // namespace till::charts
