#include "till/math/stl.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "till/core/check.hpp"

namespace till::math {

namespace {

using Weights = std::span<const double>;  // empty: all 1

/// Returns the local regression at x from the values at [first, last]; nothing where no weight is
/// left. Positions count from 0; x may lie outside.
///
/// Weights are tricube of the distance, up to the farthest value in reach; where the window is
/// longer than the series, the reach grows with it. A window whose values hardly spread is
/// averaged.
std::optional<double> regress(std::span<const double> y,
                              std::size_t window,
                              std::int32_t degree,
                              double x,
                              std::size_t first,
                              std::size_t last,
                              Weights weights,
                              std::vector<double>& local) {
  const auto n = static_cast<double>(y.size());
  double reach = std::max(x - static_cast<double>(first), static_cast<double>(last) - x);
  if (window > y.size()) {
    const std::size_t beyond = (window - y.size()) / 2;
    reach += static_cast<double>(beyond);
  }
  local.assign(last - first + 1, 0.0);
  double sum = 0.0;
  for (std::size_t j = first; j <= last; ++j) {
    const double distance = std::abs(static_cast<double>(j) - x);
    if (distance > 0.999 * reach) {
      continue;
    }
    double weight = 1.0;
    if (distance > 0.001 * reach) {
      const double part = distance / reach;
      const double rest = 1.0 - part * part * part;
      weight = rest * rest * rest;
    }
    if (!weights.empty()) {
      weight *= weights[j];
    }
    local[j - first] = weight;
    sum += weight;
  }
  if (!(sum > 0.0)) {
    return std::nullopt;
  }
  double mean = 0.0;
  for (std::size_t i = 0; i < local.size(); ++i) {
    local[i] /= sum;
    mean += local[i] * static_cast<double>(first + i);
  }
  double slope = 0.0;
  if (degree > 0 && reach > 0.0) {
    double spread = 0.0;
    for (std::size_t i = 0; i < local.size(); ++i) {
      const double off = static_cast<double>(first + i) - mean;
      spread += local[i] * off * off;
    }
    if (std::sqrt(spread) > 0.001 * (n - 1.0)) {
      slope = (x - mean) / spread;
    }
  }
  double value = 0.0;
  for (std::size_t i = 0; i < local.size(); ++i) {
    const double off = static_cast<double>(first + i) - mean;
    value += local[i] * (1.0 + slope * off) * y[first + i];
  }
  return value;
}

/// The first value of the window of position i: centred, shifted at the ends.
std::size_t window_start(std::size_t i, std::size_t n, std::size_t window) {
  const std::size_t half = (window - 1) / 2;
  return std::min(i < half ? 0 : i - half, n - window);
}

/// Smooths a series by local regression at every `jump`-th value, and linearly between.
void smooth(std::span<const double> y,
            std::size_t window,
            std::int32_t degree,
            std::size_t jump,
            Weights weights,
            std::span<double> out,
            std::vector<double>& local) {
  const std::size_t n = y.size();
  if (n < 2) {
    std::copy(y.begin(), y.end(), out.begin());
    return;
  }
  const std::size_t step = std::min(jump, n - 1);
  const auto at = [&](std::size_t i) {
    const std::size_t first = window >= n ? 0 : window_start(i, n, window);
    const std::size_t last = window >= n ? n - 1 : first + window - 1;
    out[i] = regress(y, window, degree, static_cast<double>(i), first, last, weights, local)
                 .value_or(y[i]);
  };
  const auto between = [&](std::size_t from, std::size_t to) {
    const double slope = (out[to] - out[from]) / static_cast<double>(to - from);
    for (std::size_t j = from + 1; j < to; ++j) {
      out[j] = out[from] + slope * static_cast<double>(j - from);
    }
  };
  at(0);
  std::size_t done = 0;
  for (std::size_t i = step; i < n; i += step) {
    at(i);
    between(done, i);
    done = i;
  }
  if (done != n - 1) {
    at(n - 1);
    between(done, n - 1);
  }
}

void moving_average(std::span<const double> y, std::size_t length, std::vector<double>& out) {
  out.resize(y.size() - length + 1);
  double sum = std::accumulate(y.begin(), y.begin() + static_cast<std::ptrdiff_t>(length), 0.0);
  const auto size = static_cast<double>(length);
  out[0] = sum / size;
  for (std::size_t i = 1; i < out.size(); ++i) {
    sum += y[i + length - 1] - y[i - 1];
    out[i] = sum / size;
  }
}

std::size_t odd(std::size_t n) {
  return n % 2 == 0 ? n + 1 : n;
}

class Stl {
 public:
  Stl(std::span<const double> values, const StlOptions& options)
      : y_(values), options_(options), trend_(values.size()), season_(values.size()) {
    const auto period = static_cast<double>(options.period);
    const auto window = static_cast<double>(options.seasonal_window);
    trend_window_ =
        options.trend_window != 0
            ? options.trend_window
            : odd(static_cast<std::size_t>(std::ceil(1.5 * period / (1.0 - 1.5 / window))));
    low_pass_window_ =
        options.low_pass_window != 0 ? options.low_pass_window : odd(options.period + 1);
  }

