#include "till/engine/fit.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <utility>

#include "covariates_question.hpp"
#include "features_file.hpp"
#include "fit_pictures.hpp"
#include "history_question.hpp"
#include "model_registry.hpp"
#include "panel_question.hpp"
#include "saved_model.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/forecast.hpp"
#include "till/models/forecast_total.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "fit";

Parameter forecaster_period_parameter() {
  Parameter parameter = period_parameter();
  parameter.help += " Only models that forecast have one.";
  parameter.otherwise = "1mo where the model forecasts";
  return parameter;
}

const Fields<FitOptions>& fields() {
  static const Fields<FitOptions> kFields = {
      field(
          &FitOptions::model,
          {.name = "model",
           .help = "Which models to fit: all but the mixture, the GGom/NBD and the BG/BB, or names "
                   "between commas; `till models` lists them. auto is the ensemble, one that "
                   "forecasts.",
           .placeholder = "MODELS"}),
      field(&FitOptions::purpose,
            {.name = "purpose",
             .help = "What the model is to do: predict (it reads the dates of each customer), or "
                     "forecast (it reads counts by month). Some models do both.",
             .otherwise = "predict where the model can, else forecast"}),
      field(&FitOptions::covariates, covariates_parameter()),
      field(&FitOptions::ridge,
            {.name = "ridge",
             .help = "How hard covariates are drawn towards not mattering: half of it times the "
                     "sum of the squared logarithms of their ratios is the penalty.",
             .placeholder = "PENALTY"}),
      field(&FitOptions::effort, effort_parameter()),
      field(&FitOptions::period, forecaster_period_parameter()),
      field(&FitOptions::as_of, as_of_parameter()),
      field(&FitOptions::calibration_end, calibration_end_parameter()),
      field(&FitOptions::holdout_end,
            {.name = "holdout_end",
             .help = "The last day, included, that tracking and holdout pictures hold models "
                     "against; it changes no estimate.",
             .placeholder = "DATE",
             .otherwise = "the end of the log"}),
      field(&FitOptions::time_unit, time_unit_parameter()),
      field(&FitOptions::plot,
            {.name = "plot",
             .help =
                 "What --chart draws. Of the models that --model names, else the best: repeat "
                 "purchases over time, as they came and as expected (tracking), or what came after "
                 "the calibration, by repeat purchases within it (holdout). Of the best model: "
                 "customers by repeat purchases, as seen and as expected (frequencies), what to "
                 "expect by frequency and recency (matrix), how customers differ (rates), or how "
                 "well the log bounds each parameter (profiles)."}),
      field(&FitOptions::features, features_parameter()),
      field(&FitOptions::holidays, holidays_parameter()),
      field(&FitOptions::time_zone, time_zone_parameter()),
      field(&FitOptions::transaction, fit_transaction_parameter()),
      field(&FitOptions::returns, returns_parameter()),
      field(&FitOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// Returns the one forecaster that is to be fitted, or null where models of histories are.
Result<const ModelEntry*> forecaster_of(const FitOptions& options) {
  const std::vector<std::string> names = names_between_commas(options.model);
  if (options.purpose == Purpose::Predict) {
    return nullptr;
  }
  if (names.size() == 1 && names.front() != "all") {
    TILL_ASSIGN(const bool forecasts_only, is_forecaster_only(kName, names.front()));
    if (options.purpose || forecasts_only) {
      TILL_ASSIGN(const ModelEntry* model, forecaster_named(kName, names.front()));
      return with_effort(model, options.effort);
    }
  }
  if (options.purpose) {
    return Error{ErrorCode::InvalidArgument,
                 "fit: --model is " + in_quotes(options.model) +
                     ", but must be one model where it is to forecast",
                 "auto is the default of till forecast"};
  }
  return nullptr;
}

/// One row of the answer.
struct Row {
  std::string model;
  models::Estimate estimate;
};

Result<std::vector<const ModelEntry*>> models_of(std::string_view text) {
  std::vector<const ModelEntry*> wanted;
  const bool all = text == "all";
  for (const std::string& name : names_between_commas(all ? "" : text)) {
    TILL_ASSIGN(const ModelEntry* entry, history_model_named(kName, name));
    if (std::ranges::find(wanted, entry) == wanted.end()) {
      wanted.push_back(entry);
    }
  }
  if (wanted.empty()) {
    std::ranges::copy_if(history_models(), std::back_inserter(wanted), [](const ModelEntry* entry) {
      return !entry->history->by_name_only;
    });
  }
  return wanted;
}

/// Returns what these models read of customers.
///
/// Errors: `InvalidArgument` where some read occasions and some do not.
Result<HistoryModel> reader_of(const std::vector<const ModelEntry*>& wanted) {
  HistoryModel reader;
  for (const ModelEntry* entry : wanted) {
    reader.reads_intervals = reader.reads_intervals || entry->history->reads_intervals;
    if (entry != wanted.front() &&
        entry->history->reads_occasions != wanted.front()->history->reads_occasions) {
      return Error{ErrorCode::InvalidArgument,
                   "fit: --model names " + wanted.front()->name + " and " + entry->name +
                       ", but must name models that read the same of customers: occasions, or "
                       "times",
                   "fit them one after the other"};
    }
  }
  reader.reads_occasions = wanted.front()->history->reads_occasions;
  return reader;
}

/// Errors: `InvalidArgument` for what does not go with covariates.
Result<void> check_covariates(const FitOptions& options) {
  if (!(options.ridge >= 0.0)) {
    return Error{ErrorCode::InvalidArgument,
                 "fit: --ridge is " + number(options.ridge) + ", but must be at least 0",
                 ""};
  }
  if (options.plot != FitPlot::Frequencies && options.plot != FitPlot::Holdout &&
      options.plot != FitPlot::Profiles) {
    return Error{ErrorCode::InvalidArgument,
                 "fit: --plot is " + in_quotes(*Codec<FitPlot>::text(options.plot)) +
                     ", but must be holdout or profiles with --covariates",
                 "without covariates all customers are drawn as one"};
  }
  return {};
}

/// Returns a number that JSON can hold; an infinite one is not there.
std::optional<double> finite(double v) {
  return std::isfinite(v) ? std::optional(v) : std::nullopt;
}

Value value_of(double v) {
  return std::isfinite(v) ? Value(v) : Value();
}

Object summary_of(const Fitted& fitted) {
  const models::FitReport& report = fitted.report;
  return {{"model", report.model},
          {"log_likelihood", value_of(report.log_likelihood)},
          {"aic", value_of(report.aic)},
          {"bic", value_of(report.bic)},
          {"usable", report.is_usable()},
          {"termination", std::string(math::name(report.termination))},
          {"iterations", std::int64_t{report.iterations}},
          {"gradient_norm", value_of(report.gradient_norm)},
          {"standard_errors_from", report.standard_errors_from}};
}

List special_cases_of(const std::vector<Fitted>& all) {
  List list;
  for (const Fitted& fitted : all) {
    for (const models::SpecialCaseFit& special : fitted.report.special_cases) {
      list.emplace_back(Object{{"model", fitted.report.model},
                               {"special_case", special.name},
                               {"log_likelihood", value_of(special.log_likelihood)},
                               {"likelihood_ratio", value_of(special.ratio)},
                               {"lost_degrees", std::int64_t{special.lost_degrees}},
                               {"p_value", special.p_value},
                               {"from_sample", special.from_sample}});
    }
  }
  return list;
}

List correlations_of(const std::vector<Fitted>& all) {
  List list;
  for (const Fitted& fitted : all) {
    const math::SymmetricMatrix& correlations = fitted.report.correlations;
    for (std::size_t i = 0; i < correlations.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        list.emplace_back(Object{{"model", fitted.report.model},
                                 {"parameter", fitted.report.estimates[k].name},
                                 {"with", fitted.report.estimates[i].name},
                                 {"correlation", correlations(i, k)}});
      }
    }
  }
  return list;
}

/// What the fits say in words: of each model, then of all alike.
void add_words(Answer& answer, const std::vector<Fitted>& all) {
  List findings;
  for (const Fitted& fitted : all) {
    for (const std::string& finding : fitted.report.findings) {
      findings.emplace_back(Object{{"model", fitted.report.model}, {"finding", finding}});
    }
    if (!fitted.report.is_usable()) {
      answer.warnings.push_back("The fit of the " + fitted.model->title +
                                " is not usable: " + fitted.report.message + ".");
    }
    for (const models::Estimate& estimate : fitted.report.estimates) {
      if (estimate.at_limit) {
        answer.warnings.push_back("The " + estimate.name + " of the " + fitted.model->title +
                                  " went as far as the search goes: the data do not tell how "
                                  "far it should.");
      }
    }
    // What is thin about the data is so for every model.
    for (const std::string& warning : fitted.report.warnings) {
      if (std::ranges::find(answer.warnings, warning) == answer.warnings.end()) {
        answer.warnings.push_back(warning);
      }
    }
  }
  answer.summary.push_back({"findings", std::move(findings)});
}

std::string fixed(double v) {
  return grouped(std::llround(v));
}

/// Returns the usable fit with the smallest AIC, or nothing.
const Fitted* best_of(const std::vector<Fitted>& all) {
  const Fitted* best = nullptr;
  for (const Fitted& fitted : all) {
    if (fitted.report.is_usable() && (best == nullptr || fitted.report.aic < best->report.aic)) {
      best = &fitted;
    }
  }
  return best;
}

std::string title_of(const std::vector<Fitted>& all, std::int64_t customers) {
  const Fitted* best = best_of(all);
  const std::string of_customers = count_of(customers, "customer");
  if (best == nullptr) {
    return "No model could be fitted to " + of_customers + ".";
  }
  if (all.size() == 1) {
    return best->model->title + " fits " + of_customers + " with a log-likelihood of " +
           fixed(best->report.log_likelihood) + ".";
  }
  return best->model->title + " fits " + of_customers + " best of " +
         count_of(std::ssize(all), "model") + ", with an AIC of " + fixed(best->report.aic) + ".";
}

/// Returns the fits that one picture compares: all that are usable, or only one.
std::vector<const Fitted*> compared(const std::vector<Fitted>& all, const Fitted* only) {
  std::vector<const Fitted*> fits;
  for (const Fitted& fitted : all) {
    if (fitted.report.is_usable() && (only == nullptr || only == &fitted)) {
      fits.push_back(&fitted);
    }
  }
  return fits;
}

/// Fits a model that forecasts months.
Result<Answer> fit_forecaster(Session& session,
                              const FitOptions& options,
                              const ModelEntry& model) {
  if (options.calibration_end) {
    return Error{ErrorCode::InvalidArgument,
                 "fit: --calibration-end is said, but " + model.name +
                     " is fitted to forecast, and reads counts by month until --as-of",
                 "say --as-of instead"};
  }
  TILL_ASSIGN(log::Log * log, session.log());
  FitOptions resolved = options;
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.model = model.name;
  resolved.purpose = Purpose::Forecast;
  resolved.time_zone = zone;
  resolved.transaction = options.transaction.empty() ? "row" : options.transaction;
  resolved.period = options.period.value_or(period_of(0));
  TILL_ASSIGN(const std::int32_t month_days, month_days_of(kName, *resolved.period));
  const Month last = month_of(Instant{log->end().micros - 1}, zone);
  resolved.as_of = month_days > 0
                       ? end_of_whole_months(*log, options.as_of, zone, month_days)
                       : options.as_of.value_or(known_before(*log, add_months(last, 1), zone));
  TILL_ASSIGN(const log::Counting counted,
              counting(*log, kName, resolved.transaction, options.returns));
  history::PanelOptions question{*resolved.as_of, zone, counted};
  question.month_days = month_days;
  TILL_TRY(read_into(question, options.features, options.holidays));
  TILL_ASSIGN(const Panel panel, history::customer_panel(*log, question));
  if (panel.months() == 0) {
    return Error{ErrorCode::InvalidData,
                 "fit: no customer bought before " + describe(*resolved.as_of, zone) +
                     ", but there must be one",
                 "say a later --as-of"};
  }
  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  const models::Computation computation = computation_of(session);
  TILL_ASSIGN(const FittedForecaster fitted, model.months->fit(panel, computation));
  ModelFile file =
      file_about(model, Purpose::Forecast, session, *log, zone, counted, panel.cutoff());
  if (!options.features.empty()) {
    TILL_ASSIGN(file.features, features_text(options.features));
  }
  TILL_TRY(add_training(file, panel, fitted, computation));
  session.tell(
      "fitted",
      {{"model", model.name}, {"customers", file.customers}, {"training_scores", scores_of(file)}});
  const PanelMonth next = add_months(panel.month(panel.months() - 1).month, 1);
  TILL_ASSIGN(const models::ForecastTarget target,
              models::target_after(panel, month_range(next, zone), zone));
  TILL_ASSIGN(const models::Forecast made, fitted.forecast(panel, target, computation));

  const std::vector<NamedNumber> numbers = numbers_of(file.state);
  const RealColumn unknown(numbers.size());
  add_column(answer.rows, "model", TextColumn(numbers.size(), std::optional(model.name)));
  add_column(answer.rows, "parameter", column_of<TextColumn>(numbers, &NamedNumber::name));
  add_column(answer.rows, "estimate", column_of<RealColumn>(numbers, &NamedNumber::value));
  add_column(answer.rows, "standard_error", unknown);
  add_column(answer.rows, "lower", unknown);
  add_column(answer.rows, "upper", unknown);
  finish_rows(answer, options.limit);
  answer.summary = {{"customers", file.customers},
                    {"cutoff", panel.cutoff()},
                    {"months_of_history", static_cast<std::int64_t>(panel.months())},
                    {"training_scores", scores_of(file)}};
  std::ranges::copy(fitted.warnings, std::back_inserter(answer.warnings));
  warn_of_unread(answer, options.features, model.name, fitted);
  answer.title = "The " + model.title + " is fitted to " + count_of(file.customers, "customer") +
                 " and " + count_of_months(static_cast<std::int64_t>(panel.months()), next) + ".";
  answer.chart = [total = models::forecast_total(panel, target, made),
                  name = model.name,
                  context = chart_context(
                      session, zone, counted, {"before " + describe(panel.cutoff(), zone)})] {
    return charts::forecast_total(total, name, context);
  };
  answer.model_file = [file = std::move(file)] { return to_bytes(file); };
  return answer;
}

}  // namespace

Verb fit_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Estimates models of how customers buy, and says what to think of them",
       .description =
           "Fits models of customers who buy for a while and then leave, unseen, by maximum "
           "likelihood. Each estimate comes with a standard error and a 95 % interval; each model "
           "is tested against its special cases, and what the data do not tell is said in words. "
           "Models that forecast months are fitted one at a time, to be kept: --out shop.till."
           "\n\nThe model with the smallest AIC describes the log best; what it is good for is "
           "another question, which only months it has not seen can answer.",
       .examples = {{"till fit shop.duckdb", "All models, compared."},
                    {"till fit shop.duckdb --model pareto_nbd", "One model."},
                    {"till fit shop.duckdb --model auto --as-of 2019-01-01 --out shop.till",
                     "The ensemble, fitted to what was known when 2019 began, in a file."},
                    {"till fit cdnow.csv --calibration-end 1997-09-30",
                     "As in the papers: purchases by day, times in weeks."},
                    {"till fit shop.duckdb --as-of 2018-07-01 --model bg_nbd,pareto_nbd --plot "
                     "tracking --chart tracking.svg",
                     "Two models against the purchases that they were fitted to, and those since."},
                    {"till fit shop.duckdb --model bg_nbd --plot matrix --chart matrix.svg",
                     "Who is still a customer, by how often and how long ago they bought."},
                    {"till fit shop.duckdb --chart fit.svg",
                     "Customers by repeat purchases, as seen and as the best model expects."}},
       .draws = true,
       .saves = true},
      fields(),
      &fit);
}

