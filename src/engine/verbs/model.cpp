#include "till/engine/model.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "features_file.hpp"
#include "panel_question.hpp"
#include "saved_model.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

namespace till::engine {

namespace {

using evaluation::Backtest;
using evaluation::Interval;
using evaluation::Metric;
using evaluation::ModelBacktest;

constexpr std::string_view kName = "model";
constexpr std::int64_t kComparedMonths = 12;

const Fields<ModelOptions>& fields() {
  static const Fields<ModelOptions> kFields = {
      field(&ModelOptions::limit, limit_parameter()),
  };
  return kFields;
}

Answer begin(const Session& session, const ModelOptions& options) {
  Answer answer;
  answer.verb = kName;
  answer.parameters = fields().describe(options);
  std::ranges::move(session.parameters(), std::back_inserter(answer.parameters));
  return answer;
}

/// Returns the title of a model, as people say it.
std::string title_of(const ModelFile& file) {
  for (const ModelEntry& entry : model_entries()) {
    if (entry.name == file.model) {
      return entry.title;
    }
  }
  return file.model;
}

Result<Answer> show(Session& session, const ModelOptions& options, const std::string& path) {
  TILL_ASSIGN(const ModelFile file, read_model_file(path));
  Answer answer = begin(session, options);
  answer.zone = file.zone;
  const std::vector<NamedNumber> numbers = numbers_of(file.state);
  add_column(answer.rows, "parameter", column_of<TextColumn>(numbers, &NamedNumber::name));
  add_column(answer.rows, "value", column_of<RealColumn>(numbers, &NamedNumber::value));
  finish_rows(answer, options.limit);
  answer.summary = facts_of(file);
  answer.summary.push_back({"training_scores", scores_of(file)});
  answer.warnings = file.warnings;
  answer.title = "A model for till " + *Codec<Purpose>::text(file.purpose) + ": the " +
                 title_of(file) + ", fitted to " + count_of(file.customers, "customer") +
                 " and what they bought before " + describe(file.cutoff, file.zone) + ".";
  return answer;
}

/// How two forecasters do on the same months.
Result<void> add_scores(Answer& answer, Session& session, const std::vector<std::string>& paths) {
  TILL_ASSIGN(const SavedForecaster first, read_forecaster(kName, paths[0]));
  TILL_ASSIGN(const SavedForecaster second, read_forecaster(kName, paths[1]));
  TILL_ASSIGN(log::Log * log, session.log());
  TILL_ASSIGN(const SavedReading reading,
              saved_reading(kName, *log, first.file, std::nullopt, "", std::nullopt));
  if (first.file.transaction != second.file.transaction ||
      first.file.returns != second.file.returns || !(first.file.zone == second.file.zone)) {
    return Error{
        ErrorCode::InvalidArgument,
        "model: the models count transactions differently, but must count them alike to be "
        "compared on a log",
        "fit both with the same --transaction, --returns and --time-zone"};
  }
  const Instant cutoff = std::max(first.file.cutoff, second.file.cutoff);
  if (first.file.month_days != second.file.month_days) {
    return Error{ErrorCode::InvalidArgument,
                 "model: one model forecasts " + describe(period_of(first.file.month_days)) +
                     ", the other " + describe(period_of(second.file.month_days)) +
                     ", but both must forecast as long to be compared on a log",
                 "fit both with the same --period"};
  }
  const Instant end = end_of_months_after(*log, cutoff, reading.zone, first.file.month_days);
  if (first.file.features != second.file.features) {
    return Error{ErrorCode::InvalidArgument,
                 "model: the models look at other features of their own, but must look at the same "
                 "to be compared on a log",
                 "fit both with the same --features"};
  }
  history::PanelOptions question{end, reading.zone, reading.counting};
  question.month_days = first.file.month_days;
  TILL_ASSIGN(question.features, features_of(first.file.features, paths[0]));
  TILL_ASSIGN(const Panel panel, history::customer_panel(*log, question));
  std::int64_t origins = 0;
  for (std::size_t t = 1; t < panel.months(); ++t) {
    origins += panel.month(t).range.from >= cutoff ? 1 : 0;
  }
  if (origins == 0) {
    return Error{ErrorCode::InvalidData,
                 "model: the log has no whole month after " + describe(cutoff, reading.zone) +
                     ", which neither model has seen, but must have one",
                 "fit models that end earlier, or leave the log out"};
  }
  evaluation::BacktestOptions how;
  how.origins = static_cast<std::size_t>(std::min(origins, kComparedMonths));
  how.bootstrap.seed = static_cast<std::uint64_t>(session.options().seed);
  how.computation = computation_of(session);
  const std::vector<evaluation::Competitor> both = {competitor_of(first.fitted, paths[0]),
                                                    competitor_of(second.fitted, paths[1])};
  TILL_ASSIGN(const Backtest result, evaluation::backtest(panel, both, how));
  List scores;
  for (const ModelBacktest& tested : result.models) {
    Object object = {{"file", tested.model}};
    for (const Metric metric : evaluation::metrics()) {
      object.push_back(
          {std::string(evaluation::name(metric)), finite_value(tested.pooled[metric])});
    }
    scores.emplace_back(std::move(object));
  }
  const ModelBacktest& best = result.models[0];
  const ModelBacktest& other = result.models[1];
  List differences;
  for (const Metric metric : {Metric::PoissonDeviance, Metric::LogScore, Metric::Crps}) {
    const Interval interval = other.resamples.difference(metric, best.resamples);
    differences.emplace_back(
        Object{{"file", other.model},
               {"score", std::string(evaluation::name(metric))},
               {"difference", finite_value(other.pooled[metric] - best.pooled[metric])},
               {"low", finite_value(interval.low)},
               {"high", finite_value(interval.high)}});
  }
  answer.source = log->source();
  answer.zone = reading.zone;
  answer.summary.push_back({"first_month", to_string(result.origins.front().month)});
  answer.summary.push_back({"last_month", to_string(result.origins.back().month)});
  answer.summary.push_back({"scores", std::move(scores)});
  answer.summary.push_back({"differences", std::move(differences)});
  for (const SavedForecaster* each : {&first, &second}) {
    std::ranges::move(log_warnings(each->file, *log, panel), std::back_inserter(answer.warnings));
  }
  const bool is_clear = evaluation::is_better(best, other, Metric::PoissonDeviance);
  answer.title = best.model + " forecasts the mean " +
                 (is_clear ? "clearly better than " : "better than ") + other.model + " over " +
                 count_of_months(std::ssize(result.origins), result.origins.front().month) +
                 (is_clear ? "." : ", which may be chance.");
  return {};
}

Result<Answer> compare(Session& session,
                       const ModelOptions& options,
                       const std::vector<std::string>& paths,
                       std::vector<std::string> sources) {
  TILL_ASSIGN(const ModelFile first, read_model_file(paths[0]));
  TILL_ASSIGN(const ModelFile second, read_model_file(paths[1]));
  Answer answer = begin(session, options);

  struct Row {
    std::string parameter;
    std::optional<double> first;
    std::optional<double> second;
  };

  std::vector<Row> rows;
  for (const NamedNumber& number : numbers_of(first.state)) {
    rows.push_back({number.name, number.value, std::nullopt});
  }
  for (const NamedNumber& number : numbers_of(second.state)) {
    const auto same = std::ranges::find(rows, number.name, &Row::parameter);
    if (same != rows.end()) {
      same->second = number.value;
    } else {
      rows.push_back({number.name, std::nullopt, number.value});
    }
  }
  add_column(answer.rows, "parameter", column_of<TextColumn>(rows, &Row::parameter));
  add_column(answer.rows, "first", column_of<RealColumn>(rows, &Row::first));
  add_column(answer.rows, "second", column_of<RealColumn>(rows, &Row::second));
  finish_rows(answer, options.limit);
  List models;
  for (const auto& [path, file] : {std::pair(paths[0], &first), std::pair(paths[1], &second)}) {
    Object object = {{"file", path}};
    std::ranges::move(facts_of(*file), std::back_inserter(object));
    models.emplace_back(std::move(object));
  }
  answer.summary = {{"models", std::move(models)}};
  const auto differing =
      std::ranges::count_if(rows, [](const Row& row) { return row.first != row.second; });
  answer.zone = first.zone;
  answer.title = first.model != second.model
                     ? paths[0] + " is the " + title_of(first) + ", " + paths[1] + " the " +
                           title_of(second) + "."
                     : paths[0] + " and " + paths[1] + " differ in " +
                           count_of(differing, "number") + " of " + grouped(std::ssize(rows)) + ".";
  if (!sources.empty()) {
    session.use_sources(std::move(sources));
    TILL_TRY(add_scores(answer, session, paths));
  }
  return answer;
}

}  // namespace

Verb model_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "What a saved model is, and how two of them differ",
       .description =
           "`till model show FILE` tells what a model file holds: which model, fitted until when "
           "and on which log, all numbers it learned - weights, parameters, importance of features "
           "- and how it does on the last months that it was fitted to. `till model compare FILE "
           "FILE` puts two beside each other; with a log behind them, they also forecast the last "
           "months that neither has seen, twelve at most, and the better one is named.",
       .examples = {{"till model show shop.till", "What it is."},
                    {"till model compare old.till new.till", "What has changed."},
                    {"till model compare old.till new.till shop.duckdb",
                     "Which one forecasts better."}}},
      fields(),
      &model);
}

Result<Answer> model(Session& session, const ModelOptions& options) {
  std::vector<std::string> words = session.options().sources;
  if (words.size() == 2 && words[0] == "show") {
    return show(session, options, words[1]);
  }
  if (words.size() >= 3 && words[0] == "compare") {
    const std::vector<std::string> paths = {words[1], words[2]};
    if (paths[0] == paths[1]) {
      return Error{ErrorCode::InvalidArgument,
                   "model: " + in_quotes(paths[0]) + " is to be compared with itself",
                   "name two files"};
    }
    return compare(session, options, paths, {words.begin() + 3, words.end()});
  }
  return Error{ErrorCode::InvalidArgument,
               "model: the words after it must be `show FILE` or `compare FILE FILE [LOG]`",
               "till model show shop.till"};
}

}  // namespace till::engine
