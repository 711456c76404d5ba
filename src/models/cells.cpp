#include "cells.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>

namespace till::models {

namespace {

constexpr std::size_t kLook = 4096;  // histories looked at before all are hashed

/// Finds the cell of a history: open addressing over indices of cells.
class CellIndex {
 public:
  CellIndex(std::size_t most, bool by_intervals)
      : slots_(std::bit_ceil(2 * most + 1), kEmpty),
        mask_(slots_.size() - 1),
        by_intervals_(by_intervals) {}

  void add(Cells& cells,
           const PurchaseHistory& history,
           double weight,
           const PurchaseHistories& from,
           std::size_t i) {
    const auto& [x, t_x, T, sum_log_intervals] = history;
    const double segment = from.segments.empty() ? 0.0 : from.segments[i];
    std::size_t at = hash(x, t_x, T, by_intervals_ ? sum_log_intervals : 0.0, segment) & mask_;
    while (slots_[at] != kEmpty) {
      const std::size_t cell = slots_[at];
      if (cells.x[cell] == x && cells.t_x[cell] == t_x && cells.T[cell] == T &&
          (cells.segments.empty() || cells.segments[cell] == segment) &&
          (!by_intervals_ || cells.sum_log_intervals[cell] == sum_log_intervals)) {
        cells.weights[cell] += weight;
        cells.sum_log_intervals[cell] +=
            (sum_log_intervals - cells.sum_log_intervals[cell]) * (weight / cells.weights[cell]);
        return;
      }
      at = (at + 1) & mask_;
    }
    slots_[at] = static_cast<std::uint32_t>(cells.size());
    cells.add(history, weight, from, i);
  }

 private:
  static constexpr std::uint32_t kEmpty = ~std::uint32_t{0};

  static std::size_t hash(
      double x, double t_x, double T, double sum_log_intervals, double segment) noexcept {
    // x and segment are whole numbers.
    std::uint64_t h = std::bit_cast<std::uint64_t>(x + 0x1p-20 * segment) * 0x9E3779B97F4A7C15U;
    h = (h ^ (h >> 29U) ^ std::bit_cast<std::uint64_t>(t_x)) * 0xBF58476D1CE4E5B9U;
    h = (h ^ (h >> 32U) ^ std::bit_cast<std::uint64_t>(T)) * 0x94D049BB133111EBU;
    h = (h ^ (h >> 30U) ^ std::bit_cast<std::uint64_t>(sum_log_intervals)) * 0xD6E8FEB86659FD93U;
    return static_cast<std::size_t>(h ^ (h >> 31U));
  }

  std::vector<std::uint32_t> slots_;
  std::size_t mask_;
  bool by_intervals_;
};

Cells hashed(const PurchaseHistories& histories, bool by_intervals) {
  Cells cells;
  CellIndex index(histories.size(), by_intervals);
  for (std::size_t i = 0; i < histories.size(); ++i) {
    PurchaseHistory history = histories[i];
    history.t_x += 0.0;  // -0.0 is 0.0, and would hash to another cell
    history.sum_log_intervals += 0.0;
    index.add(cells, history, histories.weight(i), histories, i);
  }
  return cells;
}

}  // namespace

PurchaseHistories slice(const PurchaseHistories& histories,
                        std::size_t from,
                        std::size_t count) noexcept {
  const auto part = [&](std::span<const double> column) {
    return column.empty() ? column : column.subspan(from, count);
  };
  return {part(histories.x),
          part(histories.t_x),
          part(histories.T),
          part(histories.weights),
          part(histories.sum_log_intervals),
          part(histories.segments)};
}

namespace {

/// Returns histories of one segment together, in the order of appearance.
Cells by_segment(const PurchaseHistories& histories) {
  std::vector<std::size_t> order(histories.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return histories.segments[a] < histories.segments[b];
  });
  Cells sorted;
  for (const std::size_t i : order) {
    sorted.add(histories[i], histories.weight(i), histories, i);
  }
  return sorted;
}

}  // namespace

Cells distinct_cells(const PurchaseHistories& histories, bool by_intervals) {
  if (!histories.segments.empty() && !std::ranges::is_sorted(histories.segments)) {
    return distinct_cells(by_segment(histories).view(), by_intervals);
  }
  const std::size_t n = histories.size();
  if (n > kLook && hashed(slice(histories, 0, kLook), by_intervals).size() > kLook * 9 / 10) {
    Cells cells;
    for (std::size_t i = 0; i < n; ++i) {
      cells.add(histories[i], histories.weight(i), histories, i);
    }
    return cells;
  }
  return hashed(histories, by_intervals);
}

Cells sample_of(const Cells& cells, std::size_t size) {
  if (size >= cells.size()) {
    return cells;
  }
  const double total = std::accumulate(cells.weights.begin(), cells.weights.end(), 0.0);
  Cells sample;
  double drawn = 0.0;
  for (std::size_t k = 0; k < size; ++k) {
    const std::size_t i = k * cells.size() / size;
    sample.add(cells.view()[i], cells.weights[i], cells.view(), i);
    drawn += cells.weights[i];
  }
  for (double& weight : sample.weights) {
    weight *= total / drawn;
  }
  return sample;
}

HistoryMoments moments_of(const PurchaseHistories& histories) noexcept {
  HistoryMoments moments;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    const double w = histories.weight(i);
    moments.customers += w;
    moments.repeaters += histories.x[i] > 0.0 ? w : 0.0;
    moments.mean_x += w * histories.x[i];
    moments.mean_T += w * histories.T[i];
    moments.mean_t_x += w * histories.t_x[i];
    moments.longest_T = std::max(moments.longest_T, histories.T[i]);
  }
  moments.mean_x /= moments.customers;
  moments.mean_T /= moments.customers;
  moments.mean_t_x /= moments.customers;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    const double share = histories.weight(i) / moments.customers;
    const double x = histories.x[i] - moments.mean_x;
    const double T = histories.T[i] - moments.mean_T;
    moments.variance_x += share * x * x;
    moments.variance_T += share * T * T;
  }
  return moments;
}

}  // namespace till::models
