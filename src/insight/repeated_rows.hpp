/// \file
/// Repeated rows: how many rows of each day repeat another, and which days have the same rows.
///
/// Layer:   insight (private).   Threads: one counter per thread.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "insight/customer_rows.hpp"
#include "insight/purchase_steps.hpp"

#include "till/core/calendar.hpp"

namespace till::insight {

/// Rows of a day, and how many of them repeat another.
struct Repeats {
  std::int64_t day = 0;  ///< Since 1970-01-01.
  double rows = 0.0;
  double repeated = 0.0;
  /// Two sums over the rows that days with the same rows share, whatever their date.
  std::pair<std::int64_t, std::int64_t> content;
};

class RepeatCounter {
 public:
  explicit RepeatCounter(TimeZone zone) : zone_(std::move(zone)) {}

  /// Adds rows of a customer, all or those of some whole instants, and tells how many each day has.
  /// \param rows  in order. \param[out] days  gets the days behind what it holds, in order of time
  /// but where clocks go back over midnight.
  void add(std::int64_t customer,
           std::span<const CustomerRow> rows,
           std::vector<PurchaseStep>& days);

  /// Returns the days with any rows, in order of time.
  [[nodiscard]] std::vector<Repeats> days() const;

 private:
  struct Day {
    std::int64_t rows = 0;
    std::int64_t repeated = 0;
    std::int64_t numbers = 0;
    std::int64_t squares = 0;
  };

  TimeZone zone_;
  OffsetPeriod period_ = {{kMaxInstant, kMinInstant}, 0};  // the offset last used
  std::unordered_map<std::int64_t, Day> days_;
};

}  // namespace till::insight
