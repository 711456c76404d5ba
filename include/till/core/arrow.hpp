/// \file
/// Arrow: the C data interface, and views that read its columns.
///
/// The three structs are the ABI of the Apache Arrow C data and stream interfaces, declared here
/// under the guard the specification prescribes, so that they meet any other declaration.
/// A view borrows: it is valid while the array it looks at is.
///
/// Layer:   core (std only).   Threads: views are plain data.
/// Sources: [ARROW-C] -- keys resolve in docs/references.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "till/core/instant.hpp"

// NOLINTBEGIN(readability-identifier-naming): names fixed by the Arrow specification.
extern "C" {
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
#endif
#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};
#endif
}
// NOLINTEND(readability-identifier-naming)

namespace till {

/// Owns one of the Arrow C structs and releases it once.
template <typename C>
class ArrowOwned {
 public:
  ArrowOwned() = default;

  ArrowOwned(ArrowOwned&& other) noexcept : c_(std::exchange(other.c_, C{})) {}

  ArrowOwned& operator=(ArrowOwned&& other) noexcept {
    if (this != &other) {
      reset();
      c_ = std::exchange(other.c_, C{});
    }
    return *this;
  }

  ArrowOwned(const ArrowOwned&) = delete;
  ArrowOwned& operator=(const ArrowOwned&) = delete;

  ~ArrowOwned() { reset(); }

  /// Returns the struct, to be read or to be filled by a producer.
  [[nodiscard]] C* get() noexcept { return &c_; }

  [[nodiscard]] const C* get() const noexcept { return &c_; }

  [[nodiscard]] C* operator->() noexcept { return &c_; }

  [[nodiscard]] const C* operator->() const noexcept { return &c_; }

  /// Returns whether the struct holds anything.
  [[nodiscard]] explicit operator bool() const noexcept { return c_.release != nullptr; }

  void reset() noexcept {
    if (c_.release != nullptr) {
      c_.release(&c_);
    }
    c_ = C{};
  }

 private:
  C c_{};
};

using OwnedSchema = ArrowOwned<ArrowSchema>;
using OwnedArray = ArrowOwned<ArrowArray>;
using OwnedStream = ArrowOwned<ArrowArrayStream>;

/// What a column holds, as far as till tells them apart.
enum class ColumnType { Null, Boolean, Integer, Real, Text, Date, Instant, Other };

/// One column of a batch. Integers of every width read as int64, floats and decimals as double.
///
/// | Arrow format                                          | ColumnType |
/// |-------------------------------------------------------|------------|
/// | `n`                                                   | Null       |
/// | `b`                                                   | Boolean    |
/// | `c C s S i I l L`                                     | Integer    |
/// | `e f g`, `d:` precision, scale of 32, 64 or 128 bits  | Real       |
/// | `u U vu z Z vz`                                       | Text       |
/// | `tdD tdm`                                             | Date       |
/// | `tss: tsm: tsu: tsn:` with or without a zone          | Instant    |
/// | an integer with a dictionary of one of the above      | as that    |
/// | everything else                                       | Other      |
///
/// A column of type Other can be asked for its size and its nulls, not for values.
class ColumnView {
 public:
  ColumnView() = default;

  /// \pre array is a child of a batch whose schema child is `schema`.
  ColumnView(const ArrowSchema& schema, const ArrowArray& array)
      : ColumnView(schema, array, 0, array.length) {}

  /// Looks at the rows [from, from + size) of the array only.
  /// \pre 0 <= from, 0 <= size, from + size <= array.length.
  ColumnView(const ArrowSchema& schema,
             const ArrowArray& array,
             std::int64_t from,
             std::int64_t size);

  [[nodiscard]] ColumnType type() const noexcept { return type_; }

  [[nodiscard]] std::int64_t size() const noexcept { return size_; }

  [[nodiscard]] bool is_null(std::int64_t i) const noexcept {
    return !rows_.is_valid(i) || (has_dictionary_ && !dictionary_.is_valid(rows_.integer(i)));
  }

