#include "till/models/dynamic_nbd.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "chunks.hpp"
#include "dynamic_nbd_step.hpp"
#include "no_months.hpp"

#include "till/core/check.hpp"
#include "till/math/minimize.hpp"

namespace till::models {

namespace {

using Values = std::array<double, DynamicNbdParameters::kCount>;
using Slope = Dual<DynamicNbdParameters::kCount>;
using step::exp_of;
using step::log_score;
using step::Prediction;
using step::Shared;

constexpr std::size_t kChunk = 8192;        // of customers, in a pass
constexpr std::size_t kDualChunk = 250;     // of customers, in a pass with derivatives
constexpr std::size_t kSample = 6000;       // customers that a fit looks at
constexpr std::size_t kSmallSample = 1000;  // customers that a start is chosen by
constexpr std::int32_t kFirstSteps = 60;
constexpr std::size_t kScoredMonths = 18;
constexpr std::size_t kRunIn = 3;

Error cancelled() {
  return {ErrorCode::Cancelled, "dynamic_nbd: interrupted", ""};
}

bool is_cancelled(const Computation& computation) {
  return computation.cancelled && computation.cancelled();
}

// --- the filter: all customers, month after month
// ---------------------------------------------------

/// The columns of a state, and of the month that it meets.
struct Columns {
  double* rate;
  double* precision;
  double* log_long_run;
  double* effective_months;
  double* awake;
  double* silent_months;
  double* volatility;
  double* inverse_k;           ///< Of the month: written before its counts are used, read after.
  const std::int32_t* counts;  ///< Of the month.
};

/// Reads the counts of n <= kSize customers; those of the other lanes are 0.
TILL_INLINE Lanes load_counts(const std::int32_t* from, std::size_t n) {
  using Counts = std::int32_t __attribute__((vector_size(Lanes::kSize * sizeof(std::int32_t))));
  Counts counts{};
  std::memcpy(&counts, from, n * sizeof(std::int32_t));
  return Lanes(__builtin_convertvector(counts, math::Lanes));
}

/// Reads the states of n <= kSize customers; the other lanes are asleep: they weigh nothing.
TILL_INLINE step::State<Lanes> load_state(const Columns& columns, std::size_t at, std::size_t n) {
  return {Lanes(math::load(columns.rate + at, n, 1.0)),
          Lanes(math::load(columns.precision + at, n, 1.0)),
          Lanes(math::load(columns.log_long_run + at, n, 0.0)),
          Lanes(math::load(columns.effective_months + at, n, 1.0)),
          Lanes(math::load(columns.awake + at, n, 0.0)),
          Lanes(math::load(columns.volatility + at, n, 1.0))};
}

TILL_INLINE Shared<Lanes> in_lanes(const Shared<double>& p) {
  return {p.m0,
          p.log_m0,
          p.a0,
          p.k0,
          p.k1,
          p.q,
          p.phi,
          p.h0,
          p.h1,
          p.r0,
          p.r1,
          p.r2,
          p.rho,
          p.nu,
          p.gamma};
}

/// Looks at the month of n <= kSize customers before its counts are used.
TILL_INLINE void predict_some(const Shared<Lanes>& p,
                              const Columns& columns,
                              std::size_t i,
                              std::size_t n,
                              double exposure,
                              step::LevelSums<Lanes>& level) {
  const step::State<Lanes> x = load_state(columns, i, n);
  const Prediction<Lanes> month = step::predict(p, x, Lanes(exposure));
  level.add(x, month, load_counts(columns.counts + i, n));
  math::store(month.inverse_k.v, columns.inverse_k + i, n);
}

/// Moves n <= kSize customers on by the month.
TILL_INLINE void update_some(const Shared<Lanes>& p,
                             const Columns& columns,
                             std::size_t i,
                             std::size_t n,
                             double exposure,
                             double level_factor) {
  step::State<Lanes> x = load_state(columns, i, n);
  const Lanes inverse_k(math::load(columns.inverse_k + i, n, 1.0));
  const Prediction<Lanes> month = step::prediction_of(x, Lanes(exposure), inverse_k);
  const Lanes y = load_counts(columns.counts + i, n);
  const Lanes silent_before(math::load(columns.silent_months + i, n, 0.0));
  const Lanes silent = if_zero(y, silent_before + 1.0, Lanes(0.0));
  step::update(p, x, month, Lanes(level_factor), y, step::log_one_plus(silent));
  math::store(x.m.v, columns.rate + i, n);
  math::store(x.a.v, columns.precision + i, n);
  math::store(x.l.v, columns.log_long_run + i, n);
  math::store(x.n.v, columns.effective_months + i, n);
  math::store(x.A.v, columns.awake + i, n);
  math::store(x.v.v, columns.volatility + i, n);
  math::store(silent.v, columns.silent_months + i, n);
}

// Full lanes are a case of their own: copies of a size that is known are single instructions.
TILL_INLINE step::LevelSums<double> predict_inlined(const Shared<double>& shared,
                                                    const Columns& columns,
                                                    std::size_t begin,
                                                    std::size_t end,
                                                    double exposure) {
  const Shared<Lanes> p = in_lanes(shared);
  step::LevelSums<Lanes> level;
  std::size_t i = begin;
  for (; i + Lanes::kSize <= end; i += Lanes::kSize) {
    predict_some(p, columns, i, Lanes::kSize, exposure, level);
  }
  if (i < end) {
    predict_some(p, columns, i, end - i, exposure, level);
  }
  return {math::sum(level.observed.v), math::sum(level.expected.v)};
}

TILL_INLINE void update_inlined(const Shared<double>& shared,
                                const Columns& columns,
                                std::size_t begin,
                                std::size_t end,
                                double exposure,
                                double level_factor) {
  const Shared<Lanes> p = in_lanes(shared);
  std::size_t i = begin;
  for (; i + Lanes::kSize <= end; i += Lanes::kSize) {
    update_some(p, columns, i, Lanes::kSize, exposure, level_factor);
  }
  if (i < end) {
    update_some(p, columns, i, end - i, exposure, level_factor);
  }
}

// Looks at the month before its counts are used, and at what the base did against that.
TILL_FOR_EACH_PROCESSOR(step::LevelSums<double>,
                        predict_rows,
                        (const Shared<double>& shared,
                         const Columns& columns,
                         std::size_t begin,
                         std::size_t end,
                         double exposure),
                        predict_inlined,
                        (shared, columns, begin, end, exposure))

TILL_FOR_EACH_PROCESSOR(void,
                        update_rows,
                        (const Shared<double>& shared,
                         const Columns& columns,
                         std::size_t begin,
                         std::size_t end,
                         double exposure,
                         double level_factor),
                        update_inlined,
                        (shared, columns, begin, end, exposure, level_factor))

/// Moves states on by a month at a time, a few customers at once.
class Filter {
 public:
  Filter(const Values& values, std::int32_t threads)
      : shared_(step::shared_of(values)), threads_(threads) {}

