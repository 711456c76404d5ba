#include "till/models/buy_till_you_die_months.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "chunks.hpp"
#include "no_months.hpp"
#include "panel_sample.hpp"

#include "till/models/fit.hpp"
#include "till/models/likelihoods.hpp"

namespace till::models {

namespace {

constexpr std::size_t kSample = 50'000;      // customers that a fit looks at
constexpr std::size_t kLevelSample = 5'000;  // and that the level is measured on
constexpr std::size_t kChunk = 4096;
constexpr std::size_t kLevelMonths = 6;
constexpr double kLevelPrior = 0.25;  // standard deviation of ln level, before the log is looked at
constexpr double kRowsPrior = 3.0;    // days' worth of everybody's rows per day

/// Histories in days, and the transactions of a day with any.
struct Histories {
  std::vector<double> x;
  std::vector<double> t_x;
  std::vector<double> T;
  std::vector<double> rows;  // transactions in all
  std::vector<double> days;  // days with any
};

double days_of(std::int64_t micros) {
  return static_cast<double>(micros) / static_cast<double>(kMicrosPerDay);
}

/// Returns the histories at the panel's cutoff.
Histories histories_of(const Panel& panel) {
  const std::size_t n = panel.customers();
  Histories all;
  all.rows.assign(n, 0.0);
  all.days.assign(n, 0.0);
  std::vector<double> last(n, 0.0);  // days from the birth to the last transaction's
  const std::span<const Instant> births = panel.births();
  const bool knows_days = !panel.active_days(0).empty();
  for (std::size_t t = 0; t < panel.months(); ++t) {
    const MonthPart& month = panel.month(t);
    const std::span<const std::int32_t> counts = panel.counts(t);
    const std::span<const std::uint32_t> days = panel.active_days(t);
    const double length = month.days();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      all.rows[i] += counts[i];
      const double since_birth = days_of(month.range.from.micros - births[i].micros);
      if (knows_days) {
        all.days[i] += std::popcount(days[i]);
        if (days[i] != 0) {
          last[i] = since_birth + std::bit_width(days[i]) - 0.5;
        }
      } else if (counts[i] > 0) {
        all.days[i] += counts[i];
        last[i] = since_birth + 0.5 * length;
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double T = std::max(days_of(panel.cutoff().micros - births[i].micros), 0.1);
    const double x = std::max(all.days[i] - 1.0, 0.0);
    // The last day's middle may come before the first transaction's instant, or after the cutoff.
    const double t_x = x > 0.0 ? std::clamp(last[i], std::min(0.5, 0.5 * T), T) : 0.0;
    all.x.push_back(x);
    all.t_x.push_back(t_x);
    all.T.push_back(T);
    all.days[i] = std::max(all.days[i], 1.0);
    all.rows[i] = std::max(all.rows[i], 0.0);
  }
  return all;
}

/// Returns how good the days of some months are against those of the panel's last year.
double exposure_of(const std::vector<MonthPart>& parts,
                   const Panel& panel,
                   const CalendarExposure& calendar) {
  double exposure = 0.0;
  double days = 0.0;
  for (const MonthPart& part : parts) {
    exposure += calendar.exposure(part);
    days += part.days();
  }
  double usual = 0.0;
  double usual_days = 0.0;
  const auto year = static_cast<std::size_t>(months_per_year(panel.month(0).month));
  for (std::size_t t = panel.months() > year ? panel.months() - year : 0; t < panel.months(); ++t) {
    usual += calendar.exposure(panel.month(t));
    usual_days += panel.month(t).days();
  }
  return exposure / days / (usual / usual_days);
}

double days_in(const std::vector<MonthPart>& parts) {
  double days = 0.0;
  for (const MonthPart& part : parts) {
    days += part.days();
  }
  return days;
}

template <typename M>
Forecast forecast_of(const M& model,
                     const Panel& panel,
                     const ForecastTarget& target,
                     const CalendarExposure& calendar,
                     double rows_per_day,
                     double level,
                     std::int32_t threads) {
  const Histories histories = histories_of(panel);
  const double from = days_in(target.gap);
  const double to = from + days_in(target.window);
  const double factor = exposure_of(target.window, panel, calendar) * level;
  Forecast forecast(panel.customers(), 1);
  forecast.probability_alive.resize(panel.customers());
  std::vector<double> occasions(panel.customers());
  const PurchaseHistories all{histories.x, histories.t_x, histories.T};
  for_each_chunk(
      panel.customers(), kChunk, threads, [&](std::size_t, std::size_t begin, std::size_t end) {
        const PurchaseHistories here = all.part(begin, end - begin);
        const std::span<double> expected = std::span(occasions).subspan(begin, here.size());
        probabilities_alive(
            model, here, std::span(forecast.probability_alive).subspan(begin, here.size()));
        if (from == 0.0) {
          conditional_expectations(model, here, to, expected);
        } else {
          for (std::size_t i = 0; i < here.size(); ++i) {
            expected[i] = conditional_expected_transactions(model, here[i], from, to);
          }
        }
        for (std::size_t i = begin; i < end; ++i) {
          const double rows =
              (histories.rows[i] + kRowsPrior * rows_per_day) / (histories.days[i] + kRowsPrior);
          const double mean = std::max(occasions[i] * rows * factor, 1e-12);
          const double weight = std::clamp(forecast.probability_alive[i], 1e-6, 1.0);
          forecast.parts(i)[0] = {
              weight, mean / weight, std::max(model.values()[0] + histories.x[i], 1e-3)};
        }
      });
  return forecast;
}

/// Returns what came over what the model says came, of the last months, drawn towards 1.
template <typename M>
double level_of(const M& model,
                const Panel& panel,
                const CalendarExposure& calendar,
                double rows_per_day,
                std::int32_t threads) {
  std::vector<double> ratios;
  const std::size_t months = panel.is_last_month_whole() ? panel.months() : panel.months() - 1;
  for (std::size_t t = months > kLevelMonths + 1 ? months - kLevelMonths : 2; t < months; ++t) {
    const Panel known = panel.before(t);
    const Forecast forecast =
        forecast_of(model, known, {{}, {panel.month(t)}}, calendar, rows_per_day, 1.0, threads);
    double expected = 0.0;
    double actual = 0.0;
    for (std::size_t i = 0; i < known.customers(); ++i) {
      expected += forecast.distribution(i).mean();
      actual += panel.counts(t)[i];
    }
    ratios.push_back(std::log((actual + 5.0) / (expected + 5.0)));
  }
  if (ratios.empty()) {
    return 1.0;
  }
  const auto n = static_cast<double>(ratios.size());
  double mean = 0.0;
  for (const double ratio : ratios) {
    mean += ratio / n;
  }
  double variance = kLevelPrior * kLevelPrior;  // one more observation, of what is usual
  for (const double ratio : ratios) {
    variance += (ratio - mean) * (ratio - mean);
  }
  variance /= n;
  const double prior = kLevelPrior * kLevelPrior;
  return std::exp(mean * prior / (prior + variance / n));
}

}  // namespace

template <typename M>
Result<BuyTillYouDieMonths<M>> BuyTillYouDieMonths<M>::fit(const Panel& panel,
                                                           const Computation& computation,
                                                           const BuyTillYouDieMonths* /*before*/) {
  if (panel.months() == 0) {
    return no_months(kName, "fit");
  }
  BuyTillYouDieMonths fitted;
  fitted.calendar_ = CalendarExposure::fit(panel, 2.0);
  TILL_ASSIGN(const Panel sample, sampled(panel, kSample));
  const Histories histories = histories_of(sample);
  double rows = 0.0;
  double days = 0.0;
  for (std::size_t i = 0; i < histories.x.size(); ++i) {
    rows += histories.rows[i];
    days += histories.days[i];
  }
  fitted.rows_per_day_ = std::max(rows, 1.0) / days;
  FitOptions options;
  options.threads = computation.threads;
  options.standard_errors = false;
  options.cancelled = computation.cancelled;
  TILL_ASSIGN(const FitReport report,
              models::fit(likelihood_of(M{}), {histories.x, histories.t_x, histories.T}, options));
  if (report.termination == math::Termination::Cancelled) {
    return Error{ErrorCode::Cancelled, std::string(kName) + ": interrupted", ""};
  }
  if (report.is_usable()) {
    fitted.model_ = M{}.with(std::span<const double, M::kParameters.size()>(
        report.parameters.data(), M::kParameters.size()));
  } else {
    fitted.warnings_.push_back(std::string(kName) + ": the fit is not usable (" + report.message +
                               "); starting values were used");
  }
  TILL_ASSIGN(const Panel small, sampled(panel, kLevelSample));
  fitted.level_ =
      level_of(fitted.model_, small, fitted.calendar_, fitted.rows_per_day_, computation.threads);
  return fitted;
}

template <typename M>
Result<Forecast> BuyTillYouDieMonths<M>::forecast(const Panel& panel,
                                                  const ForecastTarget& target,
                                                  const Computation& computation) const {
  if (panel.months() == 0) {
    return no_months(kName, "forecast");
  }
  if (computation.cancelled && computation.cancelled()) {
    return Error{ErrorCode::Cancelled, std::string(kName) + ": interrupted", ""};
  }
  return forecast_of(model_, panel, target, calendar_, rows_per_day_, level_, computation.threads);
}

template <typename M>
State BuyTillYouDieMonths<M>::save() const {
  State parameters;
  for (std::size_t i = 0; i < M::kParameters.size(); ++i) {
    parameters.set(std::string(M::kParameters[i].name), model_.values()[i]);
  }
  State state;
  state.set("parameters", std::move(parameters));
  state.set("calendar", calendar_.save());
  state.set("rows_per_day", rows_per_day_);
  state.set("level", level_);
  state.set("warnings", warnings_);
  return state;
}

template <typename M>
Result<BuyTillYouDieMonths<M>> BuyTillYouDieMonths<M>::load(const State& state) {
  StateReader read(state, kName);
  BuyTillYouDieMonths model;
  const State saved = read.state("parameters");
  StateReader read_parameters(saved, kName);
  std::array<double, M::kParameters.size()> parameters{};
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    parameters[i] = read_parameters.number(M::kParameters[i].name, 1e-15, 1e15);
  }
  TILL_TRY(read_parameters.finish());
  model.model_ = M{}.with(parameters);
  model.calendar_ = read.part(CalendarExposure::load(read.state("calendar")), CalendarExposure());
  model.rows_per_day_ = read.positive("rows_per_day");
  model.level_ = read.positive("level");
  model.warnings_ = read.texts("warnings");
  TILL_TRY(read.finish());
  return model;
}

template class BuyTillYouDieMonths<ParetoNbd>;
template class BuyTillYouDieMonths<BgNbd>;
template class BuyTillYouDieMonths<MbgNbd>;

}  // namespace till::models
