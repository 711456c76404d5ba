#include "charts/staircase.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::charts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Le;

double distance(const Point& p, const Point& a, const Point& b) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double length = dx * dx + dy * dy;
  const double t =
      length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

// How far the line through all points is from the line through some, at the worst point.
double worst(const std::vector<Point>& points, const std::vector<std::size_t>& kept) {
  double error = 0;
  for (std::size_t k = 1; k < kept.size(); ++k) {
    for (std::size_t i = kept[k - 1]; i <= kept[k]; ++i) {
      error = std::max(error, distance(points[i], points[kept[k - 1]], points[kept[k]]));
    }
  }
  return error;
}

// A million customers, most of whom bought once, as a curve of 640 x 250 pixels.
std::vector<Point> long_curve() {
  std::vector<Point> points;
  Rng rng(7);
  double y = 250;
  for (int i = 0; i < 1'000'000; ++i) {
    points.push_back({640 * std::log1p(i) / std::log(1'000'001.0), y});
    y -= rng.uniform() < 0.1 ? 250.0 / 100'000 : 0;
  }
  return points;
}

TEST(Staircase, KeepsTheShapeToAThirdOfAPixel) {
  const std::vector<Point> points = long_curve();
  const std::vector<std::size_t> kept = thinned(points, 0.3);
  EXPECT_THAT(worst(points, kept), Le(0.3));
  EXPECT_THAT(kept.size(), Le(400U));
}

TEST(Staircase, KeepsEveryCornerThatCanBeSeen) {
  std::vector<Point> steps;
  for (int i = 0; i < 20; ++i) {
    steps.push_back({10.0 * i, 200 - 8.0 * i});
    steps.push_back({10.0 * i + 10, 200 - 8.0 * i});
  }
  std::vector<std::size_t> all(steps.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = i;
  }
  EXPECT_EQ(thinned(steps, 0.3), all);
}

TEST(Staircase, KeepsOnlyTheEndsOfAStraightLine) {
  std::vector<Point> line;
  for (int i = 0; i <= 1'000; ++i) {
    line.push_back({0.5 * i, 0.25 * i});
  }
  EXPECT_THAT(thinned(line, 0.3), ElementsAre(0U, 1'000U));
}

TEST(Staircase, KeepsWhatIsTooShortToThin) {
  EXPECT_THAT(thinned({}, 0.3), IsEmpty());
  EXPECT_THAT(thinned({{1, 1}}, 0.3), ElementsAre(0U));
  EXPECT_THAT(thinned({{1, 1}, {1, 1}}, 0.3), ElementsAre(0U, 1U));
  EXPECT_THAT(thinned({{1, 1}, {1, 1}, {1, 1}}, 0.3), ElementsAre(0U, 2U));
}

}  // namespace
}  // namespace till::charts