  void observe(DynamicNbdState& state,
               std::span<const std::int32_t> counts,
               std::span<const double> birth_shares,
               double exposure) {
    const std::size_t n = state.rate.size();
    inverse_k_.resize(n);
    const Columns columns{state.rate.data(),
                          state.precision.data(),
                          state.log_long_run.data(),
                          state.effective_months.data(),
                          state.awake.data(),
                          state.silent_months.data(),
                          state.volatility.data(),
                          inverse_k_.data(),
                          counts.data()};
    std::vector<step::LevelSums<double>> sums(chunk_count(n, kChunk));
    for_each_chunk(n, kChunk, threads_, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
      sums[chunk] = predict_rows(shared_, columns, begin, end, exposure);
    });
    step::LevelSums<double> all;
    for (const step::LevelSums<double>& some : sums) {
      all.observed += some.observed;
      all.expected += some.expected;
    }
    state.level = all.level();
    const double level_factor = std::exp(state.level);
    for_each_chunk(n, kChunk, threads_, [&](std::size_t, std::size_t begin, std::size_t end) {
      update_rows(shared_, columns, begin, end, exposure, level_factor);
    });
    for (std::size_t i = 0; i < birth_shares.size(); ++i) {
      const double e = exposure * std::max(birth_shares[i], step::kMinBirthShare);
      const double y = std::max(static_cast<double>(counts[n + i]) - 1.0, 0.0);
      const step::State<double> x = step::birth(shared_, e, y);
      state.rate.push_back(x.m);
      state.precision.push_back(x.a);
      state.log_long_run.push_back(x.l);
      state.effective_months.push_back(x.n);
      state.awake.push_back(x.A);
      state.silent_months.push_back(0.0);
      state.volatility.push_back(x.v);
    }
  }

