#include "till/models/dynamic_nbd.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "chunks.hpp"
#include "dynamic_nbd_likelihood.hpp"
#include "dynamic_nbd_rows.hpp"
#include "no_months.hpp"

#include "till/core/check.hpp"
#include "till/math/minimize.hpp"

namespace till::models {

namespace {

using Values = DynamicNbdLikelihood::Values;
using step::Prediction;
using step::Shared;

constexpr std::size_t kChunk = 8192;        // of customers, in a pass
constexpr std::size_t kSample = 6000;       // customers that a fit looks at
constexpr std::size_t kSmallSample = 1000;  // customers that a start is chosen by
constexpr std::int32_t kFirstSteps = 60;

Error cancelled() {
  return {ErrorCode::Cancelled, "dynamic_nbd: interrupted", ""};
}

bool is_cancelled(const Computation& computation) {
  return computation.cancelled && computation.cancelled();
}

// --- the filter: all customers, month after month
// ---------------------------------------------------

/// The columns of a state.
struct Columns {
  step::StateColumns states;
  double* silent_months;
  double* inverse_k;  ///< Of the month to come: written before its counts are used, read after.
};

/// A month and what it brought.
struct Observed {
  const std::int32_t* counts;
  double exposure;
};

/// What the customers of a chunk add to the sums of a month, by lane.
struct ChunkSums {
  std::array<double, Lanes::kSize> observed{};
  std::array<double, Lanes::kSize> expected{};
};

TILL_INLINE step::LevelSums<Lanes> loaded(const ChunkSums& sums) {
  return {Lanes(math::load(sums.observed.data())), Lanes(math::load(sums.expected.data()))};
}

TILL_INLINE void store(const step::LevelSums<Lanes>& level, ChunkSums& sums) {
  math::store(level.observed.v, sums.observed.data());
  math::store(level.expected.v, sums.expected.data());
}

/// Looks at the month of n <= kSize customers before its counts are used.
TILL_INLINE void predict_some(const Shared<Lanes>& p,
                              const step::State<Lanes>& x,
                              const Columns& columns,
                              std::size_t i,
                              std::size_t n,
                              const Observed& month,
                              step::LevelSums<Lanes>& level) {
  const Prediction<Lanes> predicted = step::predict(p, x, Lanes(month.exposure));
  level.add(step::level_of(x, predicted, step::load_counts(month.counts + i, n)));
  math::store(predicted.inverse_k.v, columns.inverse_k + i, n);
}

/// Moves n <= kSize customers on by a month, and returns their states.
TILL_INLINE step::State<Lanes> update_some(const Shared<Lanes>& p,
                                           const Columns& columns,
                                           std::size_t i,
                                           std::size_t n,
                                           const Observed& month,
                                           double level_factor) {
  step::State<Lanes> x = step::load_state(columns.states.from(i), n);
  const Prediction<Lanes> predicted =
      step::prediction_of(x, Lanes(month.exposure), step::load_some(columns.inverse_k + i, n, 1.0));
  const Lanes y = step::load_counts(month.counts + i, n);
  const Lanes silent_before = step::load_some(columns.silent_months + i, n, 0.0);
  const Lanes silent = if_zero(y, silent_before + 1.0, Lanes(0.0));
  step::update(p, x, predicted, Lanes(level_factor), y, step::log_one_plus(silent));
  step::store_state(x, columns.states.from(i), n);
  math::store(silent.v, columns.silent_months + i, n);
  return x;
}

using Group = LaneGroup<3>;  // of more, the states no longer stay in registers

TILL_INLINE Group load_group(const double* from) {
  return Group::of([&](std::size_t k)
                       TILL_INLINED { return Lanes(math::load(from + k * Lanes::kSize)); });
}

TILL_INLINE Group load_counts_group(const std::int32_t* from) {
  return Group::of([&](std::size_t k) TILL_INLINED {
    return step::load_counts(from + k * Lanes::kSize, Lanes::kSize);
  });
}

TILL_INLINE void store(const Group& group, double* to) {
  for (std::size_t k = 0; k < group.each.size(); ++k) {
    math::store(group.each[k].v, to + k * Lanes::kSize);
  }
}

/// A month to move on by, and the next one to look at, for groups.
struct GroupMove {
  Shared<Group> shared;
  Group level_factor;
  Group exposure;
  Group next_exposure;
  const std::int32_t* counts = nullptr;
  const std::int32_t* next_counts = nullptr;  // null: it is not known
};

/// Moves a group of customers on by a month, and looks at the next one where there is one: as
/// update_some and predict_some do.
TILL_INLINE void update_group(const GroupMove& move,
                              const Columns& columns,
                              std::size_t i,
                              step::LevelSums<Lanes>& level) {
  const step::StateColumns at = columns.states.from(i);
  step::State<Group> x{load_group(at.m),
                       load_group(at.b),
                       load_group(at.l),
                       load_group(at.n),
                       load_group(at.A),
                       load_group(at.v)};
  const Prediction<Group> predicted =
      step::prediction_of(x, move.exposure, load_group(columns.inverse_k + i));
  const Group y = load_counts_group(move.counts + i);
  const Group silent = if_zero(y, load_group(columns.silent_months + i) + 1.0, 0.0);
  step::update(move.shared, x, predicted, move.level_factor, y, step::log_one_plus(silent));
  store(x.m, at.m);
  store(x.b, at.b);
  store(x.l, at.l);
  store(x.n, at.n);
  store(x.A, at.A);
  store(x.v, at.v);
  store(silent, columns.silent_months + i);
  if (move.next_counts != nullptr) {
    const Prediction<Group> coming = step::predict(move.shared, x, move.next_exposure);
    const step::LevelSums<Group> adds =
        step::level_of(x, coming, load_counts_group(move.next_counts + i));
    for (std::size_t k = 0; k < adds.observed.each.size(); ++k) {
      level.add({adds.observed.each[k], adds.expected.each[k]});
    }
    store(coming.inverse_k, columns.inverse_k + i);
  }
}

// Full lanes are a case of their own: copies of a size that is known are single instructions.
TILL_INLINE void predict_inlined(const Shared<double>& shared,
                                 const Columns& columns,
                                 std::size_t begin,
                                 std::size_t end,
                                 const Observed& month,
                                 ChunkSums& sums) {
  const Shared<Lanes> p = step::in_lanes(shared);
  step::LevelSums<Lanes> level = loaded(sums);
  std::size_t i = begin;
  for (; i + Lanes::kSize <= end; i += Lanes::kSize) {
    const step::State<Lanes> x = step::load_state(columns.states.from(i), Lanes::kSize);
    predict_some(p, x, columns, i, Lanes::kSize, month, level);
  }
  if (i < end) {
    const step::State<Lanes> x = step::load_state(columns.states.from(i), end - i);
    predict_some(p, x, columns, i, end - i, month, level);
  }
  store(level, sums);
}

TILL_INLINE void update_inlined(const Shared<double>& shared,
                                const Columns& columns,
                                std::size_t begin,
                                std::size_t end,
                                const Observed& month,
                                double level_factor,
                                const Observed* next,
                                ChunkSums& sums) {
  const Shared<Lanes> p = step::in_lanes(shared);
  const GroupMove move{step::in_lanes<Group>(shared),
                       Group(level_factor),
                       Group(month.exposure),
                       Group(next == nullptr ? 0.0 : next->exposure),
                       month.counts,
                       next == nullptr ? nullptr : next->counts};
  step::LevelSums<Lanes> level = loaded(sums);
  std::size_t i = begin;
  for (; i + Group::kSize <= end; i += Group::kSize) {
    update_group(move, columns, i, level);
  }
  for (; i + Lanes::kSize <= end; i += Lanes::kSize) {
    const step::State<Lanes> x = update_some(p, columns, i, Lanes::kSize, month, level_factor);
    if (next != nullptr) {
      predict_some(p, x, columns, i, Lanes::kSize, *next, level);
    }
  }
  if (i < end) {
    update_some(p, columns, i, end - i, month, level_factor);
  }
  store(level, sums);
}

// Looks at the month before its counts are used, and adds what the base did against that.
TILL_FOR_EACH_PROCESSOR(void,
                        predict_rows,
                        (const Shared<double>& shared,
                         const Columns& columns,
                         std::size_t begin,
                         std::size_t end,
                         const Observed& month,
                         ChunkSums& sums),
                        predict_inlined,
                        (shared, columns, begin, end, month, sums))

// Moves on by a month; full lanes look at the next one while their states are at hand.
TILL_FOR_EACH_PROCESSOR(void,
                        update_rows,
                        (const Shared<double>& shared,
                         const Columns& columns,
                         std::size_t begin,
                         std::size_t end,
                         const Observed& month,
                         double level_factor,
                         const Observed* next,
                         ChunkSums& sums),
                        update_inlined,
                        (shared, columns, begin, end, month, level_factor, next, sums))

/// Returns the columns of a state.
std::array<std::vector<double>*, 7> columns_in(DynamicNbdState& state) {
  return {&state.rate,
          &state.variance,
          &state.log_long_run,
          &state.effective_months,
          &state.awake,
          &state.silent_months,
          &state.volatility};
}

/// Moves states on by a month at a time, a few customers at once.
///
/// What a chunk's lanes add up, they add up in the same order whether they look at a month by
/// itself or while they move on to it: a state is the same, observed month by month or in one go.
class Filter {
 public:
  Filter(const Values& values, std::int32_t threads)
      : shared_(step::shared_of(values)), threads_(threads) {}

