/// \file
/// Long sums of falling terms: the first one by one, then blocks by a Gaussian rule for sums.
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [DLMF] 18.19, 18.22 (discrete Chebyshev polynomials), 3.5(v) -- keys resolve in
///          docs/references.md.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

// NOLINTBEGIN(bugprone-float-loop-counter): doubles that count are whole, and exact.

namespace till::math {

/// The sum of f(0) ... f(size - 1) as weights times f at fewer places; exact where f is a
/// polynomial up to degree 23.
struct SumRule {
  static constexpr std::size_t kNodes = 12;
  static constexpr std::size_t kSmallest = 6;  ///< log2 of the least size.
  static constexpr std::size_t kLargest = 40;  ///< log2 of the greatest.

  std::array<double, kNodes> nodes;  ///< Ascending, between 0 and size - 1.
  std::array<double, kNodes> weights;
};

/// Returns the rule of a size that is a power of two, computed once.
/// \pre SumRule::kSmallest <= log2_size <= SumRule::kLargest.
[[nodiscard]] const SumRule& sum_rule(std::size_t log2_size) noexcept;

/// Calls visit(i, share) so that the sum of share times g(i) is that of f(i) / f(from) times g(i)
/// over the whole numbers i in [from, to), for terms f that fall.
///
/// \param ratio      called as ratio(i): f(i + 1) / f(i) < 1.
/// \param log_term   called as log_term(i), for long ranges only: log f(i) but for a constant, also
///                   between whole numbers; without singularities to the right of `from`.
/// \param visit      g is as smooth as log f.
/// Accuracy: 1e-13 relative.   Cost: 64 terms, and 12 for each time the range or the terms' fall by
/// e^6 doubles; what is left out is below a double's rounding.
template <class Ratio, class LogTerm, class Visit>
void visit_falling_terms(double from,
                         double to,
                         const Ratio& ratio,
                         const LogTerm& log_term,
                         const Visit& visit) noexcept {
  constexpr double kNegligible = 1e-18;
  constexpr double kFall = 6.0;     // e^-6 within a block is smooth enough for 12 nodes
  constexpr double kAtOnce = 16.0;  // terms between two looks at what is left
  const double least = std::ldexp(1.0, static_cast<int>(SumRule::kSmallest));
  double share = 1.0;
  double sum = 0.0;
  std::optional<double> log_first;
  double i = from;
  while (i < to && share * (to - i) > kNegligible * sum) {
    // A block is at most as long as it is far from the singularities.
    const double room = std::min({to - i, i - from, kFall / -std::log(ratio(i))});
    if (!(room >= least)) {
      const double end = std::min(i + kAtOnce, to);
      for (; i < end; i += 1.0) {
        visit(i, share);
        sum += share;
        share *= ratio(i);
      }
      continue;
    }
    const std::size_t log2_size =
        std::min(static_cast<std::size_t>(std::log2(room)), SumRule::kLargest);
    const SumRule& rule = sum_rule(log2_size);
    if (!log_first) {
      log_first = log_term(from);
    }
    for (std::size_t node = 0; node < SumRule::kNodes; ++node) {
      const double at = i + rule.nodes[node];
      const double mass = rule.weights[node] * std::exp(log_term(at) - *log_first);
      visit(at, mass);
      sum += mass;
    }
    i += std::ldexp(1.0, static_cast<int>(log2_size));
    share = std::exp(log_term(i) - *log_first);
  }
}

}  // namespace till::math

// NOLINTEND(bugprone-float-loop-counter)