 private:
  Shared<double> shared_;
  std::int32_t threads_;
  std::vector<double> inverse_k_;
};

/// Returns the birth shares of the customers born in a month.
std::vector<double> birth_shares_in(const Panel& panel, std::size_t month) {
  std::vector<double> shares;
  for (std::size_t i = month == 0 ? 0 : panel.customers_seen(month - 1);
       i < panel.customers_seen(month);
       ++i) {
    shares.push_back(panel.birth_share(i));
  }
  return shares;
}

// --- the likelihood, with derivatives
// ---------------------------------------------------------------

/// Some customers of a panel, every n-th by birth, with what the likelihood reads of them.
struct Sample {
  std::vector<double> exposures;                  // by month
  std::vector<std::vector<std::int32_t>> counts;  // by month: of the customers seen by its end
  std::vector<double> birth_shares;               // by customer
  std::size_t first_scored = 0;                   // month
  std::size_t scored = 0;                         // customer-months
};

Sample sample_of(const Panel& panel, const CalendarExposure& calendar, std::size_t size) {
  Sample sample;
  std::vector<std::size_t> chosen;
  const std::size_t customers = panel.customers();
  const std::size_t taken = std::min(size, customers);
  for (std::size_t i = 0; i < taken; ++i) {
    chosen.push_back(i * customers / taken);
    sample.birth_shares.push_back(panel.birth_share(chosen.back()));
  }
  const std::size_t months = panel.months();
  sample.first_scored =
      std::max(months > kScoredMonths ? months - kScoredMonths : 0, std::min(kRunIn, months - 1));
  std::size_t seen = 0;
  for (std::size_t t = 0; t < months; ++t) {
    sample.exposures.push_back(calendar.exposure(panel.month(t)));
    const std::span<const std::int32_t> counts = panel.counts(t);
    sample.scored += t >= sample.first_scored ? seen : 0;
    while (seen < chosen.size() && chosen[seen] < counts.size()) {
      ++seen;
    }
    std::vector<std::int32_t>& row = sample.counts.emplace_back(seen);
    std::transform(chosen.begin(),
                   chosen.begin() + static_cast<std::ptrdiff_t>(seen),
                   row.begin(),
                   [&](std::size_t i) { return counts[i]; });
  }
  return sample;
}

/// Returns the sum of the log scores of a sample's months, each customer forecast from the months
/// before.
template <typename T>
T log_likelihood(const Sample& sample,
                 const std::array<T, DynamicNbdParameters::kCount>& values,
                 std::int32_t threads) {
  const Shared<T> p = step::shared_of(values);
  std::vector<step::State<T>> states(sample.birth_shares.size());
  std::vector<Prediction<T>> months(states.size());
  std::vector<double> silent(states.size(), 0.0);
  T level(0.0);
  T total(0.0);
  std::size_t seen = 0;
  for (std::size_t t = 0; t < sample.counts.size(); ++t) {
    const std::vector<std::int32_t>& counts = sample.counts[t];
    const double e = sample.exposures[t];
    const bool is_scored = t >= sample.first_scored;
    const T carried = exp_of(p.rho * level);
    std::vector<step::LevelSums<T>> sums(chunk_count(seen, kDualChunk));
    std::vector<T> scores(sums.size(), T(0.0));
    for_each_chunk(
        seen, kDualChunk, threads, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
          step::LevelSums<T> sum_here;
          T score(0.0);
          for (std::size_t i = begin; i < end; ++i) {
            const auto y = static_cast<double>(counts[i]);
            months[i] = step::predict(p, states[i], e);
            sum_here.add(states[i], months[i], y);
            if (is_scored) {
              score =
                  score + log_score(states[i].A, months[i].mu * carried, months[i].inverse_s, y);
            }
          }
          sums[chunk] = sum_here;
          scores[chunk] = score;
        });
    step::LevelSums<T> all;
    for (std::size_t chunk = 0; chunk < sums.size(); ++chunk) {
      all.observed = all.observed + sums[chunk].observed;
      all.expected = all.expected + sums[chunk].expected;
      total = total + scores[chunk];
    }
    level = all.level();
    const T level_factor = exp_of(level);
    for_each_chunk(seen, kDualChunk, threads, [&](std::size_t, std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const auto y = static_cast<double>(counts[i]);
        silent[i] = y == 0.0 ? silent[i] + 1.0 : 0.0;
        step::update(p, states[i], months[i], level_factor, y, std::log1p(silent[i]));
      }
    });
    for (; seen < counts.size(); ++seen) {
      const double share = std::max(sample.birth_shares[seen], step::kMinBirthShare);
      const double y = std::max(static_cast<double>(counts[seen]) - 1.0, 0.0);
      states[seen] = step::birth(p, e * share, y);
    }
  }
  return total;
}

