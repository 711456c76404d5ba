/// \file
/// Dual: a number that carries its derivatives by a few parameters.
///
/// Layer:   models (private).   Threads: plain data.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "till/math/gamma.hpp"
#include "till/math/negative_binomial.hpp"

namespace till::models {

/// A value and its gradient, by the chain rule: forward-mode differentiation.
template <std::size_t N>
struct Dual {
  double value = 0.0;
  std::array<double, N> slope{};

  Dual() = default;

  Dual(double constant) : value(constant) {}  // NOLINT(google-explicit-constructor)

  /// Returns f(x), given f and its derivative there.
  static Dual chain(double f, double derivative, const Dual& x) {
    Dual out(f);
    for (std::size_t i = 0; i < N; ++i) {
      out.slope[i] = derivative * x.slope[i];
    }
    return out;
  }

  /// Returns f(x, y), given f and its derivatives there.
  static Dual chain(double f, double by_x, const Dual& x, double by_y, const Dual& y) {
    Dual out(f);
    for (std::size_t i = 0; i < N; ++i) {
      out.slope[i] = by_x * x.slope[i] + by_y * y.slope[i];
    }
    return out;
  }

  friend Dual operator+(const Dual& a, const Dual& b) {
    return chain(a.value + b.value, 1.0, a, 1.0, b);
  }

  friend Dual operator+(const Dual& a, double b) {
    Dual out = a;
    out.value += b;
    return out;
  }

  friend Dual operator+(double a, const Dual& b) { return b + a; }

  friend Dual operator-(const Dual& a, const Dual& b) {
    return chain(a.value - b.value, 1.0, a, -1.0, b);
  }

  friend Dual operator-(const Dual& a, double b) { return a + -b; }

  friend Dual operator-(double a, const Dual& b) { return chain(a - b.value, -1.0, b); }

  friend Dual operator-(const Dual& a) { return chain(-a.value, -1.0, a); }

  friend Dual operator*(const Dual& a, const Dual& b) {
    return chain(a.value * b.value, b.value, a, a.value, b);
  }

  friend Dual operator*(const Dual& a, double b) { return chain(a.value * b, b, a); }

  friend Dual operator*(double a, const Dual& b) { return b * a; }

  friend Dual operator/(const Dual& a, const Dual& b) {
    const double ratio = a.value / b.value;
    return chain(ratio, 1.0 / b.value, a, -ratio / b.value, b);
  }

  friend Dual operator/(const Dual& a, double b) { return a * (1.0 / b); }

  friend Dual operator/(double a, const Dual& b) {
    const double ratio = a / b.value;
    return chain(ratio, -ratio / b.value, b);
  }
};

template <std::size_t N>
Dual<N> exp_of(const Dual<N>& x) {
  const double f = std::exp(x.value);
  return Dual<N>::chain(f, f, x);
}

template <std::size_t N>
Dual<N> log_of(const Dual<N>& x) {
  return Dual<N>::chain(std::log(x.value), 1.0 / x.value, x);
}

template <std::size_t N>
Dual<N> max_of(const Dual<N>& x, const Dual<N>& bound) {
  return x.value >= bound.value ? x : bound;
}

template <std::size_t N>
Dual<N> min_of(const Dual<N>& x, const Dual<N>& bound) {
  return x.value <= bound.value ? x : bound;
}

/// Returns `a` where the count is zero, else `b`.
template <std::size_t N>
Dual<N> if_zero(double count, const Dual<N>& a, const Dual<N>& b) {
  return count == 0.0 ? a : b;
}

/// Returns ln of the rising factorial, as math::log_rising.
template <std::size_t N>
Dual<N> log_rising_of(const Dual<N>& shape, double y) {
  return Dual<N>::chain(
      math::log_rising(shape.value, y), math::digamma_rise(shape.value, y), shape);
}

}  // namespace till::models
