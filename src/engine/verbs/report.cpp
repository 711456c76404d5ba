#include "till/engine/report.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "findings.hpp"
#include "grid.hpp"
#include "model_registry.hpp"
#include "question.hpp"
#include "report_sections.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/report.hpp"
#include "till/engine/version.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "report";

/// Returns the names of all sections, for help.
std::string section_names() {
  std::vector<std::string> names;
  for (const ReportPlan& plan : report_plans()) {
    names.emplace_back(plan.id);
  }
  return enumerated(names);
}

const Fields<ReportOptions>& fields() {
  static const Fields<ReportOptions> kFields = {
      field(&ReportOptions::title,
            {.name = "title",
             .help = "What the report is called.",
             .placeholder = "TEXT",
             .otherwise = "made from the log's name"}),
      field(&ReportOptions::sections,
            {.name = "sections",
             .help = "Which sections to make, as names between commas: all, or of " +
                     section_names() + ".",
             .placeholder = "NAMES"}),
      field(&ReportOptions::effort,
            {.name = "effort",
             .help = "How much the forecast thinks: one good model, checked on six past months "
                     "(quick), or the ensemble of all, checked on twelve (full)."}),
      field(&ReportOptions::as_of, as_of_parameter()),
      field(&ReportOptions::time_zone, time_zone_parameter()),
      field(&ReportOptions::transaction, transaction_parameter()),
      field(&ReportOptions::returns, returns_parameter()),
      field(&ReportOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// Returns a word as a shell reads it back.
std::string shell_word(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(word);
  }
  std::string quoted = "'";
  for (const char c : word) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

/// Returns what to type for the same answer.
std::string command_of(std::string_view verb, const Arguments& arguments, const Session& session) {
  std::string command = "till " + std::string(verb);
  for (const std::string& word : session.words()) {
    command += " " + shell_word(word);
  }
  for (const Argument& argument : arguments.all()) {
    if (argument.name == "limit" || (argument.name == "time_zone" && session.options().time_zone)) {
      continue;
    }
    for (const std::string& value : argument.values) {
      command += " " + flag(argument.name);
      command += value == "true" ? "" : " " + shell_word(value);
    }
  }
  return command;
}

/// Returns what a verb is asked: what the report was, as far as the verb understands it.
Result<Arguments> arguments_of(const ReportPlan& plan,
                               const Verb& verb,
                               const ReportQuestion& question) {
  const ReportOptions& options = question.options;
  Arguments arguments;
  const auto say = [&](std::string_view name, const std::string& value) {
    if (find(verb.parameters, name) != nullptr) {
      arguments.set(name, value, flag(name));
    }
  };
  if (options.as_of) {
    const bool is_day =
        start_of(question.zone.local(*options.as_of).date, question.zone) == *options.as_of;
    say("as_of", is_day ? day(*options.as_of, question.zone) : to_string(*options.as_of));
  }
  if (options.time_zone) {
    say("time_zone", options.time_zone->name());
  }
  if (options.transaction != ReportOptions().transaction) {
    say("transaction", options.transaction);
  }
  if (options.returns != ReportOptions().returns) {
    say("returns", *Codec<log::Counting::Returns>::text(options.returns));
  }
  if (plan.ask != nullptr) {
    TILL_TRY(plan.ask(question, arguments));
  }
  if (plan.rows == ReportPlan::Rows::First && plan.shown > 0 && !plan.whole) {
    say("limit", std::to_string(plan.shown));
  }
  return arguments;
}

/// Returns rows of a grid; `columns` names those that are shown, none: all.
charts::ReportTable table_of(const Grid& grid,
                             std::size_t from,
                             std::size_t to,
                             std::string caption,
                             const std::vector<std::string>& columns = {}) {
  charts::ReportTable table;
  table.caption = std::move(caption);
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < grid.columns.size(); ++i) {
    const Grid::Column& column = grid.columns[i];
    if (columns.empty() || std::ranges::find(columns, column.name) != columns.end()) {
      table.columns.push_back({words_of(column.name), column.is_text});
      shown.push_back(i);
    }
  }
  for (std::size_t row = from; row < to; ++row) {
    std::vector<std::string>& cells = table.rows.emplace_back();
    for (const std::size_t i : shown) {
      cells.push_back(grid.cell(row, i));
    }
  }
  return table;
}

std::vector<charts::ReportTable> tables_of(const ReportPlan& plan, const Answer& answer) {
  std::vector<charts::ReportTable> tables;
  const std::size_t rows = answer.rows.rows();
  if (const std::size_t shown = std::min(plan.shown, rows); shown > 0) {
    const bool last = plan.rows == ReportPlan::Rows::Last;
    const std::size_t from = last ? rows - shown : 0;
    const auto hidden = answer.total_rows - static_cast<std::int64_t>(shown);
    charts::ReportTable table = table_of(grid_of(answer), from, from + shown, "In numbers");
    if (hidden > 0) {
      table.caption = (last ? "The last " : "The first ") +
                      grouped(static_cast<std::int64_t>(shown)) + " of " +
                      count_of(answer.total_rows, "row");
    }
    tables.push_back(std::move(table));
  }
  if (const auto objects = comparable_objects(answer.summary); !objects.empty()) {
    const Grid grid = grid_of(objects, answer.zone);
    tables.push_back(table_of(grid, 0, grid.rows, "In numbers"));
  }
  const Value* list = plan.list.empty() ? nullptr : find(answer.summary, plan.list);
  if (list != nullptr && is_list_of_objects(*list)) {
    const Grid grid = grid_of(std::get<List>(list->data), answer.zone);
    const std::size_t shown = std::min<std::size_t>(grid.rows, 12);
    std::string caption = words_of(plan.list);
    caption.front() = static_cast<char>(caption.front() - 'a' + 'A');
    if (shown < grid.rows) {
      caption += ", the first " + grouped(static_cast<std::int64_t>(shown)) + " of " +
                 grouped(static_cast<std::int64_t>(grid.rows));
    }
    tables.push_back(
        table_of(grid, 0, shown, std::move(caption), names_between_commas(plan.list_columns)));
  }
  return tables;
}

/// Returns a fact whose moments are told to the minute: "2019-09-16 18:48".
std::string to_the_minute(std::string text) {
  constexpr std::string_view kForm = "0000-00-00 00:00:00";
  const auto has_form = [&] {
    return std::ranges::equal(
        std::string_view(text).substr(0, kForm.size()), kForm, [](char a, char form) {
          return form == '0' ? a >= '0' && a <= '9' : a == form;
        });
  };
  if (text.size() >= kForm.size() && has_form()) {
    text.resize(std::string_view("0000-00-00 00:00").size());
  }
  return text;
}

/// Returns a sentence with a capital, unless a verb begins it: "fit: no customer bought".
std::string capitalized(std::string sentence) {
  const bool is_of_verb = sentence.find(':') < sentence.find(' ');
  if (!is_of_verb && !sentence.empty() && sentence.front() >= 'a' && sentence.front() <= 'z') {
    sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
  }
  return sentence;
}

std::string with_full_stop(std::string sentence) {
  if (!sentence.empty() && sentence.back() != '.' && sentence.back() != '?' &&
      sentence.back() != '!') {
    sentence += '.';
  }
  return sentence;
}

charts::ReportSection section_of(const ReportPlan& plan,
                                 const Verb& verb,
                                 const Answer& answer,
                                 std::string command) {
  charts::ReportSection section;
  section.id = plan.id;
  section.question = plan.question;
  if (answer.chart) {
    section.chart = answer.chart();
    section.sentences.push_back(with_full_stop(section.chart->title));
  }
  if (!answer.chart || !plan.says_twice) {
    section.sentences.push_back(answer.title);
  }
  if (plan.facts) {
    for (Fact& fact : facts_of(answer)) {
      section.facts.push_back({std::move(fact.name), to_the_minute(std::move(fact.text))});
    }
  }
  section.tables = tables_of(plan, answer);
  section.method = verb.description.substr(0, verb.description.find("\n\n"));
  section.command = std::move(command);
  for (const std::string& warning : answer.warnings) {
    section.warnings.push_back(with_full_stop(capitalized(warning)));
  }
  return section;
}

/// How one section went, for the answer's summary.
Object outcome_of(const ReportPlan& plan, const std::string& reason) {
  return {{"section", std::string(plan.id)},
          {"verb", std::string(plan.verb)},
          {"shown", reason.empty()},
          {"reason", reason.empty() ? Value() : Value(reason)}};
}

/// Moves warnings that several sections share to the notes, and says each once.
void share_warnings(charts::Report& report) {
  std::vector<std::string> seen;
  for (const charts::ReportSection& section : report.sections) {
    std::ranges::copy(section.warnings, std::back_inserter(seen));
  }
  for (charts::ReportSection& section : report.sections) {
    std::vector<std::string> own;
    for (std::string& warning : section.warnings) {
      if (std::ranges::count(seen, warning) == 1) {
        own.push_back(std::move(warning));
      } else if (std::ranges::find(report.notes, warning) == report.notes.end()) {
        report.notes.push_back(std::move(warning));
      }
    }
    section.warnings = std::move(own);
  }
}

/// Returns the log's name without what its file ends with.
std::string title_of(const Session& session) {
  const std::string name = session.name();
  return "Report on " + name.substr(0, std::max<std::size_t>(1, name.find('.')));
}

std::vector<charts::ReportFact> facts_of(const log::Log& log, const TimeZone& zone) {
  const log::Source& source = log.source();
  std::vector<charts::ReportFact> facts = {{"transactions", grouped(source.accepted)},
                                           {"customers", grouped(log.customers())},
                                           {"products", grouped(log.products())}};
  if (source.first && source.last) {
    facts.push_back({"first", day(*source.first, zone)});
    facts.push_back({"last", day(*source.last, zone)});
  }
  return facts;
}

}  // namespace

Verb report_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Everything on one page: what the log says and what stands out",
       .description =
           "Asks every question of the log and puts the answers on one page: at the top what "
           "stands out, as sentences made from numbers that were counted or passed their tests; "
           "then a section for each question, with its picture, the numbers behind it and the "
           "command that gives them; at the end what this log cannot say yet, and why.\n\n"
           "With --out report.html the page holds everything it needs and asks nobody for "
           "anything; with --out report.md the pictures are SVG files beside it. Without --out the "
           "findings are printed.",
       .examples = {{"till report shop.duckdb --out report.html", "One page for all."},
                    {"till report jan.csv feb.csv --out report.md --title \"Spring\"",
                     "As Markdown, straight from log files."},
                    {"till report shop.duckdb --sections activity,concentration,lifecycle",
                     "What stands out in three sections, in the terminal."}},
       .writes = true},
      fields(),
      &report);
}