/// What is known of the parameters before the log is looked at: mean and standard deviation.
struct Prior {
  Values mean;
  Values deviation;
};

/// Returns the mean count of a customer's month in the last year, which a new one is near to.
double recent_mean(const Panel& panel) {
  double transactions = 0.0;
  double cells = 0.0;
  for (std::size_t t = panel.months() > 12 ? panel.months() - 12 : 0; t < panel.months(); ++t) {
    for (const std::int32_t count : panel.counts(t)) {
      transactions += count;
    }
    cells += static_cast<double>(panel.customers_seen(t));
  }
  return std::max(transactions / std::max(cells, 1.0), 1e-4);
}

Prior prior_of(const Panel& panel) {
  DynamicNbdParameters mean;
  mean.log_m0 = std::log(recent_mean(panel));
  return {mean.values(), {2.0, 1.5, 1.5, 0.4, 1.5, 2.0, 1.5, 0.5, 1.5, 0.5, 1.0, 1.5, 1.0, 0.5}};
}

/// Minus the logarithm of likelihood times prior.
class Loss {
 public:
  Loss(const Sample& sample, const Prior& prior, std::int32_t threads)
      : sample_(sample), prior_(prior), threads_(threads) {}

  double operator()(std::span<const double> x, std::span<double> gradient) const {
    std::array<Slope, DynamicNbdParameters::kCount> values;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i].value = x[i];
      values[i].slope[i] = 1.0;
    }
    const Slope likelihood = log_likelihood(sample_, values, threads_);
    double loss = -likelihood.value;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double off = (x[i] - prior_.mean[i]) / prior_.deviation[i];
      loss += 0.5 * off * off;
      gradient[i] = off / prior_.deviation[i] - likelihood.slope[i];
    }
    return loss;
  }

 private:
  const Sample& sample_;
  const Prior& prior_;
  std::int32_t threads_;
};

