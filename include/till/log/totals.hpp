/// \file
/// Totals: the summaries of a kept log in memory, for programs that ask it again and again.
///
/// Layer:   log (core, warehouse).   Threads: immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/calendar.hpp"

namespace till::log {

/// All transactions of the log by customer.
struct CustomerTotals {
  struct Customer {
    std::string id;
    std::int64_t transactions = 0;  ///< > 0.
  };

  /// Customers that made exactly so many transactions.
  struct Level {
    std::int64_t transactions = 0;
    std::int64_t customers = 0;
  };

  std::vector<Customer> customers;  ///< Most active first; equal ones by the bytes of their id.
  std::vector<Level> levels;        ///< Of them, most active first.
  std::int64_t transactions = 0;    ///< Of them all.
  std::int64_t transactions_without_customer = 0;
};

/// All transactions of the log by product and month.
struct ProductTotals {
  struct Product {
    std::string id;
    std::string name;  ///< The label; equal to the id where there is none.
  };

  struct Sold {
    std::int32_t product = 0;       ///< Its key.
    std::int64_t transactions = 0;  ///< > 0.
    std::int64_t customers = 0;     ///< Distinct known ones.
  };

  struct OfMonth {
    Month month;                    ///< Of the log's zone.
    std::int64_t transactions = 0;  ///< Of all products.
    std::size_t begin = 0;          ///< Its part [begin, end) of `sold`, in order of product.
    std::size_t end = 0;
  };

  std::vector<Product> products;    ///< By key.
  std::vector<std::int32_t> by_id;  ///< Keys in the order of the bytes of their id.
  std::vector<OfMonth> months;      ///< In order of time; those with a sale.
  std::vector<Sold> sold;           ///< Month after month.

  /// Returns the months of [from, to).
  [[nodiscard]] std::span<const OfMonth> between(Month from, Month to) const noexcept;
  /// Returns what a month holds.
  [[nodiscard]] std::span<const Sold> sold_in(const OfMonth& month) const noexcept;
};

}  // namespace till::log
