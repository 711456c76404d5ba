#include "till/math/count_tail.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "till/core/check.hpp"
#include "till/math/log_space.hpp"
#include "till/math/minimize.hpp"

namespace till::math {

namespace {

constexpr std::int64_t kFewestIds = 50;
constexpr std::size_t kFewestLevels = 3;
constexpr std::size_t kMostBeginnings = 40;

struct Level {
  double count = 0.0;
  double ids = 0.0;
};

double log_density(double z) {
  return -0.5 * (z * z + std::log(2.0 * std::numbers::pi));
}

// --- power law -----------------------------------------------------------------------------------

struct PowerLaw {
  double exponent = 0.0;
  double log_scale = 0.0;  // log zeta(exponent, m)
};

/// The likelihood is greatest where the law's mean logarithm, which falls as the exponent grows, is
/// that of the counts.
PowerLaw fit_power_law(std::span<const Level> tail) {
  double ids = 0.0;
  double logs = 0.0;
  for (const Level& level : tail) {
    ids += level.ids;
    logs += level.ids * std::log(level.count);
  }
  const double mean = logs / ids;
  double low = std::log(1e-3);  // of the exponent less 1
  double high = std::log(1e3);
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    const double law_mean = -log_hurwitz_zeta(1.0 + std::exp(middle), tail.front().count).slope;
    (law_mean > mean ? low : high) = middle;
  }
  const double exponent = 1.0 + std::exp(0.5 * (low + high));
  return {exponent, log_hurwitz_zeta(exponent, tail.front().count).value};
}

/// The largest difference of the law's and the seen distribution function, looked at on both sides
/// of each step of the latter.
double distance_of(std::span<const Level> tail, const PowerLaw& law) {
  double ids = 0.0;
  for (const Level& level : tail) {
    ids += level.ids;
  }
  double left = ids;
  double distance = 0.0;
  for (const Level& level : tail) {
    const double from = std::exp(log_hurwitz_zeta(law.exponent, level.count).value - law.log_scale);
    distance = std::max(distance, std::fabs(left / ids - from));
    left -= level.ids;
    const double above =
        std::exp(log_hurwitz_zeta(law.exponent, level.count + 1.0).value - law.log_scale);
    distance = std::max(distance, std::fabs(left / ids - above));
  }
  return distance;
}

// --- log-normal ----------------------------------------------------------------------------------

// In terms of z0 = z(m - 1/2) and log sigma, which keep apart how far out the tail is and how wide
// it is: z(x) = z0 + (log x - log(m - 1/2)) / sigma.
struct LogNormal {
  double z0 = 0.0;
  double log_sigma = 0.0;
};

/// The logarithm of a cell's probability and its derivatives with respect to z0 and log sigma, not
/// yet divided by Q(z0).
struct Cell {
  double value = 0.0;
  std::array<double, 2> slope = {};
};

Cell cell_of(const LogNormal& law, double count, double begin) {
  // Below this width a cell is its density in the middle, to (z width)^2 / 24; the difference of
  // two tails would lose more.
  constexpr double kNarrow = 1e-5;
  const double sigma = std::exp(law.log_sigma);
  const double below = std::log((count - 0.5) / begin) / sigma;
  const double above = std::log((count + 0.5) / begin) / sigma;
  const double a = law.z0 + below;
  const double b = law.z0 + above;
  if (b - a < kNarrow) {
    const double z = 0.5 * (a + b);
    // The width is in proportion to 1 / sigma.
    return {log_density(z) + std::log(b - a), {-z, z * 0.5 * (below + above) - 1.0}};
  }
  // Of two tails the one that is not near 1 is exact.
  const bool is_left = a + b < 0.0;
  const double larger = log_normal_survival(is_left ? -b : a);
  const double smaller = log_normal_survival(is_left ? -a : b);
  Cell cell;
  cell.value = larger + log_complement(smaller - larger);
  const double at_a = std::exp(log_density(a) - cell.value);
  const double at_b = std::exp(log_density(b) - cell.value);
  cell.slope = {at_b - at_a, at_a * below - at_b * above};
  return cell;
}

LogNormal fit_log_normal(std::span<const Level> tail, double begin) {
  double ids = 0.0;
  double sum = 0.0;
  double squares = 0.0;
  for (const Level& level : tail) {
    const double y = std::log(level.count / begin);
    ids += level.ids;
    sum += level.ids * y;
    squares += level.ids * y * y;
  }
  const double mean = sum / ids;
  const double deviation = std::sqrt(squares / ids - mean * mean);
  MinimizeOptions options;
  options.lower = {-40.0, std::log(1e-3)};
  options.upper = {25.0, std::log(100.0)};
  std::array<double, 2> x = {std::clamp(-mean / deviation, -40.0, 25.0),
                             std::clamp(std::log(deviation), std::log(1e-3), std::log(100.0))};
  // Whatever ends the search, x is then the best point that was seen.
  (void)minimize(
      [&](std::span<const double> p, std::span<double> gradient) {
        const LogNormal law{p[0], p[1]};
        const double cut = log_normal_survival(law.z0);
        double value = 0.0;
        gradient[0] = 0.0;
        gradient[1] = 0.0;
        for (const Level& level : tail) {
          const Cell cell = cell_of(law, level.count, begin);
          value -= level.ids * (cell.value - cut);
          gradient[0] -= level.ids * (cell.slope[0] + std::exp(log_density(law.z0) - cut));
          gradient[1] -= level.ids * cell.slope[1];
        }
        return value;
      },
      x,
      options);
  return {x[0], x[1]};
}

}  // namespace