/// Returns where to start: the likelihood has more than one hill, so that of few customers is
/// climbed from three points, and the highest top is gone on from with all.
Values promising_start(const Panel& panel,
                       const CalendarExposure& calendar,
                       const Prior& prior,
                       math::MinimizeOptions options,
                       std::int32_t threads) {
  const Sample sample = sample_of(panel, calendar, kSmallSample);
  const Loss loss(sample, prior, threads);
  DynamicNbdParameters steady = DynamicNbdParameters::of(prior.mean);
  steady.k0 = 4.0;
  steady.log_q = -5.0;
  steady.logit_phi = 4.0;
  steady.h0 = -4.0;
  DynamicNbdParameters lively = DynamicNbdParameters::of(prior.mean);
  lively.k0 = -1.5;
  lively.k1 = 0.8;
  lively.h0 = -1.4;
  lively.h1 = -0.6;
  lively.r0 = 0.0;
  lively.r2 = -1.2;
  lively.gamma = 2.0;
  options.max_iterations = kFirstSteps;
  Values best = prior.mean;
  double least = std::numeric_limits<double>::infinity();
  for (Values x : {prior.mean, steady.values(), lively.values()}) {
    const double value = math::minimize(loss, x, options).value;
    if (value < least) {
      least = value;
      best = x;
    }
  }
  return best;
}

}  // namespace

std::array<double, DynamicNbdParameters::kCount> DynamicNbdParameters::values() const noexcept {
  return {log_m0, log_a0, k0, k1, log_q, logit_phi, h0, h1, r0, r1, r2, logit_rho, logit_nu, gamma};
}

DynamicNbdParameters DynamicNbdParameters::of(const std::array<double, kCount>& v) noexcept {
  return {v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13]};
}

Result<DynamicNbd> DynamicNbd::fit(const Panel& panel,
                                   const Computation& computation,
                                   const DynamicNbd* before) {
  if (panel.months() == 0) {
    return no_months(DynamicNbd::kName, "fit");
  }
  const CalendarExposure calendar = CalendarExposure::fit(panel);
  const Prior prior = prior_of(panel);
  const Sample sample = sample_of(panel, calendar, kSample);
  DynamicNbd model(DynamicNbdParameters::of(prior.mean), calendar);
  if (panel.months() < 3 || sample.scored == 0) {
    model.warnings_.push_back(
        "dynamic_nbd: " + std::to_string(panel.months()) +
        " months of history are too few to fit its parameters (3 at least): it uses its starting "
        "values");
    return model;
  }
  math::MinimizeOptions options;
  options.absolute_tolerance = 0.01;  // of a log-likelihood: nothing that a forecast would show
  options.relative_tolerance = 0.0;
  options.cancelled = computation.cancelled;
  for (std::size_t i = 0; i < prior.mean.size(); ++i) {
    options.lower.push_back(prior.mean[i] - 8.0 * prior.deviation[i]);
    options.upper.push_back(prior.mean[i] + 8.0 * prior.deviation[i]);
  }
  Values best = prior.mean;
  if (before != nullptr) {
    best = before->parameters().values();
  } else {
    best = promising_start(panel, calendar, prior, options, computation.threads);
  }
  for (std::size_t i = 0; i < best.size(); ++i) {
    best[i] = std::clamp(best[i], options.lower[i], options.upper[i]);
  }
  const Loss loss(sample, prior, computation.threads);
  const math::MinimizeSummary summary = math::minimize(loss, best, options);
  if (summary.termination == math::Termination::Cancelled) {
    return cancelled();
  }
  model.parameters_ = DynamicNbdParameters::of(best);
  return model;
}

Result<DynamicNbdState> DynamicNbd::state(const Panel& panel,
                                          const Computation& computation) const {
  DynamicNbdState state;
  observe(state, panel, 0, computation);
  if (is_cancelled(computation)) {
    return cancelled();
  }
  return state;
}

void DynamicNbd::observe(DynamicNbdState& state,
                         const Panel& panel,
                         std::size_t from,
                         const Computation& computation) const {
  Filter filter(parameters_.values(), computation.threads);
  for (std::size_t t = from; t < panel.months() && !is_cancelled(computation); ++t) {
    filter.observe(
        state, panel.counts(t), birth_shares_in(panel, t), calendar_.exposure(panel.month(t)));
  }
}

