#include "insight/triangle.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "till/math/gamma.hpp"

namespace till::insight {

namespace {

constexpr int kTurns = 30;
constexpr int kCurveSteps = 25;
constexpr double kLargestShare = 0.999;
constexpr double kLeastDispersion = 0.3;

/// What is observed and expected of each level of a factor.
struct Levels {
  std::vector<double> observed;
  std::vector<double> expected;

  explicit Levels(std::size_t n) : observed(n), expected(n) {}
};

/// Returns the shape k of the factors' gamma distribution that makes the counts likeliest, among
/// 0.5 ... 1e6, the last of which stands for factors that are all alike.
double likeliest_shape(const Levels& levels) {
  constexpr int kShapes = 48;
  const double step = std::log(1e6 / 0.5) / (kShapes - 1);
  double best = 0.0;
  double best_shape = 1e6;
  for (int i = kShapes - 1; i >= 0; --i) {
    const double k = 0.5 * std::exp(step * i);
    double sum = 0.0;
    for (std::size_t j = 0; j < levels.observed.size(); ++j) {
      if (levels.expected[j] > 0.0) {
        const double o = levels.observed[j];
        sum +=
            math::log_rising(k, o) + k * std::log(k) - (k + o) * std::log(k + levels.expected[j]);
      }
    }
    if (i == kShapes - 1 || sum > best + 1e-9) {
      best = sum;
      best_shape = k;
    }
  }
  return best_shape;
}

/// The multiplicative model, its factors found in turns.
class Model {
 public:
  explicit Model(const Triangle& triangle)
      : triangle_(triangle),
        age_(triangle.ages, 1.0),
        curve_(triangle.ages, 1.0),
        cohort_(triangle.cohorts, 1.0),
        season_(static_cast<std::size_t>(std::max<std::int64_t>(triangle.season_length, 1)), 1.0),
        expected_of_cohort_(triangle.cohorts) {}

  void fit() {
    for (int turn = 0; turn < kTurns; ++turn) {
      fit_ages();
      fit_cohorts();
      if (has_season()) {
        fit_season();
      }
      measure_dispersion();
    }
  }

  [[nodiscard]] TriangleForecast at(std::size_t c, std::size_t a) const {
    double mean = share(c, a);
    if (triangle_.is_share) {
      mean = std::min(mean, kLargestShare);
    }
    // Chance of the cell itself, and what is not known of the cohort.
    const double of_cell = mean * (triangle_.is_share ? (1.0 - mean) : 1.0) *
                           std::max(variance_ratio_, triangle_.is_share ? 1.0 : 0.0) /
                           triangle_.customers[c];
    const double of_cohort = mean * mean / (cohort_shape_ + expected_of_cohort_[c] / dispersion_);
    return {mean, std::sqrt(of_cell + of_cohort)};
  }

 private:
  [[nodiscard]] std::size_t cell(std::size_t c, std::size_t a) const {
    return c * triangle_.ages + a;
  }

  [[nodiscard]] std::size_t position(std::size_t c, std::size_t a) const {
    return season_.size() <= 1
               ? 0
               : static_cast<std::size_t>(triangle_.periods[c] + static_cast<std::int64_t>(a)) %
                     season_.size();
  }

  [[nodiscard]] double share(std::size_t c, std::size_t a) const {
    return age_[a] * cohort_[c] * season_[position(c, a)];
  }

  /// Calls f(cohort, age) for each cell that teaches: known, and not of age 0, where everybody buys
  /// by definition.
  template <typename Function>
  void for_each_known(Function f) const {
    for (std::size_t c = 0; c < triangle_.cohorts; ++c) {
      for (std::size_t a = 1; a < triangle_.ages; ++a) {
        if (triangle_.known[cell(c, a)] != 0) {
          f(c, a);
        }
      }
    }
  }

  [[nodiscard]] bool has_season() const {
    // A log of two years: age 0 teaches nothing, so that its first period is not among them.
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = 0;
    for_each_known([&](std::size_t c, std::size_t a) {
      const std::int64_t period = triangle_.periods[c] + static_cast<std::int64_t>(a);
      first = std::min(first, period);
      last = std::max(last, period);
    });
    return season_.size() > 1 && last - first + 2 >= 2 * triangle_.season_length;
  }

  /// Returns the gamma factors of levels, drawn towards 1.
  std::vector<double> shrunk(Levels levels, double& shape) const {
    for (std::size_t i = 0; i < levels.observed.size(); ++i) {
      levels.observed[i] /= dispersion_;
      levels.expected[i] /= dispersion_;
    }
    shape = likeliest_shape(levels);
    std::vector<double> factors(levels.observed.size());
    for (std::size_t i = 0; i < factors.size(); ++i) {
      factors[i] = (shape + levels.observed[i]) / (shape + levels.expected[i]);
    }
    return factors;
  }

  void fit_ages() {
    Levels levels(triangle_.ages);
    for_each_known([&](std::size_t c, std::size_t a) {
      levels.observed[a] += triangle_.counts[cell(c, a)];
      levels.expected[a] += triangle_.customers[c] * cohort_[c] * season_[position(c, a)];
    });
    fit_curve(levels);
    for (std::size_t a = 1; a < triangle_.ages; ++a) {
      levels.expected[a] *= curve_[a];
    }
    double shape = 0.0;
    age_ = shrunk(std::move(levels), shape);
    for (std::size_t a = 1; a < triangle_.ages; ++a) {
      age_[a] *= curve_[a];
    }
    fit_age_0();
  }

