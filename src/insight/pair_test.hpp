/// \file
/// Pair test: how often two products meet, and how often they would by chance.
///
/// The statistics of affinity (till/insight/affinity.hpp has the formulas), as functions of counts.
///
/// Layer:   insight (private).   Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "till/insight/affinity.hpp"

namespace till::insight {

/// Counts of baskets by their size in products and by what they hold.
class BasketCounts {
 public:
  /// \param is_after  whether a basket is one of two that follow each other.
  explicit BasketCounts(bool is_after) : is_after_(is_after) {}

  /// Adds baskets of a size; after one another: that are followed by one of `next_size`.
  void add_baskets(std::int64_t size, std::int64_t next_size, std::int64_t baskets);
  /// Adds baskets of a size that have a product; after one another: as the first.
  void add_product(std::int64_t product, std::int64_t size, std::int64_t baskets);
  /// Adds baskets of a size that have a product and come second.
  void add_second(std::int64_t product, std::int64_t size, std::int64_t baskets);

  [[nodiscard]] std::int64_t baskets() const noexcept { return baskets_; }

  [[nodiscard]] double mean_size() const noexcept;
  /// Returns the products, in order of their key.
  [[nodiscard]] std::vector<std::int64_t> products() const;
  [[nodiscard]] std::int64_t baskets_with(std::int64_t product) const;
  [[nodiscard]] std::int64_t second_with(std::int64_t product) const;

  /// Returns how many baskets would have both by chance.
  [[nodiscard]] double expected(std::int64_t a, std::int64_t b) const;

  /// Works out what expected() needs. Call after the last add.
  void finish();

 private:
  /// Sizes of 1 ... 6 apart, then in steps that grow.
  static constexpr std::size_t kBins = 16;
  static std::size_t bin_of(std::int64_t size) noexcept;

  struct Bin {
    double baskets = 0.0;
    double products = 0.0;  ///< Sum of the sizes.
    double squares = 0.0;   ///< Sum over products of the squared share.
  };

  using Counts = std::vector<double>;  // by bin

  const Counts* find(const std::map<std::int64_t, Counts>& counts, std::int64_t product) const;

  bool is_after_;
  std::int64_t baskets_ = 0;
  std::vector<Bin> bins_ = std::vector<Bin>(kBins);
  std::vector<double> followed_ = std::vector<double>(kBins * kBins);
  std::vector<double> second_bins_ = std::vector<double>(kBins);
  std::map<std::int64_t, Counts> first_;
  std::map<std::int64_t, Counts> second_;
};

/// Two products that met, by key.
struct PairCount {
  std::int64_t a = 0;
  std::int64_t b = 0;
  std::int64_t baskets = 0;
  std::int64_t squares = 0;  ///< Sum over customers of their baskets squared.
  std::int64_t customers = 0;
};

/// Judges pairs: everything of ProductPair but ids and names, in the order of `counts`, whose a and
/// b are put in order: together the rarer first.
///
/// \param tested  how many pairs could have met; >= the pairs given. Those that did not have p = 1.
[[nodiscard]] std::vector<ProductPair> judge(const BasketCounts& baskets,
                                             std::span<PairCount> counts,
                                             std::int64_t tested,
                                             bool is_after);

}  // namespace till::insight
