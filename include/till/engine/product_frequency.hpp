/// \file
/// product_frequency: how often a product was bought in each month of a year.
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

/// What each field means, with its default, is in the parameter table:
/// `till product-frequency --help`.
struct ProductFrequencyOptions {
  std::string product = {};
  std::optional<std::int64_t> year = {};
  std::string by = {};
  std::optional<TimeZone> time_zone = {};
  std::string transaction = "row";
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Counts a product's transactions in the twelve months of a year. Rows: `month, product_id,
/// transactions, customers, share`, with `name` after `product_id` when the log has names.
///
/// Errors: `InvalidArgument` without a product, with the best sellers as remedy; `NotFound` for one
/// that is not in the log; those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> product_frequency(Session& session,
                                               const ProductFrequencyOptions& options);

}  // namespace till::engine
