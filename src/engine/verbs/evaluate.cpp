#include "till/engine/evaluate.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "backtest_answer.hpp"
#include "features_file.hpp"
#include "panel_question.hpp"
#include "saved_model.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

namespace till::engine {

namespace {

using evaluation::Backtest;

constexpr std::string_view kName = "evaluate";

const Fields<EvaluateOptions>& fields() {
  static const Fields<EvaluateOptions> kFields = {
      field(&EvaluateOptions::model_file,
            model_file_parameter("The model: a file that `till fit --out FILE.till` made.")),
      field(&EvaluateOptions::month,
            {.name = "month",
             .help = "The one month to score; instead of --from and --to.",
             .placeholder = "YYYY-MM",
             .otherwise = "every whole month after the model's cutoff"}),
      field(&EvaluateOptions::first_month,
            {.name = "first_month",
             .help = "The first month to score. It begins at the model's cutoff or later.",
             .placeholder = "YYYY-MM",
             .otherwise = "the first one after the model's cutoff"}),
      field(&EvaluateOptions::last_month,
            {.name = "last_month",
             .help = "The last month to score, included.",
             .placeholder = "YYYY-MM",
             .otherwise = "the last whole month of the log"}),
      field(&EvaluateOptions::plot, backtest_plot_parameter()),
      field(&EvaluateOptions::resamples, resamples_parameter()),
      field(&EvaluateOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// The months that are scored, both ends included.
struct Months {
  PanelMonth from;
  PanelMonth to;
};

/// Returns all that a log has whole since a model of days was fitted.
Result<Months> periods_of(const EvaluateOptions& options,
                          const ModelFile& file,
                          const log::Log& log) {
  for (const auto& [flag, month] : {std::pair("month", options.month),
                                    std::pair("first-month", options.first_month),
                                    std::pair("last-month", options.last_month)}) {
    TILL_TRY(check_no_month(kName,
                            flag,
                            month,
                            file.month_days,
                            "leave it out: all days since the model was fitted are scored"));
  }
  const PanelMonth first(file.zone.local(file.cutoff).date, file.month_days);
  const Instant end = end_of_months_after(log, file.cutoff, file.zone, file.month_days);
  if (end <= file.cutoff) {
    return Error{ErrorCode::InvalidData,
                 "evaluate: the log ends before " + to_string(add_months(first, 1)) +
                     ", but must have " + std::to_string(file.month_days) +
                     " days after the model's cutoff, " + describe(file.cutoff, file.zone),
                 "fit a model that ends earlier: till fit LOG --period " +
                     to_string(period_of(file.month_days)) + " --as-of DATE --out shop.till"};
  }
  return Months{first, add_months({file.zone.local(end).date, file.month_days}, -1)};
}

Result<Months> months_of(const EvaluateOptions& options,
                         const ModelFile& file,
                         const log::Log& log) {
  if (file.month_days > 0) {
    return periods_of(options, file, log);
  }
  if (options.month && (options.first_month || options.last_month)) {
    return Error{ErrorCode::InvalidArgument,
                 "evaluate: --month is said together with --first-month or --last-month, but must "
                 "stand alone",
                 "leave one of them out"};
  }
  const Month cut = month_of(file.cutoff, file.zone);
  const Month first = start_of(cut, file.zone) == file.cutoff ? cut : add_months(cut, 1);
  const Month last =
      add_months(month_of(end_of_whole_months(log, std::nullopt, file.zone, 0), file.zone), -1);
  if (last < first) {
    return Error{ErrorCode::InvalidData,
                 "evaluate: the log has no whole month after the model's cutoff, " +
                     describe(file.cutoff, file.zone) + ", but must have one",
                 "fit a model that ends earlier: till fit LOG --as-of " + to_string(last) +
                     " --out shop.till"};
  }
  const Months months{options.month.value_or(options.first_month.value_or(first)),
                      options.month.value_or(options.last_month.value_or(last))};
  if (months.from < first) {
    return Error{ErrorCode::InvalidArgument,
                 "evaluate: --" + std::string(options.month ? "month" : "first-month") + " is " +
                     to_string(months.from) + ", but must be " + to_string(first) +
                     " or later: the model has seen what came before",
                 "`till model show` has the scores of months it was fitted to"};
  }
  if (last < months.to || months.to < months.from) {
    return Error{ErrorCode::InvalidArgument,
                 "evaluate: --" + std::string(options.month ? "month" : "last-month") + " is " +
                     to_string(months.to) + ", but must be from " + to_string(months.from) +
                     " to " + to_string(last) + ", the last whole month of the log",
                 ""};
  }
  return months;
}

std::size_t count_months(const Months& months) {
  std::size_t count = 1;
  for (PanelMonth month = months.from; month < months.to; month = add_months(month, 1)) {
    ++count;
  }
  return count;
}

}  // namespace

Verb evaluate_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "How good a saved model is on months it has not seen",
       .description =
           "Takes a model that fit has kept and forecasts each whole month after the model's "
           "cutoff, for every customer seen before the month, from what was known when it began. "
           "What the model learned stays as it is; only what it knows of each customer goes on. "
           "Forecasts are scored by what came, beside baselines, which are fitted anew each month.",
       .examples = {{"till evaluate shop.duckdb --model-file shop.till",
                     "Every whole month since the model was fitted."},
                    {"till evaluate shop.duckdb --model-file shop.till --month 2019-06",
                     "One month."},
                    {"till evaluate shop.duckdb --model-file shop.till --plot calibration --chart "
                     "calibration.svg",
                     "Whether its probabilities are right."}},
       .draws = true},
      fields(),
      &evaluate);
}

Result<Answer> evaluate(Session& session, const EvaluateOptions& options) {
  if (options.model_file.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "evaluate: --model-file is missing, but must name a model",
                 "`till fit LOG --model auto --as-of DATE --out shop.till` makes one"};
  }
  TILL_ASSIGN(const SavedForecaster saved, read_forecaster(kName, options.model_file));
  TILL_TRY(check_plot(kName, options.plot, !saved.fitted.members.empty()));
  TILL_ASSIGN(log::Log * log, session.log());
  TILL_ASSIGN(const SavedReading reading,
              saved_reading(kName, *log, saved.file, std::nullopt, "", std::nullopt));
  TILL_ASSIGN(const Months months, months_of(options, saved.file, *log));
  EvaluateOptions resolved = options;
  resolved.month = std::nullopt;
  if (saved.file.month_days == 0) {
    resolved.first_month = Month{months.from.first.year, months.from.first.month};
    resolved.last_month = Month{months.to.first.year, months.to.first.month};
  }