  /// \param month  with the counts of the customers of the state, then of those born.
  /// \param next    the month that is observed next, where it is known.
  void observe(DynamicNbdState& state,
               const Observed& month,
               std::span<const double> birth_shares,
               const Observed* next) {
    const std::size_t n = state.rate.size();
    if (!is_predicted_) {
      predict(state, 0, month);
    }
    step::LevelSums<double> all;
    for (const ChunkSums& some : sums_) {
      const step::LevelSums<Lanes> level = loaded(some);
      all.add({math::sum(level.observed.v), math::sum(level.expected.v)});
    }
    state.level = all.level();
    const double level_factor = std::exp(state.level);
    const Columns columns = columns_of(state);
    sums_.assign(chunk_count(n, kChunk), {});
    for_each_chunk(n, kChunk, threads_, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
      update_rows(shared_, columns, begin, end, month, level_factor, next, sums_[chunk]);
    });
    begin(state, month, birth_shares);
    is_predicted_ = next != nullptr;
    if (is_predicted_) {
      predict(state, n - n % Lanes::kSize, *next);
    }
  }

 private:
  /// Adds the customers born in a month, whose counts are the last of it.
  void begin(DynamicNbdState& state, const Observed& month, std::span<const double> birth_shares) {
    const std::size_t n = state.rate.size();
    const std::size_t births = birth_shares.size();
    std::vector<double> exposures(births);
    std::vector<double> counts(births);
    for (std::size_t i = 0; i < births; ++i) {
      exposures[i] = step::birth_exposure(month.exposure, birth_shares[i]);
      counts[i] = step::birth_count(month.counts[n + i]);
    }
    for (std::vector<double>* column : columns_in(state)) {
      column->resize(n + births);
    }
    step::begin_births(shared_, exposures, counts, columns_of(state).states.from(n));
  }

