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

/// Draws the products with the most buyers, at most 20: how many buy them, which share of their
/// needs the product is, and how often they buy it beside what double jeopardy expects.
///
/// Cost: O(1).
[[nodiscard]] Chart affinity_loyalty(const insight::Affinity& result, const Context& context);

/// Draws what comes after each of the most bought products as a matrix, beside the mix as it is and
/// as it would become if customers went on so.
///
/// Cost: O(n^2) for n products.
[[nodiscard]] Chart affinity_transitions(const insight::Affinity& result, const Context& context);

}  // namespace till::charts
