/// \file
/// Tests of a season, and of a trend, that only look at ranks: one wild day changes little.
///
///     kruskal_wallis(values, month_of_year, 12).f_p_value   // do months differ?
///     friedman(values, 7).f_p_value                         // do days of the week, week by week?
///     qs(differences, 12).p_value                           // is a value like that of a year ago?
///     mann_kendall(values).p_value                          // does it go up, or down?
///
/// The textbook p-values of the first two are those of a chi-squared law. For few values it is far
/// too careful, so the F law of an analysis of variance of the ranks stands beside it [ID80].
/// Neighbours in time are alike, which makes an F too large too often: its degrees of freedom are
/// therefore multiplied by epsilon, 1 for values that know nothing of each other and 1 / (k - 1) at
/// worst [GG59].
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [KW52], [F37], [ID80], [GG59], [LB78], [M45], [YW04] -- docs/references.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace till::math {

/// Returns the probability that a variable of the F law exceeds a value.
/// \pre degrees > 0. Infinity gives 0, what is not above 0 gives 1.
[[nodiscard]] double f_survival(double value,
                                double degrees_between,
                                double degrees_within) noexcept;

struct RankTest {
  double statistic = 0.0;  ///< Chi-squared with k - 1 degrees of freedom, corrected for ties.
  double p_value = 1.0;    ///< By that law.
  double epsilon = 1.0;    ///< Share of the degrees of freedom that are left.
  double f_p_value = 1.0;  ///< By the F law.
};

/// Tests whether groups of values differ in location.
///
/// \param values   length n, finite.
/// \param groups   length n: 0 ... k - 1; each k has a value.
/// \param lost     degrees of freedom that were spent on the values before, such as on a trend.
/// \param epsilon  share of the degrees of freedom of F that are left; (0, 1].
/// \return p-values 1 where all values are equal or n - k - lost < 1.
/// Accuracy: 1e-12 on test/golden/math/season_tests.csv. Cost: O(n log n).
[[nodiscard]] RankTest kruskal_wallis(std::span<const double> values,
                                      std::span<const std::int32_t> groups,
                                      std::size_t k,
                                      double lost = 0.0,
                                      double epsilon = 1.0);

/// Tests whether k treatments differ in location within blocks.
///
/// Epsilon is that of the covariance of the ranks [GG59], so that values of a block may be alike.
/// \param values  row by row: a block of k finite values; k >= 2.
/// \return p-values 1 for fewer than two blocks.
/// Cost: O(n k (k + log k)) for n blocks.
[[nodiscard]] RankTest friedman(std::span<const double> values, std::size_t k);

/// Returns the epsilon of the means of a stationary series of first-order autocorrelation, at
/// k positions of a period.
/// \param correlation  of neighbours; below 0 counts as 0. \pre < 1, k >= 2.
[[nodiscard]] double autoregressive_epsilon(double correlation, std::size_t k) noexcept;

struct QsTest {
  double statistic = 0.0;
  double p_value = 1.0;  ///< By the chi-squared law with 2 degrees of freedom.
};

/// Tests whether a series without trend is like itself one and two periods before: only likeness
/// counts as season [LB78].
///
/// \pre period >= 1. \return p-value 1 where the series is constant or not longer than two periods.
[[nodiscard]] QsTest qs(std::span<const double> values, std::size_t period);

struct TrendTest {
  double slope = 0.0;    ///< Median of the slopes between any two values, per step (Theil-Sen).
  double tau = 0.0;      ///< (Rising less falling pairs) / pairs; [-1, 1].
  double p_value = 1.0;  ///< Of Mann-Kendall, two-sided, as if values knew nothing of each other.
  double adjusted_p_value = 1.0;  ///< With the variance that autocorrelation leads to [YW04].
};

/// Tests whether a series goes up or down.
///
/// \param lost  degrees of freedom spent on the values before, such as on a season: what is left of
///              them varies less than it did, in a share lost / n of the variance; < n.
/// \return p-values 1 for fewer than 4 values, or equal ones.
/// Cost: O(n^2): for months and weeks, not for days of decades.
[[nodiscard]] TrendTest mann_kendall(std::span<const double> values, double lost = 0.0);

}  // namespace till::math
