/// \file
/// Sufficiency: which questions a log can answer, and which not yet.
///
/// Layer:   log (private).   Threads: pure.
#pragma once

#include <vector>

#include "till/log/describe.hpp"
#include "till/log/log.hpp"

namespace till::log {

/// Judges a log by what its description says: months of history, customers who came back, names,
/// ids, times of day and amounts.
[[nodiscard]] std::vector<Sufficiency> sufficiency_of(const Log& log, const Description& found);

}  // namespace till::log
