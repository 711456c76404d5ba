/// \file
/// The picture of affinity: pairs of products that are bought together.
///
/// Layer:   charts (core, insight).   Threads: pure.
#pragma once

#include "till/charts/chart.hpp"
#include "till/insight/affinity.hpp"

namespace till::charts {

/// Draws the surest pairs of products, at most 20, by how many times as often as by chance they are
/// bought together (or after one another), with the interval.
///
/// Cost: O(n) for n pairs.
[[nodiscard]] Chart affinity(const insight::Affinity& result, const Context& context);

}  // namespace till::charts
