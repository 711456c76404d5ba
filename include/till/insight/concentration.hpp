/// \file
/// Concentration: do a few customers, or a few products, make most of the business?
///
///     TILL_ASSIGN(const Concentration result, concentration(log, {}));
///     use(result.customers.gini, result.customers.top(0.20));   // 0.84, 0.87
///
/// The curve is the Lorenz curve read from the top: the share of all transactions that the most
/// active p of all ids make. With counts x(1) >= ... >= x(n) > 0 that sum to S it passes through
/// (k/n, (x(1) + ... + x(k))/S), and the Gini coefficient is twice the area between it and the
/// diagonal:
///
///     G = (sum over k of (n + 1 - 2 k) x(k)) / (n S)          [GINI12]
///
/// 0 when all count the same, 1 - 1/n when one has everything. Ids with no transaction are in no
/// log; those whose returns outweigh what they bought are left out and counted.
///
/// Layer:   insight (core, math, warehouse, log).   Threads: one log per thread.
/// Sources: [GINI12], [LORENZ05] -- keys resolve in docs/references.md.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"
#include "till/math/count_tail.hpp"

namespace till::insight {

struct ConcentrationOptions {
  std::optional<TimeRange> range;  ///< Only transactions in [from, to); unset: the whole log.
  TimeZone zone;                   ///< Whose calendar days and months.
  log::Counting counting;          ///< What one transaction is.
};

/// Ids that made exactly so many transactions.
struct ConcentrationLevel {
  std::int64_t transactions = 0;  ///< > 0.
  std::int64_t ids = 0;           ///< > 0.
};

/// How transactions are spread over the ids of one kind.
struct Spread {
  std::vector<ConcentrationLevel> levels;  ///< Largest count first.
  std::int64_t ids = 0;                    ///< With more than no transaction.
  std::int64_t transactions = 0;           ///< Of those ids.
  std::int64_t left_out = 0;               ///< Ids whose returns outweigh what they bought.
  double gini = 0.0;                       ///< [0, 1); 0 without ids.

  /// Returns the transactions of the `ids` with the most. \pre 0 <= ids.
  [[nodiscard]] std::int64_t transactions_of_first(std::int64_t ids) const noexcept;
  /// Returns how many ids are the top `share` of them, 0 < share <= 1: rounded, at least one; 0
  /// without ids.
  [[nodiscard]] std::int64_t ids_in_top(double share) const noexcept;
  /// Returns the share of transactions that the top `share` of ids makes; 0 without ids.
  [[nodiscard]] double top(double share) const noexcept;
  /// Returns the fewest ids that make a share of all transactions, 0 < share <= 1.
  [[nodiscard]] std::int64_t ids_for(double share) const noexcept;
};

/// Returns whether the counts of the most active ids fall like a power law or like a log-normal, as
/// far as the log tells; nothing when too few ids have counts that differ.
[[nodiscard]] std::optional<math::CountTail> tail_of(const Spread& spread);

/// Returns the spread of counts given as levels in any order; levels of the same count are joined.
[[nodiscard]] Spread spread_of(std::vector<ConcentrationLevel> levels);

/// One calendar month.
struct ConcentrationMonth {
  Month month;
  Spread customers;
  Spread products;
};

struct Concentration {
  Spread customers;  ///< Known customers.
  Spread products;
  /// Months with a transaction, in order; those at the ends may be covered in part.
  std::vector<ConcentrationMonth> months;
};

/// Measures how concentrated the business is on customers and on products, as a whole and month by
/// month.
///
/// Errors: `InvalidArgument` when the range is empty, or returns are to be subtracted from anything
/// but rows; `NotFound` when the log has no column to count by; those of the warehouse.
/// Cost: one pass over the log for the months; counts of counts come back, not ids.
[[nodiscard]] Result<Concentration> concentration(log::Log& log,
                                                  const ConcentrationOptions& options);

}  // namespace till::insight