  /// \pre type() is Integer or Boolean and !is_null(i). Above the largest int64 it saturates.
  [[nodiscard]] std::int64_t integer(std::int64_t i) const noexcept;
  /// \pre type() is Real or Integer and !is_null(i).
  [[nodiscard]] double real(std::int64_t i) const noexcept;
  /// \pre type() is Text and !is_null(i).
  [[nodiscard]] std::string_view text(std::int64_t i) const noexcept;
  /// \pre type() is Instant or Date and !is_null(i). Zone-less timestamps read as UTC. Values
  /// outside the range of Instant saturate.
  [[nodiscard]] Instant instant(std::int64_t i) const noexcept;

  /// Returns whether the column's instants carry a zone (are adjusted to UTC).
  [[nodiscard]] bool has_zone() const noexcept { return has_zone_; }

 private:
  /// How the bytes of one value lie in the buffers.
  enum class Layout : std::uint8_t {
    None,
    Bits,
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Half,
    Float,
    Double,
    Decimal32,
    Decimal64,
    Decimal128,
    Offsets32,
    Offsets64,
    Views,
  };

  /// Where one array keeps its values.
  struct Buffers {
    Layout layout = Layout::None;
    bool is_all_null = false;
    std::int64_t offset = 0;
    const std::uint8_t* validity = nullptr;  // a bit for each value; null where all are valid
    const void* values = nullptr;            // or offsets of texts, or views of texts
    const void* characters = nullptr;
    const void* const* variadic = nullptr;  // the characters of long views

    [[nodiscard]] bool is_valid(std::int64_t i) const noexcept {
      if (validity == nullptr) {
        return !is_all_null;
      }
      const std::int64_t bit = offset + i;
      return (validity[bit >> 3] & (1U << (bit & 7))) != 0;
    }

    [[nodiscard]] std::int64_t integer(std::int64_t i) const noexcept;
    [[nodiscard]] double real(std::int64_t i) const noexcept;
    [[nodiscard]] std::string_view text(std::int64_t i) const noexcept;
  };

  Layout read_format(std::string_view format) noexcept;
  static Buffers locate(std::string_view format,
                        Layout layout,
                        const ArrowArray& array,
                        std::int64_t from) noexcept;

  [[nodiscard]] const Buffers& values() const noexcept {
    return has_dictionary_ ? dictionary_ : rows_;
  }

  /// Where the value of row i stands in values().
  [[nodiscard]] std::int64_t at(std::int64_t i) const noexcept {
    return has_dictionary_ ? rows_.integer(i) : i;
  }

  ColumnType type_ = ColumnType::Null;
  bool has_zone_ = false;
  bool has_dictionary_ = false;
  std::int64_t size_ = 0;
  std::int64_t micros_per_tick_ = 1;  // of an Instant or Date; 0 where ticks are nanoseconds
  std::int32_t scale_ = 0;            // of a decimal: digits after the point, before it if negative
  Buffers rows_;                      // of the column: its values, or keys into the dictionary
  Buffers dictionary_;
};

/// A batch of rows: the columns of one struct array. Whether the rows themselves are null is not
/// asked: a batch has no such rows.
class BatchView {
 public:
  /// \pre array is a struct array of schema.
  BatchView(const ArrowSchema& schema, const ArrowArray& array);

  [[nodiscard]] std::int64_t rows() const noexcept { return array_->length; }

  [[nodiscard]] std::int64_t columns() const noexcept {
    return static_cast<std::int64_t>(columns_.size());
  }

  [[nodiscard]] std::string_view name(std::int64_t column) const noexcept {
    const char* const name = schema_->children[column]->name;
    return name == nullptr ? std::string_view() : std::string_view(name);
  }

  /// Returns a column; the reference holds as long as this view.
  [[nodiscard]] const ColumnView& column(std::int64_t column) const noexcept {
    return columns_[static_cast<std::size_t>(column)];
  }

 private:
  const ArrowSchema* schema_;
  const ArrowArray* array_;
  std::vector<ColumnView> columns_;
};

}  // namespace till
