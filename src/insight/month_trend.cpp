#include "insight/month_trend.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <numeric>

#include "till/math/change_points.hpp"
#include "till/math/count_regression.hpp"
#include "till/math/negative_binomial.hpp"
#include "till/math/student_t.hpp"

namespace till::insight {

namespace {

/// Of the logarithm: where little is sold the fit may put a wave's foot at nothing.
constexpr double kHighestWave = 3.0;
constexpr double kOrdinary = 0.05;  // the p-value above which nobody asks how large it is

using Columns = std::vector<std::vector<double>>;

std::size_t waves_of(const MonthCounts& series) {
  const std::int64_t span = series.months.back() - series.months.front() + 1;
  const std::size_t n = series.counts.size();
  // Each wave takes two degrees of freedom.
  return span < 24 || n < 18 ? 0 : span < 36 || n < 27 ? 2 : 3;
}

/// Level, growth and waves.
Columns trend_columns(const MonthCounts& series) {
  const std::size_t n = series.counts.size();
  const double middle = 0.5 * static_cast<double>(series.months.front() + series.months.back());
  const std::size_t waves = waves_of(series);
  Columns columns(2 + 2 * waves, std::vector<double>(n, 1.0));
  for (std::size_t i = 0; i < n; ++i) {
    columns[1][i] = (static_cast<double>(series.months[i]) - middle) / 12.0;
    for (std::size_t wave = 0; wave < waves; ++wave) {
      const double angle = 2.0 * std::numbers::pi * static_cast<double>(wave + 1) *
                           static_cast<double>(series.months[i] % 12) / 12.0;
      columns[2 + 2 * wave][i] = std::cos(angle);
      columns[3 + 2 * wave][i] = std::sin(angle);
    }
  }
  return columns;
}

/// Appends what begins at a place: a level and a growth of its own.
void add_break(Columns& columns, std::size_t at) {
  const std::size_t n = columns[0].size();
  std::vector<double> level(n, 0.0);
  std::vector<double> growth(n, 0.0);
  for (std::size_t i = at; i < n; ++i) {
    level[i] = 1.0;
    growth[i] = columns[1][i] - columns[1][at];
  }
  columns.push_back(std::move(level));
  columns.push_back(std::move(growth));
}

/// Returns the exposure with the wave of the year in it, as a fit sees it.
/// \param columns  of the fit, whose first are those of the trend.
std::vector<double> with_wave(const MonthCounts& series,
                              const Columns& columns,
                              const math::CountRegression& fit) {
  std::vector<double> exposure = series.exposure;
  const std::size_t waves = waves_of(series);
  for (std::size_t i = 0; i < exposure.size(); ++i) {
    double wave = 0.0;
    for (std::size_t j = 2; j < 2 + 2 * waves; ++j) {
      wave += fit.coefficients[j] * columns[j][i];
    }
    exposure[i] *= std::exp(std::clamp(wave, -kHighestWave, kHighestWave));
  }
  return exposure;
}

/// Returns the exposure with the wave of the year in it, as a fit with these breaks sees the wave.
std::vector<double> seasonal_exposure(const MonthCounts& series,
                                      std::span<const std::size_t> breaks) {
  Columns columns = trend_columns(series);
  for (const std::size_t at : breaks) {
    add_break(columns, at);
  }
  if (waves_of(series) == 0 || columns.size() + 2 > series.counts.size()) {
    return series.exposure;
  }
  return with_wave(
      series, columns, math::fit_count_regression(series.counts, series.exposure, columns));
}

/// The deviance of steady growth from one place to another.
///
/// With the level that is best for a slope b the likelihood is Y (b mean(t) - log sum e exp(b t))
/// of t weighted by the counts, Y in all: a function of b alone, with one maximum. What does not
/// depend on b is summed up once, and exp(b t) is a product from month to month.
class StretchCost {
 public:
  StretchCost(const MonthCounts& series, std::vector<double> exposure)
      : months_(series.months), exposure_(std::move(exposure)) {
    counts_.push_back(0.0);
    moments_.push_back(0.0);
    surprises_.push_back(0.0);
    for (std::size_t i = 0; i < series.counts.size(); ++i) {
      const double count = series.counts[i];
      counts_.push_back(counts_.back() + count);
      moments_.push_back(moments_.back() + count * static_cast<double>(months_[i] - months_[0]));
      surprises_.push_back(surprises_.back() +
                           (count > 0.0 ? count * std::log(count / exposure_[i]) : 0.0));
    }
  }

