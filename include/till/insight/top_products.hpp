/// \file
/// Top products: the best sellers of a window of time that ends at any moment, and their race.
///
///     TopProductsOptions options;
///     options.as_of = start_of(Month{2018, 1}, zone);
///     options.window = {6, Period::Unit::Month};
///     options.zone = zone;
///     TILL_ASSIGN(const TopProducts top, top_products(log, options));
///     use(top.rows[0].product_id, top.rows[0].transactions);   // "Renault", 53241
///
/// Products are ordered by their transactions, then by the bytes of their id (with `by`, of the
/// attribute's value; products without a value are the group "(none)"). Where returns are
/// subtracted, a product whose count is 0 does not appear, and a count below 0 comes last. Where a
/// transaction is more than a row, one with several products is counted for each of them and once
/// for all together: shares then add up to more than 1.
///
/// Layer:   insight (core, math, warehouse, log).   Threads: one log per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"

namespace till::insight {

struct TopProductsOptions {
  std::int64_t k = 5;      ///< Products returned; > 0.
  Instant as_of;           ///< End of the window, excluded.
  Period window;           ///< The window is [as_of - window, as_of); longer than nothing.
  std::string by;          ///< An attribute of the product table to group by; empty: products.
  TimeZone zone;           ///< Whose calendar the window is cut by.
  log::Counting counting;  ///< What one transaction is.
};

struct TopProduct {
  std::int64_t rank = 0;   ///< 1 is the best seller; ties are ranked by product_id, ascending.
  std::string product_id;  ///< As written in the log, or the attribute's value.
  std::string name;        ///< The label; equal to product_id when it has none.
  std::int64_t transactions = 0;  ///< In the window.
  double share = 0.0;  ///< Of all transactions in the window; [0, 1] unless returns are subtracted.
  /// Among all products of the window before; unset: not sold in it.
  std::optional<std::int64_t> previous_rank;
  std::int64_t previous_transactions = 0;  ///< In the window before.
};

struct TopProducts {
  std::vector<TopProduct> rows;   ///< At most k.
  TimeRange range;                ///< [as_of - window, as_of).
  TimeRange previous_range;       ///< The window before: one window earlier by the calendar.
  std::int64_t products = 0;      ///< Distinct products sold in the window.
  std::int64_t transactions = 0;  ///< Of all products in the window.
  std::int64_t previous_transactions = 0;  ///< Of all products in the window before.
};

/// Ranks products by their transactions in a window. One without transactions is an empty answer.
///
/// Errors: `InvalidArgument` when k <= 0, the window is nothing, `by` is no attribute, or returns
/// are to be subtracted from anything but rows; `NotFound` when the log has no column to count by;
/// those of the warehouse.
/// Cost: reads the kept product months when every row is a transaction and the window consists of
/// whole months of the log's own zone; else the rows of both windows.
[[nodiscard]] Result<TopProducts> top_products(log::Log& log, const TopProductsOptions& options);

/// One product at one month's end.
struct RaceEntry {
  Instant as_of;  ///< The start of a month: the window ends there.
  std::int64_t rank = 0;
  std::string product_id;
  std::string name;
  std::int64_t transactions = 0;
  double share = 0.0;
};

struct TopProductsRace {
  /// The first k products at every month end of the log, by time, then rank.
  std::vector<RaceEntry> rows;
  std::vector<Instant> as_ofs;  ///< Every month end that was looked at, ascending.
};

/// Ranks products at every month end from the first whole window of the log to `options.as_of`.
///
/// The month ends are those of `options.zone`, none after `as_of` nor after the month in which the
/// log ends; a window is whole when it begins on the log's first day or later. Where no window is,
/// the ends of all months of the log up to `as_of`, and that of its last month once `as_of` is past
/// the log's end. Each entry is what `top_products` says as of that moment.
///
/// Errors: as top_products.
/// Cost: one pass over the kept product months, or over the log, when the window is a number of
/// months or years; one over each window otherwise.
[[nodiscard]] Result<TopProductsRace> top_products_race(log::Log& log,
                                                        const TopProductsOptions& options);

}  // namespace till::insight
