/// \file
/// Cells: histories that are equal, put together.
///
/// Layer:   models (private).
#pragma once

#include <cstddef>
#include <vector>

#include "till/core/purchase_history.hpp"
#include "till/models/fit.hpp"

namespace till::models {

/// Histories that own their columns.
struct Cells {
  std::vector<double> x;
  std::vector<double> t_x;
  std::vector<double> T;
  std::vector<double> weights;
  std::vector<double> sum_log_intervals;  ///< The mean of a cell.
  std::vector<double> segments;           ///< Empty where histories have none.

  [[nodiscard]] std::size_t size() const noexcept { return x.size(); }

  [[nodiscard]] PurchaseHistories view() const noexcept {
    return {x, t_x, T, weights, sum_log_intervals, segments};
  }

  /// Adds a history, with its segment where `from` has any.
  void add(const PurchaseHistory& history,
           double weight,
           const PurchaseHistories& from,
           std::size_t i) {
    if (!from.segments.empty()) {
      segments.push_back(from.segments[i]);
    }
    x.push_back(history.x);
    t_x.push_back(history.t_x);
    T.push_back(history.T);
    weights.push_back(weight);
    sum_log_intervals.push_back(history.sum_log_intervals);
  }
};

/// Returns a stretch of histories.
[[nodiscard]] PurchaseHistories slice(const PurchaseHistories& histories,
                                      std::size_t from,
                                      std::size_t count) noexcept;

/// Returns the distinct histories with the sums of their weights, in the order of appearance, those
/// of a segment together; every
/// history as it is where a look at the first some thousand finds hardly any that are equal.
///
/// \param by_intervals  whether histories differ that differ in `sum_log_intervals` only.
[[nodiscard]] Cells distinct_cells(const PurchaseHistories& histories, bool by_intervals = false);

/// Returns every so-manieth cell, about `size` of them, with weights that add up to the whole.
///
/// Customers are in order of their first purchase, so these are of all ages.
[[nodiscard]] Cells sample_of(const Cells& cells, std::size_t size);

[[nodiscard]] HistoryMoments moments_of(const PurchaseHistories& histories) noexcept;

}  // namespace till::models
