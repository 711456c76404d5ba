#include "till/models/customer_forecast.hpp"

#include "till/core/check.hpp"

namespace till::models {

CustomerForecast customer_forecast(const Panel& panel,
                                   const ForecastTarget& target,
                                   const Forecast& forecast,
                                   std::size_t i) {
  TILL_ASSERT(!target.window.empty(), "a target has a month");
  TILL_ASSERT(i < forecast.customers(), "the customer is one of the forecast");
  CustomerForecast customer;
  customer.first = target.window.front().month;
  for (std::size_t t = panel.birth_month(i); t < panel.months(); ++t) {
    customer.past.push_back({panel.month(t).month,
                             panel.counts(t)[i],
                             t + 1 < panel.months() || panel.is_last_month_whole()});
  }
  const std::span<const CountPart> parts = forecast.distribution(i).parts();
  customer.parts.assign(parts.begin(), parts.end());
  if (!forecast.probability_alive.empty()) {
    customer.probability_alive = forecast.probability_alive[i];
  }
  return customer;
}

}  // namespace till::models
