/// \file
/// Fisher's exact test: do two things meet more often than their counts alone would have it?
///
///     fisher_greater(3, 4, 5, 20);   // 0.0320: 3 of 20 have both, 4 the one, 5 the other
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [F35] -- keys resolve in docs/references.md.
#pragma once

namespace till::math {

/// Returns P(X >= both) for X hypergeometric: of `all`, `first` have the one and `second` the
/// other, placed at random [F35].
///
/// Counts may be fractions, as those of a table that was scaled; the gamma function stands for the
/// factorial, and the sum goes in steps of one from `both`. Terms are added outward until they no
/// longer count, on the side of the mean where there are few, so that counts of millions cost some
/// thousand terms.
/// \pre all >= first, second >= both >= 0; where all < first + second - both, it is 1.
/// Accuracy: 1e-9 relative for whole numbers up to 1e7, by the digits that the logarithm of a
/// factorial keeps.
[[nodiscard]] double fisher_greater(double both, double first, double second, double all) noexcept;

}  // namespace till::math
