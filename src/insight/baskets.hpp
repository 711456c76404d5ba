/// \file
/// Baskets: what each known customer bought together, and in which order.
///
/// Layer:   insight (private).   Threads: one log per thread.
#pragma once

#include <cstdint>
#include <vector>

#include "insight/pair_counts.hpp"

#include "till/core/result.hpp"
#include "till/insight/affinity.hpp"
#include "till/log/log.hpp"

namespace till::insight {

struct Basket {
  std::int32_t customer = 0;
  std::int32_t size = 0;  ///< Different products; > 0.
  /// Whether it is looked at: together every one that is not too large; after one another one that
  /// is followed by another within the time said, neither being too large.
  bool is_first = false;
  bool is_next = false;  ///< Whether it follows such a one.
};

struct Baskets {
  /// Those of a customer after each other, in order of time.
  std::vector<Basket> baskets;
  /// Each product of each basket once, basket after basket; those of baskets that are too large are
  /// left out.
  std::vector<BasketLines::Line> lines;
  std::int64_t large = 0;  ///< Baskets of more than kLargestBasket products.
};

/// Reads the baskets of a log.
///
/// \pre affinity() found no fault with the options; the log has rows in their range.
/// Errors: those of the warehouse.
/// Cost: one pass over the log for each 2^23 rows of it, 24 bytes for each of these rows; 8 bytes
/// stay for each line and 12 for each basket.
[[nodiscard]] Result<Baskets> read_baskets(log::Log& log, const AffinityOptions& options);

}  // namespace till::insight
