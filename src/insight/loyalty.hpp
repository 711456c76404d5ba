/// \file
/// Loyalty and switching: who buys what else, and what comes next (till/insight/affinity.hpp has
/// the formulas).
///
/// Layer:   insight (private).   Threads: pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/dirichlet.hpp"
#include "insight/pair_counts.hpp"

#include "till/insight/affinity.hpp"

namespace till::insight {

/// Loyalty to a product, by key.
struct LoyaltyCount {
  std::int64_t product = 0;
  std::int64_t customers = 0;  ///< Who bought it.
  std::int64_t baskets = 0;    ///< With it.
  std::int64_t needs = 0;      ///< Products of all baskets of these customers.
};

/// What the lines of baskets say of each product.
struct Loyalties {
  std::int64_t customers = 0;                   ///< With a line.
  std::vector<LoyaltyCount> products;           ///< Most customers first, then by key.
  std::vector<PurchasesOfCustomers> purchases;  ///< Of all products together; fewest first.
};

/// Counts the loyalty to each product of the lines.
[[nodiscard]] Loyalties count_loyalty(const BasketLines& lines);

/// Counts moves from each of some products, and all others as one more, to each.
///
/// \param products  keys, each once.
/// \return shares, mix and stationary mix over the products and, last, the others; ids are unset.
[[nodiscard]] Transitions count_transitions(const BasketLines& lines,
                                            std::span<const std::int64_t> products);

}  // namespace till::insight
