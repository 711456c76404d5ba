/// \file
/// Anomalies: days, customers and products that are not what their own past says.
///
///     TILL_ASSIGN(const Anomalies result, anomalies(log, {}));
///     for (const Anomaly& anomaly : result.rows) {
///       use(anomaly.kind, anomaly.id, anomaly.expected, anomaly.actual, anomaly.q_value);
///     }
///
/// What is judged, each by a p-value:
///
///     days        burst, silence   negative binomial about the level of the weeks around and the
///                                  day of the week; 56 days or more
///                 double load      a quarter or more of the rows repeat another in customer,
///                                  product, instant, amount and quantity, where few do elsewhere
///                 repeated day     ten rows or more, all of them those of an earlier day in
///                                  customer, product and time of day
///     products    burst, silence   the month least like the trend and yearly wave of the others;
///                                  12 months or more
///     customers   burst            the busiest day against their other ones; 8 days or more
///                 silence          the longest time between two purchases, or since the last,
///                                  against their other ones; 8 days or more
///                 rush             ten or more instants within a minute, where those of all
///                                  customers have few
///                 bot              gaps between purchases vary by less than a tenth of their mean;
///                                  30 gaps or more
///
/// All p-values together go through the procedure of Benjamini and Hochberg: of what is told, at
/// most one in twenty is expected to be chance, as far as the models hold.
///
/// Layer:   insight (core, math, warehouse, log).   Threads: one log per thread.
/// Sources: [BH95], [MN89] -- keys resolve in docs/references.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/chunks.hpp"
#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"

namespace till::insight {

struct AnomaliesOptions {
  std::optional<Instant> as_of;  ///< Only what happened before; unset: the whole log.
  TimeZone zone;                 ///< Whose calendar days and months.
  log::Counting counting;        ///< What one transaction is.
  /// Of what is computed of rows that came back; the answer is the same for any.
  std::int32_t threads = hardware_threads();
};

struct Anomaly {
  enum class Kind { Day, Product, Customer };
  enum class What { Burst, Silence, DoubleLoad, RepeatedDay, Rush, Bot };

  Kind kind = Kind::Day;
  std::string id;    ///< "2018-03-05", or the product's or customer's id.
  std::string name;  ///< A product's label; else the id.
  What what = What::Burst;
  TimeRange range;  ///< When; consecutive days of one kind are one.
  /// Transactions; of a double load or a repeated day rows; of a customer's silence days without a
  /// purchase; of a rush instants within a minute; of a bot 0.1.
  double expected = 0.0;
  double actual = 0.0;     ///< The same; of a bot the deviation of its gaps over their mean.
  double q_value = 0.0;    ///< [0, 0.05].
  std::string other = {};  ///< The day that a repeated day repeats; else empty.
};

/// Returns "day", "product" or "customer".
[[nodiscard]] const char* name(Anomaly::Kind kind) noexcept;
/// Returns "burst", "silence", "double_load", "repeated_day", "rush" or "bot".
[[nodiscard]] const char* name(Anomaly::What what) noexcept;

/// A day of the log.
struct AnomalyDay {
  double transactions = 0.0;
  double expected = 0.0;  ///< 0 where it is not judged.
  double low = 0.0;       ///< About what 95 % of such days bring.
  double high = 0.0;
  bool covered = true;  ///< Not in a gap of two weeks or more without anything.
};

struct Anomalies {
  std::vector<Anomaly> rows;  ///< Least likely first; equal ones by kind, time and id.
  Date first_day;             ///< Of `days`.
  std::vector<AnomalyDay> days;
  bool judges_days = false;          ///< Whether there were days enough.
  bool judges_products = false;      ///< Whether there were months enough.
  std::int64_t days_tested = 0;      ///< p-values of days, double loads included.
  std::int64_t products_tested = 0;  ///< And so on.
  std::int64_t customers_tested = 0;
};

/// Finds what stands out.
///
/// Errors: `InvalidArgument` when returns are to be subtracted from anything but rows; `NotFound`
/// when the log has no column to count by; those of the warehouse.
/// Cost: two passes over the log, and one more for each 2^23 rows, of which 32 bytes each are held;
/// 180 bytes for each customer of 8 days or more.
[[nodiscard]] Result<Anomalies> anomalies(log::Log& log, const AnomaliesOptions& options);

/// A row of the log behind an anomaly.
struct AnomalyRow {
  std::optional<std::string> customer_id;
  std::string product_id;
  Instant at;
  std::optional<double> amount;  ///< In the currency of the log.
  std::optional<double> quantity;
  std::string file;  ///< From which the row came.
};

/// Reads the rows behind an anomaly, by time, product and customer: those of its day, product or
/// customer within its range; of a double load only those that repeat another, or are repeated.
/// A silence may have none.
///
/// \param limit  at most so many; >= 1.
/// Errors: those of the warehouse.   Cost: one look at the range.
[[nodiscard]] Result<std::vector<AnomalyRow>> anomaly_rows(log::Log& log,
                                                           const Anomaly& anomaly,
                                                           const AnomaliesOptions& options,
                                                           std::int64_t limit);

}  // namespace till::insight
