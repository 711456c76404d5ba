/// \file
/// By customer: rows of a log, put behind each other by customer.
///
/// What depends on the order of somebody's purchases - gaps, silences, rows that repeat another -
/// is found by walking along them. An engine sorts or hashes all rows to do that; here each row is
/// moved once, to where its customer's next one belongs: the log knows how many rows everybody has.
/// As many customers at a time are looked at as have kRowsAtOnce rows together, so that memory does
/// not grow with the log.
///
///     TILL_ASSIGN(const auto slices, customer_slices(log));
///     for (const CustomerSlice& slice : slices) {
///       ByCustomer<Row> rows(slice);
///       ...                                // rows.add_all(customers, make) for each batch of the
///       slice rows.for_each(visit);              // visit(customer, rows of the customer)
///     }
///
/// Layer:   insight (private).   Threads: one log per thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "till/core/error.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"
#include "till/warehouse/statement.hpp"

namespace till::insight {

/// Rows that are held at once, if no single customer has more.
inline constexpr std::int64_t kRowsAtOnce = std::int64_t{1} << 24;

/// Customers with keys in [from, to).
struct CustomerSlice {
  std::int64_t from = 0;
  std::int64_t to = 0;
  /// Where the rows of each would begin, one after the other, and the end of the last.
  std::vector<std::int64_t> begin;
  bool is_all = true;  ///< Whether these are all customers.
};

/// Returns all customers of a log, in slices of at most so many rows, or of a single customer.
/// Errors: those of the warehouse. Cost: one row for each customer.
[[nodiscard]] Result<std::vector<CustomerSlice>> customer_slices(
    log::Log& log, std::int64_t rows_at_once = kRowsAtOnce);

/// Writes the condition that rows are of the customers of a slice.
void add_slice(warehouse::Statement& statement,
               const CustomerSlice& slice,
               std::string_view customer_key);

/// Returns the error that the log has rows that its summaries do not know.
[[nodiscard]] Error more_rows_than_counted();

/// The rows of the customers of a slice.
template <typename Row>
class ByCustomer {
 public:
  explicit ByCustomer(const CustomerSlice& slice)
      : from_(slice.from), rows_(static_cast<std::size_t>(slice.begin.back())) {
    places_.reserve(slice.begin.size());
    for (const std::int64_t begin : slice.begin) {
      places_.push_back({begin, begin});
    }
  }

  /// Adds a row behind those of a customer. \return false where there is no place for it.
  [[nodiscard]] bool add(std::int64_t customer, const Row& row) {
    const auto place = static_cast<std::size_t>(customer - from_);
    if (place >= places_.size() - 1 || places_[place].end == places_[place + 1].begin) {
      return false;
    }
    rows_[static_cast<std::size_t>(places_[place].end++)] = row;
    return true;
  }

  /// Adds make(i) behind the rows of the i-th of customers, for all of them. Memory is asked for
  /// some rows ahead: nearly each of them goes somewhere else.
  /// Errors: more_rows_than_counted() where there is no place for one.
  template <typename Make>
  [[nodiscard]] Result<void> add_all(const ColumnView& customers, const Make& make) {
    constexpr std::int64_t kAhead = 8;
    const std::int64_t size = customers.size();
    for (std::int64_t i = 0; i < size; ++i) {
      if (i + 2 * kAhead < size) {
        __builtin_prefetch(place_of(customers.integer(i + 2 * kAhead)));
      }
      if (i + kAhead < size) {
        if (const Place* place = place_of(customers.integer(i + kAhead)); place != nullptr) {
          __builtin_prefetch(rows_.data() + place->end, 1);
        }
      }
      if (!add(customers.integer(i), make(i))) {
        return more_rows_than_counted();
      }
    }
    return {};
  }

  /// Returns the rows of a customer of the slice that were added, in that order.
  [[nodiscard]] std::span<Row> of(std::int64_t customer) {
    const Place& place = places_[static_cast<std::size_t>(customer - from_)];
    return std::span(rows_).subspan(static_cast<std::size_t>(place.begin),
                                    static_cast<std::size_t>(place.end - place.begin));
  }

  /// Calls visit(customer, rows) for the customers of the slice who have any, in the order of keys.
  template <typename Visit>
  void for_each(const Visit& visit) {
    const auto customers = static_cast<std::int64_t>(places_.size()) - 1;
    for (std::int64_t customer = from_; customer < from_ + customers; ++customer) {
      if (const std::span<Row> rows = of(customer); !rows.empty()) {
        visit(customer, rows);
      }
    }
  }

 private:
  struct Place {
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };

  /// Returns where rows of a customer go, or null.
  [[nodiscard]] const Place* place_of(std::int64_t customer) const {
    const auto place = static_cast<std::size_t>(customer - from_);
    return place < places_.size() ? places_.data() + place : nullptr;
  }

  std::int64_t from_;
  std::vector<Place> places_;  // one more than there are customers
  std::vector<Row> rows_;
};

}  // namespace till::insight