  const Instant end = start_of(add_months(months.to, 1), reading.zone);
  history::PanelOptions question{end, reading.zone, reading.counting};
  question.month_days = saved.file.month_days;
  TILL_ASSIGN(question.features, features_of(saved.file.features, options.model_file));
  TILL_ASSIGN(const Panel panel, history::customer_panel(*log, question));
  const std::size_t origins = count_months(months);
  if (panel.months() <= origins) {
    return Error{ErrorCode::InvalidData,
                 "evaluate: " + to_string(months.from) +
                     " is the log's first month, but a customer must have bought before it",
                 saved.file.month_days > 0 ? "" : "say a later --first-month"};
  }
  std::vector<evaluation::Competitor> competitors = {competitor_of(saved.fitted, saved.file.model)};
  for (const ModelEntry* model : forecasters()) {
    if (model->months->is_baseline && model->name != saved.file.model) {
      competitors.push_back(model->months->competitor());
    }
  }
  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), reading.zone);
  TILL_ASSIGN(Backtest found,
              evaluation::backtest(
                  panel, competitors, backtest_options(session, origins, options.resamples)));
  const auto result = std::make_shared<const Backtest>(std::move(found));
  const auto shown =
      std::ranges::find(result->models, saved.file.model, &evaluation::ModelBacktest::model);

  std::ranges::move(log_warnings(saved.file, *log, panel), std::back_inserter(answer.warnings));
  const std::string cutoff = describe(saved.file.cutoff, reading.zone);
  answer_with(answer,
              result,
              static_cast<std::size_t>(shown - result->models.begin()),
              options.plot,
              options.limit,
              chart_context(session,
                            reading.zone,
                            reading.counting,
                            {saved.file.model + " as fitted before " + cutoff}));
  answer.summary.push_back({"model_cutoff", saved.file.cutoff});
  return answer;
}

}  // namespace till::engine
