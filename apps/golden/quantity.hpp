/// \file
/// Quantity: what till computes where a golden row says what is true.
#pragma once

#include "golden_file.hpp"

#include "till/core/result.hpp"

namespace till::golden {

/// Computes what the row asks for. Probabilities and means come with their logarithm.
///
/// Errors: `NotFound` when the model, or the quantity of that model, is not known; `InvalidData`
/// when an argument or parameter is missing.
[[nodiscard]] Result<WideNumber> compute(const GoldenRow& row);

}  // namespace till::golden
