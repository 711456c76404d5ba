/// \file
/// Triangle: counts by cohort and age, of which those that lie ahead are forecast.
///
/// Every cell has its share of the cohort's customers, a product of what age does, what the cohort
/// is like, and what the season adds:
///
///     count(c, a) ~ customers(c) x age(a) x cohort(c) x season(position in the year of c + a)
///
/// Each factor is drawn towards 1 - that of an age towards a curve of all ages, exp(b0 + b1 log a)
/// - as far as the others of its kind say that they differ by chance alone: with
///
///     count | u ~ Poisson(expected x u),   u ~ Gamma(k, k),   u-hat = (k + count)/(k + expected)
///
/// k is the one of greatest likelihood, infinite where nothing differs. Counts that vary more, or
/// less, than Poisson's are scaled by their dispersion. The factors are found in turns. It is the
/// chain ladder's multiplicative model of a triangle [M91] with its factors shrunk: a cohort of ten
/// customers does not have a character of its own because one of them came back twice.
///
/// Layer:   insight (private).   Threads: pure.
/// Sources: [M91] -- keys resolve in docs/references.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace till::insight {

/// Counts by cohort (row) and age (column).
struct Triangle {
  std::size_t cohorts = 0;
  std::size_t ages = 0;
  std::vector<double> customers;      ///< Of each cohort; > 0.
  std::vector<std::int64_t> periods;  ///< When each cohort began: a count of periods, >= 0.
  std::vector<double> counts;         ///< cohorts x ages, row by row; what is not known is 0.
  std::vector<char> known;            ///< Whether a cell is: cohorts x ages.
  std::int64_t season_length = 0;     ///< Periods of a year; 0: no season is looked for.
  bool is_share = false;              ///< Whether each customer counts at most once in a cell.
};

/// What is expected of one cell for each customer of the cohort.
struct TriangleForecast {
  double mean = 0.0;
  double deviation = 0.0;  ///< Standard deviation of what will be seen.
};

/// Forecasts every cell of a triangle, the known ones, too: cohorts x ages, row by row; nothing
/// where no cell of an age above 0 is known.
///
/// Means of a share are within (0, 1).
/// \pre all vectors have the lengths said.
/// Cost: O(cohorts x ages), some 30 passes.
[[nodiscard]] std::vector<TriangleForecast> fill_triangle(const Triangle& triangle);

}  // namespace till::insight
