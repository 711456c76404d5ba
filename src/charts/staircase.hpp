/// \file
/// Staircase: an ordered curve, drawn with no more points than the eye can tell apart.
///
/// A million customers make a few thousand levels; a panel has a few hundred pixels. `thinned`
/// leaves out what moves the line by less than a third of a pixel.
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <cstddef>
#include <vector>

namespace till::charts {

/// A point of a panel, in pixels.
struct Point {
  double x = 0;
  double y = 0;

  friend bool operator==(const Point&, const Point&) = default;
};

/// Returns the indices of the points to keep, ascending: the first, the last, and as many between
/// that no point of the line moves by more than `tolerance` pixels.
///
/// \param points     of a curve that goes one way in x and, but for a few turns, in y; n >= 0.
/// \param tolerance  pixels; > 0.
/// Cost: O(n + m log m) for m points at least tolerance / 4 apart.
[[nodiscard]] std::vector<std::size_t> thinned(const std::vector<Point>& points, double tolerance);

}  // namespace till::charts
