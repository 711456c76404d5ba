/// \file
/// Recorded: Lanes that remember how they came about, so that derivatives can be followed back.
///
/// Every operation notes on a tape which numbers it took and its derivatives by them. Read
/// backwards, the tape turns the derivative of some result by a number into those by the numbers it
/// was made of: the slopes by everything that went into the result, for a few times the cost of the
/// result itself (reverse-mode differentiation).
///
///     Tape tape;
///     const Recorded x = tape.variable(Lanes(2.0));
///     const std::size_t noted = tape.size();
///     const Recorded y = x * x;
///     tape.add_slope(y, Lanes(1.0));
///     tape.reverse(noted);
///     // tape.slope(x) == 4 in every lane
///
/// Layer:   models (private).   Threads: a tape and its numbers belong to one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "lanes.hpp"

#include "till/core/check.hpp"
#include "till/math/lanes_gamma.hpp"

namespace till::models {

// Inlined where that leaves arithmetic alone, as Tape::reverse says; unoptimised code is spared it.
#ifdef __OPTIMIZE__
#define TILL_NOTED TILL_INLINE
#else
#define TILL_NOTED inline
#endif

class Tape;

/// Lanes, and where on a tape they stand.
struct Recorded {
  Lanes value;
  Tape* tape = nullptr;
  std::uint32_t at = 0;

  TILL_INLINE Recorded() = default;

  /// A number that is no result of others and has no slope.
  TILL_INLINE explicit Recorded(double constant) : value(constant) {}

  TILL_INLINE Recorded(const Lanes& noted, Tape* on, std::uint32_t place)
      : value(noted), tape(on), at(place) {}
};

class Tape {  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
 public:
  static constexpr std::size_t kCapacity = 128;  // with the slopes, what a level 1 cache holds

  /// Notes a number that comes from outside.
  TILL_NOTED Recorded variable(const Lanes& value) { return note(value, kNone, kNone); }

  /// Notes f(x), given f and its derivative there. \pre x is noted.
  static TILL_NOTED Recorded note(const Lanes& f, const Recorded& x, const Lanes& by_x) {
    x.tape->by_first_[x.tape->size_] = by_x;
    return x.tape->note(f, x.at, kNone);
  }

  /// Notes f(x, y), given f and its derivatives there. \pre x and y are noted.
  static TILL_NOTED Recorded
  note(const Lanes& f, const Recorded& x, const Lanes& by_x, const Recorded& y, const Lanes& by_y) {
    x.tape->by_first_[x.tape->size_] = by_x;
    x.tape->by_second_[x.tape->size_] = by_y;
    return x.tape->note(f, x.at, y.at);
  }

  /// Returns how many numbers are noted.
  [[nodiscard]] TILL_INLINE std::size_t size() const { return size_; }

  /// Forgets all but the first numbers.
  TILL_INLINE void rewind(std::size_t size) { size_ = size; }

  /// The derivative of the result by a number. \pre x is noted.
  [[nodiscard]] TILL_INLINE const Lanes& slope(const Recorded& x) const { return slopes_[x.at]; }

  /// The same of the i-th number that was noted.
  [[nodiscard]] TILL_INLINE const Lanes& slope(std::size_t i) const { return slopes_[i]; }

  /// Adds to what is known of that derivative; a constant has none.
  TILL_NOTED void add_slope(const Recorded& x, const Lanes& by) {
    if (x.tape != nullptr) {
      slopes_[x.at] = slopes_[x.at] + by;
    }
  }

