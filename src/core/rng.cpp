#include "till/core/rng.hpp"

#include <bit>
#include <cmath>

#include "till/core/check.hpp"

namespace till {

Rng::Rng(std::uint64_t seed) noexcept : state_{} {
  for (std::uint64_t& word : state_) {  // splitmix64
    seed += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    word = z ^ (z >> 31U);
  }
}

std::uint64_t Rng::next() noexcept {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t t = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::uniform() noexcept {
  return static_cast<double>(next() >> 11U) * 0x1.0p-53;
}

std::uint64_t Rng::below(std::uint64_t n) noexcept {
  TILL_ASSERT(n > 0, "below(0) asks for a number from an empty range");
  // Values from the incomplete last run of n would favour small results: they are drawn again.
  const std::uint64_t limit = -n % n;
  std::uint64_t bits = next();
  while (bits < limit) {
    bits = next();
  }
  return bits % n;
}

double Rng::exponential() noexcept {
  return -std::log1p(-uniform());
}

double Rng::normal() noexcept {
  // Marsaglia's polar method; the second number of each pair is not kept, so that what a generator
  // returns depends on its state alone.
  while (true) {
    const double x = 2.0 * uniform() - 1.0;
    const double y = 2.0 * uniform() - 1.0;
    const double square = x * x + y * y;
    if (square > 0.0 && square < 1.0) {
      return x * std::sqrt(-2.0 * std::log(square) / square);
    }
  }
}

double Rng::gamma(double shape) noexcept {
  TILL_ASSERT(shape > 0.0, "gamma needs a shape above zero");
  // Below 1: if X ~ Gamma(shape + 1) and U is uniform, X U^(1/shape) ~ Gamma(shape) [MT00 sec. 6].
  double factor = 1.0;
  if (shape < 1.0) {
    factor = std::exp(-exponential() / shape);
    shape += 1.0;
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = normal();
    const double root = 1.0 + c * x;
    if (root <= 0.0) {
      continue;
    }
    const double v = root * root * root;
    if (-exponential() < 0.5 * x * x + d - d * v + d * std::log(v)) {
      return factor * d * v;
    }
  }
}

Rng Rng::split() noexcept {
  return Rng(next());
}

}  // namespace till
