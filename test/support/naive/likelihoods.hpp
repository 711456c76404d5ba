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

}  // namespace till::test::naive