Result<Answer> report(Session& session, const ReportOptions& options) {
  TILL_ASSIGN(const std::vector<const ReportPlan*> plans, report_plans_named(options.sections));
  TILL_ASSIGN(log::Log * log, session.log());
  ReportOptions resolved = options;
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.time_zone = zone;
  resolved.as_of = options.as_of.value_or(log->end());
  const ReportQuestion question{session, options, zone, *resolved.as_of};

  charts::Report made;
  made.title = options.title.empty() ? title_of(session) : options.title;
  made.subtitle = session.source_sentence() + ".";
  made.facts = facts_of(*log, log->zone());
  std::vector<Finding> candidates;
  List outcomes;
  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const ReportPlan& plan = *plans[i];
    if (session.options().on_progress) {
      session.options().on_progress({.task = "section " + std::to_string(i + 1) + " of " +
                                             std::to_string(plans.size()) + ": " +
                                             std::string(plan.id)});
    }
    TILL_ASSIGN(const Verb* verb, verb_named(plan.verb));
    const Result<Arguments> arguments = arguments_of(plan, *verb, question);
    const Result<Answer> found =
        arguments ? run(*verb, *arguments, session) : Result<Answer>(arguments.error());
    if (session.cancelled()) {
      return Error{ErrorCode::Cancelled, "interrupted", ""};
    }
    if (!found) {
      made.gaps.push_back({std::string(plan.question),
                           with_full_stop(capitalized(found.error().message)),
                           with_full_stop(capitalized(found.error().remedy))});
      outcomes.emplace_back(outcome_of(plan, found.error().message));
      answer.warnings.push_back(std::string(plan.id) + " is left out: " + found.error().message);
      continue;
    }
    if (found->rows.rows() == 0) {
      made.gaps.push_back({std::string(plan.question), found->title, ""});
      outcomes.emplace_back(outcome_of(plan, found->title));
      continue;
    }
    made.sections.push_back(
        section_of(plan, *verb, *found, command_of(plan.verb, *arguments, session)));
    const bool knows_moment = find(verb->parameters, "as_of") != nullptr ||
                              find(verb->parameters, "month") != nullptr ||
                              find(verb->parameters, "year") != nullptr;
    const bool is_of_whole_log = options.as_of && !knows_moment;
    if (is_of_whole_log) {
      made.sections.back().warnings.emplace_back(
          "This is told of the whole log, also of what came after --as-of.");
    }
    outcomes.emplace_back(outcome_of(plan, ""));
    if (plan.gaps != nullptr) {
      std::ranges::move(plan.gaps(*found), std::back_inserter(made.gaps));
    }
    if (plan.findings != nullptr && !is_of_whole_log) {
      for (Finding& finding : plan.findings(*found)) {
        finding.section = plan.id;
        candidates.push_back(std::move(finding));
      }
    }
  }
  share_warnings(made);
  std::ranges::copy(made.notes, std::back_inserter(answer.warnings));

  const std::vector<Finding> findings = standing(std::move(candidates));
  std::int64_t rank = 0;
  IntegerColumn ranks;
  for (const Finding& finding : findings) {
    made.findings.push_back({finding.text, basis_of(finding), finding.section});
    ranks.emplace_back(++rank);
  }
  add_column(answer.rows, "rank", std::move(ranks));
  add_column(answer.rows, "section", column_of<TextColumn>(findings, &Finding::section));
  add_column(answer.rows, "finding", column_of<TextColumn>(findings, &Finding::text));
  add_column(answer.rows, "size", column_of<RealColumn>(findings, &Finding::size));
  add_column(answer.rows, "q_value", column_of<RealColumn>(findings, &Finding::q_value));
  finish_rows(answer, options.limit);
  answer.title = count_of(rank, "finding") + " in " +
                 count_of(static_cast<std::int64_t>(made.sections.size()), "section") + " about " +
                 session.source_sentence() + ".";
  answer.summary = {{"title", made.title}, {"sections", std::move(outcomes)}};
  made.colophon = "Made by till " + std::string(version()) +
                  " with: " + command_of(kName, Arguments(), session) +
                  ". Fingerprint of the log: " + log->source().fingerprint + ".";
  answer.document = [report = std::make_shared<const charts::Report>(std::move(made))](
                        charts::DocumentFormat format, std::string_view stem) {
    return charts::render(*report, format, stem);
  };
  return answer;
}

}  // namespace till::engine
