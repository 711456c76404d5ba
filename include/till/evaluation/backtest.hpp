/// \file
/// Backtest: what would have been forecast, month after month, and what came instead.
///
/// At every origin - the start of a month, whatever the panel's months are - each model is fitted
/// to what was known then and says what every customer seen before will do in the month that
/// follows. Nothing later is handed to it: it gets `Panel::before(origin)`, which ends there. The
/// population is whole: a customer who has been silent for years is forecast, and scored, like any
/// other. Customers who come for the first time in the target month were unknown, and are counted
/// apart.
///
///     panel    2018-01 ... 2018-12 | 2019-01 | 2019-02 | ...
///     origin 1  read ............. | scored  |
///     origin 2  read ....................... | scored  |
///
///     const std::vector<Competitor> models = {competitor<MeanOfMonths>(),
///     competitor<DynamicNbd>()}; TILL_ASSIGN(const Backtest result, backtest(panel, models,
///     {.origins = 12})); result.models[0].pooled[Metric::Crps];
///
/// Layer:   evaluation (core, math, models).   Threads: as Computation says; results do not depend
/// on it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/evaluation/bootstrap.hpp"
#include "till/evaluation/diebold_mariano.hpp"
#include "till/evaluation/scores.hpp"
#include "till/models/forecast.hpp"

namespace till::evaluation {

/// A forecast, and what the model had to say about its making.
struct Refitted {
  models::Forecast forecast;
  std::vector<std::string> warnings = {};
  std::vector<models::MemberWeight> members = {};  ///< Of an ensemble.
};

/// Fits a model to a panel and forecasts what comes after it. Called at later and later cutoffs of
/// one log, so it may begin with what it learned before.
using Refit = std::function<Result<Refitted>(
    const Panel&, const models::ForecastTarget&, const models::Computation&)>;

/// A model that takes part, whatever its type.
struct Competitor {
  std::string name;
  std::function<Refit()> start;  ///< Returns the model before its first origin.
};

/// Returns the competitor that a forecaster is, under its own name.
template <models::Forecaster M>
[[nodiscard]] Competitor competitor() {
  return {std::string(std::string_view(M::kName)), [] {
            return Refit([last = std::optional<M>()](
                             const Panel& panel,
                             const models::ForecastTarget& target,
                             const models::Computation& computation) mutable -> Result<Refitted> {
              TILL_ASSIGN(M model, M::fit(panel, computation, last ? &*last : nullptr));
              TILL_ASSIGN(models::Forecast forecast, model.forecast(panel, target, computation));
              Refitted refitted{std::move(forecast)};
              if constexpr (requires { model.weights(); }) {
                refitted.members = model.weights();
              }
              for (const auto& warning : model.warnings()) {
                refitted.warnings.emplace_back(warning);
              }
              last = std::move(model);
              return refitted;
            });
          }};
}

/// A month that was forecast, whoever did it.
struct Origin {
  PanelMonth month;                   ///< The target; the origin is its start.
  std::size_t customers = 0;          ///< Seen before: all that are scored.
  std::int64_t actual = 0;            ///< Their transactions.
  std::size_t new_customers = 0;      ///< First seen in the month: not scored.
  std::int64_t new_transactions = 0;  ///< Theirs.
};

/// How far a backtest has come.
struct BacktestProgress {
  std::string_view model;
  PanelMonth origin;
  std::size_t done = 0;  ///< Forecasts finished, of all models.
  std::size_t total = 0;
};

/// How a model did in one month.
struct OriginScores {
  std::string_view model;
  const Origin& origin;
  const Scores& scores;
  std::span<const models::MemberWeight> members;  ///< Of an ensemble.
};

struct BacktestOptions {
  std::size_t origins = 12;         ///< > 0: the last so many months; fewer where there are fewer.
  BootstrapOptions bootstrap = {};  ///< Of the pooled scores.
  models::Computation computation = {};
  std::function<void(const BacktestProgress&)> on_progress = {};
  std::function<void(const OriginScores&)> on_scores = {};  ///< Called as soon as they are known.
};

/// Customers alike, and how they were forecast.
struct Segment {
  std::int64_t from = 0;           ///< Of what they are alike in.
  std::optional<std::int64_t> to;  ///< Included; unset: no end.
  Terms terms;
};

/// How one model did.
struct ModelBacktest {
  std::string model;
  std::vector<Scores> origins;  ///< By Backtest::origins.
  Scores pooled;                ///< Of all outcomes of all origins.
  Resamples resamples;          ///< Of `pooled`.
  std::vector<Decile> deciles;  ///< Pooled, as the rest.
  std::array<double, kPitBins> pit{};
  std::array<Reliability, 10> reliability{};
  std::vector<Segment> by_activity;   ///< Transactions in the twelve months before the origin.
  std::vector<Segment> by_tenure;     ///< Months since the one of the first transaction; >= 1.
  std::vector<std::string> warnings;  ///< Each once, with the origins that gave it.
  /// What the members of an ensemble counted for, by Backtest::origins; empty for other models.
  std::vector<std::vector<models::MemberWeight>> members;
};

struct Backtest {
  std::vector<Origin> origins;        ///< In order of time.
  std::vector<ModelBacktest> models;  ///< The lowest Poisson deviance first; ties by name.
};

/// Returns whether `a` beats `b` in a score where less is better: the paired interval of a - b lies
/// below zero.
[[nodiscard]] bool is_better(const ModelBacktest& a, const ModelBacktest& b, Metric metric);

/// Tests two models over the origins. \param metric  one that is a function of terms.
[[nodiscard]] DieboldMariano diebold_mariano(const ModelBacktest& a,
                                             const ModelBacktest& b,
                                             Metric metric);

/// Lets every competitor forecast the last months of a panel, and scores them.
///
/// Errors: `InvalidArgument` without competitors, with two of one name, with no origins or no
/// resamples; `InvalidData` when the panel has fewer than two months, or its last month is cut
/// short; `Internal` naming a model whose forecast is not of every customer, or not finite;
/// `Cancelled`; those of the models. Cost: the fits and forecasts, then O(customers) for each of
/// them; memory for the outcomes of one model.
[[nodiscard]] Result<Backtest> backtest(const Panel& panel,
                                        std::span<const Competitor> competitors,
                                        const BacktestOptions& options);

}  // namespace till::evaluation