  /// Follows the derivatives back from the last number to the first `from`, which are variables.
  ///
  /// Spelt out number by number: where a compiler knows which numbers are noted it knows every
  /// place on the tape, and nothing of it is left but the arithmetic.
  TILL_NOTED void reverse(std::size_t from) {
#ifdef __OPTIMIZE__
    reverse(from, std::make_index_sequence<kCapacity>());
#else
    for (std::size_t i = size_; i-- > from;) {
      reverse_one(i);
    }
#endif
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  template <std::size_t... I>
  TILL_NOTED void reverse(std::size_t from, std::index_sequence<I...>) {
    const auto reverse_if_noted = [&](std::size_t i) __attribute__((always_inline)) {
      if (i >= from && i < size_) {
        reverse_one(i);
      }
    };
    (reverse_if_noted(kCapacity - 1 - I), ...);
  }

  TILL_NOTED void reverse_one(std::size_t i) {
    const std::uint32_t first = first_[i];
    const std::uint32_t second = second_[i];
    slopes_[first] = slopes_[first] + by_first_[i] * slopes_[i];
    if (second != kNone) {
      slopes_[second] = slopes_[second] + by_second_[i] * slopes_[i];
    }
  }

  TILL_NOTED Recorded note(const Lanes& value, std::uint32_t first, std::uint32_t second) {
    TILL_ASSERT(size_ < kCapacity, "more operations than the tape holds");
    first_[size_] = first;
    second_[size_] = second;
    slopes_[size_] = Lanes(0.0);
    return {value, this, static_cast<std::uint32_t>(size_++)};
  }

  std::size_t size_ = 0;
  std::array<std::uint32_t, kCapacity> first_;
  std::array<std::uint32_t, kCapacity> second_;
  std::array<Lanes, kCapacity> slopes_;
  std::array<Lanes, kCapacity> by_first_;
  std::array<Lanes, kCapacity> by_second_;
};

TILL_NOTED Recorded operator+(const Recorded& a, const Recorded& b) {
  return Tape::note(a.value + b.value, a, 1.0, b, 1.0);
}

TILL_NOTED Recorded operator+(const Recorded& a, const Lanes& b) {
  return Tape::note(a.value + b, a, 1.0);
}

TILL_NOTED Recorded operator+(const Lanes& a, const Recorded& b) {
  return b + a;
}

TILL_NOTED Recorded operator-(const Recorded& a, const Recorded& b) {
  return Tape::note(a.value - b.value, a, 1.0, b, -1.0);
}

TILL_NOTED Recorded operator-(const Recorded& a, const Lanes& b) {
  return Tape::note(a.value - b, a, 1.0);
}

TILL_NOTED Recorded operator-(const Lanes& a, const Recorded& b) {
  return Tape::note(a - b.value, b, -1.0);
}

TILL_NOTED Recorded operator-(const Recorded& a) {
  return Tape::note(-a.value, a, -1.0);
}

TILL_NOTED Recorded operator*(const Recorded& a, const Recorded& b) {
  return Tape::note(a.value * b.value, a, b.value, b, a.value);
}

TILL_NOTED Recorded operator*(const Recorded& a, const Lanes& b) {
  return Tape::note(a.value * b, a, b);
}

TILL_NOTED Recorded operator*(const Lanes& a, const Recorded& b) {
  return b * a;
}

TILL_NOTED Recorded operator/(const Recorded& a, const Recorded& b) {
  const Lanes by_a = 1.0 / b.value;
  const Lanes ratio = a.value / b.value;
  return Tape::note(ratio, a, by_a, b, -(ratio * by_a));
}

TILL_NOTED Recorded operator/(const Lanes& a, const Recorded& b) {
  const Lanes ratio = a / b.value;
  return Tape::note(ratio, b, -(ratio / b.value));
}

TILL_NOTED Recorded exp_of(const Recorded& x) {
  const Lanes f = exp_of(x.value);
  return Tape::note(f, x, f);
}

TILL_NOTED Recorded log_of(const Recorded& x) {
  return Tape::note(log_of(x.value), x, 1.0 / x.value);
}

/// Returns 1 where the mask is set, else 0.
TILL_INLINE Lanes one_where(const math::MaskLanes& mask) {
  return Lanes(math::choose(mask, math::lanes(1.0), math::lanes(0.0)));
}

TILL_NOTED Recorded max_of(const Recorded& x, const Recorded& bound) {
  const Lanes is_x = one_where(x.value.v >= bound.value.v);
  return Tape::note(max_of(x.value, bound.value), x, is_x, bound, 1.0 - is_x);
}

TILL_NOTED Recorded max_of(const Recorded& x, const Lanes& bound) {
  return Tape::note(max_of(x.value, bound), x, one_where(x.value.v >= bound.v));
}

TILL_NOTED Recorded min_of(const Recorded& x, const Lanes& bound) {
  return Tape::note(min_of(x.value, bound), x, one_where(x.value.v <= bound.v));
}

/// Returns `a` where the count is zero, else `b`.
TILL_NOTED Recorded if_zero(const Lanes& count, const Recorded& a, const Recorded& b) {
  const Lanes is_a = one_where(count.v == math::lanes(0.0));
  return Tape::note(if_zero(count, a.value, b.value), a, is_a, b, 1.0 - is_a);
}

TILL_NOTED Recorded if_zero(const Lanes& count, const Recorded& a, const Lanes& b) {
  return Tape::note(if_zero(count, a.value, b), a, one_where(count.v == math::lanes(0.0)));
}

TILL_NOTED Recorded if_zero(const Lanes& count, const Lanes& a, const Recorded& b) {
  return Tape::note(if_zero(count, a, b.value), b, one_where(count.v != math::lanes(0.0)));
}

/// Returns ln of the rising factorial, as math::log_rising.
TILL_NOTED Recorded log_rising_of(const Recorded& shape, const Lanes& y) {
  const math::LogRising rising = math::log_rising(shape.value.v, y.v);
  return Tape::note(Lanes(rising.value), shape, Lanes(rising.slope));
}

#undef TILL_NOTED

}  // namespace till::models
