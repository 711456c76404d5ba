#include "till/models/glm.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <utility>

#include "chunks.hpp"
#include "member_features.hpp"
#include "no_months.hpp"
#include "past_lessons.hpp"
#include "spread.hpp"
#include "whole_months.hpp"

#include "till/math/symmetric.hpp"

namespace till::models {

namespace {

constexpr std::size_t kRows = 60'000;  // that are learned from
constexpr std::size_t kChunk = 4096;   // of rows
constexpr double kShape = 3.0;         // of the negative binomial: large counts pull less
constexpr double kBeliefs = 3.0;       // times the largest count: no mean is higher
constexpr double kMaxTerm = 6.0;       // standard deviations
constexpr double kMaxLogMean = 30.0;
constexpr double kSmall = 0.2;          // where a column turns from linear to logarithmic
constexpr double kSmallestMean = 0.02;  // in deviances
constexpr int kMaxSteps = 30;
constexpr double kTolerance = 1e-8;  // of the mean log-likelihood
constexpr std::array<double, 5> kPenalties = {0.3, 0.1, 0.03, 0.01, 0.001};

Error cancelled() {
  return {ErrorCode::Cancelled, "glm: interrupted", ""};
}

double transformed(float value) {
  const auto v = static_cast<double>(value);
  return std::copysign(std::log1p(std::abs(v) / kSmall), v);
}

/// Rows to learn from: standardised columns, then 1.
struct Rows {
  std::size_t columns = 0;  // the 1 included
  std::vector<double> values;
  std::vector<double> offsets;
  std::vector<double> counts;

  [[nodiscard]] std::span<const double> row(std::size_t i) const {
    return std::span(values).subspan(i * columns, columns);
  }
};

/// Appends the standardised columns of a customer, and 1.
void append_row(const FeatureMatrix& matrix,
                std::size_t i,
                const GlmTerms& terms,
                std::vector<double>& out) {
  for (std::size_t j = 0; j < matrix.columns; ++j) {
    const double value = transformed(matrix.values[i * matrix.columns + j]);
    out.push_back(std::isfinite(value)
                      ? std::clamp((value - terms.center[j]) / terms.scale[j], -kMaxTerm, kMaxTerm)
                      : 0.0);
  }
  out.push_back(1.0);
}

/// Finds mean and deviation of each column.
void standardise(std::span<const MonthFeatures> months, GlmTerms& terms) {
  const std::size_t columns = months.front().rows.columns;
  std::vector<double> n(columns, 0.0);
  std::vector<double> squares(columns, 0.0);
  terms.center.assign(columns, 0.0);
  terms.scale.assign(columns, 1.0);
  const auto for_each_value = [&](const auto& take) {
    for (const MonthFeatures& month : months) {
      for (std::size_t k = 0; k < month.rows.values.size(); ++k) {
        const double value = transformed(month.rows.values[k]);
        if (std::isfinite(value)) {
          take(k % columns, value);
        }
      }
    }
  };
  for_each_value([&](std::size_t j, double value) {
    n[j] += 1.0;
    terms.center[j] += value;
  });
  for (std::size_t j = 0; j < columns; ++j) {
    terms.center[j] /= std::max(n[j], 1.0);
  }
  for_each_value([&](std::size_t j, double value) {
    squares[j] += (value - terms.center[j]) * (value - terms.center[j]);
  });
  for (std::size_t j = 0; j < columns; ++j) {
    const double deviation = std::sqrt(squares[j] / std::max(n[j], 1.0));
    terms.scale[j] = deviation > 1e-6 ? deviation : 1.0;
  }
}

Rows rows_of(const PastLessons& past,
             std::span<const MonthFeatures> months,
             const GlmTerms& terms) {
  Rows rows{terms.center.size() + 1, {}, {}, {}};
  for (const MonthFeatures& month : months) {
    const double offset =
        season_offset(past.sample, month.month, past.sample.month(month.month), past.season);
    for (std::size_t i = 0; i < month.rows.rows(); ++i) {
      append_row(month.rows, i, terms, rows.values);
      rows.offsets.push_back(offset);
      rows.counts.push_back(past.sample.counts(month.month)[i]);
    }
  }
  return rows;
}

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0.0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    sum += a[j] * b[j];
  }
  return sum;
}

double mean_of(std::span<const double> row, double offset, std::span<const double> coefficients) {
  return std::exp(std::clamp(offset + dot(row, coefficients), -kMaxLogMean, kMaxLogMean));
}

/// What rows say of some coefficients: the loss, its slope and the expected curvature.
struct Evidence {
  double loss = 0.0;
  std::vector<double> slope;
  std::vector<double> curvature;  // lower triangle, row after row
};

/// -ln NB(y; mean, kShape) less what does not depend on the mean.
double loss_of(double y, double mean) {
  return (y + kShape) * std::log(kShape + mean) - y * std::log(mean);
}

