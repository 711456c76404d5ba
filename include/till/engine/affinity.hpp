/// \file
/// affinity: which products are bought together, or after one another, more often than by chance?
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

/// Which picture of affinity is drawn.
enum class AffinityPlot { Pairs, Loyalty, Transitions };

/// What each field means, with its default, is in the parameter table: `till affinity --help`.
struct AffinityOptions {
  std::string basket = "day";
  std::optional<Period> within = {};
  double min_support = 0.001;
  std::string by = {};
  AffinityPlot plot = AffinityPlot::Pairs;
  std::optional<Instant> as_of = {};
  std::optional<Period> window = {};
  std::optional<TimeZone> time_zone = {};
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Tells which pairs of products meet more often than by chance. Rows: `product_a, product_b,
/// baskets, customers, expected, support, confidence, lift, conviction, ratio, low, high, p_value,
/// q_value`. Summary: `baskets, mean_basket, products, tested, found, large_baskets`,
/// and the lists `loyalty` of the 20 products with the most buyers and, after one another,
/// `transitions`.
///
/// Errors: `InvalidArgument`; those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> affinity(Session& session, const AffinityOptions& options);

}  // namespace till::engine
