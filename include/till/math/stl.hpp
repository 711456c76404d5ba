/// \file
/// STL: a series taken apart into trend, season and remainder.
///
///     StlOptions options;
///     options.period = 12;
///     const Decomposition parts = stl(months, options);
///     // months[i] == parts.trend[i] + parts.seasons[0][i] + parts.remainder[i]
///     seasonal_strength(parts, 0);   // 0: no season, 1: nothing but season
///
/// The season is smoothed among the values that are a whole number of periods apart, the trend
/// among neighbours, both by local regression (LOESS), in turns; in the robust form values far from
/// what the two say lose their weight. Several seasons are taken off one after the other, the
/// shortest first (MSTL).
///
/// Layer:   math (core).   Threads: pure.
/// Sources: [CCMT90], [BHB21], [WSH06] -- keys resolve in docs/references.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace till::math {

/// Spans are in values of the series, and odd; that of the season in periods.
struct StlOptions {
  std::size_t period = 0;           ///< Values in a period; >= 2.
  std::size_t seasonal_window = 7;  ///< >= 3; longer than the series with degree 0: always the same
                                    ///< season.
  std::size_t trend_window = 0;     ///< > period; 0: 1.5 period / (1 - 1.5 / seasonal_window).
  std::size_t low_pass_window = 0;  ///< > period; 0: the next odd number.
  std::int32_t seasonal_degree = 1;  ///< Of the local regression: 0 or 1.
  std::size_t jump =
      1;               ///< Trend and low pass are computed at every so many values, linear between.
  bool robust = true;  ///< 15 passes of weighting with 2 inner ones; otherwise 5 inner ones.
};

/// Parts that add up to the series.
struct Decomposition {
  std::vector<double> trend;
  std::vector<std::vector<double>> seasons;  ///< One for each period.
  std::vector<double> remainder;
  std::vector<double> weights;  ///< Of the robust form, in [0, 1]; otherwise 1.
};

/// Returns the local regression of a series at each of its values: the smooth part of it.
///
/// Weights are tricube of the distance to the farthest of `window` neighbours; at the ends these
/// are on one side. A window longer than the series reaches beyond it by half of what is missing.
/// \param window  odd, >= 3. \param degree  0 or 1.
/// Cost: O(n window).
[[nodiscard]] std::vector<double> loess(std::span<const double> values,
                                        std::size_t window,
                                        std::int32_t degree);

/// Takes a series apart into a trend, one season and a remainder [CCMT90].
///
/// \param values  length n, finite.
/// \pre period >= 2 and n >= 2 period.
/// Accuracy: 1e-10 relative to the largest value on test/golden/math/stl.csv. Cost: O(n times
/// windows), 30 passes in the robust form; a jump divides the part of trend and low pass by it.
[[nodiscard]] Decomposition stl(std::span<const double> values, const StlOptions& options);

/// Takes a series apart into a trend, several seasons and a remainder [BHB21]: each season twice.
///
/// \param periods  ascending, each as `period` in StlOptions; at least one.
/// \param options  for all of them; its period and windows are ignored: the window of the i-th
///                 season is 7 + 4 i, i >= 1, those of trend and low pass are their defaults.
/// \pre n >= 2 periods for each period.
[[nodiscard]] Decomposition mstl(std::span<const double> values,
                                 std::span<const std::size_t> periods,
                                 const StlOptions& options);

/// Returns max(0, 1 - var(remainder) / var(season + remainder)) [WSH06]: in [0, 1]; 0 where both
/// are constant.
///
/// Short series have strong seasons by chance: it is a size, no evidence.
[[nodiscard]] double seasonal_strength(const Decomposition& parts, std::size_t season);
/// Returns the same of the trend.
[[nodiscard]] double trend_strength(const Decomposition& parts);

}  // namespace till::math