Evidence evidence_of(const Rows& rows,
                     std::span<const double> coefficients,
                     double penalty,
                     std::int32_t threads) {
  const std::size_t p = rows.columns;
  const std::size_t n = rows.counts.size();
  std::vector<Evidence> chunks(chunk_count(n, kChunk));
  for_each_chunk(n, kChunk, threads, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    Evidence& some = chunks[chunk];
    some.slope.assign(p, 0.0);
    some.curvature.assign(p * (p + 1) / 2, 0.0);
    for (std::size_t i = begin; i < end; ++i) {
      const std::span<const double> row = rows.row(i);
      const double y = rows.counts[i];
      const double mean = mean_of(row, rows.offsets[i], coefficients);
      some.loss += loss_of(y, mean);
      const double slope = (mean - y) / (1.0 + mean / kShape);
      const double curvature = mean / (1.0 + mean / kShape);
      std::size_t at = 0;
      for (std::size_t j = 0; j < p; ++j) {
        some.slope[j] += slope * row[j];
        const double weighted = curvature * row[j];
        for (std::size_t k = 0; k <= j; ++k) {
          some.curvature[at++] += weighted * row[k];
        }
      }
    }
  });
  Evidence all{0.0, std::vector<double>(p, 0.0), std::vector<double>(p * (p + 1) / 2, 0.0)};
  for (const Evidence& some : chunks) {
    all.loss += some.loss;
    std::ranges::transform(all.slope, some.slope, all.slope.begin(), std::plus());
    std::ranges::transform(all.curvature, some.curvature, all.curvature.begin(), std::plus());
  }
  const double scale = 1.0 / static_cast<double>(n);
  all.loss *= scale;
  for (double& each : all.slope) {
    each *= scale;
  }
  for (double& each : all.curvature) {
    each *= scale;
  }
  for (std::size_t j = 0; j + 1 < p; ++j) {  // the intercept is free
    all.loss += 0.5 * penalty * coefficients[j] * coefficients[j];
    all.slope[j] += penalty * coefficients[j];
    all.curvature[j * (j + 1) / 2 + j] += penalty;
  }
  return all;
}

/// Climbs by Fisher scoring with halved steps; the last coefficient is the intercept.
Result<void> climb(const Rows& rows,
                   double penalty,
                   const Computation& computation,
                   std::vector<double>& coefficients) {
  const std::size_t p = rows.columns;
  Evidence here = evidence_of(rows, coefficients, penalty, computation.threads);
  for (int step = 0; step < kMaxSteps; ++step) {
    if (computation.cancelled && computation.cancelled()) {
      return cancelled();
    }
    math::SymmetricMatrix curvature(p);
    std::size_t at = 0;
    for (std::size_t j = 0; j < p; ++j) {
      for (std::size_t k = 0; k <= j; ++k) {
        curvature.set(j, k, here.curvature[at++] + (j == k ? 1e-9 : 0.0));
      }
    }
    std::vector<double> direction(p);
    math::inverse_of(math::eigen_of(curvature)).multiply(here.slope, direction);
    double share = 1.0;
    std::vector<double> next(p);
    Evidence there;
    for (int halving = 0; halving < 12; ++halving, share *= 0.5) {
      for (std::size_t j = 0; j < p; ++j) {
        next[j] = coefficients[j] - share * direction[j];
      }
      there = evidence_of(rows, next, penalty, computation.threads);
      if (there.loss <= here.loss) {
        break;
      }
    }
    if (!(there.loss <= here.loss)) {
      return {};
    }
    const double gained = here.loss - there.loss;
    coefficients = std::move(next);
    here = std::move(there);
    if (gained < kTolerance) {
      return {};
    }
  }
  return {};
}

double mean_deviance(const Rows& rows, std::span<const double> coefficients, double largest) {
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.counts.size(); ++i) {
    const double y = rows.counts[i];
    const double mean =
        std::clamp(mean_of(rows.row(i), rows.offsets[i], coefficients), kSmallestMean, largest);
    sum += (y > 0.0 ? y * std::log(y / mean) : 0.0) - (y - mean);
  }
  return sum;
}

/// Returns coefficients of no column at all: everybody gets the mean.
std::vector<double> only_a_mean(const Rows& rows) {
  double sum = 0.5;  // not all zero
  for (const double y : rows.counts) {
    sum += y;
  }
  std::vector<double> coefficients(rows.columns, 0.0);
  coefficients.back() = std::log(sum / static_cast<double>(rows.counts.size()));
  return coefficients;
}

}  // namespace

std::vector<std::string> Glm::columns() {
  return feature_names(FeatureGroup::Days);
}

