/// \file
/// One customer's month in the dynamic NBD filter, for any kind of number: double, Lanes (eight
/// customers at once), LaneGroup (some times eight) or Recorded (eight, with derivatives to follow
/// back).
///
/// Symbols are those of docs/models/dynamic_nbd.md.
///
/// Layer:   models (private).   Threads: pure.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "lanes.hpp"

#include "till/models/dynamic_nbd.hpp"

namespace till::models::step {

inline double exp_of(double x) {
  return std::exp(x);
}

inline double log_of(double x) {
  return std::log(x);
}

inline double max_of(double x, double bound) {
  return x >= bound ? x : bound;
}

inline double min_of(double x, double bound) {
  return x <= bound ? x : bound;
}

inline double if_zero(double count, double a, double b) {
  return count == 0.0 ? a : b;
}

template <typename T>
TILL_INLINE T logistic(const T& x) {
  return 1.0 / (1.0 + exp_of(-x));
}

inline constexpr double kMinVolatility = 0.1;
inline constexpr double kMaxSurprise = 6.0;
inline constexpr double kMinLongRunStep = 0.12;
inline constexpr double kMaxAwake = 0.9999;
inline constexpr double kMinBirthShare = 0.03;
inline constexpr double kSmallestRate = 1e-12;

/// The parameters as they enter the equations.
template <typename T>
struct Shared {
  T m0, a0, k0, k1, q, phi, h0, h1, r0, r1, r2, rho, nu, gamma;
};

/// \param values  in the order of DynamicNbdParameters.
template <typename T>
TILL_INLINE Shared<T> shared_of(const std::array<T, DynamicNbdParameters::kCount>& values) {
  Shared<T> p{};
  p.m0 = exp_of(values[0]);
  p.a0 = exp_of(values[1]);
  p.k0 = values[2];
  p.k1 = values[3];
  p.q = exp_of(values[4]);
  p.phi = logistic(values[5]);
  p.h0 = values[6];
  p.h1 = values[7];
  p.r0 = values[8];
  p.r1 = values[9];
  p.r2 = values[10];
  p.rho = logistic(values[11]);
  p.nu = logistic(values[12]);
  p.gamma = values[13];
  return p;
}

/// `b` is 1 / a.
template <typename T>
struct State {
  T m, b, l, n, A, v;
};

/// A month before its count is known.
template <typename T>
struct Prediction {
  T mu;         ///< m times exposure: the awake mean without the base's level.
  T inverse_k;  ///< 1 / kappa.
  T inverse_s;  ///< 1 / s.
};

/// Returns the prediction of a month whose 1 / kappa is known.
template <typename T, typename E>
TILL_INLINE Prediction<T> prediction_of(const State<T>& x, const E& e, const T& inverse_k) {
  return {x.m * e, inverse_k, x.b + inverse_k + x.b * inverse_k};
}

template <typename T, typename E>
TILL_INLINE Prediction<T> predict(const Shared<T>& p, const State<T>& x, const E& e) {
  const T mu = x.m * e;
  return prediction_of(x, e, exp_of(p.gamma * log_of(x.v) - p.k0 - p.k1 * log_of(mu + 0.1)));
}

/// Returns ln(1 + x) of x >= 0.
template <typename T>
TILL_INLINE T log_one_plus(const T& x) {
  return log_of(1.0 + x);
}

/// Returns the log score of a count: ln P(y) + ln y!, awake or asleep. `mean` carries the base's
/// level.
template <typename T, typename Y>
TILL_INLINE T log_score(const T& awake, const T& mean, const T& inverse_s, const Y& y) {
  const T s = 1.0 / inverse_s;
  const T odds = mean * inverse_s;
  const T log_rest = log_one_plus(odds);
  const T log_none = -(s * log_rest);
  const T some = log_none + log_rising_of(s, y) + y * (log_of(odds) - log_rest);
  return log_of(if_zero(y, (1.0 - awake) + awake * exp_of(log_none), awake)) +
         if_zero(y, 0.0, some);
}

/// Returns the probability of being awake after a month, from that of having been so in it:
/// R (1 - h) + (1 - R) o.
template <typename T, typename Y>
TILL_INLINE T
stays_awake(const Shared<T>& p, const T& R, const T& log_rate, const Y& log_one_plus_z) {
  const T stay = exp_of(-(p.h0 + p.h1 * log_rate));  // h = 1 / (1 + stay), o = 1 / (1 + sleep)
  const T sleep = exp_of(-(p.r0 + p.r1 * log_rate + p.r2 * log_one_plus_z));
  return min_of(
      (R * stay * (1.0 + sleep) + (1.0 - R) * (1.0 + stay)) / ((1.0 + stay) * (1.0 + sleep)),
      kMaxAwake);
}

/// Moves on by a month whose count is known. `z` is the months of silence, this one included;
/// `log_one_plus_z` is ln(1 + z).
template <typename T, typename Y>
TILL_INLINE void update(const Shared<T>& p,
                        State<T>& x,
                        const Prediction<T>& month,
                        const T& level_factor,
                        const Y& y,
                        const Y& log_one_plus_z) {
  const T mu = month.mu * level_factor;
  // Silence is evidence of being awake only as far as the awake are silent.
  const T spread = 1.0 + mu * month.inverse_s;
  const T p0 = exp_of(-(log_of(spread) / month.inverse_s));
  const T silent_awake = x.A * p0;
  const T R = if_zero(y, silent_awake / (silent_awake + (1.0 - x.A)), 1.0);
  const T off = y - mu;
  const T surprise = min_of(off * off / (mu * spread), kMaxSurprise);
  x.v = max_of(x.v + p.nu * R * mu / (1.0 + mu) * (surprise - x.v), kMinVolatility);
  const T gain = R * x.b / (1.0 + mu * (x.b + month.inverse_k));  // K R / mu
  const T log_m = log_of(max_of(x.m * (1.0 + gain * off), 0.005 * p.m0));
  x.n = x.n + R;
  x.l = x.l + R * max_of(1.0 / (x.n + 1.0), kMinLongRunStep) * (log_m - x.l);
  x.m = exp_of(p.phi * log_m + (1.0 - p.phi) * x.l);
  x.b = p.phi * p.phi * (1.0 - gain * mu) * x.b + p.q;
  x.A = stays_awake(p, R, log_of(x.m + 0.05), log_one_plus_z);
}

/// Returns the exposure of the part of a month after the first transaction.
///
/// \param share  of the month; (0, 1].
inline double birth_exposure(double month_exposure, double share) {
  return month_exposure * max_of(share, kMinBirthShare);
}

/// Returns the count of that part.
inline double birth_count(std::int32_t month_count) {
  return max_of(static_cast<double>(month_count) - 1.0, 0.0);
}

/// Returns the state after the month of the first transaction.
///
/// \param e  exposure of the part of the month after it.
/// \param y  count of the month after the first transaction; >= 0.
template <typename T, typename Y>
TILL_INLINE State<T> birth(const Shared<T>& p, const Y& e, const Y& y) {
  State<T> x{};
  const T b = 1.0 / p.a0;
  const T mu = p.m0 * e;
  const T inverse_k = exp_of(-p.k0 - p.k1 * log_of(mu + 0.1));
  const T K = b * mu / (1.0 + mu * (b + inverse_k));
  x.m = max_of(p.m0 + K * (y / e - p.m0), 0.02 * p.m0);
  x.b = (1.0 - K) * b + p.q;
  x.l = log_of(x.m);
  x.n = T(1.0);
  x.A = 1.0 / (1.0 + exp_of(p.h0 + p.h1 * log_of(x.m + 0.05)));
  x.v = T(1.0);
  return x;
}

/// Moves on by a month that nobody has seen yet.
template <typename T>
TILL_INLINE void advance(const Shared<T>& p, State<T>& x, const T& log_one_plus_z) {
  x.A = stays_awake(p, x.A, log_of(x.m + 0.05), log_one_plus_z);
  x.m = exp_of(p.phi * log_of(x.m) + (1.0 - p.phi) * x.l);
  x.b = p.phi * p.phi * x.b + p.q;
}

/// Returns by what factor the next month is expected to be like one of a level.
template <typename T>
TILL_INLINE T carried(const T& rho, const T& level) {
  return exp_of(rho * level);
}

/// What the base did against expectation, summed.
template <typename T>
struct LevelSums {
  T observed = T(0.0);
  T expected = T(0.0);

  TILL_INLINE void add(const LevelSums& more) {
    observed = observed + more.observed;
    expected = expected + more.expected;
  }

  [[nodiscard]] TILL_INLINE T level() const {
    return min_of(max_of(log_of((observed + 5.0) / (expected + 5.0)), -1.0), 1.0);
  }
};

/// Returns what a customer adds to them.
template <typename T, typename Y>
TILL_INLINE LevelSums<T> level_of(const State<T>& x, const Prediction<T>& month, const Y& y) {
  const T w = x.A / (1.0 + month.mu * month.inverse_s);
  return {w * y, w * month.mu * x.A};
}

}  // namespace till::models::step
