#include "dynamic_nbd_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "recorded.hpp"

#include "till/math/negative_binomial.hpp"

namespace till::models {

namespace {

using step::Prediction;
using step::Shared;
using step::State;
using step::StateColumns;

constexpr std::size_t kScoredMonths = 18;
constexpr std::size_t kRunIn = 3;
constexpr std::size_t kStateColumns = 6;

StateColumns columns(std::vector<double>& of, std::size_t rows) {
  double* const at = of.data();
  return {at, at + rows, at + 2 * rows, at + 3 * rows, at + 4 * rows, at + 5 * rows};
}

/// The month of some customers.
struct Rows {
  StateColumns states;  // before it
  double* inverse_k;
  const std::int32_t* counts;
  const double* log_silent;
  std::size_t size;
  double exposure;
  bool is_scored;
};

Rows rows_of(SampledMonth& month) {
  const std::size_t size = month.counts.size();
  return {columns(month.states, size),
          month.states.data() + kStateColumns * size,
          month.counts.data(),
          month.log_silent.data(),
          size,
          month.exposure,
          month.is_scored};
}

/// Slopes by the states before a month, and by what was predicted of it.
struct MonthSlopes {
  StateColumns states;
  double* mu;
  double* inverse_k;
  double* inverse_s;
};

/// What a pass over a month adds up.
struct MonthSums {
  step::LevelSums<double> level;
  double score = 0.0;
};

/// Slopes by what the customers of a month have in common: the parameters as they enter the
/// equations, and the level factor, which `update` and `log_score` take.
struct CommonSlopes {
  Shared<double> shared{};
  double level_factor = 0.0;
};

// --- forwards
// ---------------------------------------------------------------------------------------

TILL_INLINE MonthSums predict_inlined(const Shared<double>& shared,
                                      const Rows& rows,
                                      double carried) {
  const Shared<Lanes> p = step::in_lanes(shared);
  step::LevelSums<Lanes> level;
  Lanes score(0.0);
  for (std::size_t i = 0; i < rows.size; i += Lanes::kSize) {
    const std::size_t n = std::min(Lanes::kSize, rows.size - i);
    const State<Lanes> x = step::load_state(rows.states.from(i), n);
    const Lanes y = step::load_counts(rows.counts + i, n);
    const Prediction<Lanes> month = step::predict(p, x, Lanes(rows.exposure));
    math::store(month.inverse_k.v, rows.inverse_k + i, n);
    level.add(step::level_of(x, month, y));
    if (rows.is_scored) {
      score = score + step::log_score(x.A, month.mu * carried, month.inverse_s, y);
    }
  }
  return {{math::sum(level.observed.v), math::sum(level.expected.v)}, math::sum(score.v)};
}

TILL_INLINE void update_inlined(const Shared<double>& shared,
                                const Rows& rows,
                                double level_factor,
                                const StateColumns& after) {
  const Shared<Lanes> p = step::in_lanes(shared);
  for (std::size_t i = 0; i < rows.size; i += Lanes::kSize) {
    const std::size_t n = std::min(Lanes::kSize, rows.size - i);
    State<Lanes> x = step::load_state(rows.states.from(i), n);
    const Prediction<Lanes> month =
        step::prediction_of(x, Lanes(rows.exposure), step::load_some(rows.inverse_k + i, n, 1.0));
    step::update(p,
                 x,
                 month,
                 Lanes(level_factor),
                 step::load_counts(rows.counts + i, n),
                 step::load_some(rows.log_silent + i, n, 0.0));
    step::store_state(x, after.from(i), n);
  }
}

// --- backwards
// --------------------------------------------------------------------------------------

/// Notes the parameters: they come first on a tape.
TILL_INLINE Shared<Recorded> noted(Tape& tape, const Shared<double>& p) {
  return {tape.variable(Lanes(p.m0)),
          tape.variable(Lanes(p.a0)),
          tape.variable(Lanes(p.k0)),
          tape.variable(Lanes(p.k1)),
          tape.variable(Lanes(p.q)),
          tape.variable(Lanes(p.phi)),
          tape.variable(Lanes(p.h0)),
          tape.variable(Lanes(p.h1)),
          tape.variable(Lanes(p.r0)),
          tape.variable(Lanes(p.r1)),
          tape.variable(Lanes(p.r2)),
          tape.variable(Lanes(p.rho)),
          tape.variable(Lanes(p.nu)),
          tape.variable(Lanes(p.gamma))};
}

TILL_INLINE State<Recorded> noted(Tape& tape, const State<Lanes>& x) {
  return {tape.variable(x.m),
          tape.variable(x.b),
          tape.variable(x.l),
          tape.variable(x.n),
          tape.variable(x.A),
          tape.variable(x.v)};
}

/// Adds the slopes by n <= kSize states.
TILL_INLINE void add_slopes(Tape& tape,
                            const State<Recorded>& x,
                            const StateColumns& slopes,
                            std::size_t n) {
  tape.add_slope(x.m, step::load_some(slopes.m, n, 0.0));
  tape.add_slope(x.b, step::load_some(slopes.b, n, 0.0));
  tape.add_slope(x.l, step::load_some(slopes.l, n, 0.0));
  tape.add_slope(x.n, step::load_some(slopes.n, n, 0.0));
  tape.add_slope(x.A, step::load_some(slopes.A, n, 0.0));
  tape.add_slope(x.v, step::load_some(slopes.v, n, 0.0));
}

TILL_INLINE State<Lanes> slopes_of(const Tape& tape, const State<Recorded>& x) {
  return {tape.slope(x.m),
          tape.slope(x.b),
          tape.slope(x.l),
          tape.slope(x.n),
          tape.slope(x.A),
          tape.slope(x.v)};
}

TILL_INLINE CommonSlopes common_slopes(const Tape& tape) {
  CommonSlopes slopes;
  for (std::size_t i = 0; i < step::kShared; ++i) {
    *step::fields(slopes.shared)[i] = math::sum(tape.slope(i).v);
  }
  return slopes;
}

/// From the slopes by the states after a month to those by the states before it and by what was
/// predicted of it.
TILL_INLINE CommonSlopes reverse_update_inlined(const Shared<double>& shared,
                                                const Rows& rows,
                                                double level_factor,
                                                const StateColumns& after,
                                                const MonthSlopes& before) {
  Tape tape;
  const Shared<Recorded> p = noted(tape, shared);
  const Recorded factor = tape.variable(Lanes(level_factor));
  constexpr std::size_t kCommon = step::kShared + 1;
  for (std::size_t i = 0; i < rows.size; i += Lanes::kSize) {
    const std::size_t n = std::min(Lanes::kSize, rows.size - i);
    tape.rewind(kCommon);
    const State<Lanes> known = step::load_state(rows.states.from(i), n);
    const Prediction<Lanes> predicted = step::prediction_of(
        known, Lanes(rows.exposure), step::load_some(rows.inverse_k + i, n, 1.0));
    const State<Recorded> x = noted(tape, known);
    const Prediction<Recorded> month{tape.variable(predicted.mu),
                                     tape.variable(predicted.inverse_k),
                                     tape.variable(predicted.inverse_s)};
    const std::size_t variables = tape.size();
    State<Recorded> moved = x;
    step::update(p,
                 moved,
                 month,
                 factor,
                 step::load_counts(rows.counts + i, n),
                 step::load_some(rows.log_silent + i, n, 0.0));
    add_slopes(tape, moved, after.from(i), n);
    tape.reverse(variables);
    step::store_state(slopes_of(tape, x), before.states.from(i), n);
    math::store(tape.slope(month.mu).v, before.mu + i, n);
    math::store(tape.slope(month.inverse_k).v, before.inverse_k + i, n);
    math::store(tape.slope(month.inverse_s).v, before.inverse_s + i, n);
  }
  CommonSlopes slopes = common_slopes(tape);
  slopes.level_factor = math::sum(tape.slope(factor).v);
  return slopes;
}

/// Adds to the slopes by the states before a month what they have by what was predicted of it, by
/// its level and by its score, whose slope is 1.
TILL_INLINE CommonSlopes reverse_predict_inlined(const Shared<double>& shared,
                                                 const Rows& rows,
                                                 double carried,
                                                 const step::LevelSums<double>& level_slopes,
                                                 const MonthSlopes& slopes) {
  Tape tape;
  const Shared<Recorded> p = noted(tape, shared);
  const Recorded factor = tape.variable(Lanes(carried));
  constexpr std::size_t kCommon = step::kShared + 1;
  for (std::size_t i = 0; i < rows.size; i += Lanes::kSize) {
    const std::size_t n = std::min(Lanes::kSize, rows.size - i);
    tape.rewind(kCommon);
    const State<Recorded> x = noted(tape, step::load_state(rows.states.from(i), n));
    const std::size_t variables = tape.size();
    const Lanes y = step::load_counts(rows.counts + i, n);
    const Prediction<Recorded> month = step::predict(p, x, Lanes(rows.exposure));
    const step::LevelSums<Recorded> level = step::level_of(x, month, y);
    add_slopes(tape, x, slopes.states.from(i), n);
    tape.add_slope(month.mu, step::load_some(slopes.mu + i, n, 0.0));
    tape.add_slope(month.inverse_k, step::load_some(slopes.inverse_k + i, n, 0.0));
    tape.add_slope(month.inverse_s, step::load_some(slopes.inverse_s + i, n, 0.0));
    tape.add_slope(level.observed, Lanes(level_slopes.observed));
    tape.add_slope(level.expected, Lanes(level_slopes.expected));
    if (rows.is_scored) {
      tape.add_slope(step::log_score(x.A, month.mu * factor, month.inverse_s, y), Lanes(1.0));
    }
    tape.reverse(variables);
    step::store_state(slopes_of(tape, x), slopes.states.from(i), n);
  }
  CommonSlopes common_sum = common_slopes(tape);
  common_sum.level_factor = math::sum(tape.slope(factor).v);
  return common_sum;
}

TILL_INLINE CommonSlopes reverse_birth_inlined(const Shared<double>& shared,
                                               std::span<const double> exposures,
                                               std::span<const double> counts,
                                               const StateColumns& after) {
  Tape tape;
  const Shared<Recorded> p = noted(tape, shared);
  constexpr std::size_t kCommon = step::kShared;
  for (std::size_t i = 0; i < counts.size(); i += Lanes::kSize) {
    const std::size_t n = std::min(Lanes::kSize, counts.size() - i);
    tape.rewind(kCommon);
    const State<Recorded> x =
        step::birth(p, step::load_some(&exposures[i], n, 1.0), step::load_some(&counts[i], n, 0.0));
    add_slopes(tape, x, after.from(i), n);
    tape.reverse(kCommon);
  }
  return common_slopes(tape);
}

TILL_FOR_EACH_PROCESSOR(MonthSums,
                        predict_month,
                        (const Shared<double>& shared, const Rows& rows, double carried),
                        predict_inlined,
                        (shared, rows, carried))

TILL_FOR_EACH_PROCESSOR(void,
                        update_month,
                        (const Shared<double>& shared,
                         const Rows& rows,
                         double level_factor,
                         const StateColumns& after),
                        update_inlined,
                        (shared, rows, level_factor, after))

TILL_FOR_EACH_PROCESSOR(CommonSlopes,
                        reverse_update,
                        (const Shared<double>& shared,
                         const Rows& rows,
                         double level_factor,
                         const StateColumns& after,
                         const MonthSlopes& before),
                        reverse_update_inlined,
                        (shared, rows, level_factor, after, before))

TILL_FOR_EACH_PROCESSOR(CommonSlopes,
                        reverse_predict,
                        (const Shared<double>& shared,
                         const Rows& rows,
                         double carried,
                         const step::LevelSums<double>& level_slopes,
                         const MonthSlopes& slopes),
                        reverse_predict_inlined,
                        (shared, rows, carried, level_slopes, slopes))

TILL_FOR_EACH_PROCESSOR(CommonSlopes,
                        reverse_births,
                        (const Shared<double>& shared,
                         std::span<const double> exposures,
                         std::span<const double> counts,
                         const StateColumns& after),
                        reverse_birth_inlined,
                        (shared, exposures, counts, after))

/// From the slopes by a month's level and by its factor to those by what it is computed of.
step::LevelSums<double> reverse_level(const step::LevelSums<double>& sums,
                                      double by_level,
                                      double by_factor) {
  Tape tape;
  step::LevelSums<Recorded> noted_sums{tape.variable(Lanes(sums.observed)),
                                       tape.variable(Lanes(sums.expected))};
  const std::size_t variables = tape.size();
  const Recorded level = noted_sums.level();
  tape.add_slope(exp_of(level), Lanes(by_factor));
  tape.add_slope(level, Lanes(by_level));
  tape.reverse(variables);
  return {tape.slope(noted_sums.observed).v[0], tape.slope(noted_sums.expected).v[0]};
}

/// Slopes by what makes the level that a month is expected to carry on.
struct CarriedSlopes {
  double rho;
  double level;
};

CarriedSlopes reverse_carried(double rho, double level, double by_carried) {
  Tape tape;
  const Recorded noted_rho = tape.variable(Lanes(rho));
  const Recorded noted_level = tape.variable(Lanes(level));
  const std::size_t variables = tape.size();
  tape.add_slope(step::carried(noted_rho, noted_level), Lanes(by_carried));
  tape.reverse(variables);
  return {tape.slope(noted_rho).v[0], tape.slope(noted_level).v[0]};
}

/// From the slopes by the parameters as they enter the equations to those by their values.
void reverse_shared(const DynamicNbdLikelihood::Values& values,
                    Shared<double> slopes,
                    std::span<double> gradient) {
  Tape tape;
  std::array<Recorded, DynamicNbdParameters::kCount> noted_values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    noted_values[i] = tape.variable(Lanes(values[i]));
  }
  const std::size_t variables = tape.size();
  Shared<Recorded> p = step::shared_of(noted_values);
  for (std::size_t i = 0; i < step::kShared; ++i) {
    tape.add_slope(*step::fields(p)[i], Lanes(*step::fields(slopes)[i]));
  }
  tape.reverse(variables);
  for (std::size_t i = 0; i < values.size(); ++i) {
    gradient[i] = tape.slope(noted_values[i]).v[0];
  }
}

}  // namespace

