/// \file
/// Pair counts: how often products are in one basket, or in one basket and the next.
///
/// Baskets hold more pairs than lines: a basket of 40 products has 780. So the lines of frequent
/// products come from the engine, 8 bytes each, and pairs are counted here, product by product, in
/// memory for lines and products but not for pairs: 15 million pairs of 740,000 lines take 0.2 s
/// where joining and grouping them in the engine takes 5.
///
/// Layer:   insight (private).   Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "insight/pair_test.hpp"

namespace till::insight {

/// Lines of baskets, and the pairs among them.
class BasketLines {
 public:
  struct Line {
    std::int32_t basket;
    std::int32_t product;
  };

  /// Adds a product of a basket; each once. Baskets of one customer have numbers that follow each
  /// other.
  void add_line(std::int64_t basket, std::int64_t product, std::int64_t customer);
  /// Says that a basket is followed by another, which counts only after one another.
  void add_step(std::int64_t basket, std::int64_t next);

  /// Returns the pairs a < b, by key, that are in at least `least` baskets; in order of a, then b.
  [[nodiscard]] std::vector<PairCount> together(double least) const;
  /// Returns the pairs of different products, a in a basket and b in the one that follows, in at
  /// least `least` steps; in order of a, then b.
  [[nodiscard]] std::vector<PairCount> after_one_another(double least) const;

  [[nodiscard]] std::span<const Line> lines() const noexcept { return lines_; }

  [[nodiscard]] std::span<const std::pair<std::int32_t, std::int32_t>> steps() const noexcept {
    return steps_;
  }

  /// Returns one more than the largest number of a basket with a line.
  [[nodiscard]] std::size_t baskets() const noexcept { return customer_of_.size(); }

  /// \pre the basket has a line.
  [[nodiscard]] std::int32_t customer_of(std::int32_t basket) const {
    return customer_of_[static_cast<std::size_t>(basket)];
  }

 private:
  std::vector<Line> lines_;
  std::vector<std::int32_t> customer_of_;  ///< By basket.
  std::vector<std::pair<std::int32_t, std::int32_t>> steps_;
  std::int32_t products_ = 0;  ///< One more than the largest key.
};

}  // namespace till::insight
