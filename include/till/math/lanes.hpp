/// \file
/// Lanes: eight doubles that are computed at once.
///
/// A compiler's vector type, which becomes one AVX-512 register, two of AVX2 or four of SSE2, and
/// the elementary functions on it, without branches. All of it is additions, multiplications and
/// divisions in a fixed order, never fused: every processor computes the same bits.
///
/// A loop over customers is written once, as an inlined template over nothing but Lanes, and
/// compiled for each kind of processor by TILL_FOR_EACH_PROCESSOR; which one runs is decided at run
/// time.
///
/// Layer:   math (core).   Threads: pure.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace till::math {

// Vectors are passed between inlined functions only: there is no ABI to change. Not popped at the
// end, because the warning is raised where they are inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

inline constexpr std::size_t kLanes = 8;

using Lanes = double __attribute__((vector_size(64)));
using BitLanes = std::uint64_t __attribute__((vector_size(64)));  ///< The bits of Lanes.
using MaskLanes = std::int64_t __attribute__((vector_size(64)));  ///< What a comparison gives.

#define TILL_INLINED __attribute__((always_inline))  // of a lambda, behind its parameters
#define TILL_INLINE inline TILL_INLINED

/// Returns the same value in all lanes.
[[nodiscard]] TILL_INLINE Lanes lanes(double value) noexcept {
  return value - Lanes{};  // of eight equal elements GCC 12 sets one after the other
}

/// Reads eight doubles.
[[nodiscard]] TILL_INLINE Lanes load(const double* from) noexcept {
  Lanes result;
  std::memcpy(&result, from, sizeof(result));
  return result;
}

/// Reads n <= 8 doubles; the other lanes are `rest`.
[[nodiscard]] TILL_INLINE Lanes load(const double* from, std::size_t n, double rest) noexcept {
  Lanes result = lanes(rest);
  std::memcpy(&result, from, n * sizeof(double));
  return result;
}

/// Writes the first n <= 8 lanes.
TILL_INLINE void store(const Lanes& value, double* to, std::size_t n = kLanes) noexcept {
  std::memcpy(to, &value, n * sizeof(double));
}

/// Returns the bits of doubles, and the doubles of bits.
[[nodiscard]] TILL_INLINE BitLanes to_bits(const Lanes& value) noexcept {
  return (BitLanes)value;  // the one cast between vector types that both compilers have
}

[[nodiscard]] TILL_INLINE Lanes from_bits(const BitLanes& bits) noexcept {
  return (Lanes)bits;
}

