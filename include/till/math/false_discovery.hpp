/// \file
/// False discovery: how many of many findings may be chance.
///
///     q_values(std::array{0.001, 0.04, 0.03, 0.9});   // {0.004, 0.0533..., 0.0533..., 0.9}
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [BH95] -- keys resolve in docs/references.md.
#pragma once

#include <span>
#include <vector>

namespace till::math {

/// Returns the q-value of each of m p-values: the least rate of false discoveries among all tests
/// called a finding at which this one is among them [BH95, step-up].
///
/// With the p-values in order, q(i) = min over j >= i of m p(j) / j, at most 1. Holds where tests
/// are independent, and where they depend positively.
/// \param p_values  length m, in [0, 1], in any order; m >= 0.
/// \return length m, in the order of `p_values`; q >= p. Cost: O(m log m).
[[nodiscard]] std::vector<double> q_values(std::span<const double> p_values);

}  // namespace till::math