  double operator()(std::size_t from, std::size_t to) const {
    const double count = counts_[to] - counts_[from];
    if (count == 0.0) {
      return 0.0;
    }
    const double mean = (moments_[to] - moments_[from]) / count + static_cast<double>(months_[0]);
    constexpr double kSteepest = 40.0;  // of the logarithm, in a month
    constexpr int kMostSteps = 60;
    double slope = 0.0;
    Sums here = sums(from, to, slope);
    double value = here.likelihood(slope, mean);
    for (int step = 0; step < kMostSteps; ++step) {
      const double off = mean - here.anchor - here.first;
      double move = off / std::max(here.second, 1e-300);
      if (!(count * off * move > 1e-10)) {
        break;
      }
      double next = std::clamp(slope + move, -kSteepest, kSteepest);
      Sums there = sums(from, to, next);
      while (there.likelihood(next, mean) < value && std::fabs(move) > 1e-12) {
        move *= 0.5;
        next = std::clamp(slope + move, -kSteepest, kSteepest);
        there = sums(from, to, next);
      }
      const double reached = there.likelihood(next, mean);
      if (reached < value || next == slope) {
        break;
      }
      slope = next;
      here = there;
      value = reached;
    }
    // 2 sum y (log(y / e) - log(Y / sum e exp(b t)) - b t)
    return std::max(
        2.0 * (surprises_[to] - surprises_[from] - count * std::log(count) - count * value), 0.0);
  }

 private:
  /// Sums of e exp(b (t - anchor)): the logarithm, and mean and variance of t - anchor.
  struct Sums {
    double anchor = 0.0;
    double log_sum = 0.0;
    double first = 0.0;
    double second = 0.0;

    /// Of one count, on average.
    [[nodiscard]] double likelihood(double slope, double mean) const {
      return slope * (mean - anchor) - log_sum;
    }
  };

  [[nodiscard]] Sums sums(std::size_t from, std::size_t to, double slope) const {
    // From the end where most is, so that nothing overflows.
    const bool is_backwards = slope > 0.0;
    const std::int64_t anchor = is_backwards ? months_[to - 1] : months_[from];
    const double fall = std::exp(-std::fabs(slope));
    double sum = 0.0;
    double first = 0.0;
    double second = 0.0;
    double weight = 1.0;
    std::int64_t last = anchor;
    for (std::size_t k = 0; k < to - from; ++k) {
      const std::size_t i = is_backwards ? to - 1 - k : from + k;
      for (std::int64_t gap = std::abs(months_[i] - last); gap > 0; --gap) {
        weight *= fall;
      }
      last = months_[i];
      const auto t = static_cast<double>(last - anchor);
      const double of = exposure_[i] * weight;
      sum += of;
      first += of * t;
      second += of * t * t;
    }
    first /= sum;
    return {static_cast<double>(anchor),
            std::log(sum),
            first,
            std::max(second / sum - first * first, 0.0)};
  }

