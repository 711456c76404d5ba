#include "count_head.hpp"

#include <algorithm>
#include <cmath>

#include "till/math/gamma.hpp"
#include "till/math/minimize.hpp"
#include "till/math/negative_binomial.hpp"

namespace till::models {

namespace {

constexpr double kRidge = 2e-3;  // of squared coefficients, against the mean log score
constexpr double kPrior = 1.0;   // the same, against the sum: of few lessons little is believed
constexpr double kMaxLogShape = 9.0;
constexpr double kMinLogShape = -2.9;  // below, a tail is so long that few counts have it
constexpr double kMaxLogit = 4.0;
constexpr double kMinLogit = -14.0;
constexpr double kMaxTerm = 6.0;  // standard deviations

/// Where the columns stand that covariates are made of.
struct Columns {
  std::size_t last_count;
  std::size_t mean;
  std::size_t deviation;
  std::size_t active_share;
  std::size_t recency;
  std::size_t tenure;
  std::size_t filter_log_mean;
  std::size_t filter_awake;
  std::size_t filter_log_shape;
  std::size_t filter_volatility;
};

const Columns& columns() {
  static const Columns kColumns = [] {
    const std::vector<std::string> names = feature_names(FeatureGroup::Models);
    const auto at = [&](std::string_view name) {
      return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
    };
    return Columns{at("count_1_months_ago"),
                   at("mean_of_12_months"),
                   at("deviation_of_12_months"),
                   at("active_share_of_12_months"),
                   at("recency_days"),
                   at("tenure_days"),
                   at("filter_log_mean"),
                   at("filter_awake"),
                   at("filter_log_shape"),
                   at("filter_volatility")};
  }();
  return kColumns;
}

/// ln k and logit pi of a customer, and whether they stand at a bound.
struct Widths {
  double log_shape;
  double logit;
  bool shape_held;
  bool logit_held;
};

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0.0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    sum += a[j] * b[j];
  }
  return sum;
}

Widths widths_of(std::span<const double> terms,
                 std::span<const double> coefficients,
                 std::size_t zero_terms) {
  const double log_shape = dot(terms, coefficients.first(terms.size()));
  const std::span<const double> of_zero = coefficients.subspan(terms.size());
  const double logit =
      dot(terms.first(zero_terms - 1), of_zero.first(zero_terms - 1)) + of_zero[zero_terms - 1];
  const double held_shape = std::clamp(log_shape, kMinLogShape, kMaxLogShape);
  const double held_logit = std::clamp(logit, kMinLogit, kMaxLogit);
  return {held_shape, held_logit, held_shape != log_shape, held_logit != logit};
}

/// The log score of a count, and its slopes by ln k and logit pi.
struct Score {
  double value;
  double by_log_shape;
  double by_logit;
};

Score score_of(double y, double mean, const Widths& widths) {
  const double k = std::exp(widths.log_shape);
  const double pi = 1.0 / (1.0 + std::exp(-widths.logit));
  const double m = mean / (1.0 - pi);
  const double by_shape = math::digamma_rise(k, y) - std::log1p(m / k) + (m - y) / (k + m);
  if (y > 0.0) {
    return {std::log1p(-pi) + math::negative_binomial_log_pmf(y, m, k),
            by_shape * k,
            -pi + pi * (y - m * (y + k) / (m + k))};
  }
  const double none = std::exp(-k * std::log1p(m / k));
  const double probability = pi + (1.0 - pi) * none;
  return {std::log(probability),
          (1.0 - pi) * none * by_shape * k / probability,
          pi * (1.0 - pi) * ((1.0 - none) - none * k * m / (m + k)) / probability};
}

}  // namespace

HeadCovariates head_covariates(const MonthFeatures& features, std::size_t i, double mean) {
  const auto value = [&](std::size_t column) {
    return static_cast<double>(features.rows.values[i * features.rows.columns + column]);
  };
  const Columns& at = columns();
  const double deviation = value(at.deviation);  // unknown in the first month
  const double awake = std::clamp(value(at.filter_awake), 1e-6, 1.0 - 1e-6);
  const double log_mean = std::log(mean);
  return {{log_mean,
           std::log1p(value(at.recency) / 30.0),
           std::log1p(value(at.tenure) / 30.0),
           value(at.active_share),
           std::isnan(deviation) ? 0.0 : std::log((deviation + 0.3) / (value(at.mean) + 0.3)),
           std::log(awake / (1.0 - awake)),
           value(at.filter_log_mean) - log_mean,
           std::log1p(value(at.last_count)) - log_mean,
           value(at.filter_log_shape),
           std::log(std::max(value(at.filter_volatility), 1e-3))}};
}

