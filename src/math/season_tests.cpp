#include "till/math/season_tests.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "till/core/check.hpp"
#include "till/math/chi_squared.hpp"
#include "till/math/gamma.hpp"

namespace till::math {

namespace {

/// Writes the ranks of values, equal ones sharing the mean of theirs, and returns the sum of t^3 -
/// t over groups of t equal values.
double rank(std::span<const double> values,
            std::span<double> ranks,
            std::vector<std::size_t>& order) {
  order.resize(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  double ties = 0.0;
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from + 1;
    while (to < order.size() && values[order[to]] == values[order[from]]) {
      ++to;
    }
    const auto equal = static_cast<double>(to - from);
    ties += equal * equal * equal - equal;
    for (std::size_t i = from; i < to; ++i) {
      ranks[order[i]] = 0.5 * static_cast<double>(from + to + 1);
    }
    from = to;
  }
  return ties;
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Returns the autocorrelation at some lags, in their order; empty for a constant series.
std::vector<double> autocorrelations(std::span<const double> values,
                                     std::span<const std::size_t> lags) {
  const double mean = mean_of(values);
  double spread = 0.0;
  double largest = 0.0;
  for (const double value : values) {
    spread += (value - mean) * (value - mean);
    largest = std::max(largest, std::abs(value));
  }
  if (!(spread > 1e-24 * largest * largest)) {
    return {};
  }
  std::vector<double> out;
  for (const std::size_t lag : lags) {
    double sum = 0.0;
    for (std::size_t i = lag; i < values.size(); ++i) {
      sum += (values[i] - mean) * (values[i - lag] - mean);
    }
    out.push_back(sum / spread);
  }
  return out;
}

double normal_two_sided(double z) {
  return std::erfc(std::abs(z) / std::numbers::sqrt2);
}

}  // namespace

double f_survival(double value, double degrees_between, double degrees_within) noexcept {
  if (!(value > 0.0)) {
    return 1.0;
  }
  if (std::isinf(value)) {
    return 0.0;
  }
  const double between = degrees_between * value;
  const double x = between / (between + degrees_within);
  const double y = degrees_within / (between + degrees_within);
  return std::exp(log_incomplete_beta(0.5 * degrees_between, 0.5 * degrees_within, x, y).upper);
}

RankTest kruskal_wallis(std::span<const double> values,
                        std::span<const std::int32_t> groups,
                        std::size_t k,
                        double lost,
                        double epsilon) {
  RankTest test;
  test.epsilon = epsilon;
  const auto n = static_cast<double>(values.size());
  std::vector<double> ranks(values.size());
  std::vector<std::size_t> order;
  const double correction = 1.0 - rank(values, ranks, order) / (n * n * n - n);
  const double within = n - static_cast<double>(k) - lost;
  if (k < 2 || !(correction > 0.0) || !(within >= 1.0)) {
    return test;
  }
  std::vector<double> sums(k);
  std::vector<double> counts(k);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto group = static_cast<std::size_t>(groups[i]);
    sums[group] += ranks[i];
    counts[group] += 1.0;
  }
  double squares = 0.0;
  for (std::size_t group = 0; group < k; ++group) {
    TILL_ASSERT(counts[group] > 0.0, "every group has a value");
    squares += sums[group] * sums[group] / counts[group];
  }
  const double h = std::max(0.0, (12.0 / (n * (n + 1.0)) * squares - 3.0 * (n + 1.0)) / correction);
  const double between = static_cast<double>(k) - 1.0;
  test.statistic = h;
  test.p_value = chi_squared_survival(h, static_cast<std::int32_t>(k - 1));
  test.f_p_value = f_survival(
      (h / between) / (std::max(0.0, n - 1.0 - h) / within), epsilon * between, epsilon * within);
  return test;
}

// With ranks R of n blocks, the residuals E = R - mean of each treatment have rows that sum to 0,
// so S = E'E / (n - 1) is the covariance of the contrasts, and
//   epsilon = (tr S)^2 / ((k - 1) tr(S S)).
RankTest friedman(std::span<const double> values, std::size_t k) {
  RankTest test;
  TILL_ASSERT(k >= 2 && values.size() % k == 0, "blocks are whole");
  const std::size_t blocks = values.size() / k;
  if (blocks < 2) {
    return test;
  }
  const auto n = static_cast<double>(blocks);
  const auto size = static_cast<double>(k);
  std::vector<double> ranks(values.size());
  std::vector<std::size_t> order;
  std::vector<double> means(k);
  double ties = 0.0;
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::span<double> own = std::span(ranks).subspan(block * k, k);
    ties += rank(values.subspan(block * k, k), own, order);
    for (std::size_t j = 0; j < k; ++j) {
      means[j] += own[j] / n;
    }
  }
  const double correction = 1.0 - ties / (n * size * (size * size - 1.0));
  if (!(correction > 0.0)) {
    return test;
  }
  double squares = 0.0;
  for (const double mean : means) {
    const double off = mean - 0.5 * (size + 1.0);
    squares += off * off;
  }
  const double q = 12.0 * n / (size * (size + 1.0)) * squares / correction;
  test.statistic = q;
  test.p_value = chi_squared_survival(q, static_cast<std::int32_t>(k - 1));

