/// \file
/// Forecast total: what all customers together did in past months and will do in the one to come.
///
/// Given what is known, customers are independent of each other, so the mean and the variance of
/// their total are the sums of theirs; the total is the negative binomial that has both. New
/// customers are one more of its terms.
///
///     const ForecastTotal total = forecast_total(panel, march, forecast);
///     CountDistribution({&total.expected, 1}).quantile(0.95);
///
/// What moves all customers at once - weather, a campaign - is in no such sum: a band of it is the
/// narrowest that can be right. How often it was is what a backtest tells.
///
/// Layer:   models (core).   Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/panel.hpp"
#include "till/models/forecast.hpp"

namespace till::models {

/// A month that was seen.
struct PastMonth {
  PanelMonth month;
  std::int64_t transactions = 0;  ///< Of all customers, those who were new in it too; >= 0.
  bool is_whole = true;           ///< Whether it was over at the cutoff.
};

/// The total of past months, and its forecast.
struct ForecastTotal {
  std::vector<PastMonth> past;  ///< Consecutive; the last may lie before the month before `first`.
  PanelMonth first;             ///< The first month of the target.
  CountPart expected;           ///< All transactions in the target; weight 1.
  double new_customers = 0.0;   ///< What of the mean is theirs; 0 where too little is known.
};

/// Sums up a forecast and the past of its panel.
///
/// The mean and variance of `expected` are the sums of those of all customers and of
/// `new_customer_transactions`, if there is such a thing.
/// \pre forecast is of the panel's customers, target of the panel and not empty.
/// Cost: O(customers * months).
[[nodiscard]] ForecastTotal forecast_total(const Panel& panel,
                                           const ForecastTarget& target,
                                           const Forecast& forecast);

}  // namespace till::models