  Decomposition run() {
    const std::size_t n = y_.size();
    std::vector<double> weights;
    const int passes = options_.robust ? 15 : 0;
    for (int pass = 0;; ++pass) {
      for (int inner = 0; inner < (options_.robust ? 2 : 5); ++inner) {
        update(weights);
      }
      if (pass == passes) {
        break;
      }
      weights = robust_weights();
    }
    Decomposition parts;
    parts.remainder.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      parts.remainder[i] = y_[i] - season_[i] - trend_[i];
    }
    parts.trend = std::move(trend_);
    parts.seasons.push_back(std::move(season_));
    parts.weights = weights.empty() ? std::vector<double>(n, 1.0) : std::move(weights);
    return parts;
  }

 private:
  [[nodiscard]] std::size_t jump_of(std::size_t window) const {
    return options_.jump != 0 ? options_.jump : (window + 9) / 10;
  }

  /// One turn: the season of the series without trend, then the trend of what is left.
  void update(Weights weights) {
    const std::size_t n = y_.size();
    const std::size_t period = options_.period;
    detrended_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      detrended_[i] = y_[i] - trend_[i];
    }
    smooth_seasons(weights);
    moving_average(extended_, period, first_);
    moving_average(first_, period, second_);
    moving_average(second_, 3, first_);
    low_pass_.resize(n);
    smooth(first_, low_pass_window_, 1, jump_of(low_pass_window_), {}, low_pass_, local_);
    for (std::size_t i = 0; i < n; ++i) {
      season_[i] = extended_[period + i] - low_pass_[i];
      detrended_[i] = y_[i] - season_[i];
    }
    smooth(detrended_, trend_window_, 1, jump_of(trend_window_), weights, trend_, local_);
  }

  /// Smooths what is a whole number of periods apart, a period longer than the series at each end.
  void smooth_seasons(Weights weights) {
    const std::size_t n = y_.size();
    const std::size_t period = options_.period;
    const std::size_t window = options_.seasonal_window;
    const std::int32_t degree = options_.seasonal_degree;
    extended_.resize(n + 2 * period);
    for (std::size_t phase = 0; phase < period; ++phase) {
      const std::size_t count = (n - phase - 1) / period + 1;
      sub_.resize(count);
      sub_weights_.resize(weights.empty() ? 0 : count);
      for (std::size_t i = 0; i < count; ++i) {
        sub_[i] = detrended_[phase + i * period];
        if (!weights.empty()) {
          sub_weights_[i] = weights[phase + i * period];
        }
      }
      smoothed_.resize(count);
      smooth(sub_, window, degree, 1, sub_weights_, smoothed_, local_);
      const std::size_t reach = std::min(window, count);
      const auto end = static_cast<double>(count);
      const double before = regress(sub_, window, degree, -1.0, 0, reach - 1, sub_weights_, local_)
                                .value_or(smoothed_.front());
      const double after =
          regress(sub_, window, degree, end, count - reach, count - 1, sub_weights_, local_)
              .value_or(smoothed_.back());
      extended_[phase] = before;
      for (std::size_t i = 0; i < count; ++i) {
        extended_[phase + (i + 1) * period] = smoothed_[i];
      }
      extended_[phase + (count + 1) * period] = after;
    }
  }

