/// \file
/// The tail of a distribution of counts: does it fall like a power law, or like a log-normal?
///
/// Both laws put weight on counts k = m, m + 1, ... where m begins the tail:
///
///     power law    P(k) = k^-exponent / zeta(exponent, m)
///     log-normal   P(k) = (Q(z(k - 1/2)) - Q(z(k + 1/2))) / Q(z(m - 1/2)),  z(x) = (log x -
///     mu)/sigma
///
/// with Q the upper tail of the standard normal distribution. The tail begins where the power law
/// of greatest likelihood is closest to the counts seen (Kolmogorov-Smirnov distance), and which of
/// the two laws is closer to the truth is Vuong's test of the mean log likelihood ratio.
///
///     const std::array<std::int64_t, 2> counts = {7, 1}, ids = {1, 3};
///     fit_count_tail(counts, ids);   // nothing: four ids tell nothing about a tail
///
/// A log-normal far from its middle comes close to any power law, so a power law is seldom found
/// better by much: "cannot tell" then speaks for the law with one parameter less.
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [CSN09], [V89], [DLMF] 25.11 -- keys resolve in docs/references.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace till::math {

/// The logarithm of a function, and its derivative.
struct LogValue {
  double value;
  double slope;
};

/// Returns log zeta(s, q), the logarithm of the sum of (q + k)^-s over k >= 0, and its derivative
/// with respect to s [DLMF 25.11.1]. \pre s > 1, q > 0.
/// Accuracy: 1e-13, relative to max(1, |value|), for s up to 100.
[[nodiscard]] LogValue log_hurwitz_zeta(double s, double q) noexcept;

/// Returns the logarithm of the probability that a standard normal variable exceeds z.
/// Accuracy: 1e-9 relative of the probability; 1e-13 for z < 30.
[[nodiscard]] double log_normal_survival(double z) noexcept;

/// Two laws of the same tail, and which is closer.
struct CountTail {
  std::int64_t from = 0;   ///< Smallest count of the tail.
  std::int64_t ids = 0;    ///< In the tail.
  double exponent = 0.0;   ///< Of the power law; > 1.
  double distance = 0.0;   ///< Of the power law from what was seen, largest of all counts; [0, 1].
  double mu = 0.0;         ///< Of the log-normal: mean of the logarithm, were it not cut off.
  double sigma = 0.0;      ///< Of the log-normal: standard deviation of the logarithm; > 0.
  double log_ratio = 0.0;  ///< Log likelihood of the log-normal less that of the power law.
  double p_value = 1.0;    ///< Vuong's, two-sided: small when one law is closer than the other.
};

/// Fits both laws to the tail of counts.
///
/// \param counts  length n; > 0, each different, in any order.
/// \param ids     length n: how many have that count; > 0.
/// \return nothing when fewer than 50 ids, or three counts, make the longest tail.
/// Cost: O(n) evaluations of zeta for each of at most 40 beginnings, which are spread evenly over
/// the counts where there are more.
[[nodiscard]] std::optional<CountTail> fit_count_tail(std::span<const std::int64_t> counts,
                                                      std::span<const std::int64_t> ids);

}  // namespace till::math
