/// \file
/// Lanes: math::Lanes as a number, for equations that are written once for any kind of number.
///
/// Everything is inlined, so that a loop over it can be compiled for each kind of processor.
///
/// Layer:   models (private).   Threads: plain data.
#pragma once

#include <array>
#include <cstddef>

#include "till/math/lanes.hpp"
#include "till/math/lanes_gamma.hpp"

namespace till::models {

struct Lanes {
  static constexpr std::size_t kSize = math::kLanes;

  math::Lanes v;

  TILL_INLINE Lanes() : v{} {}

  TILL_INLINE Lanes(double all) : v(math::lanes(all)) {}  // NOLINT(google-explicit-constructor)

  TILL_INLINE explicit Lanes(const math::Lanes& vector) : v(vector) {}

  friend TILL_INLINE Lanes operator+(const Lanes& a, const Lanes& b) { return Lanes(a.v + b.v); }

  friend TILL_INLINE Lanes operator-(const Lanes& a, const Lanes& b) { return Lanes(a.v - b.v); }

  friend TILL_INLINE Lanes operator-(const Lanes& a) { return Lanes(-a.v); }

  friend TILL_INLINE Lanes operator*(const Lanes& a, const Lanes& b) { return Lanes(a.v * b.v); }

  friend TILL_INLINE Lanes operator/(const Lanes& a, const Lanes& b) { return Lanes(a.v / b.v); }
};

TILL_INLINE Lanes max_of(const Lanes& x, const Lanes& bound) {
  return Lanes(math::choose(x.v >= bound.v, x.v, bound.v));
}

TILL_INLINE Lanes min_of(const Lanes& x, const Lanes& bound) {
  return Lanes(math::choose(x.v <= bound.v, x.v, bound.v));
}

TILL_INLINE Lanes if_zero(const Lanes& count, const Lanes& a, const Lanes& b) {
  return Lanes(math::choose(count.v == math::lanes(0.0), a.v, b.v));
}

TILL_INLINE Lanes exp_of(const Lanes& x) {
  return Lanes(math::exp(x.v));
}

TILL_INLINE Lanes log_of(const Lanes& x) {
  return Lanes(math::log(x.v));
}

/// Returns ln of the rising factorial, as math::log_rising.
TILL_INLINE Lanes log_rising_of(const Lanes& shape, const Lanes& y) {
  return Lanes(math::log_rising(shape.v, y.v).value);
}

/// Some Lanes that are computed side by side: what the one waits for, the others fill.
template <std::size_t N>
struct LaneGroup {
  static constexpr std::size_t kSize = N * Lanes::kSize;

  std::array<Lanes, N> each;

  TILL_INLINE LaneGroup() = default;

  TILL_INLINE LaneGroup(double all) {  // NOLINT(google-explicit-constructor)
    each.fill(Lanes(all));
  }

  /// Returns what a function gives for each place.
  template <typename F>
  static TILL_INLINE LaneGroup of(const F& f) {
    LaneGroup group;
    for (std::size_t i = 0; i < N; ++i) {
      group.each[i] = f(i);
    }
    return group;
  }

  friend TILL_INLINE LaneGroup operator+(const LaneGroup& a, const LaneGroup& b) {
    return of([&](std::size_t i) TILL_INLINED { return a.each[i] + b.each[i]; });
  }

  friend TILL_INLINE LaneGroup operator-(const LaneGroup& a, const LaneGroup& b) {
    return of([&](std::size_t i) TILL_INLINED { return a.each[i] - b.each[i]; });
  }

  friend TILL_INLINE LaneGroup operator-(const LaneGroup& a) {
    return of([&](std::size_t i) TILL_INLINED { return -a.each[i]; });
  }

  friend TILL_INLINE LaneGroup operator*(const LaneGroup& a, const LaneGroup& b) {
    return of([&](std::size_t i) TILL_INLINED { return a.each[i] * b.each[i]; });
  }

  friend TILL_INLINE LaneGroup operator/(const LaneGroup& a, const LaneGroup& b) {
    return of([&](std::size_t i) TILL_INLINED { return a.each[i] / b.each[i]; });
  }

  friend TILL_INLINE LaneGroup max_of(const LaneGroup& x, const LaneGroup& bound) {
    return of([&](std::size_t i) TILL_INLINED { return max_of(x.each[i], bound.each[i]); });
  }

  friend TILL_INLINE LaneGroup min_of(const LaneGroup& x, const LaneGroup& bound) {
    return of([&](std::size_t i) TILL_INLINED { return min_of(x.each[i], bound.each[i]); });
  }

  friend TILL_INLINE LaneGroup if_zero(const LaneGroup& count,
                                       const LaneGroup& a,
                                       const LaneGroup& b) {
    return of([&](std::size_t i)
                  TILL_INLINED { return if_zero(count.each[i], a.each[i], b.each[i]); });
  }

  friend TILL_INLINE LaneGroup exp_of(const LaneGroup& x) {
    return of([&](std::size_t i) TILL_INLINED { return exp_of(x.each[i]); });
  }

  friend TILL_INLINE LaneGroup log_of(const LaneGroup& x) {
    return of([&](std::size_t i) TILL_INLINED { return log_of(x.each[i]); });
  }
};

}  // namespace till::models
