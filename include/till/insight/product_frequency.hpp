/// \file
/// Product frequency: how often a product was bought in each month of a year.
///
///     ProductFrequencyOptions options;
///     options.product = "Volvo";
///     options.year = 2018;
///     TILL_ASSIGN(const ProductFrequency volvo, product_frequency(log, options));
///     use(volvo.months[0].transactions);   // January: 192
///
/// A transaction belongs to the month that clocks of the zone showed. Where a transaction is more
/// than a row, one with several products is counted for each of them and once for all products
/// together: the share is then that of the transactions that had the product among others.
///
/// Layer:   insight (core, math, warehouse, log).   Threads: one log per thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"

namespace till::insight {

struct ProductFrequencyOptions {
  /// A product_id or else a product's name, exactly; with `by`, a value of that attribute, or
  /// "(none)" for the products that have no value.
  std::string product;
  std::int32_t year = 1970;  ///< The calendar year; any.
  std::string by;  ///< An attribute of the product table to group by; empty: the product itself.
  TimeZone zone;   ///< Whose calendar months (and days, when a transaction is a day).
  log::Counting counting;  ///< What one transaction is.
};

struct ProductMonth {
  Month month;
  std::int64_t transactions = 0;      ///< Of the product in the month; 0 when it was not bought.
  std::int64_t customers = 0;         ///< Distinct known customers behind the rows counted for it.
  double share = 0.0;                 ///< Of all transactions of the month; 0 when there were none.
  std::int64_t all_transactions = 0;  ///< Of all products in the month.
  bool covered = false;  ///< Whether the log reaches into this month: a zero outside it is no zero.
};

struct ProductFrequency {
  std::string product_id;  ///< The id (or the attribute's value) that `product` named.
  std::string name;        ///< The product's label; equal to product_id when it has none.
  std::array<ProductMonth, 12> months;  ///< January ... December.
  std::int64_t transactions = 0;        ///< The sum over the months.
};

/// Counts a product's transactions in each month of a year. All twelve months are returned.
///
/// Errors: `NotFound` when no product has that id or name, with the nearest ones as remedy, or when
/// the log has no column to count by; `InvalidArgument` when a name is shared by several products,
/// with their ids, when `by` is no attribute of the products, or when returns are to be subtracted
/// from anything but rows; those of the warehouse.
/// Cost: reads the kept product months when the zone is the log's, every row is a transaction and
/// there is no `by`; else the log's year.
[[nodiscard]] Result<ProductFrequency> product_frequency(log::Log& log,
                                                         const ProductFrequencyOptions& options);

}  // namespace till::insight
