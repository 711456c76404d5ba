/// \file
/// Panel sample: some customers of a panel, where all of them would teach no more.
///
/// Layer:   models (private).   Threads: pure.
#pragma once

#include <cstddef>

#include "till/core/panel.hpp"
#include "till/core/result.hpp"

namespace till::models {

/// Returns the panel of every n-th customer by birth, at most `customers`; the same panel where it
/// has no more. Daily transactions stay those of everybody.
[[nodiscard]] Result<Panel> sampled(const Panel& panel, std::size_t customers);

}  // namespace till::models