  std::vector<double> products(k * k);
  for (std::size_t block = 0; block < blocks; ++block) {
    const double* own = ranks.data() + block * k;
    for (std::size_t i = 0; i < k; ++i) {
      const double off = own[i] - means[i];
      for (std::size_t j = 0; j < k; ++j) {
        products[i * k + j] += off * (own[j] - means[j]);
      }
    }
  }
  double trace = 0.0;
  double norm = 0.0;
  for (std::size_t i = 0; i < k; ++i) {
    trace += products[i * k + i];
  }
  for (const double product : products) {
    norm += product * product;
  }
  const double between = size - 1.0;
  test.epsilon =
      norm > 0.0 ? std::clamp(trace * trace / (between * norm), 1.0 / between, 1.0) : 1.0 / between;
  const double rest = std::max(0.0, n * between - q);
  test.f_p_value =
      f_survival((n - 1.0) * q / rest, test.epsilon * between, test.epsilon * between * (n - 1.0));
  return test;
}

// The covariance of the means is circulant where the period is one of many: its eigenvalues are the
// spectrum at the frequencies j / k, proportional to 1 / (1 - 2 rho cos(2 pi j / k) + rho^2).
double autoregressive_epsilon(double correlation, std::size_t k) noexcept {
  const double rho = std::max(0.0, correlation);
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t j = 1; j < k; ++j) {
    const double angle = 2.0 * std::numbers::pi * static_cast<double>(j) / static_cast<double>(k);
    const double power = 1.0 / (1.0 - 2.0 * rho * std::cos(angle) + rho * rho);
    sum += power;
    squares += power * power;
  }
  return sum * sum / (static_cast<double>(k - 1) * squares);
}

QsTest qs(std::span<const double> values, std::size_t period) {
  QsTest test;
  if (values.size() <= 2 * period) {
    return test;
  }
  const std::size_t lags[] = {period, 2 * period};
  const std::vector<double> at = autocorrelations(values, lags);
  if (at.empty() || !(at[0] > 0.0)) {
    return test;
  }
  const auto n = static_cast<double>(values.size());
  const auto s = static_cast<double>(period);
  const double second = std::max(0.0, at[1]);
  test.statistic = n * (n + 2.0) * (at[0] * at[0] / (n - s) + second * second / (n - 2.0 * s));
  test.p_value = chi_squared_survival(test.statistic, 2);
  return test;
}

// Neighbours' correlation r of the series without its slope makes the variance of the statistic
//   1 + 2 sum over k of (1 - k / n) r^k
// times as large; r itself comes out too small by about (1 + 4 r) / n.
TrendTest mann_kendall(std::span<const double> values, double lost) {
  TrendTest test;
  const std::size_t count = values.size();
  if (count < 4) {
    return test;
  }
  std::vector<double> slopes;
  slopes.reserve(count * (count - 1) / 2);
  double score = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = i + 1; j < count; ++j) {
      const double rise = values[j] - values[i];
      score += rise > 0.0 ? 1.0 : rise < 0.0 ? -1.0 : 0.0;
      slopes.push_back(rise / static_cast<double>(j - i));
    }
  }
  const auto n = static_cast<double>(count);
  test.tau = score / static_cast<double>(slopes.size());
  std::ranges::sort(slopes);
  const std::size_t middle = slopes.size() / 2;
  test.slope =
      slopes.size() % 2 != 0 ? slopes[middle] : 0.5 * (slopes[middle - 1] + slopes[middle]);
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  double variance = n * (n - 1.0) * (2.0 * n + 5.0);
  for (std::size_t from = 0; from < count;) {
    std::size_t to = from + 1;
    while (to < count && sorted[to] == sorted[from]) {
      ++to;
    }
    const auto equal = static_cast<double>(to - from);
    variance -= equal * (equal - 1.0) * (2.0 * equal + 5.0);
    from = to;
  }
  variance /= 18.0;
  variance *= n / std::max(n - lost, 1.0);
  if (!(variance > 0.0)) {
    return test;
  }
  const double sure = std::max(0.0, std::abs(score) - 1.0);
  test.p_value = normal_two_sided(sure / std::sqrt(variance));

  std::vector<double> rest(count);
  for (std::size_t i = 0; i < count; ++i) {
    rest[i] = values[i] - test.slope * static_cast<double>(i);
  }
  const std::size_t lags[] = {1};
  const std::vector<double> at = autocorrelations(rest, lags);
  const double r = at.empty() ? 0.0 : std::clamp(at[0] + (1.0 + 4.0 * at[0]) / n, 0.0, 0.95);
  double inflation = 1.0;
  double power = r;
  for (std::size_t k = 1; k < count; ++k, power *= r) {
    inflation += 2.0 * (1.0 - static_cast<double>(k) / n) * power;
  }
  test.adjusted_p_value = normal_two_sided(sure / std::sqrt(variance * inflation));
  return test;
}

}  // namespace till::math