  /// Looks at a month of the customers from the i-th on, the first in its lanes.
  void predict(DynamicNbdState& state, std::size_t i, const Observed& month) {
    const std::size_t n = state.rate.size();
    inverse_k_.resize(n);
    sums_.resize(chunk_count(n, kChunk));
    const Columns columns = columns_of(state);
    const std::size_t done = i / kChunk;
    for_each_chunk(
        n - done * kChunk,
        kChunk,
        threads_,
        [&](std::size_t chunk, std::size_t begin, std::size_t end) {
          const std::size_t at = done * kChunk;
          predict_rows(
              shared_, columns, std::max(at + begin, i), at + end, month, sums_[done + chunk]);
        });
  }

  Columns columns_of(DynamicNbdState& state) {
    return {{state.rate.data(),
             state.variance.data(),
             state.log_long_run.data(),
             state.effective_months.data(),
             state.awake.data(),
             state.volatility.data()},
            state.silent_months.data(),
            inverse_k_.data()};
  }

  Shared<double> shared_;
  std::int32_t threads_;
  bool is_predicted_ = false;  // the month to come has been looked at
  std::vector<double> inverse_k_;
  std::vector<ChunkSums> sums_;  // by chunk
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

// --- the fit
// ---------------------------------------------------------------------------------------------

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

/// Minus the logarithm of likelihood times prior, to be made small.
math::Objective loss_of(DynamicNbdLikelihood& likelihood, const Prior& prior) {
  return [&](std::span<const double> x, std::span<double> gradient) {
    Values values{};
    std::copy(x.begin(), x.end(), values.begin());
    double loss = -likelihood.value(values, gradient);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double off = (x[i] - prior.mean[i]) / prior.deviation[i];
      loss += 0.5 * off * off;
      gradient[i] = off / prior.deviation[i] - gradient[i];
    }
    return loss;
  };
}

/// Where a climb begins.
struct Start {
  Values values{};
  std::optional<math::SymmetricMatrix> curvature;  // there, as far as it is known
};

/// Returns where to start: the likelihood has more than one hill, so that of few customers is
/// climbed from three points, and the highest top is gone on from with all.
Start promising_start(const Panel& panel,
                      const CalendarExposure& calendar,
                      const Prior& prior,
                      math::MinimizeOptions options,
                      std::int32_t threads) {
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
  std::array<Values, 3> tops = {prior.mean, steady.values(), lively.values()};
  std::array<math::MinimizeSummary, 3> climbs;
  for_each_chunk(tops.size(), 1, threads, [&](std::size_t i, std::size_t, std::size_t) {
    DynamicNbdLikelihood likelihood(panel, calendar, kSmallSample);
    climbs[i] = math::minimize(loss_of(likelihood, prior), tops[i], options);
  });
  std::size_t best = 0;
  for (std::size_t i = 1; i < tops.size(); ++i) {
    best = climbs[i].value < climbs[best].value ? i : best;
  }
  return {tops[best], std::move(climbs[best].hessian)};
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
  DynamicNbdLikelihood likelihood(panel, calendar, kSample);
  DynamicNbd model(DynamicNbdParameters::of(prior.mean), calendar);
  if (panel.months() < 3 || likelihood.scored() == 0) {
    model.warnings_.push_back(
        "dynamic_nbd: " + std::to_string(panel.months()) + " " +
        month_noun(panel.month(0).month, 2) +
        " of history are too few to fit its parameters (3 at least): it uses its starting "
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
  Start start = before != nullptr
                    ? Start{before->parameters().values(), before->curvature_}
                    : promising_start(panel, calendar, prior, options, computation.threads);
  options.hessian = std::move(start.curvature);
  Values& best = start.values;
  for (std::size_t i = 0; i < best.size(); ++i) {
    best[i] = std::clamp(best[i], options.lower[i], options.upper[i]);
  }
  math::MinimizeSummary summary = math::minimize(loss_of(likelihood, prior), best, options);
  if (summary.termination == math::Termination::Cancelled) {
    return cancelled();
  }
  model.parameters_ = DynamicNbdParameters::of(best);
  model.curvature_ = std::move(summary.hessian);
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
  for (std::vector<double>* column : columns_in(state)) {
    column->reserve(panel.customers());
  }
  const auto observed = [&](std::size_t t) {
    return Observed{panel.counts(t).data(), calendar_.exposure(panel.month(t))};
  };
  for (std::size_t t = from; t < panel.months() && !is_cancelled(computation); ++t) {
    const bool is_last = t + 1 == panel.months();
    const Observed next = is_last ? Observed{} : observed(t + 1);
    filter.observe(state, observed(t), birth_shares_in(panel, t), is_last ? nullptr : &next);
  }
}

void DynamicNbd::observe(DynamicNbdState& state,
                         std::span<const std::int32_t> counts,
                         std::span<const double> birth_shares,
                         double exposure) const {
  TILL_ASSERT(counts.size() == state.rate.size() + birth_shares.size(),
              "a month needs one count for each customer known and each born");
  Filter(parameters_.values(), 1).observe(state, {counts.data(), exposure}, birth_shares, nullptr);
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
                          state.variance[i],
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
  DynamicNbdLikelihood likelihood(panel, calendar_, panel.customers());
  if (likelihood.scored() == 0) {
    return 0.0;
  }
  return likelihood.value(parameters_.values()) / static_cast<double>(likelihood.scored());
}

}  // namespace till::models
