/// \file
/// Panels that a test writes down or draws.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "till/core/panel.hpp"
#include "till/core/rng.hpp"

namespace till::test {

/// Returns the n months from January 2017 on, in UTC.
inline std::vector<MonthPart> months_from_2017(std::size_t n) {
  const Month first{2017, 1};
  const Month end = add_months(first, static_cast<std::int32_t>(n));
  return month_parts({start_of(first, TimeZone()), start_of(end, TimeZone())}, TimeZone());
}

/// Returns n months of so many days each, which end when 2020 begins, in UTC.
inline std::vector<MonthPart> periods_until_2020(std::size_t n, std::int32_t days) {
  const PanelMonth next({2020, 1, 1}, days);
  const PanelMonth first = add_months(next, -static_cast<std::int32_t>(n));
  return month_parts({start_of(first, TimeZone()), start_of(next, TimeZone())}, TimeZone(), next);
}

/// The counts of one customer: from the month of birth on.
struct PanelRow {
  std::size_t birth_month = 0;
  double birth_share = 1.0;  ///< Of the birth month, after the first transaction; (0, 1].
  std::vector<std::int32_t> counts = {};
};

/// Returns the panel of some customers, whose months' transactions are spread evenly over the days.
inline Panel panel_of(std::vector<PanelRow> rows, std::vector<MonthPart> months) {
  std::stable_sort(rows.begin(), rows.end(), [](const PanelRow& a, const PanelRow& b) {
    return a.birth_month < b.birth_month;
  });
  PanelColumns columns;
  for (const PanelRow& row : rows) {
    const TimeRange range = months[row.birth_month].range;
    const double length = static_cast<double>(range.to.micros - range.from.micros);
    const auto after = static_cast<std::int64_t>(length * row.birth_share);
    columns.births.push_back({std::max(range.to.micros - after, range.from.micros)});
    columns.customer_keys.push_back(static_cast<std::int32_t>(columns.customer_keys.size()));
  }
  for (std::size_t t = 0; t < months.size(); ++t) {
    std::int64_t transactions = 0;
    for (const PanelRow& row : rows) {
      if (row.birth_month <= t) {
        columns.counts.push_back(row.counts.at(t - row.birth_month));
        transactions += columns.counts.back();
      }
    }
    const std::int64_t days = months[t].month.days();
    for (std::int64_t day = 0; day < days; ++day) {
      columns.daily_transactions.push_back(transactions * (day + 1) / days -
                                           transactions * day / days);
    }
  }
  columns.months = std::move(months);
  Result<Panel> panel = Panel::make(std::move(columns));
  if (!panel) {
    throw std::logic_error(panel.error().message);
  }
  return *panel;
}

/// Draws a Poisson count by multiplying uniforms; exact for means of some hundreds.
inline std::int32_t draw_poisson(double mean, Rng& rng) {
  std::int32_t count = -1;
  for (double log_product = 0.0; log_product > -mean; ++count) {
    log_product += std::log(1.0 - rng.uniform());
  }
  return std::max(count, 0);
}

/// What a drawn panel is like.
struct DrawnPanel {
  std::size_t customers = 100;
  std::size_t months = 24;
  double mean = 4.0;      ///< Of a customer's month; rates differ widely around it.
  double leaving = 0.03;  ///< Probability a month of never buying again.
  double season = 0.0;    ///< Amplitude of ln of the rate over the year.
  std::int32_t days = 0;  ///< That stand in for a month; 0: months are those of the calendar.
  std::uint64_t seed = 1;
};

/// Draws customers who are born over the months, buy at a rate of their own, and leave.
inline Panel drawn_panel(const DrawnPanel& like) {
  Rng rng(like.seed);
  std::vector<PanelRow> rows;
  for (std::size_t i = 0; i < like.customers; ++i) {
    PanelRow row;
    row.birth_month = rng.below(2) == 0 ? 0 : rng.below(like.months);
    row.birth_share = 1.0 - rng.uniform();
    const double rate = like.mean * std::pow(-std::log(1.0 - rng.uniform()), 2.0) / 2.0;
    bool is_gone = false;
    for (std::size_t t = row.birth_month; t < like.months; ++t) {
      const double phase = 2.0 * 3.141592653589793 * static_cast<double>(t % 12) / 12.0;
      const double mean = rate * std::exp(like.season * std::cos(phase)) *
                          (t == row.birth_month ? row.birth_share : 1.0);
      const std::int32_t first = t == row.birth_month ? 1 : 0;
      row.counts.push_back(first + (is_gone ? 0 : draw_poisson(std::min(mean, 300.0), rng)));
      is_gone = is_gone || rng.uniform() < like.leaving;
    }
    rows.push_back(std::move(row));
  }
  return panel_of(
      std::move(rows),
      like.days > 0 ? periods_until_2020(like.months, like.days) : months_from_2017(like.months));
}

}  // namespace till::test
