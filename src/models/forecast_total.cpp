#include "till/models/forecast_total.hpp"

#include <cstddef>
#include <limits>

#include "till/core/check.hpp"
#include "till/models/new_customers.hpp"

namespace till::models {

ForecastTotal forecast_total(const Panel& panel,
                             const ForecastTarget& target,
                             const Forecast& forecast) {
  TILL_ASSERT(!target.window.empty(), "a target has a month");
  TILL_ASSERT(forecast.customers() == panel.customers(), "a forecast is of the panel's customers");
  ForecastTotal total;
  total.first = target.window.front().month;
  for (std::size_t t = 0; t < panel.months(); ++t) {
    PastMonth past{panel.month(t).month, 0, t + 1 < panel.months() || panel.is_last_month_whole()};
    for (const std::int32_t count : panel.counts(t)) {
      past.transactions += count;
    }
    total.past.push_back(past);
  }
  double mean = 0.0;
  double variance = 0.0;
  for (std::size_t i = 0; i < forecast.customers(); ++i) {
    const CountDistribution customer = forecast.distribution(i);
    mean += customer.mean();
    variance += customer.variance();
  }
  if (const std::optional<CountPart> part = new_customer_transactions(panel, target)) {
    const CountDistribution newcomers({&*part, 1});
    total.new_customers = newcomers.mean();
    mean += newcomers.mean();
    variance += newcomers.variance();
  }
  // variance = mean + mean^2 / shape. Every term varies at least as a Poisson count does; what
  // rounding leaves below that is one.
  const double excess = variance - mean;
  const bool is_poisson = excess <= 1e-12 * mean;
  total.expected = {
      1.0, mean, is_poisson ? std::numeric_limits<double>::infinity() : mean * mean / excess};
  return total;
}

}  // namespace till::models
