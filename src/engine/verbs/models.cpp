#include "till/engine/models.hpp"

#include <algorithm>
#include <iterator>

#include "model_registry.hpp"
#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "models";

const Fields<ModelsOptions>& fields() {
  static const Fields<ModelsOptions> kFields = {
      field(&ModelsOptions::limit, limit_parameter()),
  };
  return kFields;
}

std::string parameter_names(const ModelEntry& entry) {
  std::string names;
  if (!entry.history) {
    return names;
  }
  for (const models::ModelParameter& parameter : entry.history->likelihood.parameters) {
    names += (names.empty() ? "" : ", ") + std::string(parameter.name);
  }
  return names;
}

}  // namespace

Verb models_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Which models there are, and what they assume",
       .description =
           "Lists all models with the paper each is from: those that read histories, simplest "
           "first, which `fit` estimates and `predict` asks; and those that read counts "
           "by month, which `forecast` and `backtest` ask. Three do both.",
       .examples = {{"till models --format csv", "All models, as a table for a program."},
                    {"till models --limit 1", "The simplest."}}},
      fields(),
      &models);
}

Result<Answer> models(Session& session, const ModelsOptions& options) {
  Answer answer;
  answer.verb = kName;
  answer.parameters = fields().describe(options);
  std::ranges::move(session.parameters(), std::back_inserter(answer.parameters));
  const std::span<const ModelEntry> entries = model_entries();
  add_column(answer.rows, "model", column_of<TextColumn>(entries, &ModelEntry::name));
  add_column(answer.rows, "family", column_of<TextColumn>(entries, &ModelEntry::family));
  const auto yes = [](bool is_so) { return std::string(is_so ? "yes" : "no"); };
  add_column(answer.rows, "fits_histories", column_of<TextColumn>(entries, [&](const auto& entry) {
               return yes(entry.history.has_value());
             }));
  add_column(
      answer.rows, "forecasts_months", column_of<TextColumn>(entries, [&](const auto& entry) {
        return yes(entry.months.has_value());
      }));
  add_column(answer.rows, "parameters", column_of<TextColumn>(entries, parameter_names));
  add_column(answer.rows, "story", column_of<TextColumn>(entries, &ModelEntry::story));
  add_column(answer.rows, "data", column_of<TextColumn>(entries, &ModelEntry::data));
  add_column(answer.rows, "paper", column_of<TextColumn>(entries, &ModelEntry::paper));
  finish_rows(answer, options.limit);
  answer.summary = {{"models", entries.size()},
                    {"fit_histories", history_models().size()},
                    {"forecast_months", forecasters().size()}};
  answer.title =
      "till has " + count_of(std::ssize(entries), "model") + ": " +
      count_of(std::ssize(history_models()), "model of histories", "models of histories") +
      " and " +
      count_of(std::ssize(forecasters()), "forecaster of months", "forecasters of months") + ".";
  return answer;
}

}  // namespace till::engine
