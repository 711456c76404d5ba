/// \file
/// The further pictures of lifecycle: how customers buy again.
///
/// Layer:   charts (core, insight).   Threads: pure.
#pragma once

#include "till/charts/chart.hpp"
#include "till/insight/lifecycle.hpp"

namespace till::charts {

/// Draws the share of customers who bought again by days since the first purchase, with its 95 %
/// interval.
///
/// Cost: O(n) for n days.
[[nodiscard]] Chart lifecycle_survival(const insight::Lifecycle& result, const Context& context);

/// Draws how many intervals between purchases have which length, up to the length that 98 % do not
/// exceed; below, how regular customers are where enough have intervals enough.
///
/// Cost: O(n) for n lengths.
[[nodiscard]] Chart lifecycle_intervals(const insight::Lifecycle& result, const Context& context);

/// Draws the RFM grid: recency to the right, frequency up, each segment with its customers and its
/// share of transactions, the darker the more customers.
///
/// Cost: 1 ms.
[[nodiscard]] Chart lifecycle_segments(const insight::Lifecycle& result, const Context& context);

}  // namespace till::charts
