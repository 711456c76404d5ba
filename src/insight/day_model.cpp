#include "insight/day_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "insight/day_series.hpp"

#include "till/math/gamma.hpp"
#include "till/math/negative_binomial.hpp"

namespace till::insight {

namespace {

constexpr std::size_t kReach = 28;        // days on each side
constexpr std::size_t kGap = 14;          // days without anything
constexpr double kOutlying = 0.05;        // such days expected in all
constexpr double kMedianSquare = 0.4549;  // of a standard normal variable
constexpr int kRounds = 4;

double shape_of(double alpha) {
  return alpha > 0.0 ? 1.0 / alpha : std::numeric_limits<double>::infinity();
}

std::vector<bool> outside_gaps(std::span<const double> counts) {
  std::vector<bool> covered(counts.size(), true);
  for (std::size_t i = 0; i < counts.size();) {
    std::size_t end = i;
    while (end < counts.size() && counts[end] == 0.0) {
      ++end;
    }
    if (end - i >= kGap) {
      std::fill(covered.begin() + static_cast<std::ptrdiff_t>(i),
                covered.begin() + static_cast<std::ptrdiff_t>(end),
                false);
    }
    i = std::max(end, i + 1);
  }
  return covered;
}

/// The alpha by which the middle squared residual is that of a normal variable: no outlier moves
/// it.
double first_alpha(std::span<const double> counts,
                   std::span<const double> means,
                   const std::vector<bool>& used) {
  double low = 0.0;
  double high = 100.0;
  for (int step = 0; step < 40; ++step) {
    const double alpha = 0.5 * (low + high);
    std::vector<double> squares;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (used[i] && means[i] > 0.0) {
        const double residual = counts[i] - means[i];
        squares.push_back(residual * residual / (means[i] + alpha * means[i] * means[i]));
      }
    }
    if (squares.empty()) {
      return 0.0;
    }
    const auto middle = squares.begin() + std::ssize(squares) / 2;
    std::nth_element(squares.begin(), middle, squares.end());
    (*middle > kMedianSquare ? low : high) = alpha;
  }
  return low;
}

}  // namespace

double count_survival(double count, double mean, double alpha) {
  if (count <= 0.0) {
    return 1.0;
  }
  return mean > 0.0 ? 1.0 - math::negative_binomial_cdf(count - 1.0, mean, shape_of(alpha)) : 0.0;
}

double share_survival(double count, double total, double parts, double alpha) {
  if (count <= 0.0) {
    return 1.0;
  }
  const double a = 1.0 / std::max(alpha, 1e-9);
  const double b = (parts - 1.0) * a;
  // Of the beta-binomial distribution: P(k) and the ratio of neighbours.
  double k = count;
  double term = std::exp(math::log_factorial(total) - math::log_factorial(k) -
                         math::log_factorial(total - k) + math::log_rising(a, k) +
                         math::log_rising(b, total - k) - math::log_rising(a + b, total));
  double sum = 0.0;
  while (k <= total) {
    sum += term;
    if (term < 1e-17 * sum) {
      break;
    }
    term *= (total - k) / (k + 1.0) * (a + k) / (b + total - k - 1.0);
    ++k;
  }
  return std::min(sum, 1.0);
}

DayModel fit_day_model(std::int64_t first, std::span<const double> counts) {
  const std::size_t n = counts.size();
  DayModel model;
  model.covered = outside_gaps(counts);
  model.expected.assign(n, 0.0);
  model.p_values.assign(n, 1.0);
  model.is_usable =
      static_cast<std::size_t>(std::ranges::count(model.covered, true)) >= kFewestDaysForModel;
  if (!model.is_usable) {
    return model;
  }
  std::vector<bool> used = model.covered;
  std::array<double, 7> weights = {1, 1, 1, 1, 1, 1, 1};
  const auto weight = [&](std::size_t i) {
    return weights[weekday_of(first + static_cast<std::int64_t>(i))];
  };
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> level(n, 0.0);
    std::vector<double> sums(n + 1, 0.0);
    std::vector<double> weight_sums(n + 1, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      sums[i + 1] = sums[i] + (used[i] ? counts[i] : 0.0);
      weight_sums[i + 1] = weight_sums[i] + (used[i] ? weight(i) : 0.0);
    }
    for (std::size_t i = 0; i < n; ++i) {
      // Near an end the window moves inwards: as many days, not as many on each side.
      const std::size_t length = std::min(2 * kReach + 1, n);
      const std::size_t from = std::min(i >= kReach ? i - kReach : 0, n - length);
      const std::size_t to = from + length;
      const double own = used[i] ? weight(i) : 0.0;
      const double sum = sums[to] - sums[from] - (used[i] ? counts[i] : 0.0);
      const double by = weight_sums[to] - weight_sums[from] - own;
      level[i] = by > 0.0 ? std::max(sum, 0.0) / by : 0.0;
    }
    std::array<double, 7> seen = {};
    std::array<double, 7> due = {};
    for (std::size_t i = 0; i < n; ++i) {
      if (used[i]) {
        const std::size_t day = weekday_of(first + static_cast<std::int64_t>(i));
        seen[day] += counts[i];
        due[day] += level[i];
      }
    }
    for (std::size_t day = 0; day < 7; ++day) {
      weights[day] = due[day] > 0.0 ? std::max(seen[day], 0.0) / due[day] : 1.0;
    }
    for (std::size_t i = 0; i < n; ++i) {
      model.expected[i] = model.covered[i] ? level[i] * weight(i) : 0.0;
    }
    if (round == 0) {
      model.alpha = first_alpha(counts, model.expected, used);
    } else {
      double excess = 0.0;
      double squares = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        if (used[i]) {
          const double mean = model.expected[i];
          excess += (counts[i] - mean) * (counts[i] - mean) - mean;
          squares += mean * mean;
        }
      }
      const double weeks = static_cast<double>(std::ranges::count(used, true)) / 7.0;
      const double fitted = 1.0 - 1.0 / weeks;  // residuals are from means that they took part in
      model.alpha = squares > 0.0 ? std::max(excess / squares / fitted, 0.0) : 0.0;
    }
    // Level and day of the week are estimates themselves, from so many days and weeks.
    const double weeks = static_cast<double>(std::ranges::count(used, true)) / 7.0;
    const double doubt = 1.0 / static_cast<double>(2 * kReach) + 1.0 / weeks;
    // Alpha is one, too, from so many days.
    const double wider = 1.0 + doubt + 1.0 / std::sqrt(7.0 * weeks);
    for (std::size_t i = 0; i < n; ++i) {
      const double count = std::max(counts[i], 0.0);
      const double mean = model.expected[i];
      if (!model.covered[i] || mean <= 0.0) {
        continue;
      }
      const double alpha = model.alpha * wider + doubt / mean;
      const double lower = math::negative_binomial_cdf(count, mean, shape_of(alpha));
      const double upper = count_survival(count, mean, alpha);
      model.p_values[i] = std::min(2.0 * std::min(lower, upper), 1.0);
      used[i] = model.p_values[i] * static_cast<double>(n) >= kOutlying;
    }
  }
  return model;
}

}  // namespace till::insight