DynamicNbdLikelihood::DynamicNbdLikelihood(const Panel& panel,
                                           const CalendarExposure& calendar,
                                           std::size_t most) {
  const std::size_t customers = panel.customers();
  const std::size_t taken = std::min(most, customers);
  std::vector<std::size_t> chosen;
  chosen.reserve(taken);
  for (std::size_t i = 0; i < taken; ++i) {
    chosen.push_back(i * customers / taken);
  }
  const std::size_t months = panel.months();
  const std::size_t first_scored = std::max(months > kScoredMonths ? months - kScoredMonths : 0,
                                            std::min(kRunIn, months == 0 ? 0 : months - 1));
  std::vector<double> silent;
  months_.resize(months);
  for (std::size_t t = 0; t < months; ++t) {
    SampledMonth& month = months_[t];
    month.exposure = calendar.exposure(panel.month(t));
    month.is_scored = t >= first_scored;
    const std::span<const std::int32_t> counts = panel.counts(t);
    for (std::size_t i = 0; i < silent.size(); ++i) {
      const std::int32_t count = counts[chosen[i]];
      silent[i] = count == 0 ? silent[i] + 1.0 : 0.0;
      month.counts.push_back(count);
      month.log_silent.push_back(std::log1p(silent[i]));
      if (month.is_scored) {
        log_factorials_ += math::log_factorial(count);
      }
    }
    scored_ += month.is_scored ? silent.size() : 0;
    while (silent.size() < taken && chosen[silent.size()] < counts.size()) {
      const std::size_t i = chosen[silent.size()];
      month.birth_exposures.push_back(step::birth_exposure(month.exposure, panel.birth_share(i)));
      month.birth_counts.push_back(step::birth_count(counts[i]));
      silent.push_back(0.0);
    }
    month.states.resize((kStateColumns + 1) * month.counts.size());
  }
}

