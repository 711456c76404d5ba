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

/// Two Lanes that are computed side by side: what the one waits for, the other fills.
struct LanePair {
  Lanes first;
  Lanes second;

  TILL_INLINE LanePair() = default;

  TILL_INLINE LanePair(double all)  // NOLINT(google-explicit-constructor)
      : first(all), second(all) {}

  TILL_INLINE LanePair(const Lanes& a, const Lanes& b) : first(a), second(b) {}

  friend TILL_INLINE LanePair operator+(const LanePair& a, const LanePair& b) {
    return {a.first + b.first, a.second + b.second};
  }

  friend TILL_INLINE LanePair operator-(const LanePair& a, const LanePair& b) {
    return {a.first - b.first, a.second - b.second};
  }

  friend TILL_INLINE LanePair operator-(const LanePair& a) { return {-a.first, -a.second}; }

  friend TILL_INLINE LanePair operator*(const LanePair& a, const LanePair& b) {
    return {a.first * b.first, a.second * b.second};
  }

  friend TILL_INLINE LanePair operator/(const LanePair& a, const LanePair& b) {
    return {a.first / b.first, a.second / b.second};
  }
};

TILL_INLINE LanePair max_of(const LanePair& x, const LanePair& bound) {
  return {max_of(x.first, bound.first), max_of(x.second, bound.second)};
}

TILL_INLINE LanePair min_of(const LanePair& x, const LanePair& bound) {
  return {min_of(x.first, bound.first), min_of(x.second, bound.second)};
}

TILL_INLINE LanePair if_zero(const LanePair& count, const LanePair& a, const LanePair& b) {
  return {if_zero(count.first, a.first, b.first), if_zero(count.second, a.second, b.second)};
}

TILL_INLINE LanePair exp_of(const LanePair& x) {
  return {exp_of(x.first), exp_of(x.second)};
}

TILL_INLINE LanePair log_of(const LanePair& x) {
  return {log_of(x.first), log_of(x.second)};
}

}  // namespace till::models