void DynamicNbd::observe(DynamicNbdState& state,
                         std::span<const std::int32_t> counts,
                         std::span<const double> birth_shares,
                         double exposure) const {
  TILL_ASSERT(counts.size() == state.rate.size() + birth_shares.size(),
              "a month needs one count for each customer known and each born");
  Filter(parameters_.values(), 1).observe(state, counts, birth_shares, exposure);
}

Result<Forecast> DynamicNbd::forecast(const Panel& panel,
                                      const ForecastTarget& target,
                                      const Computation& computation) const {
  if (panel.months() == 0) {
    return no_months(DynamicNbd::kName, "forecast");
  }
  TILL_ASSIGN(const DynamicNbdState state, this->state(panel, computation));
  return forecast(state, target, computation);
}

Forecast DynamicNbd::forecast(const DynamicNbdState& state,
                              const ForecastTarget& target,
                              const Computation& computation) const {
  const std::size_t customers = state.rate.size();
  const Shared<double> p = step::shared_of(parameters_.values());
  Forecast forecast(customers, 1);
  forecast.probability_alive.resize(customers);
  const auto forecast_one = [&](std::size_t i) {
    step::State<double> x{state.rate[i],
                          state.precision[i],
                          state.log_long_run[i],
                          state.effective_months[i],
                          state.awake[i],
                          state.volatility[i]};
    double silent = state.silent_months[i];
    double level = state.level;
    for (std::size_t gap = 0; gap < target.gap.size(); ++gap) {
      step::advance(p, x, std::log1p(silent += 1.0));
      level *= p.rho;
    }
    forecast.probability_alive[i] = x.A;
    double mean = 0.0;
    double awake = 0.0;
    double inverse_s = 0.0;
    for (std::size_t part = 0; part < target.window.size(); ++part) {
      if (part > 0) {
        step::advance(p, x, std::log1p(silent += 1.0));
      }
      level *= p.rho;
      const Prediction<double> month = step::predict(p, x, calendar_.exposure(target.window[part]));
      mean += x.A * month.mu * std::exp(level);
      awake = std::max(awake, x.A);
      inverse_s = part == 0 ? month.inverse_s : inverse_s;
    }
    forecast.parts(i)[0] = {awake, awake > 0.0 ? mean / awake : 0.0, 1.0 / inverse_s};
  };
  for_each_chunk(
      customers, kChunk, computation.threads, [&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
          forecast_one(i);
        }
      });
  return forecast;
}

State DynamicNbd::save() const {
  State parameters;
  const Values values = parameters_.values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    parameters.set(std::string(DynamicNbdParameters::kNames[i]), values[i]);
  }
  State state;
  state.set("parameters", std::move(parameters));
  state.set("calendar", calendar_.save());
  state.set("warnings", warnings_);
  return state;
}

Result<DynamicNbd> DynamicNbd::load(const State& state) {
  StateReader read(state, kName);
  const State parameters = read.state("parameters");
  StateReader read_parameters(parameters, kName);
  Values values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = read_parameters.number(DynamicNbdParameters::kNames[i], -40.0, 40.0);
  }
  const CalendarExposure calendar =
      read.part(CalendarExposure::load(read.state("calendar")), CalendarExposure());
  DynamicNbd model(DynamicNbdParameters::of(values), calendar);
  model.warnings_ = read.texts("warnings");
  TILL_TRY(read_parameters.finish());
  TILL_TRY(read.finish());
  return model;
}

double DynamicNbd::mean_log_score(const Panel& panel) const {
  if (panel.months() == 0) {
    return 0.0;
  }
  const Sample sample = sample_of(panel, calendar_, panel.customers());
  if (sample.scored == 0) {
    return 0.0;
  }
  return log_likelihood(sample, parameters_.values(), 1) / static_cast<double>(sample.scored);
}

}  // namespace till::models
