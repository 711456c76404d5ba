/// \file
/// Purchase history: the sufficient statistic every buy-till-you-die model reads.
///
/// Layer:   core (std only).   Threads: plain data.
#pragma once

#include <cstddef>
#include <span>

namespace till {

/// One customer. All times in one unit, measured from the customer's first purchase.
///
///     0 ---- x repeat purchases ---- t_x .... idle .... T
struct PurchaseHistory {
  double x = 0.0;  ///< Frequency: repeat purchase occasions, first excluded. Integer-valued, >= 0.
  double t_x = 0.0;  ///< Recency: time from first to last purchase. 0 <= t_x <= T; 0 iff x == 0.
  double T = 0.0;    ///< Age: time from first purchase to the end of calibration. > 0.
  /// Sum of the logarithms of the x times between purchases, each > 0; 0 when x == 0. Only models
  /// of regular purchases (k > 1) read it, and only in their log-likelihood, where it shifts a
  /// constant.
  double sum_log_intervals = 0.0;
};

/// Many customers by column, viewed not owned. All spans have length n; empty `weights` means 1,
/// empty `sum_log_intervals` means 0.
struct PurchaseHistories {
  std::span<const double> x;
  std::span<const double> t_x;
  std::span<const double> T;
  std::span<const double> weights = {};
  std::span<const double> sum_log_intervals = {};
  /// Which customers share what else is known of them; whole numbers from 0; empty means 0. Only
  /// models with covariates read it.
  std::span<const double> segments = {};

  [[nodiscard]] std::size_t size() const noexcept { return x.size(); }

  /// Returns one customer. \pre i < size().
  [[nodiscard]] PurchaseHistory operator[](std::size_t i) const noexcept {
    return {x[i], t_x[i], T[i], sum_log_intervals.empty() ? 0.0 : sum_log_intervals[i]};
  }

  /// Returns `count` histories from the first on. \pre first + count <= size().
  [[nodiscard]] PurchaseHistories part(std::size_t first, std::size_t count) const noexcept {
    const auto cut = [&](std::span<const double> whole) {
      return whole.empty() ? whole : whole.subspan(first, count);
    };
    return {cut(x), cut(t_x), cut(T), cut(weights), cut(sum_log_intervals), cut(segments)};
  }

  /// Returns the segment of one customer. \pre i < size().
  [[nodiscard]] std::size_t segment(std::size_t i) const noexcept {
    return segments.empty() ? 0 : static_cast<std::size_t>(segments[i]);
  }

  /// Returns how many customers the i-th history stands for. \pre i < size().
  [[nodiscard]] double weight(std::size_t i) const noexcept {
    return weights.empty() ? 1.0 : weights[i];
  }
};

}  // namespace till
