#include "till/core/arrow.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <limits>

#include "core/saturate.hpp"

#include "till/core/check.hpp"

namespace till {

namespace {

__extension__ using Int128 = __int128;

// Reads element i. Arrow recommends alignment and does not promise it.
template <typename T>
T load(const void* data, std::int64_t i) noexcept {
  T value{};
  std::memcpy(&value,
              static_cast<const std::byte*>(data) + i * static_cast<std::int64_t>(sizeof(T)),
              sizeof(T));
  return value;
}

// IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits.
double from_half(std::uint16_t bits) noexcept {
  const int exponent = (bits >> 10) & 0x1F;
  const int fraction = bits & 0x3FF;
  double magnitude = 0.0;
  if (exponent == 0x1F) {
    magnitude = fraction == 0 ? std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    magnitude = std::ldexp(fraction, -24);
  } else {
    magnitude = std::ldexp(fraction + 0x400, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

// Powers of ten up to 22 are exact, so that a decimal of up to 15 digits is read as the double
// nearest to it.
double scaled(double value, std::int32_t scale) noexcept {
  constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const std::int32_t digits = scale < 0 ? -scale : scale;
  const double power = digits < static_cast<std::int32_t>(std::size(kPowers))
                           ? kPowers[digits]
                           : std::pow(10.0, digits);
  return scale < 0 ? value * power : value / power;
}

// An element of a text view: the length, then 12 bytes that are the text, or its first 4, the
// number of the buffer that holds all of it and the position there.
struct TextView {
  std::int32_t length;
  char prefix[4];
  std::int32_t buffer;
  std::int32_t position;
};

constexpr std::int32_t kLongestInline = 12;

}  // namespace

ColumnView::ColumnView(const ArrowSchema& schema,
                       const ArrowArray& array,
                       std::int64_t from,
                       std::int64_t size)
    : size_(size) {
  const std::string_view format = schema.format;
  const Layout layout = read_format(format);
  rows_ = locate(format, layout, array, from);
  if (schema.dictionary == nullptr) {
    return;
  }
  TILL_ASSERT(type_ == ColumnType::Integer, "the keys of a dictionary are integers");
  has_dictionary_ = true;
  const std::string_view value_format = schema.dictionary->format;
  const Layout value_layout = read_format(value_format);
  if (schema.dictionary->dictionary != nullptr) {
    type_ = ColumnType::Other;
  }
  dictionary_ = locate(value_format, value_layout, *array.dictionary, 0);
}

// Sets what the format says of the values, and returns how they lie in memory.
ColumnView::Layout ColumnView::read_format(std::string_view format) noexcept {
  struct Known {
    std::string_view format;
    ColumnType type;
    Layout layout;
    std::int64_t micros_per_tick = 1;
  };

  static constexpr Known kKnown[] = {
      {"n", ColumnType::Null, Layout::None},
      {"b", ColumnType::Boolean, Layout::Bits},
      {"c", ColumnType::Integer, Layout::Int8},
      {"C", ColumnType::Integer, Layout::UInt8},
      {"s", ColumnType::Integer, Layout::Int16},
      {"S", ColumnType::Integer, Layout::UInt16},
      {"i", ColumnType::Integer, Layout::Int32},
      {"I", ColumnType::Integer, Layout::UInt32},
      {"l", ColumnType::Integer, Layout::Int64},
      {"L", ColumnType::Integer, Layout::UInt64},
      {"e", ColumnType::Real, Layout::Half},
      {"f", ColumnType::Real, Layout::Float},
      {"g", ColumnType::Real, Layout::Double},
      {"u", ColumnType::Text, Layout::Offsets32},
      {"z", ColumnType::Text, Layout::Offsets32},
      {"U", ColumnType::Text, Layout::Offsets64},
      {"Z", ColumnType::Text, Layout::Offsets64},
      {"vu", ColumnType::Text, Layout::Views},
      {"vz", ColumnType::Text, Layout::Views},
      {"tdD", ColumnType::Date, Layout::Int32, kMicrosPerDay},
      {"tdm", ColumnType::Date, Layout::Int64, 1000},
  };
  static constexpr Known kTimestamps[] = {
      {"tss:", ColumnType::Instant, Layout::Int64, kMicrosPerSecond},
      {"tsm:", ColumnType::Instant, Layout::Int64, 1000},
      {"tsu:", ColumnType::Instant, Layout::Int64, 1},
      {"tsn:", ColumnType::Instant, Layout::Int64, 0},
  };
  for (const Known& known : kKnown) {
    if (format == known.format) {
      type_ = known.type;
      micros_per_tick_ = known.micros_per_tick;
      return known.layout;
    }
  }
  for (const Known& known : kTimestamps) {
    if (format.starts_with(known.format)) {
      type_ = known.type;
      micros_per_tick_ = known.micros_per_tick;
      has_zone_ = format.size() > known.format.size();
      return known.layout;
    }
  }
  type_ = ColumnType::Other;
  if (!format.starts_with("d:")) {
    return Layout::None;
  }
  // d:precision,scale[,bits]
  int precision = 0;
  int bits = 128;
  const char* const end = format.data() + format.size();
  auto read = std::from_chars(format.data() + 2, end, precision);
  if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ',') {
    return Layout::None;
  }
  read = std::from_chars(read.ptr + 1, end, scale_);
  if (read.ec == std::errc{} && read.ptr != end && *read.ptr == ',') {
    read = std::from_chars(read.ptr + 1, end, bits);
  }
  if (read.ec != std::errc{} || read.ptr != end) {
    return Layout::None;
  }
  const Layout layout = bits == 128  ? Layout::Decimal128
                        : bits == 64 ? Layout::Decimal64
                        : bits == 32 ? Layout::Decimal32
                                     : Layout::None;
  if (layout != Layout::None) {
    type_ = ColumnType::Real;
  }
  return layout;
}

ColumnView::Buffers ColumnView::locate(std::string_view format,
                                       Layout layout,
                                       const ArrowArray& array,
                                       std::int64_t from) noexcept {
  Buffers out;
  out.layout = layout;
  out.offset = array.offset + from;
  out.is_all_null = format == "n";
  // Unions and run-end encoded arrays have no validity of their own.
  const bool has_validity =
      array.n_buffers > 0 && !format.starts_with("+u") && !format.starts_with("+r");
  if (has_validity) {
    out.validity = static_cast<const std::uint8_t*>(array.buffers[0]);
  }
  if (layout == Layout::None) {
    return out;
  }
  out.values = array.buffers[1];
  if (layout == Layout::Offsets32 || layout == Layout::Offsets64) {
    out.characters = array.buffers[2];
  } else if (layout == Layout::Views) {
    out.variadic = array.buffers + 2;
  }
  return out;
}

std::int64_t ColumnView::Buffers::integer(std::int64_t i) const noexcept {
  const std::int64_t k = offset + i;
  switch (layout) {
    case Layout::Bits:
      return (load<std::uint8_t>(values, k >> 3) >> (k & 7)) & 1;
    case Layout::Int8:
      return load<std::int8_t>(values, k);
    case Layout::UInt8:
      return load<std::uint8_t>(values, k);
    case Layout::Int16:
      return load<std::int16_t>(values, k);
    case Layout::UInt16:
      return load<std::uint16_t>(values, k);
    case Layout::Int32:
      return load<std::int32_t>(values, k);
    case Layout::UInt32:
      return load<std::uint32_t>(values, k);
    case Layout::Int64:
      return load<std::int64_t>(values, k);
    case Layout::UInt64: {
      constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
      const auto value = load<std::uint64_t>(values, k);
      return value > static_cast<std::uint64_t>(kMost) ? kMost : static_cast<std::int64_t>(value);
    }
    default:
      TILL_ASSERT(false, "integer() of a column that holds none");
      return 0;
  }
}

double ColumnView::Buffers::real(std::int64_t i) const noexcept {
  const std::int64_t k = offset + i;
  switch (layout) {
    case Layout::Half:
      return from_half(load<std::uint16_t>(values, k));
    case Layout::Float:
      return static_cast<double>(load<float>(values, k));
    case Layout::Double:
      return load<double>(values, k);
    case Layout::Decimal32:
      return load<std::int32_t>(values, k);
    case Layout::Decimal64:
      return static_cast<double>(load<std::int64_t>(values, k));
    case Layout::Decimal128:
      return static_cast<double>(load<Int128>(values, k));
    case Layout::UInt64:
      return static_cast<double>(load<std::uint64_t>(values, k));
    default:
      return static_cast<double>(integer(i));
  }
}

std::string_view ColumnView::Buffers::text(std::int64_t i) const noexcept {
  const std::int64_t k = offset + i;
  if (layout == Layout::Views) {
    const auto view = load<TextView>(values, k);
    const auto length = static_cast<std::size_t>(view.length);
    if (view.length <= kLongestInline) {
      const auto* const element =
          static_cast<const char*>(values) + k * static_cast<std::int64_t>(sizeof(TextView));
      return {element + offsetof(TextView, prefix), length};
    }
    return {static_cast<const char*>(variadic[view.buffer]) + view.position, length};
  }
  std::int64_t begin = 0;
  std::int64_t end = 0;
  if (layout == Layout::Offsets32) {
    begin = load<std::int32_t>(values, k);
    end = load<std::int32_t>(values, k + 1);
  } else if (layout == Layout::Offsets64) {
    begin = load<std::int64_t>(values, k);
    end = load<std::int64_t>(values, k + 1);
  } else {
    TILL_ASSERT(false, "text() of a column that holds none");
  }
  if (begin == end) {
    return {};  // a column of empty texts may have no characters at all
  }
  return {static_cast<const char*>(characters) + begin, static_cast<std::size_t>(end - begin)};
}

BatchView::BatchView(const ArrowSchema& schema, const ArrowArray& array)
    : schema_(&schema), array_(&array) {
  columns_.reserve(static_cast<std::size_t>(array.n_children));
  for (std::int64_t k = 0; k < array.n_children; ++k) {
    columns_.emplace_back(*schema.children[k], *array.children[k], array.offset, array.length);
  }
}

std::int64_t ColumnView::integer(std::int64_t i) const noexcept {
  return values().integer(at(i));
}

double ColumnView::real(std::int64_t i) const noexcept {
  const Buffers& buffers = values();
  const double value = buffers.real(at(i));
  switch (buffers.layout) {
    case Layout::Decimal32:
    case Layout::Decimal64:
    case Layout::Decimal128:
      return scaled(value, scale_);
    default:
      return value;
  }
}

std::string_view ColumnView::text(std::int64_t i) const noexcept {
  return values().text(at(i));
}

Instant ColumnView::instant(std::int64_t i) const noexcept {
  const std::int64_t ticks = values().integer(at(i));
  if (micros_per_tick_ == 0) {
    return {detail::floor_divide(ticks, 1000)};
  }
  return {detail::saturating_multiply(ticks, micros_per_tick_)};
}

}  // namespace till
