#include "till/engine/backtest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <memory>
#include <thread>

#include "model_registry.hpp"
#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/backtest.hpp"
#include "till/history/panel.hpp"

namespace till::engine {

template <>
struct Words<BacktestPlot> {
  static constexpr std::array kAll = {std::pair{"leaderboard", BacktestPlot::Leaderboard},
                                      std::pair{"tracking", BacktestPlot::Tracking},
                                      std::pair{"deciles", BacktestPlot::Deciles},
                                      std::pair{"calibration", BacktestPlot::Calibration},
                                      std::pair{"frequency", BacktestPlot::Frequency}};
};

namespace {

using evaluation::Backtest;
using evaluation::Interval;
using evaluation::Metric;
using evaluation::ModelBacktest;

constexpr std::string_view kName = "backtest";
constexpr std::array kHeadlines = {Metric::PoissonDeviance, Metric::LogScore, Metric::Crps};

const Fields<BacktestOptions>& fields() {
  static const Fields<BacktestOptions> kFields = {
      field(&BacktestOptions::origins,
            {.name = "origins",
             .help =
                 "How many months are forecast: the last whole ones before --as-of, each from its "
                 "start.",
             .placeholder = "N",
             .minimum = 1,
             .maximum = 1200}),
      field(
          &BacktestOptions::model,
          {.name = "model",
           .help =
               "Which models take part beside the baselines, which always do: auto (the ensemble), "
               "all, or names between commas. Where they are not all, pictures and tables of one "
               "model are of the first that is named, in the order of the registry; else of the "
               "best.",
           .placeholder = "NAMES"}),
      field(&BacktestOptions::effort, effort_parameter()),
      field(
          &BacktestOptions::as_of,
          {.name = "as_of",
           .help =
               "The moment the question is asked at: what happened later does not count, nor does "
               "a month that was not over.",
           .placeholder = "TIME",
           .otherwise = "the end of the last whole month of the log"}),
      field(
          &BacktestOptions::plot,
          {.name = "plot",
           .help =
               "What --chart draws: all models by their scores (leaderboard), or of one model the "
               "totals by month (tracking), forecast and truth by tenths of customers with the "
               "lift (deciles), whether probabilities are right (calibration), or the error by how "
               "often customers buy (frequency)."}),
      field(&BacktestOptions::resamples,
            {.name = "resamples",
             .help = "How often customers are drawn anew for the intervals of scores.",
             .placeholder = "N",
             .minimum = 10,
             .maximum = 100'000}),
      field(&BacktestOptions::time_zone, time_zone_parameter()),
      field(&BacktestOptions::transaction, transaction_parameter()),
      field(&BacktestOptions::returns, returns_parameter()),
      field(&BacktestOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// Returns the start of the first month that was not over at a moment. Without a moment said, a log
/// that ends on the last day of a month has seen that month whole.
Instant end_of_whole_months(const log::Log& log,
                            const std::optional<Instant>& as_of,
                            const TimeZone& zone) {
  if (as_of) {
    return start_of(month_of(*as_of, zone), zone);
  }
  const Month last = month_of(log.end(), zone);
  const Date date = zone.local(log.end()).date;
  const Instant next = start_of(add_months(last, 1), zone);
  const bool is_over = date.month == last.month && date.day == days_in(last);
  return is_over ? next : start_of(last, zone);
}

Value real(double value) {
  return std::isfinite(value) ? Value(value) : Value();
}

std::string four_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

void add_rows(Table& table, const Backtest& result) {
  TextColumn model;
  TextColumn origin;
  IntegerColumn customers;
  IntegerColumn actual;
  RealColumn predicted;
  std::array<RealColumn, evaluation::kMetrics> scores;
  for (const ModelBacktest& tested : result.models) {
    for (std::size_t i = 0; i < result.origins.size(); ++i) {
      model.push_back(tested.model);
      origin.push_back(to_string(result.origins[i].month));
      customers.push_back(static_cast<std::int64_t>(result.origins[i].customers));
      actual.push_back(result.origins[i].actual);
      predicted.push_back(tested.origins[i].terms.predicted);
      for (const Metric metric : evaluation::metrics()) {
        const double value = tested.origins[i][metric];
        scores[static_cast<std::size_t>(metric)].push_back(
            std::isfinite(value) ? std::optional(value) : std::nullopt);
      }
    }
  }
  add_column(table, "model", std::move(model));
  add_column(table, "origin", std::move(origin));
  add_column(table, "customers", std::move(customers));
  add_column(table, "actual", std::move(actual));
  add_column(table, "predicted", std::move(predicted));
  for (const Metric metric : evaluation::metrics()) {
    add_column(table,
               std::string(evaluation::name(metric)),
               std::move(scores[static_cast<std::size_t>(metric)]));
  }
}

List pooled_of(const Backtest& result) {
  List list;
  for (const ModelBacktest& model : result.models) {
    Object object = {{"model", model.model}, {"predicted", real(model.pooled.terms.predicted)}};
    for (const Metric metric : evaluation::metrics()) {
      object.push_back({std::string(evaluation::name(metric)), real(model.pooled[metric])});
    }
    list.emplace_back(std::move(object));
  }
  return list;
}

List intervals_of(const Backtest& result) {
  List list;
  for (const ModelBacktest& model : result.models) {
    Object object = {{"model", model.model}};
    for (const Metric metric : evaluation::metrics()) {
      if (evaluation::is_of_terms(metric)) {
        const Interval interval = model.resamples.interval(metric);
        object.push_back(
            {std::string(evaluation::name(metric)), List{real(interval.low), real(interval.high)}});
      }
    }
    list.emplace_back(std::move(object));
  }
  return list;
}

/// Each model against the first: paired intervals over customers, and the test over months.
List comparisons_of(const Backtest& result) {
  List list;
  const ModelBacktest& best = result.models.front();
  for (const ModelBacktest& model : result.models) {
    if (&model == &best) {
      continue;
    }
    for (const Metric metric : kHeadlines) {
      const Interval interval = model.resamples.difference(metric, best.resamples);
      list.emplace_back(
          Object{{"model", model.model},
                 {"score", std::string(evaluation::name(metric))},
                 {"difference", real(model.pooled[metric] - best.pooled[metric])},
                 {"low", real(interval.low)},
                 {"high", real(interval.high)},
                 {"p_value", real(evaluation::diebold_mariano(model, best, metric).p_value)}});
    }
  }
  return list;
}

List segments_of(const std::vector<evaluation::Segment>& segments) {
  List list;
  for (const evaluation::Segment& segment : segments) {
    const evaluation::Terms& terms = segment.terms;
    if (terms.outcomes == 0.0) {
      continue;
    }
    list.emplace_back(
        Object{{"from", segment.from},
               {"to", segment.to ? Value(*segment.to) : Value()},
               {"forecasts", std::llround(terms.outcomes)},
               {"actual", std::llround(terms.actual)},
               {"predicted", real(terms.predicted)},
               {"bias", real(evaluation::score(Metric::Bias, terms))},
               {"poisson_deviance", real(evaluation::score(Metric::PoissonDeviance, terms))},
               {"crps", real(evaluation::score(Metric::Crps, terms))}});
  }
  return list;
}

List deciles_of(const ModelBacktest& model) {
  List list;
  for (std::size_t i = 0; i < model.deciles.size(); ++i) {
    const evaluation::Decile& decile = model.deciles[i];
    list.emplace_back(Object{{"decile", i + 1},
                             {"predicted", real(decile.predicted)},
                             {"actual", real(decile.actual)},
                             {"lift", real(decile.lift)},
                             {"share", real(decile.share)}});
  }
  return list;
}

List reliability_of(const ModelBacktest& model) {
  List list;
  for (const evaluation::Reliability& found : model.reliability) {
    if (found.outcomes > 0) {
      list.emplace_back(Object{{"predicted", real(found.predicted)},
                               {"actual", real(found.actual)},
                               {"forecasts", found.outcomes}});
    }
  }
  return list;
}

std::string title_of(const Backtest& result) {
  const ModelBacktest& best = result.models.front();
  const Interval interval = best.resamples.interval(Metric::PoissonDeviance);
  std::string title = best.model + " forecasts the mean best: deviance " +
                      four_digits(best.pooled[Metric::PoissonDeviance]) + " (" +
                      four_digits(interval.low) + " to " + four_digits(interval.high) + ") over " +
                      count_of(static_cast<std::int64_t>(result.origins.size()), "month");
  if (result.models.size() > 1) {
    const auto behind = std::ranges::count_if(result.models, [&](const ModelBacktest& model) {
      return evaluation::is_better(best, model, Metric::PoissonDeviance);
    });
    title += ", clearly better than " + std::to_string(behind) + " of " +
             count_of(static_cast<std::int64_t>(result.models.size()) - 1, "other");
  }
  return title + ".";
}

charts::Chart draw(const Backtest& result,
                   BacktestPlot plot,
                   std::size_t shown,
                   const charts::Context& context) {
  switch (plot) {
    case BacktestPlot::Leaderboard:
      break;
    case BacktestPlot::Tracking:
      return charts::backtest_tracking(result, shown, context);
    case BacktestPlot::Deciles:
      return charts::backtest_deciles(result, shown, context);
    case BacktestPlot::Calibration:
      return charts::backtest_calibration(result, shown, context);
    case BacktestPlot::Frequency:
      return charts::backtest_frequency(result, shown, context);
  }
  return charts::backtest_leaderboard(result, context);
}

}  // namespace

Verb backtest_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "How good forecasts of the past months would have been",
       .description =
           "Goes back to the start of each of the last months, fits every model to what was known "
           "then, forecasts the month for every customer seen before, and scores the forecasts by "
           "what came. Scores are given for each model and month, and pooled with intervals; one "
           "model is called better than another only when the interval of their difference, over "
           "the same customers, excludes zero.",
       .examples = {{"till backtest shop.duckdb",
                     "The last twelve months, the ensemble and the baselines."},
                    {"till backtest shop.duckdb --model all", "Every model there is."},
                    {"till backtest shop.duckdb --plot tracking --chart tracking.svg",
                     "Totals as forecast by the best model and as they came."},
                    {"till backtest sales.csv --as-of 2020-01-01 --origins 6 --format json",
                     "July to December 2019, for a program."}},
       .draws = true},
      fields(),
      &backtest);
}

Result<Answer> backtest(Session& session, const BacktestOptions& options) {
  BacktestOptions resolved = options;
  TILL_ASSIGN(std::vector<const ModelEntry*> chosen, forecasters_named(kName, resolved.model));
  for (const ModelEntry*& model : chosen) {
    model = with_effort(model, options.effort);
  }
  TILL_ASSIGN(log::Log * log, session.log());
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.time_zone = zone;
  resolved.as_of = end_of_whole_months(*log, options.as_of, zone);

  history::PanelOptions panel_options{.cutoff = *resolved.as_of, .zone = zone};
  TILL_ASSIGN(panel_options.counting, counting(*log, kName, options.transaction, options.returns));
  TILL_ASSIGN(const Panel panel, history::customer_panel(*log, panel_options));

  std::vector<evaluation::Competitor> competitors;
  for (const ModelEntry* model : forecasters()) {
    if (model->months->is_baseline || std::ranges::find(chosen, model) != chosen.end()) {
      competitors.push_back(model->months->competitor());
    }
  }
  evaluation::BacktestOptions backtest_options;
  backtest_options.origins = static_cast<std::size_t>(options.origins);
  backtest_options.bootstrap.resamples = static_cast<std::size_t>(options.resamples);
  backtest_options.bootstrap.seed = static_cast<std::uint64_t>(session.options().seed);
  const std::int64_t threads = session.options().threads;
  backtest_options.computation.threads = static_cast<std::int32_t>(
      threads > 0 ? threads : std::max<std::int64_t>(std::thread::hardware_concurrency(), 1));
  backtest_options.computation.cancelled = [&session] { return session.cancelled(); };
  TILL_ASSIGN(Backtest found, evaluation::backtest(panel, competitors, backtest_options));
  const auto result = std::make_shared<const Backtest>(std::move(found));

  // The model that pictures and tables of one model show: the first said, else the best.
  std::size_t shown = 0;
  if (chosen.size() < forecasters().size()) {
    for (std::size_t i = 0; i < result->models.size(); ++i) {
      shown = result->models[i].model == chosen.front()->name ? i : shown;
    }
  }
  const ModelBacktest& model = result->models[shown];

  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  add_rows(answer.rows, *result);
  finish_rows(answer, options.limit);
  std::int64_t customer_months = 0;
  std::int64_t actual = 0;
  std::int64_t new_transactions = 0;
  for (const evaluation::Origin& origin : result->origins) {
    customer_months += static_cast<std::int64_t>(origin.customers);
    actual += origin.actual;
    new_transactions += origin.new_transactions;
  }
  answer.summary = {{"first_month", to_string(result->origins.front().month)},
                    {"last_month", to_string(result->origins.back().month)},
                    {"forecasts", customer_months},
                    {"transactions", actual},
                    {"transactions_of_new_customers", new_transactions},
                    {"best_model", result->models.front().model},
                    {"shown_model", model.model},
                    {"pooled", pooled_of(*result)},
                    {"intervals", intervals_of(*result)},
                    {"comparisons", comparisons_of(*result)},
                    {"by_activity", segments_of(model.by_activity)},
                    {"by_tenure", segments_of(model.by_tenure)},
                    {"deciles", deciles_of(model)},
                    {"reliability", reliability_of(model)}};
  List pit;
  for (const double share : model.pit) {
    pit.emplace_back(share);
  }
  answer.summary.push_back({"pit", std::move(pit)});
  if (result->origins.size() < static_cast<std::size_t>(options.origins)) {
    answer.warnings.push_back(
        "The log has " + count_of(static_cast<std::int64_t>(panel.months()), "whole month") + ": " +
        count_of(static_cast<std::int64_t>(result->origins.size()), "month") +
        " could be forecast, not " + std::to_string(options.origins) + ".");
  }
  for (const ModelBacktest& tested : result->models) {
    std::ranges::copy(tested.warnings, std::back_inserter(answer.warnings));
  }
  answer.title = title_of(*result);
  answer.chart =
      [result,
       shown,
       plot = options.plot,
       context = chart_context(
           session, zone, panel_options.counting, {"before " + describe(*resolved.as_of, zone)})] {
        return draw(*result, plot, shown, context);
      };
  return answer;
}

}  // namespace till::engine
