/// \file
/// RowCoder: turns the rows of a file into rows of the warehouse, or into named refusals.
///
/// A batch is coded column by column: a row that one column refuses is left out of the columns that
/// are written.
///
/// Layer:   log (private).   Threads: one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cell.hpp"
#include "coding_plan.hpp"
#include "dictionary.hpp"
#include "row_source.hpp"
#include "row_tally.hpp"
#include "time_format.hpp"

#include "till/core/calendar.hpp"
#include "till/warehouse/batch.hpp"

namespace till::log {

class RowCoder {
 public:
  RowCoder(CodingPlan plan, Dictionary& customers, Dictionary& products);

  /// Codes the rows of a batch into `out`, and keeps those it refuses.
  void code(RowBatch& batch, warehouse::Batch& out);

  /// Returns what `code` wrote last. Valid until its next call.
  [[nodiscard]] CodedRows coded() const noexcept {
    return {customer_keys_, product_keys_, coded_instants_, others_};
  }

  /// Takes the refused rows gathered so far.
  [[nodiscard]] std::vector<RefusedRow> take_refused();

  [[nodiscard]] std::size_t refused_held() const noexcept { return refused_.size(); }

  [[nodiscard]] std::int64_t read() const noexcept { return read_; }

  [[nodiscard]] std::int64_t refused() const noexcept { return refused_count_; }

  /// Local times that clocks showed twice; the earlier one was taken.
  [[nodiscard]] std::int64_t ambiguous_times() const noexcept { return ambiguous_times_; }

  /// Columns of the file with a value that their kept type does not hold, and a type that does.
  [[nodiscard]] const std::map<std::string, warehouse::BatchType>& misfits() const noexcept {
    return misfits_;
  }

  /// Whether some row is earlier than the one before it.
  [[nodiscard]] bool unsorted() const noexcept { return unsorted_; }

  /// Covers every row that was coded.
  [[nodiscard]] std::optional<TimeRange> range() const noexcept { return range_; }

 private:
  /// Why a row is refused.
  enum class Fault : std::uint8_t {
    None,
    MissingProduct,
    MissingTimestamp,
    InvalidTimestamp,
    TimestampOutOfRange,
    NonexistentLocalTime,
    InvalidAmount,
    InvalidQuantity,
    NulByte,
  };

  void find_nul_bytes(const RowBatch& batch);
  void find_missing_products(const RowBatch& batch);
  void read_times(const RowBatch& batch);
  Fault read_time(const RowBatch& batch, std::size_t row, std::string_view text, Instant& instant);
  Fault resolve(const ParsedTime& time, Instant& instant);
  void read_amounts(const RowBatch& batch);
  void read_quantities(const RowBatch& batch);
  void write_ids(const RowBatch& batch,
                 std::size_t column,
                 Dictionary& ids,
                 std::vector<std::int32_t>& keys);
  void write_times(warehouse::BatchColumn& out);
  void write_extra(const RowBatch& batch, const CodedExtra& extra, warehouse::BatchColumn& out);
  void keep_refused(const RowBatch& batch);

  [[nodiscard]] std::string_view reason(Fault fault) const noexcept;
  [[nodiscard]] std::size_t column_of(Fault fault) const noexcept;

  CodingPlan plan_;
  Dictionary& customers_;
  Dictionary& products_;
  ZoneConverter converter_;

  // Of the batch at hand, by row.
  std::vector<Fault> faults_;
  std::vector<Instant> instants_;
  std::vector<std::optional<std::int64_t>> amounts_;
  std::vector<std::optional<double>> quantities_;
  std::vector<std::size_t> accepted_;  // rows without a fault

  // Of the accepted rows of the batch at hand.
  std::vector<std::int32_t> customer_keys_;
  std::vector<std::int32_t> product_keys_;
  std::vector<Instant> coded_instants_;
  std::vector<std::uint64_t> others_;  // hashes of the columns that not every log has

  // What is used again for every batch.
  CellTexts texts_;
  std::vector<std::string_view> ids_;
  std::string held_;

  std::vector<RefusedRow> refused_;
  std::int64_t read_ = 0;
  std::int64_t refused_count_ = 0;
  std::int64_t ambiguous_times_ = 0;
  std::map<std::string, warehouse::BatchType> misfits_;
  bool unsorted_ = false;
  Instant previous_ = kMinInstant;
  std::optional<TimeRange> range_;
};

}  // namespace till::log
