/// \file
/// Month trend: does a monthly count grow, and did it stop following its trend somewhere?
///
/// A count is quasi-Poisson with mean exposure x exp(level + growth t + wave of the year). The wave
/// is one to three pairs of cosines and sines, where the months span two years or more; before,
/// season and growth cannot be told apart. A break at month b lets level and growth be others from
/// b on:
///
///     F = (deviance of the trend - deviance with the break) / (2 phi)
///
/// is taken at the b where it is largest, and its p-value times the number of b that were looked at
/// bounds that of the largest (Bonferroni; [A93] for what is tested). Months are taken to be
/// independent given the trend: a count that wanders of itself has breaks, in this sense.
///
/// Layer:   insight (private).   Threads: pure.
/// Sources: [A93], [KFE12], [MN89] -- keys resolve in docs/references.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace till::insight {

/// Counts of months, of which some may be missing.
struct MonthCounts {
  std::vector<double> counts;        ///< >= 0.
  std::vector<double> exposure;      ///< Days of average business; > 0.
  std::vector<std::int64_t> months;  ///< Numbers of the months; ascending.
};

/// Months and transactions without which nothing is said of growth, and of breaks.
inline constexpr std::size_t kFewestMonths = 6;
inline constexpr std::size_t kFewestMonthsForBreak = 12;
inline constexpr double kFewestTransactions = 24;
/// Shortest stretch between two breaks, in months.
inline constexpr std::size_t kShortestStretch = 3;

struct MonthTrend {
  double growth = 0.0;   ///< Of the logarithm, in a year.
  double error = 0.0;    ///< Its standard error.
  double p_value = 1.0;  ///< Of no growth, two-sided.
  double bound = 0.0;    ///< Standard errors that make an interval of 95 %.
  /// Of no break; unset: too few months.
  std::optional<double> break_p_value;
  std::size_t cut = 0;          ///< Where a single break leaves least unexplained, and the
  double cut_dispersion = 1.0;  ///< dispersion with it; of use where break_p_value is set.
};

/// Fits a trend. Nothing where there are too few months or transactions.
/// Cost: O(n^2) for n months; 0.1 ms for 36.
[[nodiscard]] std::optional<MonthTrend> month_trend(const MonthCounts& series);

/// Returns where new trends begin, as places in `series`: the cutting by PELT, or the best single
/// cut where that finds none. \pre month_trend() of the series gave `trend`, with a break_p_value.
[[nodiscard]] std::vector<std::size_t> trend_breaks(const MonthCounts& series,
                                                    const MonthTrend& trend);

/// Returns for each of `breaks` the rate, wave of the year removed, of the stretch that begins
/// there over that of the stretch before, less 1. Unset where nothing was sold before.
[[nodiscard]] std::vector<std::optional<double>> changes_at(const MonthCounts& series,
                                                            std::span<const std::size_t> breaks);

/// The month that is least like the others.
struct MonthOutlier {
  std::size_t at = 0;  ///< Its place in the series.
  double expected = 0.0;
  /// Two-sided, for the least likely of all months (Bonferroni); above 0.05 it may be larger still.
  double p_value = 1.0;
};

/// Finds the month that the trend of the others expects least. Nothing below 12 months or where
/// month_trend() says nothing. Cost: O(n); 20 us for 36.
[[nodiscard]] std::optional<MonthOutlier> month_outlier(const MonthCounts& series);

}  // namespace till::insight
