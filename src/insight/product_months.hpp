/// \file
/// Product months: what each product, or group of products, sold in each month that the log covers.
///
/// Months are compared as if they had equally many trading days: a month counts as the sum of its
/// days, each with the weight that its day of the week has in the whole log. A month that the log
/// covers by less than three quarters is left out, and so is one in which nothing at all was sold.
///
/// Layer:   insight (private).   Threads: one log per thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "insight/day_series.hpp"
#include "insight/month_trend.hpp"
#include "insight/tally.hpp"

#include "till/insight/dynamics.hpp"

namespace till::insight {

/// Returns what the options count, by nothing yet.
[[nodiscard]] Tally dynamics_tally(const DynamicsOptions& options);

struct ProductMonths {
  /// Months, and of products the ids, names, transactions and counts; nothing else yet.
  Dynamics found;
  std::vector<std::int64_t> keys;  ///< Of the products.
};

/// Reads products by month, most transactions first, then by id.
///
/// \param days  the days of the log, counted in the same way.
/// Cost: one row for each product and month comes back.
[[nodiscard]] Result<ProductMonths> read_product_months(log::Log& log,
                                                        const DynamicsOptions& options,
                                                        const DaySeries& days);

/// The months of a product in which it was on sale, as far as its rate tells: those between the
/// first sale and the last, and to the ends of the log where so long a silence may be chance.
struct MonthsOnSale {
  std::size_t from = 0;
  std::size_t to = 0;  ///< Not among them.
  MonthCounts series;
};

[[nodiscard]] MonthsOnSale months_on_sale(std::span<const DynamicsMonth> months,
                                          const ProductDynamics& product);

}  // namespace till::insight
