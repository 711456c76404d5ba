/// \file
/// Simulated panel: the counts of a simulated log, and the oracle who knows how it was made.
///
/// The oracle knows the process with its numbers - how rates and lifetimes are spread, the demand
/// of every day, past and next - but of each customer only what the log shows. No model can expect
/// to forecast better.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "till/core/panel.hpp"
#include "till/evaluation/backtest.hpp"
#include "till/models/simulated_log.hpp"

namespace till::test {

/// A log whose occasions are one row each, and its panel.
struct SimulatedPanel {
  models::SimulatedLogOptions options;
  double purchase_rate = 0.0;              ///< Mean, per year of demand 1.
  std::int64_t first_day = 0;              ///< Since 1970-01-01.
  std::vector<double> operational;         ///< By day: the demand until its start, in days.
  std::vector<std::vector<double>> times;  ///< By customer: days since the log began, ascending.
  Panel panel;
};

/// Returns the demand until a moment, in days of demand 1.
inline double operational_at(const SimulatedPanel& simulated, double day) {
  const double last = static_cast<double>(simulated.operational.size() - 1);
  const double within = std::clamp(day, 0.0, last);
  const auto whole = std::min(static_cast<std::size_t>(within), simulated.operational.size() - 2);
  return simulated.operational[whole] +
         (within - static_cast<double>(whole)) *
             (simulated.operational[whole + 1] - simulated.operational[whole]);
}

/// Makes a log and counts it. Everybody arrives during the log, and an occasion is one row.
///
/// \param month_days  that stand in for a month, counted back from the end; 0: those of the
/// calendar.
inline SimulatedPanel simulated_panel(models::SimulatedLogOptions options,
                                      std::int32_t month_days = 0) {
  options.arriving = 1.0;
  options.basket_size = 1.0;
  options.return_share = 0.0;
  Result<models::SimulatedLog> log = models::SimulatedLog::plan(options);
  if (!log) {
    throw std::logic_error(log.error().message);
  }
  SimulatedPanel simulated;
  simulated.options = options;
  simulated.purchase_rate = log->purchase_rate();
  simulated.first_day = days_since_epoch(options.from);
  simulated.operational.assign(1, 0.0);
  for (std::int64_t day = 0; day < log->days(); ++day) {
    simulated.operational.push_back(simulated.operational.back() + log->demand(day));
  }
  const std::int64_t begin = simulated.first_day * kMicrosPerDay;
  simulated.times.resize(static_cast<std::size_t>(options.customer_count));
  std::vector<Instant> births(simulated.times.size());
  const auto sink = [&](std::span<const models::SimulatedSale> sales) -> Result<void> {
    for (const models::SimulatedSale& sale : sales) {
      std::vector<double>& times = simulated.times[static_cast<std::size_t>(sale.customer)];
      if (times.empty()) {
        births[static_cast<std::size_t>(sale.customer)] = sale.time;
      }
      times.push_back(static_cast<double>(sale.time.micros - begin) /
                      static_cast<double>(kMicrosPerDay));
    }
    return {};
  };
  if (!log->generate(sink)) {
    throw std::logic_error("a simulated log could not be made");
  }

  PanelColumns columns;
  columns.months =
      month_parts({Instant{begin}, Instant{days_since_epoch(options.to) * kMicrosPerDay}},
                  TimeZone(),
                  month_days > 0 ? PanelMonth(options.to, month_days) : PanelMonth());
  const auto month_at = [&](double day) {
    const Instant instant{begin +
                          static_cast<std::int64_t>(day * 86'400.0 + 0.5) * kMicrosPerSecond};
    std::size_t month = 0;
    while (month + 1 < columns.months.size() && columns.months[month].range.to <= instant) {
      ++month;
    }
    return month;
  };
  std::vector<std::size_t> customers;
  for (std::size_t i = 0; i < simulated.times.size(); ++i) {
    if (!simulated.times[i].empty()) {
      customers.push_back(i);
    }
  }
  std::ranges::stable_sort(
      customers, {}, [&](std::size_t i) { return month_at(simulated.times[i].front()); });
  const std::size_t months = columns.months.size();
  std::vector<std::vector<std::int32_t>> counts(months);
  std::vector<std::vector<std::uint32_t>> days(months);
  columns.daily_transactions.assign(static_cast<std::size_t>(log->days()), 0);
  for (const std::size_t i : customers) {
    columns.customer_keys.push_back(static_cast<std::int32_t>(i));
    columns.births.push_back(births[i]);
    const std::size_t born = month_at(simulated.times[i].front());
    for (std::size_t t = born; t < months; ++t) {
      counts[t].push_back(0);
      days[t].push_back(0);
    }
    for (const double time : simulated.times[i]) {
      const std::size_t t = month_at(time);
      const auto day = static_cast<std::int64_t>(time);
      const std::int64_t first = days_since_epoch(columns.months[t].month.first);
      ++counts[t].back();
      days[t].back() |= 1U << static_cast<unsigned>(simulated.first_day + day - first);
      ++columns.daily_transactions[static_cast<std::size_t>(day)];
    }
  }
  for (std::size_t t = 0; t < months; ++t) {
    columns.counts.insert(columns.counts.end(), counts[t].begin(), counts[t].end());
    columns.active_days.insert(columns.active_days.end(), days[t].begin(), days[t].end());
  }
  Result<Panel> panel = Panel::make(std::move(columns));
  if (!panel) {
    throw std::logic_error(panel.error().message);
  }
  simulated.panel = std::move(*panel);
  return simulated;
}

/// What the oracle says of one customer: negative binomials for every time of leaving within the
/// month, and for staying; what is left of 1 has left before. Days count from the log's begin.
///
/// With x occasions after the first and O(t) the demand since then, the rate is
/// Gamma(r + x, alpha + O(t)) if the customer left at t, which has the density
/// (alpha + O(t))^-(r + x) f(t); lifetimes are Lomax: S(t) = (beta / (beta + t))^s.
inline void foretell(const SimulatedPanel& simulated,
                     std::span<const double> times,
                     double cutoff,
                     double end,
                     std::span<models::CountPart> out) {
  const models::SimulatedLogOptions& options = simulated.options;
  const double r = options.purchase_shape;
  const double alpha = r / (simulated.purchase_rate / 365.2425);
  const double s = options.dropout_shape;
  const double beta = s / (options.dropout_rate / 365.2425);
  const auto known =
      static_cast<std::size_t>(std::ranges::lower_bound(times, cutoff) - times.begin());
  const double first = times[0];
  const double last = times[known - 1];
  const auto x = static_cast<double>(known - 1);
  const double start = operational_at(simulated, first);
  const auto demand = [&](double day) { return operational_at(simulated, day) - start; };
  const auto lives = [&](double day) { return std::pow(beta / (beta + day - first), s); };
  const double at_cutoff = alpha + demand(cutoff);
  // Relative to the weight at the cutoff: no power of a large number is formed.
  const auto likelihood = [&](double day) {
    return std::exp(-(r + x) * std::log((alpha + demand(day)) / at_cutoff));
  };
  double gone = 0.0;
  for (double day = last; day < cutoff; day += 1.0) {
    const double to = std::min(day + 1.0, cutoff);
    gone += likelihood(0.5 * (day + to)) * (lives(day) - lives(to));
  }
  const double all = gone + lives(cutoff);
  const auto within = static_cast<double>(out.size() - 1);
  const auto part = [&](double weight, double until) {
    const double exposure = demand(until) - demand(cutoff);
    return models::CountPart{weight, (r + x) * exposure / at_cutoff, r + x};
  };
  for (std::size_t i = 0; i + 1 < out.size(); ++i) {
    const double from = cutoff + (end - cutoff) * static_cast<double>(i) / within;
    const double to = cutoff + (end - cutoff) * static_cast<double>(i + 1) / within;
    out[i] = part((lives(from) - lives(to)) / all, 0.5 * (from + to));
  }
  out.back() = part(lives(end) / all, end);
}

/// Returns the oracle as one who takes part in a backtest. \pre `simulated` outlives it.
inline evaluation::Competitor oracle(const SimulatedPanel& simulated) {
  return {"oracle", [&simulated] {
            return evaluation::Refit(
                [&simulated](const Panel& known,
                             const models::ForecastTarget& target,
                             const models::Computation& /*how*/) -> Result<evaluation::Refitted> {
                  constexpr std::size_t kParts = 9;
                  models::Forecast forecast(known.customers(), kParts);
                  const auto day_of = [&](Instant instant) {
                    return static_cast<double>(instant.micros) /
                               static_cast<double>(kMicrosPerDay) -
                           static_cast<double>(simulated.first_day);
                  };
                  for (std::size_t i = 0; i < known.customers(); ++i) {
                    foretell(simulated,
                             simulated.times[static_cast<std::size_t>(known.customer_keys()[i])],
                             day_of(known.cutoff()),
                             day_of(target.window.front().range.to),
                             forecast.parts(i));
                  }
                  return evaluation::Refitted{std::move(forecast)};
                });
          }};
}

}  // namespace till::test
