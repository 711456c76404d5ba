/// \file
/// Counts the purchase rhythm of a log (till/insight/purchase_rhythm.hpp has the formulas).
///
/// Layer:   insight (private).   Threads: pure.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "insight/purchase_steps.hpp"

#include "till/insight/purchase_rhythm.hpp"

namespace till::insight {

/// Customers with the same last purchase day, number of purchase days and, if it counts, spend.
struct RecencyFrequency {
  std::int64_t last_day = 0;
  std::int64_t purchase_days = 0;
  std::int64_t customers = 0;
  std::int64_t transactions = 0;
  std::int64_t spend = 0;  ///< Of one of them, in ten-thousandths.
};

/// Returns the segments of customers; in any order. \param end_day  >= every last day.
/// \param by_spend  whether spend counts, too.
[[nodiscard]] std::vector<SegmentCustomers> segments_of(std::span<const RecencyFrequency> customers,
                                                        std::int64_t end_day,
                                                        bool by_spend);

/// Counts the rhythm of customers, one after the other.
class RhythmCounter {
 public:
  /// \param has_spend  whether segments look at spend, too.
  explicit RhythmCounter(bool has_spend) : has_spend_(has_spend) {}

  /// Adds a customer. \param days  in order of time, each once; those without a purchase do not
  /// count. \param spend  in ten-thousandths.
  void add(std::span<const PurchaseStep> days, std::int64_t spend);

  /// Returns the rhythm of those that were added. \param end_day  the last day of the log.
  [[nodiscard]] PurchaseRhythm rhythm(std::int64_t end_day) const;

 private:
  using Counts = std::unordered_map<std::int64_t, std::int64_t>;

  /// What an interval adds to the sums of a shape, in millionths.
  struct Terms {
    std::int64_t log = 0;
    std::int64_t product = 0;
  };

  static Terms terms_of(std::int64_t interval);

  bool has_spend_;
  Counts intervals_;                // by days
  Counts second_after_;             // customers who bought again, by days
  Counts only_on_;                  // customers with one purchase day, by that day
  Counts shapes_;                   // customers by tenths of their shape
  std::vector<Terms> terms_;        // by days
  std::int64_t ratios_ = 0;         // customers with two last intervals
  std::int64_t ratio_sum_ = 0;      // of w = (ratio - 1/2)^2, in millionths
  std::int64_t ratio_squares_ = 0;  // of w^2
  std::unordered_map<std::int64_t, RecencyFrequency> groups_;
  std::vector<RecencyFrequency> customers_;  // each for itself, where spend counts
};

}  // namespace till::insight
