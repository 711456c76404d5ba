#include "insight/season_estimates.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "till/math/stl.hpp"
#include "till/math/student_t.hpp"

namespace till::insight {

namespace {

constexpr std::size_t kTrendDays = 91;
constexpr double kLeastTrend = 0.25;  // of the local mean

}  // namespace

Profile profile_of(const Blocks& blocks) {
  const std::size_t k = blocks.k;
  Profile profile;
  profile.values.resize(k);
  std::vector<double> counts(k);
  std::vector<double> exposures(k);
  std::vector<double> present(k);
  for (std::size_t i = 0; i < blocks.counts.size(); ++i) {
    if (blocks.exposures[i] > 0.0) {
      counts[i % k] += blocks.counts[i];
      exposures[i % k] += blocks.exposures[i];
      present[i % k] += 1.0;
    }
  }
  const double cells = std::accumulate(present.begin(), present.end(), 0.0);
  std::vector<double> ratio(k);
  double mean = 0.0;
  for (std::size_t j = 0; j < k; ++j) {
    ratio[j] = present[j] > 0.0 ? counts[j] / exposures[j] : 0.0;
    mean += cells > 0.0 ? present[j] / cells * ratio[j] : 0.0;
  }
  if (!(mean > 0.0)) {
    return profile;
  }
  // The error of index j in one block: its own, less what the mean's moves it.
  std::vector<double> errors(k);
  std::vector<double> squares(k);
  double rest = 0.0;
  double all = 0.0;
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    double of_mean = 0.0;
    for (std::size_t j = 0; j < k; ++j) {
      const double exposure = blocks.exposures[block * k + j];
      errors[j] = 0.0;
      if (exposure > 0.0) {
        const double off = blocks.counts[block * k + j] - ratio[j] * exposure;
        errors[j] = off / (exposures[j] / present[j]);
        of_mean += present[j] / cells * errors[j];
        const double from_mean = ratio[j] - mean + off / exposure;
        rest += off * off / exposure;
        all += from_mean * from_mean * exposure;
      }
    }
    for (std::size_t j = 0; j < k; ++j) {
      if (blocks.exposures[block * k + j] > 0.0) {
        const double error = (errors[j] - ratio[j] / mean * of_mean) / mean;
        squares[j] += error * error;
      }
    }
  }
  profile.strength = all > 0.0 ? std::max(0.0, 1.0 - rest / all) : 0.0;
  for (std::size_t j = 0; j < k; ++j) {
    if (present[j] == 0.0) {
      continue;
    }
    ProfileIndex& value = profile.values[j];
    value.index = std::max(0.0, ratio[j] / mean);
    if (present[j] > 1.0) {
      const double reach = math::student_t_bound(0.95, static_cast<std::int64_t>(present[j]) - 1) *
                           std::sqrt(squares[j] / (present[j] * (present[j] - 1.0)));
      value.low = std::max(0.0, ratio[j] / mean - reach);
      value.high = std::max(0.0, ratio[j] / mean + reach);
    }
  }
  return profile;
}

std::vector<double> ratios_of(const Blocks& blocks, std::size_t k) {
  std::vector<double> ratios;
  ratios.reserve(blocks.size() * k);
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    for (std::size_t j = 0; j < k; ++j) {
      const double exposure = blocks.exposures[block * blocks.k + j];
      ratios.push_back(exposure > 0.0 ? blocks.counts[block * blocks.k + j] / exposure : 0.0);
    }
  }
  return ratios;
}

std::vector<double> daily_trend(std::span<const double> counts) {
  std::vector<double> trend = math::loess(counts, kTrendDays, 1);
  const std::vector<double> mean = math::loess(counts, kTrendDays, 0);
  for (std::size_t i = 0; i < trend.size(); ++i) {
    trend[i] = std::max({trend[i], kLeastTrend * mean[i], 0.0});
  }
  return trend;
}

}  // namespace till::insight
