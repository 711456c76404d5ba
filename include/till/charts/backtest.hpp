/// \file
/// Charts of a backtest: how good the forecasts of the past were.
///
///     const charts::Chart chart = charts::backtest_leaderboard(result, context);
///
/// Layer:   charts (core, evaluation).   Threads: as till/charts/chart.hpp.
#pragma once

#include "till/charts/chart.hpp"
#include "till/evaluation/backtest.hpp"

namespace till::charts {

/// Draws all models by deviance, CRPS and log score, each with its interval. A model that is behind
/// the best by a paired interval that excludes zero is grey.
///
/// \pre result.models is not empty, as below. Cost: 3 ms for 12 models.
[[nodiscard]] Chart backtest_leaderboard(const evaluation::Backtest& result,
                                         const Context& context);

/// Draws the transactions of all customers, as forecast by a model and as they came, month by month
/// and summed up.
///
/// The band holds 95 % of what would come if customers were independent of each other. Totals
/// outside of it tell that they are not: something moved all of them.
/// \pre model < result.models.size(), as below.
[[nodiscard]] Chart backtest_tracking(const evaluation::Backtest& result,
                                      std::size_t model,
                                      const Context& context);

/// Draws forecast and truth for each tenth of the customers, and the lift: how often the mean
/// transactions of all they made.
[[nodiscard]] Chart backtest_deciles(const evaluation::Backtest& result,
                                     std::size_t model,
                                     const Context& context);

/// Draws where in their forecasts the counts fell (PIT), and how often those bought of whom it was
/// expected with a probability.
[[nodiscard]] Chart backtest_calibration(const evaluation::Backtest& result,
                                         std::size_t model,
                                         const Context& context);

/// Draws the error by how often customers bought in the twelve months before: forecast against
/// truth, and the deviance.
[[nodiscard]] Chart backtest_frequency(const evaluation::Backtest& result,
                                       std::size_t model,
                                       const Context& context);

/// Draws what the members of an ensemble counted for, month by month.
///
/// \pre the model's `members` are not empty.
[[nodiscard]] Chart backtest_members(const evaluation::Backtest& result,
                                     std::size_t model,
                                     const Context& context);

}  // namespace till::charts
