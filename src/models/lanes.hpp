/// \file
/// Lanes: two numbers that are computed with at once.
///
/// Exponential and logarithm are polynomials, the same on every processor, so that two customers
/// cost about what one does with the standard library's.
///
/// Layer:   models (private).   Threads: plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace till::models {

struct Lanes {
  static constexpr std::size_t kSize = 2;

  using Vector = double __attribute__((vector_size(kSize * sizeof(double))));
  using Bits = std::uint64_t __attribute__((vector_size(kSize * sizeof(double))));

  Vector v;

  Lanes() : v{} {}

  Lanes(double all) : v{all, all} {}  // NOLINT(google-explicit-constructor)

  explicit Lanes(const Vector& vector) : v(vector) {}

  /// Reads two numbers.
  static Lanes load(const double* from) {
    Lanes out;
    std::memcpy(&out.v, from, sizeof out.v);
    return out;
  }

  void store(double* to) const { std::memcpy(to, &v, sizeof v); }

  friend Lanes operator+(const Lanes& a, const Lanes& b) { return Lanes(a.v + b.v); }

  friend Lanes operator-(const Lanes& a, const Lanes& b) { return Lanes(a.v - b.v); }

  friend Lanes operator-(const Lanes& a) { return Lanes(-a.v); }

  friend Lanes operator*(const Lanes& a, const Lanes& b) { return Lanes(a.v * b.v); }

  friend Lanes operator/(const Lanes& a, const Lanes& b) { return Lanes(a.v / b.v); }
};

inline Lanes max_of(const Lanes& x, const Lanes& bound) {
  return Lanes(x.v >= bound.v ? x.v : bound.v);
}

inline Lanes min_of(const Lanes& x, const Lanes& bound) {
  return Lanes(x.v <= bound.v ? x.v : bound.v);
}

inline Lanes if_zero(const Lanes& count, const Lanes& a, const Lanes& b) {
  return Lanes(count.v == Lanes(0.0).v ? a.v : b.v);
}

/// Returns e^x, of x held within [-700, 700]. Accuracy: 4e-16 relative.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; e^r by its series, 2^n by the bits of a double.
inline Lanes exp_of(const Lanes& x) {
  constexpr double kRoundingShift = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to a whole
  constexpr double kLn2High = 6.93147180369123816490e-01;
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  const Lanes held = min_of(max_of(x, Lanes(-700.0)), Lanes(700.0));
  const Lanes shifted = held * Lanes(1.4426950408889634) + Lanes(kRoundingShift);
  const Lanes n = shifted - Lanes(kRoundingShift);
  const Lanes r = (held - n * Lanes(kLn2High)) - n * Lanes(kLn2Low);
  // Four chains of r^4 instead of one of r: a processor works on all of them at once.
  const Lanes r2 = r * r;
  const Lanes r4 = r2 * r2;
  const auto chain = [&](double c0, double c4, double c8) {
    return Lanes(c0) + r4 * (Lanes(c4) + r4 * Lanes(c8));
  };
  const Lanes even = chain(1.0, 1.0 / 24.0, 1.0 / 40320.0) +
                     r4 * r4 * r4 * (Lanes(1.0 / 479001600.0) + r * Lanes(1.0 / 6227020800.0));
  const Lanes odd = chain(1.0, 1.0 / 120.0, 1.0 / 362880.0);
  const Lanes second = chain(0.5, 1.0 / 720.0, 1.0 / 3628800.0);
  const Lanes third = chain(1.0 / 6.0, 1.0 / 5040.0, 1.0 / 39916800.0);
  const Lanes series = (even + r * odd) + r2 * (second + r * third);
  // The whole number stands in the low bits of the shifted value.
  Lanes::Bits bits;
  std::memcpy(&bits, &shifted.v, sizeof bits);
  bits = (bits + 1023U) << 52U;
  Lanes power;
  std::memcpy(&power.v, &bits, sizeof bits);
  return series * power;
}

/// Returns ln x of a normal x > 0. Accuracy: 4e-16, relative where ln x is not near 0.
///
/// x = 2^n m with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh((m - 1) / (m + 1)) by its series.
inline Lanes log_of(const Lanes& x) {
  constexpr std::uint64_t kSqrtHalfBits = 0x3fe6a09e667f3bcd;
  constexpr std::uint64_t kSignAndExponent = 0xfff0000000000000;
  constexpr std::uint64_t kSign = 0x8000000000000000;
  constexpr std::uint64_t kShiftBits = 0x4338000000000000;  // of 1.5 * 2^52
  constexpr double kLn2High = 6.93147180369123816490e-01;
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  Lanes::Bits bits;
  std::memcpy(&bits, &x.v, sizeof bits);
  const Lanes::Bits exponent = (bits - kSqrtHalfBits) & kSignAndExponent;
  const Lanes::Bits mantissa = bits - exponent;
  // n + 2048 is not negative; as the low bits of 1.5 * 2^52 it becomes a number.
  const Lanes::Bits whole = ((exponent ^ kSign) >> 52U) + kShiftBits;
  Lanes n;
  std::memcpy(&n.v, &whole, sizeof whole);
  n = n - Lanes(6755399441055744.0 + 2048.0);
  Lanes m;
  std::memcpy(&m.v, &mantissa, sizeof mantissa);
  const Lanes f = (m - Lanes(1.0)) / (m + Lanes(1.0));
  const Lanes f2 = f * f;
  const Lanes f4 = f2 * f2;
  const auto chain = [&](double c0, double c1, double c2, double c3, double c4) {
    return Lanes(c0) + f4 * (Lanes(c1) + f4 * (Lanes(c2) + f4 * (Lanes(c3) + f4 * Lanes(c4))));
  };
  const Lanes series = chain(1.0 / 3.0, 1.0 / 7.0, 1.0 / 11.0, 1.0 / 15.0, 1.0 / 19.0) +
                       f2 * chain(1.0 / 5.0, 1.0 / 9.0, 1.0 / 13.0, 1.0 / 17.0, 1.0 / 21.0);
  const Lanes twice = f + f;
  return n * Lanes(kLn2High) + (n * Lanes(kLn2Low) + twice * f2 * series + twice);
}

}  // namespace till::models