  /// Bisquare weights: none from six times the median of the absolute remainder on.
  std::vector<double> robust_weights() const {
    const std::size_t n = y_.size();
    std::vector<double> rest(n);
    for (std::size_t i = 0; i < n; ++i) {
      rest[i] = std::abs(y_[i] - season_[i] - trend_[i]);
    }
    std::vector<double> sorted = rest;
    std::ranges::sort(sorted);
    const double scale = 3.0 * (sorted[n / 2] + sorted[n - n / 2 - 1]);
    std::vector<double> weights(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      if (rest[i] <= 0.001 * scale) {
        weights[i] = 1.0;
      } else if (rest[i] <= 0.999 * scale) {
        const double part = rest[i] / scale;
        weights[i] = (1.0 - part * part) * (1.0 - part * part);
      }
    }
    return weights;
  }

  std::span<const double> y_;
  StlOptions options_;
  std::size_t trend_window_ = 0;
  std::size_t low_pass_window_ = 0;
  std::vector<double> trend_;
  std::vector<double> season_;
  // Memory of a turn, kept for the next.
  std::vector<double> detrended_, extended_, first_, second_, low_pass_, sub_, sub_weights_,
      smoothed_, local_;
};

double variance(const std::vector<double>& a, const std::vector<double>* b) {
  const std::size_t n = a.size();
  double mean = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    mean += a[i] + (b == nullptr ? 0.0 : (*b)[i]);
  }
  mean /= static_cast<double>(n);
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double off = a[i] + (b == nullptr ? 0.0 : (*b)[i]) - mean;
    sum += off * off;
  }
  return sum / static_cast<double>(n);
}

/// What differs by no more than rounding errors of the series does not differ.
double strength(const std::vector<double>& part, const Decomposition& parts) {
  double largest = 0.0;
  for (const double trend : parts.trend) {
    largest = std::max(largest, std::abs(trend));
  }
  const double both = variance(part, &parts.remainder);
  return both > 1e-24 * largest * largest
             ? std::max(0.0, 1.0 - variance(parts.remainder, nullptr) / both)
             : 0.0;
}

}  // namespace

std::vector<double> loess(std::span<const double> values, std::size_t window, std::int32_t degree) {
  std::vector<double> out(values.size());
  std::vector<double> local;
  if (!values.empty()) {
    smooth(values, window, degree, 1, {}, out, local);
  }
  return out;
}

Decomposition stl(std::span<const double> values, const StlOptions& options) {
  TILL_ASSERT(options.period >= 2 && values.size() >= 2 * options.period,
              "STL takes two whole periods");
  return Stl(values, options).run();
}

Decomposition mstl(std::span<const double> values,
                   std::span<const std::size_t> periods,
                   const StlOptions& options) {
  Decomposition parts;
  parts.seasons.assign(periods.size(), std::vector<double>(values.size()));
  std::vector<double> rest(values.begin(), values.end());
  const int turns = periods.size() == 1 ? 1 : 2;
  for (int turn = 0; turn < turns; ++turn) {
    for (std::size_t k = 0; k < periods.size(); ++k) {
      StlOptions of_period = options;
      of_period.period = periods[k];
      of_period.seasonal_window = 7 + 4 * (k + 1);
      of_period.trend_window = 0;
      of_period.low_pass_window = 0;
      std::vector<double>& season = parts.seasons[k];
      for (std::size_t i = 0; i < rest.size(); ++i) {
        rest[i] += season[i];
      }
      Decomposition of_one = stl(rest, of_period);
      season = std::move(of_one.seasons.front());
      for (std::size_t i = 0; i < rest.size(); ++i) {
        rest[i] -= season[i];
      }
      parts.trend = std::move(of_one.trend);
      parts.weights = std::move(of_one.weights);
    }
  }
  parts.remainder.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    parts.remainder[i] = rest[i] - parts.trend[i];
  }
  return parts;
}

double seasonal_strength(const Decomposition& parts, std::size_t season) {
  return strength(parts.seasons[season], parts);
}

double trend_strength(const Decomposition& parts) {
  return strength(parts.trend, parts);
}

}  // namespace till::math
