/// \file
/// Season estimates: the numbers of a season, from counts that stand in blocks.
///
/// Layer:   insight (private).   Threads: pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace till::insight {

/// Counts of k positions in each of several blocks, such as the days of weeks, with what would be
/// expected of each were there no season. An exposure of 0: the block has no such position.
struct Blocks {
  std::size_t k = 0;
  std::vector<double> counts = {};     ///< Block by block.
  std::vector<double> exposures = {};  ///< >= 0.

  [[nodiscard]] std::size_t size() const noexcept { return k == 0 ? 0 : counts.size() / k; }
};

struct ProfileIndex {
  std::optional<double> index;
  std::optional<double> low;
  std::optional<double> high;
};

struct Profile {
  std::vector<ProfileIndex> values;  ///< Length k.
  double strength = 0.0;             ///< max(0, 1 - var(remainder) / var(season + remainder)).
};

/// Returns for each position the counts over the exposures, divided by their mean.
///
/// Intervals are Student's, with the block as the unit: the ratio's error is that of the mean of
/// count less expected, and of the division by the mean. Indices are unset where counts add up to
/// nothing or less.
[[nodiscard]] Profile profile_of(const Blocks& blocks);

/// Returns count over exposure of the first k positions of each block, 0 where there is none: the
/// values of a test.
[[nodiscard]] std::vector<double> ratios_of(const Blocks& blocks, std::size_t k);

/// Returns the smooth part of daily counts: a local line over 91 days, no less than a quarter of
/// the local mean, which is above 0 wherever a count is near.
[[nodiscard]] std::vector<double> daily_trend(std::span<const double> counts);

}  // namespace till::insight
