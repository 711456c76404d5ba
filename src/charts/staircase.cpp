#include "charts/staircase.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "till/core/check.hpp"

namespace till::charts {
namespace {

double distance_to_segment(const Point& p, const Point& a, const Point& b) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double length_squared = dx * dx + dy * dy;
  const double along =
      length_squared > 0
          ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length_squared, 0.0, 1.0)
          : 0.0;
  return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}

}  // namespace

std::vector<std::size_t> thinned(const std::vector<Point>& points, double tolerance) {
  TILL_ASSERT(tolerance > 0, "a tolerance is positive");
  if (points.size() <= 2) {
    std::vector<std::size_t> all(points.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = i;
    }
    return all;
  }

  // First what falls onto the point before it: at most 4 (width + height) / tolerance points
  // remain, because the curve goes one way in x and one way in y.
  const double near = tolerance / 4;
  std::vector<std::size_t> candidates = {0};
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const Point& last = points[candidates.back()];
    if (std::abs(points[i].x - last.x) >= near || std::abs(points[i].y - last.y) >= near) {
      candidates.push_back(i);
    }
  }
  candidates.push_back(points.size() - 1);

  // Then Douglas and Peucker: split at the farthest point until none is too far from its line. What
  // the first step skipped lies within hypot(near, near) < 0.36 tolerance of a candidate.
  const double far = tolerance * 0.64;
  std::vector<bool> kept(candidates.size(), false);
  kept.front() = true;
  kept.back() = true;
  std::vector<std::pair<std::size_t, std::size_t>> open = {{0, candidates.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    std::size_t farthest = first;
    double distance = far;
    for (std::size_t i = first + 1; i < last; ++i) {
      const double d = distance_to_segment(
          points[candidates[i]], points[candidates[first]], points[candidates[last]]);
      if (d > distance) {
        distance = d;
        farthest = i;
      }
    }
    if (farthest != first) {
      kept[farthest] = true;
      open.emplace_back(first, farthest);
      open.emplace_back(farthest, last);
    }
  }
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (kept[i]) {
      indices.push_back(candidates[i]);
    }
  }
  return indices;
}

}  // namespace till::charts