std::array<double, CountHead::kShapeTerms> CountHead::terms(
    const HeadCovariates& covariates) const noexcept {
  std::array<double, kShapeTerms> out{};
  for (std::size_t j = 0; j < HeadCovariates::kCount; ++j) {
    out[j] = std::clamp((covariates.values[j] - center_[j]) / scale_[j], -kMaxTerm, kMaxTerm);
  }
  out.back() = 1.0;
  return out;
}

Result<CountHead> CountHead::learn(const HeadLessons& lessons, const Computation& computation) {
  CountHead head;
  const auto n = static_cast<double>(lessons.means.size());
  for (std::size_t j = 0; j < HeadCovariates::kCount; ++j) {
    double sum = 0.0;
    double squares = 0.0;
    for (const HeadCovariates& covariates : lessons.covariates) {
      sum += covariates.values[j];
      squares += covariates.values[j] * covariates.values[j];
    }
    head.center_[j] = sum / n;
    head.scale_[j] =
        std::max(std::sqrt(std::max(squares / n - head.center_[j] * head.center_[j], 0.0)), 1e-3);
  }
  std::vector<std::array<double, kShapeTerms>> terms;
  terms.reserve(lessons.means.size());
  for (const HeadCovariates& covariates : lessons.covariates) {
    terms.push_back(head.terms(covariates));
  }
  const double ridge = std::max(kRidge, kPrior / n);
  const auto loss = [&](std::span<const double> x, std::span<double> gradient) {
    std::ranges::fill(gradient, 0.0);
    double value = 0.0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const Widths widths = widths_of(terms[i], x, kZeroTerms);
      const Score score = score_of(lessons.counts[i], lessons.means[i], widths);
      value -= score.value / n;
      const double by_shape = widths.shape_held ? 0.0 : score.by_log_shape / n;
      const double by_logit = widths.logit_held ? 0.0 : score.by_logit / n;
      for (std::size_t j = 0; j < kShapeTerms; ++j) {
        gradient[j] -= by_shape * terms[i][j];
      }
      for (std::size_t j = 0; j + 1 < kZeroTerms; ++j) {
        gradient[kShapeTerms + j] -= by_logit * terms[i][j];
      }
      gradient[kTerms - 1] -= by_logit;
    }
    for (std::size_t j = 0; j < kTerms; ++j) {
      const bool is_constant = j == kShapeTerms - 1 || j == kTerms - 1;
      const double off = is_constant ? 0.0 : x[j];
      value += ridge * off * off;
      gradient[j] += 2.0 * ridge * off;
    }
    return value;
  };
  head.coefficients_[kTerms - 1] = -3.0;
  math::MinimizeOptions options;
  options.absolute_tolerance = 1e-6;
  options.relative_tolerance = 0.0;
  options.max_iterations = 120;
  options.lower.assign(kTerms, -10.0);
  options.upper.assign(kTerms, 10.0);
  options.cancelled = computation.cancelled;
  if (math::minimize(loss, head.coefficients_, options).termination ==
      math::Termination::Cancelled) {
    return Error{ErrorCode::Cancelled, "ensemble: interrupted", ""};
  }
  return head;
}

CountPart CountHead::part(const HeadCovariates& covariates, double mean) const noexcept {
  const std::array<double, kShapeTerms> z = terms(covariates);
  const Widths widths = widths_of(z, coefficients_, kZeroTerms);
  const double weight = 1.0 / (1.0 + std::exp(widths.logit));
  return {weight, mean / weight, std::exp(widths.log_shape)};
}

State CountHead::save() const {
  State state;
  state.set_numbers("center", center_);
  state.set_numbers("scale", scale_);
  state.set_numbers("coefficients", coefficients_);
  return state;
}

Result<CountHead> CountHead::load(const State& state) {
  StateReader read(state, "count_head");
  CountHead head;
  read.fill("center", head.center_);
  read.fill("scale", head.scale_, 1e-9);
  read.fill("coefficients", head.coefficients_, -1e3, 1e3);
  TILL_TRY(read.finish());
  return head;
}

}  // namespace till::models
