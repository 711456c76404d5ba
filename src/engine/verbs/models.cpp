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
  for (const models::ModelParameter& parameter : entry.likelihood.parameters) {
    names += (names.empty() ? "" : ", ") + std::string(parameter.name);
  }
  return names;
}

}  // namespace

Verb models_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Which models there are, and what they assume",
       .description = "Lists the models that fit and predict know, simplest first, "
                      "with the paper each is from.",
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
  add_column(answer.rows, "parameters", column_of<TextColumn>(entries, parameter_names));
  add_column(answer.rows, "story", column_of<TextColumn>(entries, &ModelEntry::story));
  add_column(answer.rows, "data", column_of<TextColumn>(entries, &ModelEntry::data));
  add_column(answer.rows, "paper", column_of<TextColumn>(entries, &ModelEntry::paper));
  finish_rows(answer, options.limit);
  answer.summary = {{"models", entries.size()}};
  answer.title = "till fits " + count_of(std::ssize(entries), "model") + ".";
  return answer;
}

}  // namespace till::engine
