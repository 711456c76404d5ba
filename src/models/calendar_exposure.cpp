#include "till/models/calendar_exposure.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "till/math/symmetric.hpp"

namespace till::models {

namespace {

constexpr double kDaysPerMonth = 30.4;
constexpr std::size_t kMinMonths = 15;
constexpr std::size_t kMonthsLeftOut =
    3;  // in which the base is still being seen for the first time
constexpr std::size_t kMonthsPerKnot = 6;
constexpr double kTrendPenalty = 0.05;
constexpr double kWeekdayPrior = 20.0;  // transactions, spread evenly over the week

std::array<double, 7> learn_weekdays(const Panel& panel) {
  std::array<double, 7> transactions{};
  std::array<double, 7> days{};
  const Month first = panel.month(0).month;
  const std::int64_t first_day = days_since_epoch({first.year, first.month, 1});
  const std::span<const std::int64_t> daily = panel.daily_transactions();
  // The days before the log's first transaction and after its last are no days without any.
  const auto is_some = [](std::int64_t count) { return count > 0; };
  const auto begin = std::find_if(daily.begin(), daily.end(), is_some) - daily.begin();
  const auto end = daily.rend() - std::find_if(daily.rbegin(), daily.rend(), is_some);
  for (auto day = begin; day < end; ++day) {
    const std::size_t weekday = weekday_of(first_day + day);
    transactions[weekday] += static_cast<double>(daily[static_cast<std::size_t>(day)]);
    days[weekday] += 1.0;
  }
  const double all_transactions = std::accumulate(transactions.begin(), transactions.end(), 0.0);
  const double all_days = std::accumulate(days.begin(), days.end(), 0.0);
  std::array<double, 7> weights{};
  weights.fill(1.0);
  if (!(all_transactions > 0.0)) {
    return weights;
  }
  const double per_day = all_transactions / all_days;
  for (std::size_t weekday = 0; weekday < 7; ++weekday) {
    weights[weekday] = (transactions[weekday] + kWeekdayPrior / 7.0) /
                       (days[weekday] * per_day + kWeekdayPrior / 7.0);
  }
  const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / 7.0;
  for (double& weight : weights) {
    weight /= mean;
  }
  return weights;
}

/// Returns the solution of (X'X + diag(penalties)) b = X'y.
std::vector<double> ridge(const std::vector<std::vector<double>>& rows,
                          const std::vector<double>& y,
                          const std::vector<double>& penalties) {
  const std::size_t n = penalties.size();
  math::SymmetricMatrix normal(n);
  std::vector<double> right(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = i == j ? penalties[i] : 0.0;
      for (const std::vector<double>& row : rows) {
        sum += row[i] * row[j];
      }
      normal.set(i, j, sum);
    }
    for (std::size_t k = 0; k < rows.size(); ++k) {
      right[i] += rows[k][i] * y[k];
    }
  }
  std::vector<double> solution(n);
  math::inverse_of(math::eigen_of(normal)).multiply(right, solution);
  return solution;
}

std::array<double, 12> learn_months(const Panel& panel,
                                    const CalendarExposure& weekdays,
                                    double penalty) {
  std::array<double, 12> effects{};
  const std::size_t months = panel.months() - (panel.is_last_month_whole() ? 0 : 1);
  if (months < kMinMonths) {
    return effects;
  }
  const std::size_t knots = (months + kMonthsPerKnot - 1) / kMonthsPerKnot;
  std::vector<double> penalties(1 + knots + 12, penalty);
  penalties[0] = 1e-9;
  std::fill_n(penalties.begin() + 1, knots, kTrendPenalty);
  std::vector<std::vector<double>> rows;
  std::vector<double> y;
  for (std::size_t t = kMonthsLeftOut; t < months; ++t) {
    const std::span<const std::int32_t> counts = panel.counts(t);
    const double transactions = std::accumulate(counts.begin(), counts.end(), 0.0);
    if (!(transactions > 0.0)) {
      continue;  // closed, or a gap in the log: says nothing about the month of the year
    }
    const MonthPart& part = panel.month(t);
    std::vector<double> row(penalties.size(), 0.0);
    row[0] = 1.0;
    for (std::size_t knot = 0; knot < knots; ++knot) {
      const double since = static_cast<double>(t) - static_cast<double>(knot * kMonthsPerKnot);
      row[1 + knot] = std::max(since, 0.0) / static_cast<double>(kMonthsPerKnot);
    }
    row[1 + knots + static_cast<std::size_t>(part.month.month - 1)] = 1.0;
    rows.push_back(std::move(row));
    y.push_back(
        std::log(transactions / static_cast<double>(counts.size()) / weekdays.exposure(part)));
  }
  if (rows.empty()) {
    return effects;
  }
  const std::vector<double> solution = ridge(rows, y, penalties);
  std::copy_n(solution.end() - 12, 12, effects.begin());
  const double mean = std::accumulate(effects.begin(), effects.end(), 0.0) / 12.0;
  for (double& effect : effects) {
    effect -= mean;
  }
  return effects;
}

}  // namespace

CalendarExposure::CalendarExposure() {
  weekday_weights_.fill(1.0);
}

CalendarExposure CalendarExposure::fit(const Panel& panel, double penalty) {
  CalendarExposure calendar;
  if (panel.months() > 0) {
    calendar.weekday_weights_ = learn_weekdays(panel);
    calendar.month_effects_ = learn_months(panel, calendar, penalty);
  }
  return calendar;
}

State CalendarExposure::save() const {
  State state;
  state.set_numbers("weekday_weights", weekday_weights_);
  state.set_numbers("month_effects", month_effects_);
  return state;
}

Result<CalendarExposure> CalendarExposure::load(const State& state) {
  CalendarExposure calendar;
  StateReader read(state, "calendar");
  read.fill("weekday_weights", calendar.weekday_weights_, 1e-9, 1e9);
  read.fill("month_effects", calendar.month_effects_, -50.0, 50.0);
  TILL_TRY(read.finish());
  return calendar;
}

double CalendarExposure::exposure(const MonthPart& part) const noexcept {
  double days = 0.0;
  for (std::size_t weekday = 0; weekday < 7; ++weekday) {
    days += weekday_weights_[weekday] * part.weekday_days[weekday];
  }
  return days / kDaysPerMonth *
         std::exp(month_effects_[static_cast<std::size_t>(part.month.month - 1)]);
}

}  // namespace till::models
