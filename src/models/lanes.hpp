/// \file
/// Lanes: math::Lanes as a number, for equations that are written once for any kind of number.
///
/// Everything is inlined, so that a loop over it can be compiled for each kind of processor.
///
/// Layer:   models (private).   Threads: plain data.
#pragma once

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

}  // namespace till::models
