/// \file
/// top_products: the best sellers of any window of time, and their race.
///
/// Layer:   engine (core, log, insight, charts).   Threads: one session per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/session.hpp"

namespace till::engine {

/// What each field means, with its default, is in the parameter table: `till top-products --help`.
struct TopProductsOptions {
  std::int64_t k = 5;
  std::optional<Instant> as_of = {};
  Period window{6, Period::Unit::Month};
  std::string by = {};
  bool race = false;
  std::optional<TimeZone> time_zone = {};
  std::string transaction = "row";
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Ranks products by their transactions in a window. Rows: `rank, product_id, transactions, share,
/// previous_rank` (null: not sold in the window before); with `race`, one window for each month's
/// end: `as_of, rank, product_id, transactions, share`. `name` follows `product_id` when the log
/// has names.
///
/// Errors: `InvalidArgument`; those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> top_products(Session& session, const TopProductsOptions& options);

}  // namespace till::engine