// The sum is taken until q + k is beyond s, then by Euler and Maclaurin [DLMF 2.10.1]; in units of
// q^-s, so that no power underflows.
LogValue log_hurwitz_zeta(double s, double q) noexcept {
  TILL_ASSERT(s > 1.0 && q > 0.0, "log_hurwitz_zeta: s must be > 1 and q > 0");
  // B(2j) / (2j)! for j = 1, 2, ...
  constexpr std::array<double, 7> kBernoulli = {1.0 / 12.0,
                                                -1.0 / 720.0,
                                                1.0 / 30240.0,
                                                -1.0 / 1209600.0,
                                                1.0 / 47900160.0,
                                                -691.0 / 1307674368000.0,
                                                1.0 / 74724249600.0};
  double sum = 0.0;
  double slope = 0.0;  // of the sum
  double a = q;
  while (a < s + 10.0) {
    const double y = std::log(a / q);
    const double term = std::exp(-s * y);
    sum += term;
    slope -= y * term;
    a += 1.0;
  }
  const double y = std::log(a / q);
  const double power = std::exp(-s * y);
  const double integral = power * a / (s - 1.0);
  sum += integral + 0.5 * power;
  slope -= integral * (y + 1.0 / (s - 1.0)) + 0.5 * power * y;
  double rising = power * s / a;
  double reciprocals = 1.0 / s;
  double next = s + 1.0;
  for (const double bernoulli : kBernoulli) {
    sum += bernoulli * rising;
    slope += bernoulli * rising * (reciprocals - y);
    rising *= next * (next + 1.0) / (a * a);
    reciprocals += 1.0 / next + 1.0 / (next + 1.0);
    next += 2.0;
  }
  const double log_q = std::log(q);
  return {std::log(sum) - s * log_q, slope / sum - log_q};
}

double log_normal_survival(double z) noexcept {
  if (z < 0.0) {
    return std::log1p(-0.5 * std::erfc(-z / std::numbers::sqrt2));
  }
  if (z < 30.0) {
    return std::log(0.5 * std::erfc(z / std::numbers::sqrt2));
  }
  const double t = 1.0 / (z * z);  // [DLMF 7.12.1]
  return log_density(z) - std::log(z) + std::log1p(-t * (1.0 - t * (3.0 - t * (15.0 - 105.0 * t))));
}

std::optional<CountTail> fit_count_tail(std::span<const std::int64_t> counts,
                                        std::span<const std::int64_t> ids) {
  TILL_ASSERT(counts.size() == ids.size(), "fit_count_tail: one number of ids for each count");
  std::vector<Level> levels;
  levels.reserve(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    levels.push_back({static_cast<double>(counts[i]), static_cast<double>(ids[i])});
  }
  std::sort(levels.begin(), levels.end(), [](const Level& a, const Level& b) {
    return a.count < b.count;
  });
  // Where a tail may begin: with ids and counts enough behind.
  std::size_t beginnings = 0;
  double behind = 0.0;
  for (std::size_t i = levels.size(); i-- > 0;) {
    behind += levels[i].ids;
    if (behind >= static_cast<double>(kFewestIds) && levels.size() - i >= kFewestLevels) {
      beginnings = i + 1;
      break;
    }
  }
  if (beginnings == 0) {
    return std::nullopt;
  }
  const std::size_t tried = std::min(beginnings, kMostBeginnings);
  CountTail best;
  PowerLaw power_law;
  std::span<const Level> tail;
  for (std::size_t i = 0; i < tried; ++i) {
    const std::size_t begin = tried == 1 ? 0 : i * (beginnings - 1) / (tried - 1);
    const std::span<const Level> candidate(levels.begin() + static_cast<std::ptrdiff_t>(begin),
                                           levels.end());
    const PowerLaw law = fit_power_law(candidate);
    const double distance = distance_of(candidate, law);
    if (tail.empty() || distance < best.distance) {
      tail = candidate;
      power_law = law;
      best.distance = distance;
    }
  }

  const double begin = tail.front().count - 0.5;
  const LogNormal law = fit_log_normal(tail, begin);
  const double cut = log_normal_survival(law.z0);
  double n = 0.0;
  double sum = 0.0;
  double squares = 0.0;
  for (const Level& level : tail) {
    const double log_normal = cell_of(law, level.count, begin).value - cut;
    const double power = -power_law.exponent * std::log(level.count) - power_law.log_scale;
    const double ratio = log_normal - power;
    n += level.ids;
    sum += level.ids * ratio;
    squares += level.ids * ratio * ratio;
  }
  const double variance = std::max(0.0, squares / n - (sum / n) * (sum / n));
  best.from = static_cast<std::int64_t>(tail.front().count);
  best.ids = static_cast<std::int64_t>(n);
  best.exponent = power_law.exponent;
  best.sigma = std::exp(law.log_sigma);
  best.mu = std::log(begin) - law.z0 * best.sigma;
  best.log_ratio = sum;
  best.p_value = variance > 0.0 ? std::erfc(std::fabs(sum) / std::sqrt(2.0 * n * variance)) : 1.0;
  return best;
}

}  // namespace till::math
