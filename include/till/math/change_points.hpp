/// \file
/// Change points: where a series stops following one law and begins to follow another.
///
/// Of all ways to cut 0 ... n - 1 into segments, PELT [KFE12] finds the one with the smallest sum
/// of the segments' costs and a penalty for each cut. A cost is what one law fitted to a segment
/// leaves unexplained, such as its deviance.
///
///     const std::vector<std::size_t> starts = pelt(y.size(), 3, 2.0 * std::log(n), cost);
///     // {12, 20}: new laws begin at 12 and at 20
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [KFE12] -- keys resolve in docs/references.md.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace till::math {

/// What the half-open segment [from, to) costs; a longer one costs no less than its parts together.
using SegmentCost = std::function<double(std::size_t from, std::size_t to)>;

/// Returns where the segments after the first begin, ascending; nothing when one law will do.
///
/// Exact: the minimum over all cuttings into segments of `least` or more.
/// \param n        elements; >= 0.
/// \param least    shortest segment; >= 1.
/// \param penalty  for each cut, in units of the cost; >= 0.
/// Cost: at most n^2 / 2 costs, near n of them where there are many changes.
[[nodiscard]] std::vector<std::size_t> pelt(std::size_t n,
                                            std::size_t least,
                                            double penalty,
                                            const SegmentCost& cost);

/// The cost of counts that follow one Poisson rate within a segment: the deviance, by sums kept
/// once.
///
///     cost(a, b) = 2 sum over [a, b) of y log(y / (r e)) - (y - r e),   r = sum y / sum e
class PoissonCost {
 public:
  /// \param counts    length n; y >= 0.
  /// \param exposure  length n; e > 0: what the rate is per.
  PoissonCost(std::span<const double> counts, std::span<const double> exposure);

  /// Returns the deviance of [from, to). \pre from < to <= n. Cost: O(1).
  [[nodiscard]] double operator()(std::size_t from, std::size_t to) const noexcept;

 private:
  std::vector<double> counts_;  // sums of those before each element
  std::vector<double> exposure_;
  std::vector<double> saturated_;  // of y log(y / e)
};

}  // namespace till::math
