/// \file
/// Log: a transaction log that was ingested into a warehouse, ready for questions.
///
/// What the tables hold is in docs/format/warehouse.md. In short: `transactions` is coded (integer
/// customer and product) and clustered by time; `customers` carries totals with first and last
/// instant; `product_months` carries product x month. A question reads the smallest one that knows
/// the answer.
///
/// Layer:   log (core, warehouse).   Threads: one Log per thread; `cancel` from anywhere.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/log/totals.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::log {

/// What one transaction is.
struct Counting {
  enum class Unit {
    Row,        ///< Every row of the log.
    Timestamp,  ///< Rows of one customer at one instant.
    Day,        ///< Rows of one customer on one calendar day.
    Column,     ///< Rows that share the value of `column`, such as an invoice number.
  };
  /// What a row with a negative quantity is.
  enum class Returns {
    Count,     ///< A transaction like any other.
    Drop,      ///< Not counted.
    Subtract,  ///< Counted as minus one. Only with Unit::Row.
  };
  Unit unit = Unit::Row;
  std::string column = {};  ///< For Unit::Column: a kept column of the log.
  Returns returns = Returns::Count;

  /// Returns whether this is what the kept summaries count: every row, returns included.
  [[nodiscard]] bool is_default() const noexcept {
    return unit == Unit::Row && returns == Returns::Count;
  }

  friend bool operator==(const Counting&, const Counting&) = default;
};

/// Returns "row", "timestamp", "day" or the column's name.
[[nodiscard]] std::string to_string(const Counting& counting);

/// Where the numbers come from: goes into every answer.
struct Source {
  std::string fingerprint;  ///< SHA-256 over the ingested files' hashes, order-free; hexadecimal.
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  std::int64_t duplicates = 0;  ///< Rows equal to an earlier one in every kept column.
  std::optional<Instant> first;
  std::optional<Instant> last;
};

/// One column of the log beyond the six that till knows by name.
struct ExtraColumn {
  std::string name;  ///< As in the file.
  std::string type;  ///< "integer", "real", "text", "boolean" or "timestamp".
};

/// A kept log. Made by `open` or by `ingest` (till/log/ingest.hpp).
class Log {
 public:
  /// Opens the log that a warehouse keeps.
  ///
  /// Errors: `NotFound` when the warehouse holds no log, with the command that makes one;
  /// `Unsupported` when a newer till wrote it.
  [[nodiscard]] static Result<Log> open(warehouse::Warehouse warehouse);

  [[nodiscard]] warehouse::Warehouse& warehouse() noexcept { return warehouse_; }

  [[nodiscard]] const Source& source() const noexcept { return source_; }

  /// The zone the kept product x month summary was made for.
  [[nodiscard]] const TimeZone& zone() const noexcept { return zone_; }

  [[nodiscard]] std::int64_t customers() const noexcept { return customers_; }

  [[nodiscard]] std::int64_t products() const noexcept { return products_; }

  [[nodiscard]] bool has_amount() const noexcept { return has_amount_; }

  [[nodiscard]] bool has_quantity() const noexcept { return has_quantity_; }

  /// Whether products carry labels of their own.
  [[nodiscard]] bool has_product_names() const noexcept { return has_product_names_; }

  [[nodiscard]] const std::vector<ExtraColumn>& extra_columns() const noexcept {
    return extra_columns_;
  }

  [[nodiscard]] const std::vector<std::string>& product_attributes() const noexcept {
    return product_attributes_;
  }

  [[nodiscard]] const std::vector<std::string>& customer_attributes() const noexcept {
    return customer_attributes_;
  }

  /// Returns the summary of customers in memory, or null: ask the database.
  ///
  /// One question is answered sooner by the database, which reads only what it takes. So the first
  /// call returns null, the second one reads the summary, and those after it cost nothing. Always
  /// null for more than 4,194,304 customers: about 64 bytes each would be held. Errors: those of
  /// the warehouse.
  [[nodiscard]] Result<const CustomerTotals*> customer_totals();
  /// Returns the summary of products and months in memory, or null, in the same way; the limit is
  /// on products, and on pairs of a product and a month.
  [[nodiscard]] Result<const ProductTotals*> product_totals();

  /// Returns the default of `--as-of`: just after the last transaction; the epoch for an empty log.
  [[nodiscard]] Instant end() const noexcept;

 private:
  Log() = default;
  Result<void> read_totals();
  Result<void> read_customers();
  Result<void> read_products();

  warehouse::Warehouse warehouse_;
  Source source_;
  TimeZone zone_;
  std::int64_t customers_ = 0;
  std::int64_t products_ = 0;
  bool has_amount_ = false;
  bool has_quantity_ = false;
  bool has_product_names_ = false;
  std::vector<ExtraColumn> extra_columns_;
  std::vector<std::string> product_attributes_;
  std::vector<std::string> customer_attributes_;
  bool asked_for_customers_ = false;
  bool asked_for_products_ = false;
  std::unique_ptr<const CustomerTotals> customer_totals_;
  std::unique_ptr<const ProductTotals> product_totals_;
};

}  // namespace till::log