  /// What everybody does in the period of the first purchase is like nothing that follows.
  void fit_age_0() {
    double observed = 0.0;
    double customers = 0.0;
    for (std::size_t c = 0; c < triangle_.cohorts; ++c) {
      if (triangle_.known[cell(c, 0)] != 0) {
        observed += triangle_.counts[cell(c, 0)];
        customers += triangle_.customers[c];
      }
    }
    age_[0] = customers > 0.0 ? observed / customers : 1.0;
  }

  /// Fits exp(b0 + b1 log a), a >= 1, by Newton's steps on the likelihood of Poisson; a weak pull
  /// of b1 towards 0 decides where one age alone is known.
  void fit_curve(const Levels& levels) {
    double observed = 0.5;
    double expected = 0.5;
    for (std::size_t a = 1; a < triangle_.ages; ++a) {
      observed += levels.observed[a];
      expected += levels.expected[a];
    }
    std::array<double, 2> b = {std::log(observed / expected), 0.0};
    for (int step = 0; step < kCurveSteps; ++step) {
      // As if one customer more had been seen, half active: where nobody was, rare is not never.
      const double more = std::exp(b[0]);
      std::array<double, 2> slope = {0.5 - more, -b[1]};
      std::array<double, 3> bend = {more, 0.0, 1.0};
      for (std::size_t a = 1; a < triangle_.ages; ++a) {
        const double x = std::log(static_cast<double>(a));
        const double mean = levels.expected[a] * std::exp(b[0] + b[1] * x);
        const double miss = levels.observed[a] - mean;
        slope[0] += miss;
        slope[1] += miss * x;
        bend[0] += mean;
        bend[1] += mean * x;
        bend[2] += mean * x * x;
      }
      const double determinant = bend[0] * bend[2] - bend[1] * bend[1];
      const double by_0 = (slope[0] * bend[2] - slope[1] * bend[1]) / determinant;
      const double by_1 = (slope[1] * bend[0] - slope[0] * bend[1]) / determinant;
      if (!std::isfinite(by_0) || !std::isfinite(by_1)) {
        break;
      }
      b[0] += std::clamp(by_0, -2.0, 2.0);
      b[1] += std::clamp(by_1, -2.0, 2.0);
    }
    b[1] = std::clamp(b[1], -20.0, 2.0);
    for (std::size_t a = 1; a < triangle_.ages; ++a) {
      curve_[a] = std::exp(b[0] + b[1] * std::log(static_cast<double>(a)));
    }
  }

  void fit_cohorts() {
    Levels levels(triangle_.cohorts);
    for_each_known([&](std::size_t c, std::size_t a) {
      levels.observed[c] += triangle_.counts[cell(c, a)];
      levels.expected[c] += triangle_.customers[c] * age_[a] * season_[position(c, a)];
    });
    expected_of_cohort_ = levels.expected;
    cohort_ = shrunk(std::move(levels), cohort_shape_);
  }

  void fit_season() {
    Levels levels(season_.size());
    for_each_known([&](std::size_t c, std::size_t a) {
      levels.observed[position(c, a)] += triangle_.counts[cell(c, a)];
      levels.expected[position(c, a)] += triangle_.customers[c] * age_[a] * cohort_[c];
    });
    double shape = 0.0;
    season_ = shrunk(std::move(levels), shape);
    double sum = 0.0;
    for (const double factor : season_) {
      sum += factor;
    }
    for (double& factor : season_) {
      factor *= static_cast<double>(season_.size()) / sum;
    }
  }

  /// Compares the squared misses with the variance of Poisson, and with that of a share.
  void measure_dispersion() {
    double cells = 0.0;
    double against_poisson = 0.0;
    double against_own = 0.0;
    for_each_known([&](std::size_t c, std::size_t a) {
      const double p = share(c, a);
      const double mean = triangle_.customers[c] * p;
      if (mean <= 0.0) {
        return;
      }
      const double miss = triangle_.counts[cell(c, a)] - mean;
      const double square = miss * miss / mean;
      cells += 1.0;
      against_poisson += square;
      against_own += triangle_.is_share ? square / (1.0 - std::min(p, 0.95)) : square;
    });
    // Each cohort, age and position took some freedom: about two roots of the cells together.
    const double freedom = std::max(cells - 2.0 * std::sqrt(cells), 1.0);
    dispersion_ = std::max(against_poisson / freedom, kLeastDispersion);
    variance_ratio_ = std::max(against_own / freedom, kLeastDispersion);
  }

  const Triangle& triangle_;
  std::vector<double> age_;
  std::vector<double> curve_;
  std::vector<double> cohort_;
  std::vector<double> season_;
  std::vector<double> expected_of_cohort_;
  double cohort_shape_ = 1e6;
  double dispersion_ = 1.0;
  double variance_ratio_ = 1.0;
};

}  // namespace

std::vector<TriangleForecast> fill_triangle(const Triangle& triangle) {
  bool knows = false;
  for (std::size_t c = 0; c < triangle.cohorts; ++c) {
    for (std::size_t a = 1; a < triangle.ages; ++a) {
      knows = knows || triangle.known[c * triangle.ages + a] != 0;
    }
  }
  std::vector<TriangleForecast> cells;
  if (!knows) {
    return cells;
  }
  Model model(triangle);
  model.fit();
  cells.reserve(triangle.cohorts * triangle.ages);
  for (std::size_t c = 0; c < triangle.cohorts; ++c) {
    for (std::size_t a = 0; a < triangle.ages; ++a) {
      cells.push_back(model.at(c, a));
    }
  }
  return cells;
}

}  // namespace till::insight
