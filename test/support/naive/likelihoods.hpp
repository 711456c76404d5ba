/// \file
/// Naive likelihoods: the papers' equations, letter by letter, in long double.
///
/// They overflow for frequent customers and divide by zero at special parameters: twins to compare
/// with where they are safe.
#pragma once

#include <cmath>

namespace till::test::naive {

using Real = long double;

/// 2F1 by its series; |z| < 1.
inline Real hypergeometric(Real a, Real b, Real c, Real z) {
  Real term = 1.0L;
  Real sum = 1.0L;
  for (int k = 0; k < 100000 && std::fabs(term) > 1e-21L * std::fabs(sum); ++k) {
    term *= (a + k) * (b + k) / (c + k) * z / (k + 1.0L);
    sum += term;
  }
  return sum;
}

inline Real beta_function(Real a, Real b) {
  if (a + b > 1500.0L) {  // where the gamma function overflows
    return std::exp(std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b));
  }
  return std::tgamma(a) * std::tgamma(b) / std::tgamma(a + b);
}

/// [FH05-009] eqs. (18)-(20).
inline Real pareto_nbd(Real r, Real alpha, Real s, Real beta, Real x, Real t_x, Real T) {
  const Real n = r + s + x;
  const auto part = [&](Real t) {
    return alpha >= beta ? hypergeometric(n, s + 1.0L, n + 1.0L, (alpha - beta) / (alpha + t)) /
                               std::pow(alpha + t, n)
                         : hypergeometric(n, r + x, n + 1.0L, (beta - alpha) / (beta + t)) /
                               std::pow(beta + t, n);
  };
  const Real A0 = part(t_x) - part(T);
  return std::tgamma(r + x) * std::pow(alpha, r) * std::pow(beta, s) / std::tgamma(r) *
         (1.0L / (std::pow(alpha + T, r + x) * std::pow(beta + T, s)) + s / n * A0);
}

/// [FHL05] eq. (6).
inline Real bg_nbd(Real r, Real alpha, Real a, Real b, Real x, Real t_x, Real T) {
  const Real front = std::tgamma(r + x) * std::pow(alpha, r) / std::tgamma(r);
  const Real alive =
      beta_function(a, b + x) / beta_function(a, b) * front / std::pow(alpha + T, r + x);
  const Real gone = x > 0.0L ? beta_function(a + 1.0L, b + x - 1.0L) / beta_function(a, b) * front /
                                   std::pow(alpha + t_x, r + x)
                             : 0.0L;
  return alive + gone;
}

/// [FHL05] eq. (9).
inline Real bg_nbd_expectation(Real r, Real alpha, Real a, Real b, Real t) {
  return (a + b - 1.0L) / (a - 1.0L) *
         (1.0L -
          std::pow(alpha / (alpha + t), r) * hypergeometric(r, b, a + b - 1.0L, t / (alpha + t)));
}

/// The likelihood of [BDK07].
inline Real mbg_nbd(Real r, Real alpha, Real a, Real b, Real x, Real t_x, Real T) {
  const Real front = std::tgamma(r + x) * std::pow(alpha, r) / std::tgamma(r);
  return beta_function(a, b + x + 1.0L) / beta_function(a, b) * front / std::pow(alpha + T, r + x) +
         beta_function(a + 1.0L, b + x) / beta_function(a, b) * front /
             std::pow(alpha + t_x, r + x);
}

/// [SMC87] with nobody leaving: x purchases at a Gamma(r, alpha) rate within T.
inline Real nbd(Real r, Real alpha, Real x, Real T) {
  return std::tgamma(r + x) / std::tgamma(r) * std::pow(alpha / (alpha + T), r) /
         std::pow(alpha + T, x);
}

/// The likelihood of [RPS21]: Erlang-k intervals, of which a customer who is still there is in one
/// of the k stages of the next.
///
/// \param leaves_first  whether the first purchase, at 0, can be the last: MBG, else BG.
/// \param sum_log       of the intervals between purchases.
inline Real cnbd(bool leaves_first,
                 int k,
                 Real r,
                 Real alpha,
                 Real a,
                 Real b,
                 Real x,
                 Real t_x,
                 Real T,
                 Real sum_log) {
  const auto stages = static_cast<Real>(k);
  const Real n = r + stages * x;
  const Real density = std::exp((stages - 1.0L) * sum_log) / std::pow(std::tgamma(stages), x) *
                       std::pow(alpha, r) / std::tgamma(r);
  Real silent = 0.0L;
  for (int j = 0; j < k; ++j) {
    const auto passed = static_cast<Real>(j);
    silent += std::pow(T - t_x, passed) / std::tgamma(passed + 1.0L) * std::tgamma(n + passed) /
              std::pow(alpha + T, n + passed);
  }
  const Real chances = leaves_first ? x + 1.0L : x;
  const Real alive = beta_function(a, b + chances) / beta_function(a, b) * silent;
  const Real gone = chances > 0.0L
                        ? beta_function(a + 1.0L, b + chances - 1.0L) / beta_function(a, b) *
                              std::tgamma(n) / std::pow(alpha + t_x, n)
                        : 0.0L;
  return density * (alive + gone);
}

/// The likelihood of [BG12]: alive at T, or left at an unseen moment, by Simpson's rule.
inline Real ggom_nbd(Real r, Real alpha, Real b, Real s, Real beta, Real x, Real t_x, Real T) {
  constexpr int kSteps = 20000;
  const auto survival = [&](Real t) { return std::pow(beta / (beta + std::expm1(b * t)), s); };
  const auto left = [&](Real t) {
    return survival(t) * s * b * std::exp(b * t) / (beta + std::expm1(b * t)) /
           std::pow(alpha + t, r + x);
  };
  const Real step = (T - t_x) / kSteps;
  Real sum = left(t_x) + left(T);
  for (int i = 1; i < kSteps; ++i) {
    sum += (i % 2 == 1 ? 4.0L : 2.0L) * left(t_x + step * static_cast<Real>(i));
  }
  return std::tgamma(r + x) / std::tgamma(r) * std::pow(alpha, r) *
         (survival(T) / std::pow(alpha + T, r + x) + sum * step / 3.0L);
}

/// [FHS10] eq. (3).
inline Real bg_bb(Real alpha, Real beta, Real gamma, Real delta, int x, int t_x, int n) {
  const auto purchases = [&](int until) {
    return beta_function(alpha + x, beta + until - x) / beta_function(alpha, beta);
  };
  Real sum = purchases(n) * beta_function(gamma, delta + n) / beta_function(gamma, delta);
  for (int until = t_x; until < n; ++until) {
    sum +=
        purchases(until) * beta_function(gamma + 1.0L, delta + until) / beta_function(gamma, delta);
  }
  return sum;
}

/// [FH13-025] eq. (1a).
inline Real gamma_gamma(Real p, Real q, Real gamma, Real mean_spend, Real x) {
  return std::tgamma(p * x + q) / (std::tgamma(p * x) * std::tgamma(q)) * std::pow(gamma, q) *
         std::pow(mean_spend, p * x - 1.0L) * std::pow(x, p * x) /
         std::pow(gamma + mean_spend * x, p * x + q);
}

}  // namespace till::test::naive
