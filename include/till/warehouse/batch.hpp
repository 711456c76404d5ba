/// \file
/// Batch: rows on their way into a warehouse, built column by column.
///
///     const BatchLayout layout{{"customer_key", BatchType::Key}, {"timestamp",
///     BatchType::Timestamp}}; warehouse.append("transactions", AppendMode::Append, layout,
///     [&](Batch& batch) -> Result<bool> {
///       batch.column(0).append_key(7);
///       batch.column(1).append_instant(now);
///       return true;   // false: there are no more rows
///     });
///
/// Layer:   warehouse (core).   Threads: one batch per thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/arrow.hpp"
#include "till/core/instant.hpp"
#include "till/core/result.hpp"

namespace till::warehouse {

enum class BatchType { Key, Integer, Real, Text, Timestamp, Boolean, Date };

struct BatchColumnLayout {
  std::string name;
  BatchType type = BatchType::Integer;
};

using BatchLayout = std::vector<BatchColumnLayout>;

/// The values of one column. Call the `append_*` of its type, or `append_null`, once per row.
class BatchColumn {
 public:
  explicit BatchColumn(BatchType type) : type_(type) {
    if (type == BatchType::Text) {
      keys_.push_back(0);
    }
  }

  [[nodiscard]] BatchType type() const noexcept { return type_; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void append_key(std::int32_t value) {
    keys_.push_back(value);
    appended(true);
  }

  /// Appends many keys; those below 0 as NULL.
  void append_keys(std::span<const std::int32_t> values);

  /// Appends a date, as days after 1970-01-01.
  void append_date(std::int32_t days) { append_key(days); }

  void append_integer(std::int64_t value) {
    integers_.push_back(value);
    appended(true);
  }

  void append_instant(Instant value) { append_integer(value.micros); }

  void append_boolean(bool value) { append_integer(value ? 1 : 0); }

  void append_real(double value) {
    reals_.push_back(value);
    appended(true);
  }

  /// \pre All texts of one batch together stay below 2 GiB.
  void append_text(std::string_view value) {
    characters_.append(value);
    keys_.push_back(static_cast<std::int32_t>(characters_.size()));
    appended(true);
  }

  void append_null();

  /// Mixes the values of the last rows into their hashes: what differs in a value, or in being
  /// NULL, differs in the hash but for one case in 2^64. \pre hashes.size() <= size().
  void mix_into(std::span<std::uint64_t> hashes) const;

  /// Returns the bytes of text held.
  [[nodiscard]] std::size_t text_bytes() const noexcept { return characters_.size(); }

  void clear();

 private:
  friend class Batch;

  void appended(bool valid) {
    if (!valid || !valid_.empty()) {
      mark(valid);
    }
    ++size_;
  }

  void mark(bool valid);

  BatchType type_;
  std::size_t size_ = 0;
  std::vector<std::int32_t> keys_;  // keys, dates; for text the end of each value in characters_
  std::vector<std::int64_t> integers_;
  std::vector<double> reals_;
  std::string characters_;
  std::vector<bool> valid_;  // empty while there is no NULL
};

/// Columns of equal length.
class Batch {
 public:
  explicit Batch(BatchLayout layout);

  [[nodiscard]] const BatchLayout& layout() const noexcept { return layout_; }

  [[nodiscard]] BatchColumn& column(std::size_t index) noexcept { return columns_[index]; }

  [[nodiscard]] std::size_t rows() const noexcept {
    return columns_.empty() ? 0 : columns_.front().size();
  }

  void clear();

  /// Returns the rows as one Arrow struct array. Copies them.
  [[nodiscard]] Result<OwnedArray> to_arrow() const;

 private:
  BatchLayout layout_;
  std::vector<BatchColumn> columns_;
};

/// Fills an empty batch with the next rows; false: there are no more.
using BatchSource = std::function<Result<bool>(Batch&)>;

}  // namespace till::warehouse
