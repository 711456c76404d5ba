/// \file
/// dynamics: which products grow, fade, are new or have ended, and where their sales changed.
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

/// Which picture of the products is drawn.
enum class DynamicsPlot { Table, GrowthShare };

/// What each field means, with its default, is in the parameter table: `till dynamics --help`.
struct DynamicsOptions {
  std::optional<Instant> as_of = {};
  std::string by = {};
  DynamicsPlot plot = DynamicsPlot::Table;
  std::optional<TimeZone> time_zone = {};
  std::string transaction = "row";
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Tells how each product develops. Rows: `product_id`, `name` where there are names,
/// `transactions, share, share_change, growth, growth_low, growth_high, momentum, status,
/// change_point, change, certainty`, and where the log has amounts `price, price_change`, with
/// quantities `quantity_change`. Summary: `from, to, recent_from, compared_from, compared_to,
/// products, transactions, left_out, tested`, how many products have each status, `changed`, and
/// `changes`: the latest of the 20 products where it is most certain.
///
/// Errors: `InvalidArgument`; `NotFound`; those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> dynamics(Session& session, const DynamicsOptions& options);

}  // namespace till::engine