Result<Answer> fit(Session& session, const FitOptions& options) {
  TILL_ASSIGN(const ModelEntry* forecaster, forecaster_of(options));
  if (forecaster != nullptr) {
    return fit_forecaster(session, options, *forecaster);
  }
  if (!options.features.empty() || !options.holidays.empty() || options.period) {
    return Error{ErrorCode::InvalidArgument,
                 "fit: --" +
                     std::string(options.period             ? "period"
                                 : options.features.empty() ? "holidays"
                                                            : "features") +
                     " is said, but only models that forecast read it",
                 "say --purpose forecast, or --model auto"};
  }
  TILL_ASSIGN(std::vector<const ModelEntry*> wanted, models_of(options.model));
  TILL_ASSIGN(log::Log * log, session.log());
  FitOptions resolved = options;
  resolved.model.clear();
  resolved.purpose = Purpose::Predict;
  resolved.transaction = options.transaction.empty() ? "day" : options.transaction;
  for (const ModelEntry* entry : wanted) {
    resolved.model += (resolved.model.empty() ? "" : ",") + entry->name;
  }
  TILL_ASSIGN(const HistoryModel reader, reader_of(wanted));
  if (reader.reads_occasions && options.plot != FitPlot::Frequencies &&
      options.plot != FitPlot::Profiles) {
    return Error{ErrorCode::InvalidArgument,
                 "fit: --plot is " + in_quotes(*Codec<FitPlot>::text(options.plot)) +
                     ", but must be frequencies or profiles for a model of occasions",
                 ""};
  }
  TILL_ASSIGN(Histories histories, read_histories(kName, session, *log, resolved, reader));
  std::optional<Covariates> covariates;
  std::vector<ModelEntry> extended;
  if (!options.covariates.empty()) {
    TILL_TRY(check_covariates(options));
    TILL_ASSIGN(covariates, covariates_of(kName, *log, options.covariates, histories.customers));
    histories.customers.segments = covariates->segments;
    extended.reserve(wanted.size());
    for (const ModelEntry*& entry : wanted) {
      TILL_ASSIGN(ModelEntry made, with_covariates(kName, *entry, *covariates, options.ridge));
      extended.push_back(std::move(made));
      entry = &extended.back();
    }
  }

  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), histories.zone);
  std::vector<Fitted> all;
  std::vector<Row> rows;
  for (const ModelEntry* entry : wanted) {
    TILL_ASSIGN(models::FitReport report, fit_model(*entry, histories, session));
    for (const models::Estimate& estimate : report.estimates) {
      rows.push_back({entry->name, estimate});
    }
    all.push_back({entry, std::move(report)});
    session.tell("fitted", summary_of(all.back()));
  }

  std::ranges::move(history_warnings(histories), std::back_inserter(answer.warnings));
  if (covariates) {
    std::ranges::copy(covariates->warnings, std::back_inserter(answer.warnings));
  }
  const auto real = [&](double models::Estimate::* member) {
    return column_of<RealColumn>(rows,
                                 [member](const Row& row) { return finite(row.estimate.*member); });
  };
  add_column(answer.rows, "model", column_of<TextColumn>(rows, &Row::model));
  add_column(answer.rows, "parameter", column_of<TextColumn>(rows, [](const Row& row) {
               return row.estimate.name;
             }));
  add_column(answer.rows, "estimate", real(&models::Estimate::value));
  add_column(answer.rows, "standard_error", real(&models::Estimate::standard_error));
  add_column(answer.rows, "lower", real(&models::Estimate::lower));
  add_column(answer.rows, "upper", real(&models::Estimate::upper));
  finish_rows(answer, options.limit);

  const auto customers = std::ssize(histories.customers.x);
  List summaries;
  for (const Fitted& fitted : all) {
    summaries.emplace_back(summary_of(fitted));
  }
  answer.summary = {
      {"customers", customers},
      {"repeat_buyers",
       std::ranges::count_if(histories.customers.x, [](double x) { return x > 0.0; })},
      {"purchases", histories.customers.purchases},
      {"distinct_histories", all.front().report.distinct_histories},
      {"end", histories.end()},
      {"models", std::move(summaries)},
      {"special_cases", special_cases_of(all)},
      {"correlations", correlations_of(all)}};
  add_words(answer, all);
  answer.title = title_of(all, customers);
  if (const Fitted* best = best_of(all)) {
    ModelFile file = file_about(*best->model,
                                Purpose::Predict,
                                session,
                                *log,
                                histories.zone,
                                histories.options.counting,
                                histories.end());
    file.time_unit = *Codec<TimeUnit>::text(resolved.time_unit);
    file.customers = customers;
    file.state = history_state(best->report);
    if (covariates) {
      file.state.set("covariates", states_of(covariates->columns));
    }
    file.warnings = best->report.warnings;
    answer.model_file = [file = std::move(file)] { return to_bytes(file); };
    if (covariates && options.plot == FitPlot::Frequencies) {
      return answer;
    }
    const bool is_end_said = options.as_of || options.calibration_end;
    const std::string end =
        is_end_said ? "before " + describe(histories.end(), histories.zone) : "";
    TILL_ASSIGN(
        answer.chart,
        picture_of({*best->model,
                    best->report,
                    compared(all, options.model == "all" ? best : nullptr),
                    histories,
                    options.time_unit,
                    options.holdout_end,
                    chart_context(session, histories.zone, histories.options.counting, {end})},
                   options.plot,
                   *log,
                   session));
  }
  return answer;
}

}  // namespace till::engine