/// Returns the sum of the lanes, in fixed order.
[[nodiscard]] TILL_INLINE double sum(const Lanes& v) noexcept {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/// Returns yes where the mask is set, no elsewhere.
[[nodiscard]] TILL_INLINE Lanes choose(const MaskLanes& mask,
                                       const Lanes& yes,
                                       const Lanes& no) noexcept {
  return mask ? yes : no;
}

[[nodiscard]] TILL_INLINE bool any(const MaskLanes& mask) noexcept {
  std::int64_t bits = 0;
  for (std::size_t i = 0; i < kLanes; ++i) {
    bits |= mask[i];
  }
  return bits != 0;
}

/// e^x = power (1 + rest), power = 2^n.
struct Exponential {
  Lanes power;
  Lanes rest;
};

/// Returns e^x in two parts; below -708 e^-708, above 709 e^709.
[[nodiscard]] TILL_INLINE Exponential exponential(const Lanes& argument) noexcept {
  constexpr double kLog2E = 1.4426950408889634;
  constexpr double kLn2High = 0x1.62e42fefa0000p-1;  // 33 bits: n times it is exact
  constexpr double kLn2Low = 0x1.cf79abc9e3b3ap-40;
  constexpr double kRound = 0x1.8p52;  // adding it leaves the nearest whole number in the low bits
  const Lanes floored = choose(argument < -708.0, lanes(-708.0), argument);
  const Lanes x = choose(floored > 709.0, lanes(709.0), floored);
  const Lanes shifted = x * kLog2E + kRound;
  const Lanes n = shifted - kRound;
  const Lanes r = (x - n * kLn2High) - n * kLn2Low;
  // e^r - 1 = 2 r / (R - r), R = r coth(r / 2) = 2 + t (1/6 - t/360 + ...), t = r^2: five terms are
  // off by 1e-18 of R at most for |r| <= log(2) / 2 (Remez), where Taylor's series takes twelve.
  const Lanes t = r * r;
  const Lanes t2 = t * t;
  const Lanes low = 0.16666666666666602 - t * 0.002777777777701522;
  const Lanes high =
      (6.613756321394515e-05 - t * 1.6533902183825366e-06) + t2 * 4.1381363575014555e-08;
  const Lanes rest = (r + r) / ((2.0 - r) + t * (low + t2 * high));
  constexpr std::uint64_t kOne = 0x3ff0000000000000;  // bits of 1
  return {from_bits(kOne + (to_bits(shifted) << 52U)), rest};
}

/// Returns e^x; below -708 e^-708, above 709 e^709.
/// Accuracy: 4e-16 relative.
[[nodiscard]] TILL_INLINE Lanes exp(const Lanes& x) noexcept {
  const Exponential parts = exponential(x);
  return parts.power * (1.0 + parts.rest);
}

/// Returns e^x - 1, x up to 709. Accuracy: 4e-16 relative for |x| < 0.34, 1e-15 else.
[[nodiscard]] TILL_INLINE Lanes expm1(const Lanes& x) noexcept {
  const Exponential parts = exponential(x);
  return parts.power * parts.rest + (parts.power - 1.0);
}

/// Returns log x. \pre x > 0 and normal.
/// Accuracy: 4e-16 relative away from 1, 1e-16 absolute near it.
[[nodiscard]] TILL_INLINE Lanes log(const Lanes& x) noexcept {
  constexpr double kLn2High = 0x1.62e42fefa0000p-1;
  constexpr double kLn2Low = 0x1.cf79abc9e3b3ap-40;
  constexpr std::uint64_t kRootHalf = 0x3fe6a09e667f3bcd;  // bits of sqrt(1/2)
  constexpr std::uint64_t kBias = 1024;
  constexpr std::uint64_t kMagicBits = 0x4330000000000000;  // of 2^52
  constexpr double kMagic = 0x1p52 + 1024.0;
  const BitLanes bits = to_bits(x);
  // x = 2^k m, sqrt(1/2) <= m < sqrt(2). k + 1024 > 0, so that a shift without sign does.
  const BitLanes biased = (bits - kRootHalf + (kBias << 52U)) >> 52U;
  const Lanes k = from_bits(biased | kMagicBits) - kMagic;
  const Lanes m = from_bits(bits - ((biased - kBias) << 52U));
  // log m = 2 atanh s, s = (m - 1) / (m + 1), |s| <= 0.1716.
  const Lanes f = m - 1.0;
  const Lanes s = f / (2.0 + f);
  const Lanes z = s * s;
  const Lanes z2 = z * z;
  // 2 atanh s = 2 s + s z (2/3 + 2/5 z + ...): seven terms are off by 2e-18 of it at most (Remez).
  const Lanes low = (0.6666666666666734 + z * 0.3999999999941396) +
                    z2 * (0.285714287425628 + z * 0.22222198553736855);
  const Lanes high = (0.1818356540907182 + z * 0.15314021086040608) + z2 * 0.14796261382999656;
  const Lanes series = low + (z2 * z2) * high;
  // 2 s = f - s f, so that near m = 1 no digit of f is lost.
  return k * kLn2High + (f - (s * (f - z * series) - k * kLn2Low));
}

/// Returns log(1 + x). \pre x > -1, 1 + x normal and finite.
/// Accuracy: 5e-16 relative.
[[nodiscard]] TILL_INLINE Lanes log1p(const Lanes& x) noexcept {
  const Lanes y = 1.0 + x;
  return log(y) + (x - (y - 1.0)) / y;
}

/// Which instructions a loop is compiled for.
enum class Processor { Plain, Avx2, Avx512 };

/// Returns the best that this processor has.
[[nodiscard]] Processor this_processor() noexcept;

#if defined(__x86_64__)
#define TILL_AVX2 __attribute__((target("avx2")))
#define TILL_AVX512 __attribute__((target("avx512f,avx512dq")))
#else
#define TILL_AVX2
#define TILL_AVX512
#endif

/// Defines `result name(parameters)` as `body(arguments)`, an inlined function over Lanes, compiled
/// for each kind of processor.
#define TILL_FOR_EACH_PROCESSOR(result, name, parameters, body, arguments) \
  result name##_plain parameters noexcept {                                \
    return body arguments;                                                 \
  }                                                                        \
  TILL_AVX2 result name##_avx2 parameters noexcept {                       \
    return body arguments;                                                 \
  }                                                                        \
  TILL_AVX512 result name##_avx512 parameters noexcept {                   \
    return body arguments;                                                 \
  }                                                                        \
  result name parameters noexcept {                                        \
    switch (::till::math::this_processor()) {                              \
      case ::till::math::Processor::Avx512:                                \
        return name##_avx512 arguments;                                    \
      case ::till::math::Processor::Avx2:                                  \
        return name##_avx2 arguments;                                      \
      case ::till::math::Processor::Plain:                                 \
        break;                                                             \
    }                                                                      \
    return name##_plain arguments;                                         \
  }

}  // namespace till::math