double DynamicNbdLikelihood::value(const Values& values) {
  const Shared<double> p = step::shared_of(values);
  double score = -log_factorials_;
  double level = 0.0;
  for (std::size_t t = 0; t < months_.size(); ++t) {
    SampledMonth& month = months_[t];
    const Rows rows = rows_of(month);
    month.level_before = level;
    const MonthSums sums = predict_month(p, rows, step::carried(p.rho, level));
    score += sums.score;
    month.sums = sums.level;
    level = sums.level.level();
    if (t + 1 < months_.size()) {
      SampledMonth& next = months_[t + 1];
      const StateColumns after = columns(next.states, next.counts.size());
      update_month(p, rows, std::exp(level), after);
      step::begin_births(p, month.birth_exposures, month.birth_counts, after.from(rows.size));
    }
  }
  return score;
}

double DynamicNbdLikelihood::value(const Values& values, std::span<double> gradient) {
  const double score = value(values);
  const Shared<double> p = step::shared_of(values);
  Shared<double> slopes{};
  const auto add = [&](Shared<double> some) {
    for (std::size_t i = 0; i < step::kShared; ++i) {
      *step::fields(slopes)[i] += *step::fields(some)[i];
    }
  };
  double by_level = 0.0;  // of a month, by what the next one expects of it
  for (std::size_t t = months_.size(); t-- > 0;) {
    SampledMonth& month = months_[t];
    const std::size_t size = month.counts.size();
    const Rows rows = rows_of(month);
    slopes_before_.assign((kStateColumns + 3) * size, 0.0);
    double* const predicted = slopes_before_.data() + kStateColumns * size;
    const MonthSlopes before{
        columns(slopes_before_, size), predicted, predicted + size, predicted + 2 * size};
    double by_factor = 0.0;
    if (t + 1 < months_.size()) {
      const StateColumns after = columns(slopes_after_, months_[t + 1].counts.size());
      add(reverse_births(p, month.birth_exposures, month.birth_counts, after.from(size)).shared);
      const CommonSlopes by = reverse_update(p, rows, std::exp(month.sums.level()), after, before);
      add(by.shared);
      by_factor = by.level_factor;
    }
    const step::LevelSums<double> by_sums = reverse_level(month.sums, by_level, by_factor);
    const double carried = step::carried(p.rho, month.level_before);
    const CommonSlopes by = reverse_predict(p, rows, carried, by_sums, before);
    add(by.shared);
    const CarriedSlopes by_carried = reverse_carried(p.rho, month.level_before, by.level_factor);
    slopes.rho += by_carried.rho;
    by_level = by_carried.level;
    std::swap(slopes_after_, slopes_before_);
  }
  reverse_shared(values, slopes, gradient);
  return score;
}

}  // namespace till::models
