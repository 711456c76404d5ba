/// \file
/// Customer forecast: what one customer did in past months, and how likely each count is next.
///
///     const CustomerForecast anna = customer_forecast(panel, march, forecast, 17);
///     anna.distribution().quantile(0.95);
///
/// Layer:   models (core).   Threads: pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "till/core/panel.hpp"
#include "till/models/forecast.hpp"
#include "till/models/forecast_total.hpp"

namespace till::models {

struct CustomerForecast {
  std::vector<PastMonth> past;  ///< From the month of the first transaction; never empty.
  PanelMonth first;             ///< The first month of the target.
  std::vector<CountPart> parts;
  std::optional<double> probability_alive;  ///< Unset where the model knows nothing of it.

  [[nodiscard]] CountDistribution distribution() const& noexcept {
    return CountDistribution(parts);
  }

  CountDistribution distribution() const&& = delete;
};

/// Takes one customer out of a forecast and its panel.
///
/// \pre forecast is of the panel's customers, i is one of them; target is not empty.
[[nodiscard]] CustomerForecast customer_forecast(const Panel& panel,
                                                 const ForecastTarget& target,
                                                 const Forecast& forecast,
                                                 std::size_t i);

}  // namespace till::models
