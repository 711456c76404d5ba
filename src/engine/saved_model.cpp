#include "saved_model.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "wording.hpp"

#include "till/engine/version.hpp"
#include "till/evaluation/outcome.hpp"
#include "till/evaluation/scores.hpp"

namespace till::engine {

namespace {

constexpr std::size_t kScoredMonths = 3;

using models::State;

Error wrong_purpose(std::string_view function, const std::string& path, const ModelFile& file) {
  const bool predicts = file.purpose == Purpose::Predict;
  return {ErrorCode::InvalidArgument,
          std::string(function) + ": --model-file is " + in_quotes(path) + ", which holds " +
              file.model + " for till " + (predicts ? "predict" : "forecast") +
              ", but must hold a model for till " + (predicts ? "forecast" : "predict"),
          "fit it with --purpose " + std::string(predicts ? "forecast" : "predict")};
}

Error is_not_as_fitted(std::string_view function,
                       std::string_view flag,
                       std::string_view said,
                       std::string_view saved) {
  return {ErrorCode::InvalidArgument,
          std::string(function) + ": " + std::string(flag) + " is " + in_quotes(said) +
              ", but must be " + in_quotes(saved) + ", as the model was fitted",
          "leave " + std::string(flag) + " out, or fit a model with it"};
}

/// Returns the transactions of each whole month from one on, until a panel's end.
///
/// Periods of days lie where the panel's end puts them; days are summed up to those of another.
std::vector<double> monthly_from(const Panel& panel, const PanelMonth& first) {
  std::vector<double> monthly;
  const std::span<const std::int64_t> daily = panel.daily_transactions();
  const std::int64_t begin = days_since_epoch(panel.month(0).month.first);
  const PanelMonth last = panel.month(panel.months() - 1).month;
  const std::int64_t end = days_since_epoch(last.first) + last.days();
  for (std::int64_t from = days_since_epoch(first.first); from + first.days() <= end;
       from += first.days()) {
    double sum = 0.0;
    for (std::int64_t day = std::max(from, begin) - begin;
         day < std::min(from + first.days() - begin, std::ssize(daily));
         ++day) {
      sum += static_cast<double>(daily[static_cast<std::size_t>(day)]);
    }
    monthly.push_back(sum);
  }
  return monthly;
}

std::vector<double> monthly_of(const Panel& panel) {
  const PanelMonth& first = panel.month(0).month;
  if (!first.is_calendar()) {
    return monthly_from(panel, first);
  }
  std::vector<double> monthly;
  for (std::size_t t = 0; t < panel.months(); ++t) {
    const std::span<const std::int32_t> counts = panel.counts(t);
    monthly.push_back(std::accumulate(counts.begin(), counts.end(), 0.0));
  }
  return monthly;
}

/// Returns whether two values that lie beside each other are equally many.
const State::Texts* labels_of(const State& state, std::size_t size) {
  for (const State::Entry& entry : state.entries()) {
    const auto* texts = std::get_if<State::Texts>(&entry.value);
    if (texts != nullptr && texts->size() == size) {
      return texts;
    }
  }
  return nullptr;
}

void add_numbers(const State& state, const std::string& prefix, std::vector<NamedNumber>& out) {
  for (const State::Entry& entry : state.entries()) {
    const std::string name = prefix + entry.name;
    if (const auto* number = std::get_if<double>(&entry.value)) {
      out.push_back({name, *number});
    } else if (const auto* numbers = std::get_if<State::Numbers>(&entry.value)) {
      const State::Texts* labels = labels_of(state, numbers->size());
      for (std::size_t i = 0; i < numbers->size(); ++i) {
        out.push_back({name + "." + (labels != nullptr ? (*labels)[i] : std::to_string(i + 1)),
                       (*numbers)[i]});
      }
    } else if (const auto* states = std::get_if<State::States>(&entry.value)) {
      for (std::size_t i = 0; i < states->size(); ++i) {
        const State::Value* own = (*states)[i].find("name");
        const auto* text = own == nullptr ? nullptr : std::get_if<std::string>(own);
        const std::string inner = text != nullptr      ? name + "." + *text
                                  : states->size() > 1 ? name + "." + std::to_string(i + 1)
                                                       : name;
        add_numbers((*states)[i], inner + ".", out);
      }
    }
  }
}

}  // namespace

Parameter model_file_parameter(std::string help) {
  return {.name = "model_file",
          .kind = Kind::File,
          .help = std::move(help),
          .placeholder = "FILE.till"};
}

Parameter as_fitted(Parameter parameter, const std::string& otherwise) {
  parameter.otherwise = otherwise + ", or as the saved model was fitted";
  return parameter;
}

Result<SavedForecaster> read_forecaster(std::string_view function, const std::string& path) {
  TILL_ASSIGN(ModelFile file, read_model_file(path));
  if (file.purpose != Purpose::Forecast) {
    return wrong_purpose(function, path, file);
  }
  TILL_ASSIGN(const ModelEntry* model, forecaster_named(function, file.model));
  TILL_ASSIGN(FittedForecaster fitted, model->months->load(file.state));
  return SavedForecaster{std::move(file), std::move(fitted)};
}

Result<SavedHistoryModel> read_history_model(std::string_view function, const std::string& path) {
  TILL_ASSIGN(ModelFile file, read_model_file(path));
  if (file.purpose != Purpose::Predict) {
    return wrong_purpose(function, path, file);
  }
  TILL_ASSIGN(const ModelEntry* model, history_model_named(function, file.model));
  models::StateReader read(file.state, model->name);
  std::vector<double> parameters;
  for (const models::ModelParameter& parameter : model->history->likelihood.parameters) {
    parameters.push_back(read.positive(parameter.name));
  }
  std::vector<CovariateColumn> covariates;
  if (file.state.find("covariates") != nullptr) {
    covariates = read.part(columns_of(read.states("covariates"), model->name), {});
    for (const models::CovariateTarget& target :
         models::covariate_targets(model->history->likelihood.parameters)) {
      for (const CovariateColumn& column : covariates) {
        for (const std::string& name : column.covariates()) {
          parameters.push_back(read.positive(target.process + "." + name));
        }
      }
    }
  }
  TILL_TRY(read.finish());
  return SavedHistoryModel{std::move(file), model, std::move(parameters), std::move(covariates)};
}

State history_state(const models::FitReport& report) {
  State state;
  for (const models::Estimate& estimate : report.estimates) {
    state.set(estimate.name, estimate.value);
  }
  state.set("log_likelihood", report.log_likelihood);
  return state;
}

Result<SavedReading> saved_reading(std::string_view function,
                                   const log::Log& log,
                                   const ModelFile& file,
                                   const std::optional<TimeZone>& zone,
                                   const std::string& transaction,
                                   std::optional<log::Counting::Returns> returns,
                                   const std::string& time_unit) {
  const auto differs = [&](std::string_view flag, std::string_view said, std::string_view saved) {
    return is_not_as_fitted(function, flag, said, saved);
  };
  if (zone && !(*zone == file.zone)) {
    return differs("--time-zone", zone->name(), file.zone.name());
  }
  if (!transaction.empty() && transaction != file.transaction) {
    return differs("--transaction", transaction, file.transaction);
  }
  if (returns && *returns != file.returns) {
    return differs("--returns",
                   *Codec<log::Counting::Returns>::text(*returns),
                   *Codec<log::Counting::Returns>::text(file.returns));
  }
  if (!time_unit.empty() && time_unit != file.time_unit) {
    return differs("--time-unit", time_unit, file.time_unit);
  }
  SavedReading reading{file.zone, {}};
  TILL_ASSIGN(reading.counting, counting(log, function, file.transaction, file.returns));
  return reading;
}

Result<std::int32_t> saved_month_days(std::string_view function,
                                      const ModelFile& file,
                                      const std::optional<Period>& said) {
  if (said) {
    TILL_ASSIGN(const std::int32_t days, month_days_of(function, *said));
    if (days != file.month_days) {
      return is_not_as_fitted(
          function, "--period", to_string(*said), to_string(period_of(file.month_days)));
    }
  }
  return file.month_days;
}

ModelFile file_about(const ModelEntry& model,
                     Purpose purpose,
                     const Session& session,
                     const log::Log& log,
                     const TimeZone& zone,
                     const log::Counting& counting,
                     Instant cutoff) {
  ModelFile file;
  file.model = model.name;
  file.purpose = purpose;
  file.till_version = version();
  file.seed = session.options().seed;
  file.cutoff = cutoff;
  file.zone = zone;
  file.transaction = log::to_string(counting);
  file.returns = counting.returns;
  file.fingerprint = log.source().fingerprint;
  file.first_month = month_of(cutoff, zone);
  return file;
}

Result<void> add_training(ModelFile& file,
                          const Panel& panel,
                          const FittedForecaster& fitted,
                          const models::Computation& computation) {
  file.customers = static_cast<std::int64_t>(panel.customers());
  file.first_month = panel.month(0).month;
  file.month_days = file.first_month.length;
  file.monthly = monthly_of(panel);
  file.warnings = fitted.warnings;
  file.state = fitted.save();
  const std::size_t whole = panel.months() - (panel.is_last_month_whole() ? 0 : 1);
  for (std::size_t t = whole > kScoredMonths ? whole - kScoredMonths : 1; t < whole; ++t) {
    const Panel known = panel.before(t);
    if (known.customers() == 0) {
      continue;
    }
    TILL_ASSIGN(const models::Forecast forecast,
                fitted.forecast(known, {{}, {panel.month(t)}}, computation));
    std::vector<evaluation::Outcome> outcomes;
    outcomes.reserve(known.customers());
    for (std::size_t i = 0; i < known.customers(); ++i) {
      outcomes.push_back(evaluation::judge(forecast.distribution(i), panel.counts(t)[i]));
    }
    const evaluation::Scores scores = evaluation::scores_of(outcomes);
    using evaluation::Metric;
    file.scores.push_back({panel.month(t).month,
                           static_cast<std::int64_t>(known.customers()),
                           scores.terms.actual,
                           scores.terms.predicted,
                           scores[Metric::PoissonDeviance],
                           scores[Metric::LogScore],
                           scores[Metric::Crps]});
  }
  return {};
}

std::vector<std::string> log_warnings(const ModelFile& file,
                                      const log::Log& log,
                                      const Panel& panel) {
  std::vector<std::string> warnings;
  if (panel.months() > 0 && panel.cutoff() < file.cutoff) {
    warnings.push_back("The model was fitted to what was known before " +
                       describe(file.cutoff, file.zone) +
                       ", which tells more than what is looked at here: this is no forecast.");
  }
  if (log.source().fingerprint == file.fingerprint || panel.months() == 0) {
    return warnings;
  }
  // Months that both have seen whole must be the same; the log may have grown since.
  const bool is_calendar = file.first_month.is_calendar();
  const std::vector<double> monthly =
      is_calendar ? monthly_of(panel) : monthly_from(panel, file.first_month);
  std::size_t whole = file.monthly.size();
  if (whole > 0 && is_calendar &&
      start_of(month_of(file.cutoff, file.zone), file.zone) != file.cutoff) {
    --whole;
  }
  whole = std::min(whole, monthly.size() - (is_calendar && !panel.is_last_month_whole() ? 1 : 0));
  const auto end = static_cast<std::ptrdiff_t>(whole);
  const bool begins_alike = is_calendar ? panel.month(0).month == file.first_month
                                        : start_of(file.first_month, file.zone) <=
                                              *std::ranges::min_element(panel.births());
  if (!begins_alike || !std::equal(monthly.begin(), monthly.begin() + end, file.monthly.begin())) {
    warnings.push_back(
        "The model was fitted to another log: until " + describe(file.cutoff, file.zone) +
        " it had " +
        count_of(std::llround(std::accumulate(file.monthly.begin(), file.monthly.end(), 0.0)),
                 "transaction") +
        " since " + to_string(file.first_month) +
        (is_calendar ? "; month by month" : "; period by period") + " this log has not the same.");
  }
  return warnings;
}

evaluation::Competitor competitor_of(const FittedForecaster& fitted, std::string name) {
  return {std::move(name), [fitted] {
            return evaluation::Refit(
                [fitted](const Panel& panel,
                         const models::ForecastTarget& target,
                         const models::Computation& computation) -> Result<evaluation::Refitted> {
                  TILL_ASSIGN(models::Forecast forecast,
                              fitted.forecast(panel, target, computation));
                  return evaluation::Refitted{std::move(forecast), {}, fitted.members};
                });
          }};
}

std::vector<NamedNumber> numbers_of(const State& state) {
  std::vector<NamedNumber> numbers;
  add_numbers(state, "", numbers);
  return numbers;
}

Object facts_of(const ModelFile& file) {
  return {
      {"model", file.model},
      {"purpose", *Codec<Purpose>::text(file.purpose)},
      {"cutoff", file.cutoff},
      {"customers", file.customers},
      {"months_of_history", std::ssize(file.monthly)},
      {"period",
       file.purpose == Purpose::Forecast ? Value(to_string(period_of(file.month_days))) : Value()},
      {"time_zone", file.zone.name()},
      {"transaction", file.transaction},
      {"returns", *Codec<log::Counting::Returns>::text(file.returns)},
      {"time_unit", file.time_unit.empty() ? Value() : Value(file.time_unit)},
      {"fingerprint", file.fingerprint},
      {"seed", file.seed},
      {"made_by_till", file.till_version}};
}

List scores_of(const ModelFile& file) {
  List list;
  for (const TrainingScore& score : file.scores) {
    list.emplace_back(Object{{"month", to_string(score.month)},
                             {"customers", score.customers},
                             {"actual", std::llround(score.actual)},
                             {"predicted", finite_value(score.predicted)},
                             {"poisson_deviance", finite_value(score.poisson_deviance)},
                             {"log_score", finite_value(score.log_score)},
                             {"crps", finite_value(score.crps)}});
  }
  return list;
}

}  // namespace till::engine
