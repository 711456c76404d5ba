#include "till/core/rng.hpp"

#include <bit>

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

Rng Rng::split() noexcept {
  return Rng(next());
}

}  // namespace till
