#include "till/engine/backtest.hpp"

#include <algorithm>
#include <memory>

#include "backtest_answer.hpp"
#include "model_registry.hpp"
#include "panel_question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

namespace till::engine {

namespace {

using evaluation::Backtest;

constexpr std::string_view kName = "backtest";

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
      field(&BacktestOptions::period, period_parameter()),
      field(
          &BacktestOptions::as_of,
          {.name = "as_of",
           .help =
               "The moment the question is asked at: what happened later does not count, nor does "
               "a month that was not over.",
           .placeholder = "TIME",
           .otherwise = "the end of the last whole month of the log"}),
      field(&BacktestOptions::features, features_parameter()),
      field(&BacktestOptions::holidays, holidays_parameter()),
      field(&BacktestOptions::plot, backtest_plot_parameter()),
      field(&BacktestOptions::resamples, resamples_parameter()),
      field(&BacktestOptions::time_zone, time_zone_parameter()),
      field(&BacktestOptions::transaction, transaction_parameter()),
      field(&BacktestOptions::returns, returns_parameter()),
      field(&BacktestOptions::limit, limit_parameter()),
  };
  return kFields;
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
                    {"till backtest shop.duckdb --period 28d --origins 6",
                     "The last six times 28 days, each forecast from its start."},
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
  TILL_TRY(check_plot(kName, options.plot, std::ranges::any_of(chosen, [](const auto* model) {
                        return model->months->has_members;
                      })));
  TILL_ASSIGN(log::Log * log, session.log());
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.time_zone = zone;
  TILL_ASSIGN(const std::int32_t month_days, month_days_of(kName, options.period));
  resolved.as_of = end_of_whole_months(*log, options.as_of, zone, month_days);

  history::PanelOptions panel_options{.cutoff = *resolved.as_of, .zone = zone};
  TILL_ASSIGN(panel_options.counting, counting(*log, kName, options.transaction, options.returns));
  panel_options.month_days = month_days;
  TILL_TRY(read_into(panel_options, options.features, options.holidays));
  TILL_ASSIGN(const Panel panel, history::customer_panel(*log, panel_options));

  std::vector<evaluation::Competitor> competitors;
  for (const ModelEntry* model : forecasters()) {
    if (model->months->is_baseline || std::ranges::find(chosen, model) != chosen.end()) {
      competitors.push_back(model->months->competitor());
    }
  }
  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  TILL_ASSIGN(
      Backtest found,
      evaluation::backtest(
          panel,
          competitors,
          backtest_options(session, static_cast<std::size_t>(options.origins), options.resamples)));
  const auto result = std::make_shared<const Backtest>(std::move(found));

  // The model that pictures and tables of one model show: the first said, else the best.
  std::size_t shown = 0;
  if (chosen.size() < forecasters().size()) {
    for (std::size_t i = 0; i < result->models.size(); ++i) {
      shown = result->models[i].model == chosen.front()->name ? i : shown;
    }
  }
  if (result->origins.size() < static_cast<std::size_t>(options.origins)) {
    answer.warnings.push_back(
        "The log has " + grouped(static_cast<std::int64_t>(panel.months())) + " whole " +
        month_noun(panel.month(0).month, static_cast<std::int64_t>(panel.months())) + ": " +
        count_of_months(static_cast<std::int64_t>(result->origins.size()), panel.month(0).month) +
        " could be forecast, not " + std::to_string(options.origins) + ".");
  }
  answer_with(
      answer,
      result,
      shown,
      options.plot,
      options.limit,
      chart_context(
          session, zone, panel_options.counting, {"before " + describe(*resolved.as_of, zone)}));
  return answer;
}

}  // namespace till::engine
