/// \file
/// Backtest answer: what verbs that score forecasts of past months say, in the same words.
///
/// Layer:   engine (private).
#pragma once

#include <array>
#include <memory>
#include <utility>

#include "question.hpp"

#include "till/charts/chart.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/backtest.hpp"
#include "till/evaluation/backtest.hpp"

namespace till::engine {

template <>
struct Words<BacktestPlot> {
  static constexpr std::array kAll = {std::pair{"leaderboard", BacktestPlot::Leaderboard},
                                      std::pair{"tracking", BacktestPlot::Tracking},
                                      std::pair{"deciles", BacktestPlot::Deciles},
                                      std::pair{"calibration", BacktestPlot::Calibration},
                                      std::pair{"frequency", BacktestPlot::Frequency},
                                      std::pair{"members", BacktestPlot::Members},
                                      std::pair{"all", BacktestPlot::All}};
};

[[nodiscard]] Parameter backtest_plot_parameter();
[[nodiscard]] Parameter resamples_parameter();

/// Returns how a backtest is made in a session, which is told the scores of each month.
[[nodiscard]] evaluation::BacktestOptions backtest_options(const Session& session,
                                                           std::size_t origins,
                                                           std::int64_t resamples);

/// Errors: `Unsupported` where a picture of members is asked for and no model has any.
[[nodiscard]] Result<void> check_plot(std::string_view function,
                                      BacktestPlot plot,
                                      bool has_members);

/// Completes an answer from a backtest: rows, summary, warnings of models, title and picture.
///
/// \param shown  the model that pictures and tables of one model are of.
void answer_with(Answer& answer,
                 const std::shared_ptr<const evaluation::Backtest>& result,
                 std::size_t shown,
                 BacktestPlot plot,
                 std::int64_t limit,
                 const charts::Context& context);

}  // namespace till::engine
