/// \file
/// Count table: functions of the whole number x, computed once for all customers.
///
/// Layer:   models (private).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "till/core/purchase_history.hpp"

namespace till::models {

/// Frequencies below this are looked up. Customers beyond are few, and computed one by one.
inline constexpr std::size_t kTableSize = 1024;

/// Returns how much of a table the histories use: one more than the largest x below kTableSize.
[[nodiscard]] inline std::size_t table_size(const PurchaseHistories& histories) noexcept {
  double most = 0.0;
  for (const double x : histories.x) {
    if (x < static_cast<double>(kTableSize)) {
      most = std::max(most, x);
    }
  }
  return static_cast<std::size_t>(most) + 1;
}

/// log_rising(a, x) and digamma_rise(a, x) for x = 0 ... size - 1.
struct RisingTable {
  RisingTable(double a, std::size_t size) noexcept {
    double log_sum = 0.0;
    double derivative = 0.0;
    for (std::size_t x = 0; x < size; ++x) {
      log_rising[x] = log_sum;
      digamma_rise[x] = derivative;
      const double next = a + static_cast<double>(x);
      log_sum += std::log(next);
      derivative += 1.0 / next;
    }
  }

  std::array<double, kTableSize> log_rising{};
  std::array<double, kTableSize> digamma_rise{};
};

/// The chance B(a, b+x) / B(a, b) to stay x times, for x = 0 ... size - 1.
struct StayTable {
  StayTable(double a, double b, std::size_t size) noexcept {
    double log_sum = 0.0;
    double total = 0.0;
    double difference = 0.0;
    for (std::size_t x = 0; x < size; ++x) {
      log_stay[x] = log_sum;
      by_a[x] = -total;
      by_b[x] = difference;
      const double stays = b + static_cast<double>(x);
      log_sum -= std::log1p(a / stays);
      total += 1.0 / (a + stays);
      difference += a / (stays * (a + stays));
    }
  }

  std::array<double, kTableSize> log_stay{};
  std::array<double, kTableSize> by_a{};  ///< Its derivative with respect to a.
  std::array<double, kTableSize> by_b{};  ///< Its derivative with respect to b.
};

}  // namespace till::models
