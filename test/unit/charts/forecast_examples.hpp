/// \file
/// Forecast examples: totals of logs long and short.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "unit/charts/examples.hpp"

#include "till/charts/forecast.hpp"

namespace till::test {

/// Monthly totals up to and with a month, and what is expected of the one `ahead` months later.
inline models::ForecastTotal total_of(const std::vector<std::int64_t>& transactions,
                                      Month last,
                                      models::CountPart expected,
                                      double new_customers = 0.0,
                                      std::int32_t ahead = 1) {
  models::ForecastTotal total;
  const auto n = static_cast<std::int32_t>(transactions.size());
  for (std::int32_t i = 0; i < n; ++i) {
    total.past.push_back(
        {add_months(last, i + 1 - n), transactions[static_cast<std::size_t>(i)], true});
  }
  total.first = add_months(last, ahead);
  total.expected = expected;
  total.new_customers = new_customers;
  return total;
}

/// Totals that grow and have a season.
inline std::vector<std::int64_t> seasonal(std::int64_t months, std::int64_t scale) {
  std::vector<std::int64_t> totals;
  for (std::int64_t i = 0; i < months; ++i) {
    const std::int64_t distance = i % 12 < 6 ? i % 12 : 12 - i % 12;
    totals.push_back(scale * (100 + i + 8 * distance + 7 * (i % 5)) / 100);
  }
  return totals;
}

inline std::vector<Example> forecast_examples() {
  const auto of = [](models::ForecastTotal total) {
    return [total = std::move(total)] {
      return charts::forecast_total(total, "dynamic_nbd", context());
    };
  };
  models::ForecastTotal cut = total_of(seasonal(39, 20'000), {2020, 3}, {1.0, 31'000, 400}, 211, 2);
  cut.past.back().is_whole = false;
  cut.past.back().transactions = 11'803;
  return {
      {"forecast_total_24", of(total_of(seasonal(24, 120), {2018, 12}, {1.0, 136, 90}, 0.4))},
      {"forecast_total_of_a_cut_month", of(cut)},
      {"forecast_total_of_10_years",
       of(total_of(seasonal(120, 3'000'000), {2026, 12}, {1.0, 6'400'000, 40'000}))},
      {"forecast_total_of_1_month", of(total_of({3}, {2019, 1}, {1.0, 2.4, 2.0}))},
      {"forecast_total_of_nothing",
       of(total_of({4, 0, 0}, {2019, 1}, {1.0, 0.0, std::numeric_limits<double>::infinity()}))},
  };
}

}  // namespace till::test
