/// \file
/// Dynamics: which products grow, fade, are new or have ended, and where their sales changed.
///
///     TILL_ASSIGN(const Dynamics result, dynamics(log, {}));
///     for (const ProductDynamics& product : result.products) {
///       use(product.product_id, product.growth, product.change);
///     }
///
/// Months are compared as if they had equally many trading days: a month counts as the sum of its
/// days, each with the weight that its day of the week has in the whole log. A month that the log
/// covers by less than three quarters is left out, and so is one in which nothing at all was sold.
///
/// The counts of a product are quasi-Poisson: their variance is a multiple of their mean, which is
/// estimated for each product. Growth is the slope of the logarithm, with a yearly wave of its own
/// where the log spans two years. A change is where one steady growth gives way to another; that
/// there is one at all is tested for every product, and over all products at most one in twenty of
/// those said to have changed has not [BH95].
///
/// Layer:   insight (core, math, warehouse, log).   Threads: one log per thread.
/// Sources: [BH95], [KFE12], [MN89] -- keys resolve in docs/references.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/chunks.hpp"
#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"

namespace till::insight {

struct DynamicsOptions {
  std::optional<Instant> as_of;  ///< Only what happened before; unset: the whole log.
  std::string by;                ///< An attribute of the product table; empty: products.
  TimeZone zone;                 ///< Whose calendar months.
  log::Counting counting;        ///< What one transaction is.
  /// Of what is computed of rows that came back; the answer is the same for any.
  std::int32_t threads = hardware_threads();
};

/// What a product does, as far as the log tells.
enum class ProductStatus {
  New,      ///< First sold within the last 12 months, though its rate would have shown before.
  Growing,  ///< Growth is above 0.
  Steady,   ///< There is no evidence of growth or of decline.
  Fading,   ///< Growth is below 0.
  Ended,    ///< Not sold for three months or more, though its rate would have shown.
  Unclear,  ///< Too few months or transactions to say.
};

/// Returns "new", "growing", "steady", "fading", "ended" or "unclear".
[[nodiscard]] const char* name(ProductStatus status) noexcept;

/// Where a product began to sell otherwise.
struct ProductChange {
  Month month;
  /// Sales of a trading day from then to the next change, over those before since the last one,
  /// less 1: 0.5 is half as much again. Unset where nothing was sold before.
  std::optional<double> change;
};

struct ProductDynamics {
  std::string product_id;
  std::string name;               ///< The label; equal to product_id where there is none.
  std::int64_t transactions = 0;  ///< In the months looked at.
  double share = 0.0;             ///< Of the transactions of the recent months.
  /// Share less that of the months compared with; unset where there are none.
  std::optional<double> share_change;
  /// A year, as a share: 0.1 is 10 % more each year; with an interval of 95 %. Unset: too few.
  std::optional<double> growth;
  std::optional<double> growth_low;
  std::optional<double> growth_high;
  /// Sales of a trading day in the recent months over those in the months compared with, less 1.
  std::optional<double> momentum;
  ProductStatus status = ProductStatus::Unclear;
  std::vector<ProductChange> changes;  ///< In order of time; none that is not certain enough.
  /// 1 less the q-value of there being any change; unset: not tested.
  std::optional<double> certainty;
  /// Money per piece (per transaction where the log has no quantity) in the recent months, in the
  /// currency of the log; unset without amounts.
  std::optional<double> price;
  std::optional<double> price_change;     ///< Over that of the months compared with, less 1.
  std::optional<double> quantity_change;  ///< Pieces of a transaction, in the same way.
  std::vector<std::int64_t> counts;       ///< By month.
};

/// A month that was looked at.
struct DynamicsMonth {
  Month month;
  double trading_days = 0.0;      ///< Days, weighted by their day of the week; of the covered part.
  std::int64_t transactions = 0;  ///< Of all products.
};

struct Dynamics {
  std::vector<DynamicsMonth> months;      ///< In order of time.
  std::vector<ProductDynamics> products;  ///< Most transactions first, then by id.
  std::size_t recent = 0;     ///< So many of the last months are the recent ones; at most 3.
  std::size_t compared = 0;   ///< They are compared with as many months that begin at this place.
  bool has_compared = false;  ///< Whether there are months to compare with.
  bool with_season = false;   ///< Whether a wave of the year could be told apart from growth.
  std::int64_t tested = 0;    ///< Products that were tested for a change.
  std::int64_t left_out = 0;  ///< Transactions in months that are not looked at.
};

/// Tells for every product how it grows and where it changed.
///
/// Errors: `InvalidArgument` when `by` is no attribute, or returns are to be subtracted from
/// anything but rows; `NotFound` when the log has no column to count by; those of the warehouse.
/// Cost: one pass over the log by day, one row for each product and month comes back; 0.1 ms for
/// each product with sales enough.
[[nodiscard]] Result<Dynamics> dynamics(log::Log& log, const DynamicsOptions& options);

}  // namespace till::insight
