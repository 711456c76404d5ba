/// \file
/// RowTally: counts rows while they are coded, so that no engine has to read them again.
///
/// Rows must come in order of time. Then the rows of a month lie together, and so do those of an
/// instant: what has to be remembered of them is forgotten when the next one begins.
///
/// Layer:   log (private).   Threads: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "till/core/calendar.hpp"

namespace till::log {

/// Rows as they are kept: one value per row and column.
struct CodedRows {
  std::span<const std::int32_t> customers;  ///< -1: nobody.
  std::span<const std::int32_t> products;
  std::span<const Instant> instants;
  std::span<const std::uint64_t> others;  ///< Hashes of all other columns; empty: there are none.
};

/// What some rows add to one customer or product.
struct Total {
  std::int64_t transactions = 0;
  Instant first;  ///< Of those; only where there are any.
  Instant last;

  friend bool operator==(const Total&, const Total&) = default;
};

/// Rows of one product in one calendar month.
struct ProductMonth {
  Month month;
  std::int32_t product = 0;
  std::uint32_t transactions = 0;
  std::uint32_t customers = 0;  ///< Distinct ones, nobody not counted.

  friend bool operator==(const ProductMonth&, const ProductMonth&) = default;
};

/// Rows, as three numbers each, that were seen since the last `clear`.
class RowSet {
 public:
  RowSet() : slots_(kSlots, kFree) {}

  /// Returns whether a row is new, and adds it. \pre not both a and b are 2^32 - 1.
  bool insert(std::uint32_t a, std::uint32_t b, std::uint64_t c);

  /// Costs as much as there are rows.
  void clear();

 private:
  struct Row {
    std::uint64_t pair = 0;  // a and b
    std::uint64_t c = 0;

    friend bool operator==(const Row&, const Row&) = default;
  };

  static constexpr std::size_t kSlots = 16;
  static constexpr Row kFree = {~std::uint64_t{0}, ~std::uint64_t{0}};

  [[nodiscard]] std::size_t slot_of(const Row& row) const;

  std::vector<Row> slots_;  // open addressing; a power of two, at most half full
  std::vector<Row> held_;
};

class RowTally {
 public:
  /// Bounds of the memory that months may take.
  struct Limits {
    /// A month of more rows is not counted; 12 bytes each.
    std::size_t rows_of_month = std::size_t{1} << 24U;
    /// When so many products and months are counted, no more are; 20 bytes each.
    std::size_t product_months = std::size_t{1} << 22U;
  };

  /// \param zone  whose calendar months are counted.
  explicit RowTally(TimeZone zone) : RowTally(std::move(zone), Limits()) {}

  RowTally(TimeZone zone, Limits limits);

  /// Counts rows. \pre They, and those of earlier calls, are in order of time.
  void add(const CodedRows& rows);

  /// Ends the last month. Call once, after the last row.
  void finish() { end_month(); }

  /// By key, up to the last one that has a row.
  [[nodiscard]] const std::vector<Total>& customers() const noexcept { return customers_; }

  [[nodiscard]] const std::vector<Total>& products() const noexcept { return products_; }

  /// Rows that equal an earlier one in customer, product, time and the hash of all else.
  [[nodiscard]] std::int64_t repeated() const noexcept { return repeated_; }

  /// Month after month, each by product.
  [[nodiscard]] const std::vector<ProductMonth>& product_months() const noexcept {
    return product_months_;
  }

  /// Months with rows that `product_months` does not hold, for want of memory or because clocks
  /// showed them twice; in order of time.
  [[nodiscard]] const std::vector<Month>& uncounted_months() const noexcept {
    return uncounted_months_;
  }

 private:
  struct Row {
    std::int32_t customer = 0;
    std::int32_t product = 0;
  };

  void begin_month(Instant instant);
  void end_month();
  void count_month();

  TimeZone zone_;
  Limits limits_;
  std::vector<Total> customers_;
  std::vector<Total> products_;

  Instant instant_ = kMinInstant;
  RowSet at_instant_;  // the rows at instant_
  std::int64_t repeated_ = 0;

  Month month_;
  TimeRange stretch_;       // in which clocks show month_ all the time
  std::vector<Row> rows_;   // of month_
  bool overflown_ = false;  // there were more rows than limits_ allow
  std::vector<Month> ended_;
  std::vector<ProductMonth> product_months_;
  std::vector<Month> uncounted_months_;

  // What is used again for every month.
  std::vector<std::uint32_t> ends_;       // by product: behind its last row in by_product_
  std::vector<std::int32_t> by_product_;  // customers
  std::vector<std::uint32_t> seen_;       // by customer: the last product and month it was in
  std::uint32_t seen_now_ = 0;            // the product and month at hand; 0: none
};

}  // namespace till::log
