/// \file
/// The states of many customers of the dynamic NBD filter, eight at a time.
///
/// Layer:   models (private).   Threads: pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "dynamic_nbd_step.hpp"
#include "lanes.hpp"

namespace till::models::step {

/// The states of some customers, column by column.
struct StateColumns {
  double* m;
  double* b;
  double* l;
  double* n;
  double* A;
  double* v;

  /// The customers from the i-th on.
  [[nodiscard]] TILL_INLINE StateColumns from(std::size_t i) const {
    return {m + i, b + i, l + i, n + i, A + i, v + i};
  }
};

/// Reads the counts of n <= kSize customers; those of the other lanes are 0.
TILL_INLINE Lanes load_counts(const std::int32_t* from, std::size_t n) {
  using Counts = std::int32_t __attribute__((vector_size(Lanes::kSize * sizeof(std::int32_t))));
  Counts counts{};
  std::memcpy(&counts, from, n * sizeof(std::int32_t));
  return Lanes(__builtin_convertvector(counts, math::Lanes));
}

/// Reads n <= kSize numbers.
TILL_INLINE Lanes load_some(const double* from, std::size_t n, double rest) {
  return Lanes(math::load(from, n, rest));
}

/// Reads the states of n <= kSize customers; the other lanes are asleep: they weigh nothing.
TILL_INLINE State<Lanes> load_state(const StateColumns& columns, std::size_t n) {
  return {load_some(columns.m, n, 1.0),
          load_some(columns.b, n, 1.0),
          load_some(columns.l, n, 0.0),
          load_some(columns.n, n, 1.0),
          load_some(columns.A, n, 0.0),
          load_some(columns.v, n, 1.0)};
}

TILL_INLINE void store_state(const State<Lanes>& x, const StateColumns& columns, std::size_t n) {
  math::store(x.m.v, columns.m, n);
  math::store(x.b.v, columns.b, n);
  math::store(x.l.v, columns.l, n);
  math::store(x.n.v, columns.n, n);
  math::store(x.A.v, columns.A, n);
  math::store(x.v.v, columns.v, n);
}

inline constexpr std::size_t kShared = 14;  // fields of Shared

template <typename T>
TILL_INLINE std::array<T*, kShared> fields(Shared<T>& p) {
  return {&p.m0,
          &p.a0,
          &p.k0,
          &p.k1,
          &p.q,
          &p.phi,
          &p.h0,
          &p.h1,
          &p.r0,
          &p.r1,
          &p.r2,
          &p.rho,
          &p.nu,
          &p.gamma};
}

/// Returns the parameters as numbers that have lanes: the same in each.
template <typename T = Lanes>
TILL_INLINE Shared<T> in_lanes(Shared<double> p) {
  Shared<T> out;
  for (std::size_t i = 0; i < kShared; ++i) {
    *fields(out)[i] = *fields(p)[i];
  }
  return out;
}

/// Writes the states of customers after the month of their first transaction.
///
/// \param exposures  of the part of the month after it.
/// \param counts     of the month after it; >= 0.
void begin_births(const Shared<double>& shared,
                  std::span<const double> exposures,
                  std::span<const double> counts,
                  const StateColumns& after);

}  // namespace till::models::step
