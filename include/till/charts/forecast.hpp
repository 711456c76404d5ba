/// \file
/// Charts of a forecast: the past, and how far the month to come may differ from what is expected.
///
///     const charts::Chart chart = charts::forecast_total(total, "dynamic_nbd", context);
///
/// Layer:   charts (core, models).   Threads: as till/charts/chart.hpp.
#pragma once

#include <span>
#include <string_view>

#include "till/charts/chart.hpp"
#include "till/models/customer_forecast.hpp"
#include "till/models/forecast.hpp"
#include "till/models/forecast_total.hpp"

namespace till::charts {

/// Draws the transactions of all customers by month, and those expected next with the bands that
/// hold half and nine of ten of what would come if customers were independent of each other.
///
/// Of the past the last 48 months are drawn. A month that was not over is a hollow point beside the
/// line: it is no drop. The title compares with the same month a year before where it was seen
/// whole, else with the month before.
/// \param model  its name. \pre total.past is not empty.
[[nodiscard]] Chart forecast_total(const models::ForecastTotal& total,
                                   std::string_view model,
                                   const Context& context);

/// Draws the transactions of one customer by month, what is expected next with its bands, and
/// below how likely each count is; where there are more than 60, several share a bar.
[[nodiscard]] Chart forecast_customer(const models::CustomerForecast& customer,
                                      std::string_view customer_id,
                                      std::string_view model,
                                      const Context& context);

/// Draws the features that trees look at by what they brought; the first 24 of them.
///
/// \param gains  from the most to the least; empty: a picture that says so.
[[nodiscard]] Chart forecast_importance(std::span<const models::FeatureGain> gains,
                                        std::string_view model,
                                        const Context& context);

/// Draws what the members of an ensemble count for. \pre members is not empty.
[[nodiscard]] Chart forecast_members(std::span<const models::MemberWeight> members,
                                     std::string_view model,
                                     const Context& context);

}  // namespace till::charts