  std::span<const std::int64_t> months_;
  std::vector<double> exposure_;
  std::vector<double> counts_;     // of the months before
  std::vector<double> moments_;    // of count x month
  std::vector<double> surprises_;  // of count x log(count / exposure)
};

/// The cut that leaves the least unexplained.
std::size_t best_cut(const MonthCounts& series, const StretchCost& cost) {
  std::size_t best = kShortestStretch;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t at = kShortestStretch; at + kShortestStretch <= series.counts.size(); ++at) {
    const double total = cost(0, at) + cost(at, series.counts.size());
    if (total < least) {
      least = total;
      best = at;
    }
  }
  return best;
}

/// Returns how many degrees of freedom the estimate of the dispersion is worth.
///
/// Pearson's estimate has the variance phi^2 (2 + k) / degrees, where k is the excess kurtosis of a
/// count: 0 makes it the chi-squared's that Student's t expects. Of a negative binomial with mean m
/// and variance phi m, k = (6 (phi - 1) + 1 / phi) / m.
std::int64_t degrees_of_dispersion(const math::CountRegression& fit) {
  double kurtosis = 0.0;
  for (const double mean : fit.fitted) {
    kurtosis += (6.0 * (fit.dispersion - 1.0) + 1.0 / fit.dispersion) / std::max(mean, 1e-3);
  }
  kurtosis /= static_cast<double>(fit.fitted.size());
  const double worth = static_cast<double>(fit.degrees) / (1.0 + 0.5 * kurtosis);
  return std::max<std::int64_t>(static_cast<std::int64_t>(worth), 1);
}

math::CountRegression fit_with_break(const MonthCounts& series, std::size_t at) {
  Columns columns = trend_columns(series);
  add_break(columns, at);
  return math::fit_count_regression(series.counts, series.exposure, columns);
}

}  // namespace

std::optional<MonthTrend> month_trend(const MonthCounts& series) {
  const std::size_t n = series.counts.size();
  const double sum = std::accumulate(series.counts.begin(), series.counts.end(), 0.0);
  if (n < kFewestMonths || sum < kFewestTransactions) {
    return std::nullopt;
  }
  const Columns columns = trend_columns(series);
  const math::CountRegression fit =
      math::fit_count_regression(series.counts, series.exposure, columns);
  MonthTrend trend;
  trend.growth = fit.coefficients[1];
  trend.error = fit.error_of(1);
  const std::int64_t degrees = degrees_of_dispersion(fit);
  trend.bound = math::student_t_bound(0.95, degrees);
  trend.p_value =
      std::max(1.0 - math::student_t_within(std::fabs(trend.growth) / trend.error, degrees), 0.0);
  if (n < kFewestMonthsForBreak) {
    return trend;
  }
  const StretchCost cost(series, with_wave(series, columns, fit));
  trend.cut = best_cut(series, cost);
  const math::CountRegression broken = fit_with_break(series, trend.cut);
  trend.cut_dispersion = broken.dispersion;
  const double f = std::max(fit.deviance - broken.deviance, 0.0) / (2.0 * broken.dispersion);
  const auto cuts = static_cast<double>(n - 2 * kShortestStretch + 1);
  trend.break_p_value = std::min(cuts * math::f_survival_of_two(f, broken.degrees), 1.0);
  return trend;
}

std::vector<std::size_t> trend_breaks(const MonthCounts& series, const MonthTrend& trend) {
  const std::size_t n = series.counts.size();
  // The wave is seen better with the largest break out of the way.
  const std::vector<std::size_t> first = {trend.cut};
  const StretchCost cost(series, seasonal_exposure(series, first));
  // A break takes a level, a growth and a place.
  const double penalty = 3.0 * std::log(static_cast<double>(n)) * trend.cut_dispersion;
  std::vector<std::size_t> breaks = math::pelt(n, kShortestStretch, penalty, cost);
  return breaks.empty() ? first : breaks;
}

std::vector<std::optional<double>> changes_at(const MonthCounts& series,
                                              std::span<const std::size_t> breaks) {
  const std::vector<double> exposure = seasonal_exposure(series, breaks);
  const auto rate = [&](std::size_t begin, std::size_t end) {
    const auto sum = [&](const std::vector<double>& of) {
      return std::accumulate(of.begin() + static_cast<std::ptrdiff_t>(begin),
                             of.begin() + static_cast<std::ptrdiff_t>(end),
                             0.0);
    };
    return sum(series.counts) / sum(exposure);
  };
  std::vector<std::optional<double>> changes;
  changes.reserve(breaks.size());
  for (std::size_t i = 0; i < breaks.size(); ++i) {
    const std::size_t from = i == 0 ? 0 : breaks[i - 1];
    const std::size_t to = i + 1 < breaks.size() ? breaks[i + 1] : series.counts.size();
    const double before = rate(from, breaks[i]);
    changes.push_back(before > 0.0 ? std::optional(rate(breaks[i], to) / before - 1.0)
                                   : std::nullopt);
  }
  return changes;
}

