/// \file
/// concentration: do a few customers, or a few products, make most of the business?
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

/// What each field means, with its default, is in the parameter table: `till concentration --help`.
struct ConcentrationOptions {
  std::optional<Instant> as_of = {};
  std::optional<Period> window = {};
  std::optional<TimeZone> time_zone = {};
  std::string transaction = "row";
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Measures how transactions are spread over customers and over products. Rows: `of` ("customers",
/// "products"), `share_of_ids, share_of_transactions`, from the most active down. Summary: for both
/// `ids, transactions, gini, top_1, top_5, top_10, top_20, ids_for_50, ids_for_80`; the Gini
/// coefficients of each month.
///
/// Errors: `InvalidArgument`; those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> concentration(Session& session, const ConcentrationOptions& options);

}  // namespace till::engine
