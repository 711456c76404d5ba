/// \file
/// Forecast examples: totals of logs long and short.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
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

/// A customer's counts by month up to and with a month, and what is expected of the next.
inline models::CustomerForecast customer_of(const std::vector<std::int64_t>& transactions,
                                            Month last,
                                            std::vector<models::CountPart> parts) {
  models::CustomerForecast customer;
  customer.past = total_of(transactions, last, {}).past;
  customer.first = add_months(last, 1);
  customer.parts = std::move(parts);
  return customer;
}

/// Some features, of which each tells half of what the one before it does; the last one nothing.
inline std::vector<models::FeatureGain> gains_of(std::size_t features) {
  std::vector<models::FeatureGain> gains;
  double left = 1.0;
  for (std::size_t i = 0; i + 1 < features; ++i) {
    const double share = i + 2 == features ? left : left / 2;
    gains.push_back({"mean_of_" + std::to_string(i + 1) + "_months", share});
    left -= share;
  }
  gains.push_back({"tenure_days", 0.0});
  return gains;
}

/// The same totals, of 28 days each.
inline models::ForecastTotal in_days(models::ForecastTotal total) {
  const auto n = static_cast<std::int32_t>(total.past.size());
  total.first = PanelMonth({2019, 1, 1}, 28);
  for (std::int32_t i = 0; i < n; ++i) {
    total.past[static_cast<std::size_t>(i)].month = add_months(total.first, i - n);
  }
  return total;
}

inline std::vector<Example> forecast_examples() {
  const auto of = [](models::ForecastTotal total) {
    return [total = std::move(total)] {
      return charts::forecast_total(total, "dynamic_nbd", context());
    };
  };
  const auto of_customer = [](models::CustomerForecast customer) {
    customer.probability_alive = 0.97;
    return [customer = std::move(customer)] {
      return charts::forecast_customer(customer, "C030", "ensemble", context());
    };
  };
  models::ForecastTotal cut = total_of(seasonal(39, 20'000), {2020, 3}, {1.0, 31'000, 400}, 211, 2);
  cut.past.back().is_whole = false;
  cut.past.back().transactions = 11'803;
  return {
      {"forecast_total_24", of(total_of(seasonal(24, 120), {2018, 12}, {1.0, 136, 90}, 0.4))},
      {"forecast_total_of_28_days",
       of(in_days(total_of(seasonal(27, 120), {2018, 12}, {1.0, 128, 90}, 0.4)))},
      {"forecast_total_of_a_cut_month", of(cut)},
      {"forecast_total_of_10_years",
       of(total_of(seasonal(120, 3'000'000), {2026, 12}, {1.0, 6'400'000, 40'000}))},
      {"forecast_total_of_1_month", of(total_of({3}, {2019, 1}, {1.0, 2.4, 2.0}))},
      {"forecast_total_of_nothing",
       of(total_of({4, 0, 0}, {2019, 1}, {1.0, 0.0, std::numeric_limits<double>::infinity()}))},
      {"forecast_customer",
       of_customer(customer_of(
           {3, 0, 5, 9, 2, 4, 0, 0, 6, 7, 3, 4}, {2018, 12}, {{0.7, 5.2, 4}, {0.25, 4.1, 2}}))},
      {"forecast_customer_of_many",
       of_customer(customer_of(seasonal(60, 700), {2018, 12}, {{1.0, 905, 30}}))},
      {"forecast_customer_of_nothing", of_customer(customer_of({1}, {2018, 12}, {{0.02, 0.1, 1}}))},
      {"forecast_importance",
       [] { return charts::forecast_importance(gains_of(30), "ensemble", context()); }},
      {"forecast_importance_of_nothing",
       [] { return charts::forecast_importance(gains_of(1), "boosted_trees", context()); }},
      {"forecast_members",
       [] {
         return charts::forecast_members(
             std::vector<models::MemberWeight>{{"dynamic_nbd", 0.31, 10.4},
                                               {"trees_negative_binomial", 0.42, 10.1},
                                               {"pareto_nbd", 0.27, 11.2}},
             "ensemble",
             context());
       }},
  };
}

}  // namespace till::test