std::optional<MonthOutlier> month_outlier(const MonthCounts& series) {
  const std::size_t n = series.counts.size();
  const double sum = std::accumulate(series.counts.begin(), series.counts.end(), 0.0);
  if (n < kFewestMonthsForBreak || sum < kFewestTransactions) {
    return std::nullopt;
  }
  Columns columns = trend_columns(series);
  const math::CountRegression all =
      math::fit_count_regression(series.counts, series.exposure, columns);
  MonthOutlier outlier;
  double largest = -1.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double residual =
        std::fabs(series.counts[i] - all.fitted[i]) / std::sqrt(std::max(all.fitted[i], 0.5));
    if (residual > largest) {
      largest = residual;
      outlier.at = i;
    }
  }
  // What the others expect there, and how sure they are.
  const auto skip = static_cast<std::ptrdiff_t>(outlier.at);
  MonthCounts others = series;
  others.counts.erase(others.counts.begin() + skip);
  others.exposure.erase(others.exposure.begin() + skip);
  if (std::ranges::all_of(others.counts, [](double count) { return count == 0.0; })) {
    return std::nullopt;
  }
  std::vector<double> there;
  for (std::vector<double>& column : columns) {
    there.push_back(column[outlier.at]);
    column.erase(column.begin() + skip);
  }
  const math::CountRegression fit =
      math::fit_count_regression(others.counts, others.exposure, columns);
  double eta = 0.0;
  double variance = 0.0;
  for (std::size_t a = 0; a < there.size(); ++a) {
    eta += fit.coefficients[a] * there[a];
    for (std::size_t b = 0; b < there.size(); ++b) {
      variance += fit.covariance(a, b) * there[a] * there[b];
    }
  }
  // A single sale is no burst, however surely none was due.
  constexpr double kLeastExpected = 0.5;
  const double mean =
      std::max(series.exposure[outlier.at] * std::exp(std::min(eta, 30.0)), kLeastExpected);
  const double count = series.counts[outlier.at];
  outlier.expected = mean;
  // Student's t knows that the dispersion is estimated, the negative binomial that counts are
  // whole and skewed: the more careful of the two.
  const double spread = fit.dispersion * mean * (1.0 + mean * variance);
  const double t = std::fabs(count - mean) / std::sqrt(std::max(spread, 1e-300));
  const double of_t = std::max(1.0 - math::student_t_within(t, fit.degrees), 0.0);
  outlier.p_value = std::min(static_cast<double>(n) * of_t, 1.0);
  if (outlier.p_value > kOrdinary) {
    return outlier;  // the more careful one could only be larger still, and takes its time
  }
  // A dispersion of few degrees of freedom may be this much larger.
  const double doubt = 1.0 + 2.0 * std::sqrt(2.0 / static_cast<double>(fit.degrees));
  const double widest = spread / std::max(mean, 1e-300) * (fit.dispersion > 1.0 ? doubt : 1.0);
  const double excess = std::max(widest - 1.0, 1e-9);
  const double shape = std::max(mean / excess, 1e-12);
  const double tail = count < mean  ? math::negative_binomial_cdf(count, mean, shape)
                      : count > 0.0 ? 1.0 - math::negative_binomial_cdf(count - 1.0, mean, shape)
                                    : 1.0;
  outlier.p_value = std::min(static_cast<double>(n) * std::max(of_t, 2.0 * tail), 1.0);
  return outlier;
}

}  // namespace till::insight