Result<Glm> Glm::fit(const Panel& panel, const Computation& computation, const Glm* /*before*/) {
  if (panel.months() == 0) {
    return no_months(kName, "fit");
  }
  Glm model;
  TILL_ASSIGN(model.fallback_, MeanOf3Months::fit(panel, computation, nullptr));
  TILL_ASSIGN(const PastLessons past, past_lessons(kName, panel, kRows, computation));
  if (!past.too_few.empty()) {
    model.warnings_.push_back(past.too_few);
    return model;
  }
  GlmTerms terms;
  standardise(past.features, terms);
  const std::span<const MonthFeatures> held_out = past.held_out();
  const Rows seen =
      rows_of(past, std::span(past.features).first(past.features.size() - held_out.size()), terms);
  const Rows unseen = rows_of(past, held_out, terms);
  const Rows all = rows_of(past, past.features, terms);
  terms.largest = kBeliefs * std::max(1.0, *std::ranges::max_element(all.counts));

  // From the strongest penalty on, each is a start for the next.
  std::vector<double> coefficients = only_a_mean(seen);
  std::vector<double> best;
  double least = std::numeric_limits<double>::infinity();
  for (const double penalty : kPenalties) {
    TILL_TRY(climb(seen, penalty, computation, coefficients));
    const double deviance = mean_deviance(unseen, coefficients, terms.largest);
    if (deviance < least) {
      least = deviance;
      terms.penalty = penalty;
      best = coefficients;
    }
  }
  Past missed;
  for (std::size_t i = 0; i < unseen.counts.size(); ++i) {
    missed.guesses.push_back(
        std::min(mean_of(unseen.row(i), unseen.offsets[i], best), terms.largest));
    missed.counts.push_back(unseen.counts[i]);
  }
  TILL_ASSIGN(model.spread_, fit_spread(kName, missed, computation));
  TILL_TRY(climb(all, terms.penalty, computation, best));
  terms.intercept = best.back();
  best.pop_back();
  terms.coefficients = std::move(best);
  model.season_ = past.season;
  model.terms_ = std::move(terms);
  return model;
}

Result<Forecast> Glm::forecast(const Panel& panel,
                               const ForecastTarget& target,
                               const Computation& computation) const {
  if (panel.months() == 0) {
    return no_months(kName, "forecast");
  }
  TILL_ASSIGN(Forecast forecast, fallback_->forecast(panel, target, computation));
  if (!terms_) {
    return forecast;
  }
  const Panel whole = panel.before(whole_months(panel));
  const MonthPart& first = target.window.front();
  double exposure = 0.0;
  for (const MonthPart& part : target.window) {
    exposure += season_.exposure(part);
  }
  const double months = exposure / season_.exposure(first);
  const std::size_t cutoff = whole.months();
  TILL_ASSIGN(const std::vector<MonthFeatures> features,
              member_features(whole, std::span(&cutoff, 1), target, nullptr, computation));
  const FeatureMatrix& rows = features.front().rows;
  std::vector<double> coefficients = terms_->coefficients;
  coefficients.push_back(terms_->intercept);
  const double offset = season_offset(whole, cutoff, first, season_);
  for_each_chunk(rows.rows(),
                 kChunk,
                 computation.threads,
                 [&](std::size_t, std::size_t begin, std::size_t end) {
                   std::vector<double> row;
                   for (std::size_t i = begin; i < end; ++i) {
                     row.clear();
                     append_row(rows, i, *terms_, row);
                     const double month =
                         std::min(mean_of(row, offset, coefficients), terms_->largest);
                     forecast.parts(i)[0] = around(month * months, spread_, exposure);
                   }
                 });
  return forecast;
}

State Glm::save() const {
  State state;
  State::States terms;
  if (terms_) {
    State& each = terms.emplace_back();
    each.set("columns", columns());
    each.set("coefficients", terms_->coefficients);
    each.set("center", terms_->center);
    each.set("scale", terms_->scale);
    each.set("intercept", terms_->intercept);
    each.set("penalty", terms_->penalty);
    each.set("largest", terms_->largest);
  }
  state.set("terms", std::move(terms));
  state.set("season", season_.save());
  state.set("spread", models::save(spread_));
  state.set("fallback", fallback_->save());
  state.set("warnings", warnings_);
  return state;
}

Result<Glm> Glm::load(const State& state) {
  StateReader read(state, kName);
  Glm model;
  const std::vector<State> terms = read.states("terms");
  model.season_ = read.part(CalendarExposure::load(read.state("season")), CalendarExposure());
  model.spread_ = read.part(load_spread(read.state("spread")), Spread());
  model.fallback_ = read.part(MeanOf3Months::load(read.state("fallback")), MeanOf3Months());
  model.warnings_ = read.texts("warnings");
  if (terms.size() > 1) {
    read.refuse("terms", "one part, or none");
  }
  TILL_TRY(read.finish());
  for (const State& each : terms) {
    StateReader read_terms(each, kName);
    if (read_terms.texts("columns") != columns()) {
      return Error{ErrorCode::Unsupported,
                   "glm: it was fitted to other columns than this till makes",
                   "fit the model again"};
    }
    GlmTerms loaded;
    const std::size_t size = columns().size();
    loaded.coefficients.resize(size);
    loaded.center.resize(size);
    loaded.scale.resize(size);
    read_terms.fill("coefficients", loaded.coefficients, -1e6, 1e6);
    read_terms.fill("center", loaded.center, -1e12, 1e12);
    read_terms.fill("scale", loaded.scale, 1e-12, 1e12);
    loaded.intercept = read_terms.number("intercept", -1e6, 1e6);
    loaded.penalty = read_terms.number("penalty", 0.0);
    loaded.largest = read_terms.positive("largest");
    TILL_TRY(read_terms.finish());
    model.terms_ = std::move(loaded);
  }
  return model;
}

}  // namespace till::models
