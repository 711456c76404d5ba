/// \file
/// Rng: the one source of chance in till; same seed, same numbers, on every machine.
///
/// xoshiro256++ seeded by splitmix64 [BV21]. It is always a parameter, never a global.
/// Distributions of the standard library differ between vendors, so the few draws till needs are
/// members here.
///
/// Layer:   core (std only).   Threads: one Rng per thread; `split()` makes independent ones.
/// Sources: [BV21], [MT00] -- keys resolve in docs/references.md.
#pragma once

#include <array>
#include <cstdint>

namespace till {

class Rng {
 public:
  explicit Rng(std::uint64_t seed) noexcept;

  /// Returns 64 random bits.
  std::uint64_t next() noexcept;
  /// Returns a number uniform on [0, 1), a multiple of 2^-53.
  double uniform() noexcept;
  /// Returns an integer uniform on [0, n). \pre n > 0.
  std::uint64_t below(std::uint64_t n) noexcept;
  /// Returns an exponential number of mean 1.
  double exponential() noexcept;
  /// Returns a normal number of mean 0 and variance 1.
  double normal() noexcept;
  /// Returns a gamma number of a shape and of rate 1, so of mean `shape` [MT00]. \pre shape > 0.
  double gamma(double shape) noexcept;
  /// Returns a generator whose numbers are independent of the ones that follow here.
  Rng split() noexcept;

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace till
