/// \file
/// Month forecast: a panel of what came month by month, and what is expected next with its bands.
///
/// Layer:   charts, private.   Threads: pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "charts/figure.hpp"

#include "till/models/forecast.hpp"
#include "till/models/forecast_total.hpp"

namespace till::charts {

/// What the panel shows.
struct MonthForecast {
  std::span<const models::PastMonth> past;  ///< Not empty; the last 48 are drawn.
  PanelMonth next;                          ///< The month that is forecast.
  models::CountDistribution expected;
  std::string mean_text;  ///< The mean as it is written beside its dot.
  double least_left = 0;  ///< Pixels for the labels of y, where a panel below needs more.
};

/// The panel, and what goes with it.
struct MonthForecastPanel {
  Json panel;
  double left = 0;                 ///< Pixels from the figure's edge to the panel.
  std::string band_text;           ///< "5 – 17": what nine of ten lie in.
  std::vector<std::string> notes;  ///< Of a month that was not over, of months that are not drawn.
};

/// Draws the past as a line, a month that was not over as a hollow point beside it, and the mean
/// next to bands that hold half and nine of ten.
[[nodiscard]] MonthForecastPanel month_forecast_panel(const MonthForecast& forecast, double height);

}  // namespace till::charts
