/// \file
/// Customer rows: the rows of each customer in order of time, to see which repeat each other and
/// how fast they follow.
///
/// Layer:   insight (private).   Threads: one log per thread.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"

namespace till::insight {

/// A row without its customer. Equal rows are equal in all that till knows by name.
struct CustomerRow {
  std::int64_t at = 0;  ///< Microseconds since 1970-01-01T00:00Z.
  std::int32_t product = 0;
  bool has_amount = false;
  bool has_quantity = false;
  std::int64_t amount = 0;  ///< In ten-thousandths.
  std::uint64_t quantity_bits =
      0;  ///< Of the double; of any zero 0, of anything that is no number alike.

  friend auto operator<=>(const CustomerRow&, const CustomerRow&) = default;
};

/// The key under which rows without a customer are visited.
inline constexpr std::int64_t kNobody = -1;

/// Calls `visit` for each customer with their rows before a moment, in order of time, then of the
/// rest. Rows of nobody come last, under kNobody and perhaps in several visits, each of whole
/// instants.
///
/// Errors: those of the warehouse. Cost: one pass over the log for each 2^23 rows of it, 32 bytes
/// for each of these rows; the engine sorts the rows of nobody.
[[nodiscard]] Result<void> for_each_customers_rows(
    log::Log& log,
    std::optional<Instant> before,
    const std::function<void(std::int64_t customer, std::span<const CustomerRow>)>& visit);

}  // namespace till::insight
