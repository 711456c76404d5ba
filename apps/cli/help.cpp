#include "help.hpp"

#include <algorithm>
#include <array>

#include "command_line.hpp"
#include <fmt/format.h>

#include "till/engine/terminal_text.hpp"

namespace till::cli {

using engine::Group;
using engine::Kind;
using engine::Parameter;
using engine::Verb;

namespace {

constexpr std::size_t kFlagColumn = 26;  // where the words about a flag begin

void append_wrapped(std::string& help, std::string_view text, std::size_t width) {
  help += engine::wrapped(text, width, 0);
  help += '\n';
}

/// Appends "  NAME      what it is", the second part as a column of its own.
void append_entry(std::string& help,
                  const std::string& name,
                  std::string_view text,
                  std::size_t column,
                  std::size_t width) {
  help += "  " + name;
  const std::size_t used = 2 + engine::display_width(name);
  if (used + 2 > column) {
    help += '\n';
    help.append(column, ' ');
  } else {
    help.append(column - used, ' ');
  }
  help += engine::wrapped(text, width, column);
  help += '\n';
}

void append_flags(std::string& help,
                  Group group,
                  const std::vector<Parameter>& flags,
                  std::size_t width) {
  const bool any = std::ranges::find(flags, group, &Parameter::group) != flags.end();
  if (!any) {
    return;
  }
  help += fmt::format("\n{}:\n", engine::heading(group));
  for (const Parameter& parameter : flags) {
    if (parameter.group != group) {
      continue;
    }
    std::string name = parameter.name == "quiet" ? "-q, " : "";
    name += group == Group::Source ? parameter.placeholder + "..." : engine::flag(parameter.name);
    if (const std::string value = placeholder_of(parameter);
        group != Group::Source && !value.empty()) {
      name += " " + value;
    }
    std::string text = parameter.help;
    if (const std::string otherwise = default_of(parameter); !otherwise.empty()) {
      text += " [default: " + otherwise + "]";
    }
    append_entry(help, name, text, kFlagColumn, width);
  }
  if (group == Group::Run) {
    append_entry(help, "-h, --help", "This help.", kFlagColumn, width);
  }
}

}  // namespace

std::string placeholder_of(const Parameter& parameter) {
  if (parameter.kind == Kind::Switch) {
    return "";
  }
  if (parameter.kind == Kind::Choice) {
    return fmt::format("{}", fmt::join(parameter.choices, "|"));
  }
  return parameter.placeholder;
}

std::string default_of(const Parameter& parameter) {
  if (!parameter.otherwise.empty()) {
    return parameter.otherwise;
  }
  return parameter.kind == Kind::Switch ? "" : parameter.default_text.value_or("");
}

std::string program_help(std::size_t width) {
  std::string help =
      fmt::format("{}\n\nUsage: till VERB SOURCE... [flags]\n\nVerbs:\n", kProgramSummary);
  for (const Verb& verb : engine::verbs()) {
    append_entry(help, verb.name, verb.summary, kFlagColumn, width);
  }
  help += "\nOther commands:\n";
  for (const BuiltIn& built_in : built_ins()) {
    const std::string operand = built_in.operand.empty() ? "" : " " + std::string(built_in.operand);
    append_entry(help, std::string(built_in.name) + operand, built_in.summary, kFlagColumn, width);
  }
  append_entry(help, "--version", "Print the version", kFlagColumn, width);
  help += "\nExamples:\n";
  constexpr std::array<std::string_view, 4> kExamples = {
      "till ingest jan.csv feb.csv --into shop.duckdb",
      "till activity shop.duckdb --chart activity.svg",
      "till product-frequency shop.duckdb --product Volvo --year 2018",
      "till top-products shop.duckdb --as-of 2018-01-01 --format json"};
  for (const std::string_view example : kExamples) {
    help += fmt::format("  {}\n", example);
  }
  help += '\n';
  append_wrapped(
      help,
      "A SOURCE is a database made by till ingest, its URI, or log files, which are then "
      "read into memory. till VERB --help tells more.",
      width);
  return help;
}

std::string verb_help(const Verb& verb, std::size_t width) {
  std::string help = fmt::format("{}.\n\nUsage: till {}{} [flags]\n\n",
                                 verb.summary,
                                 verb.name,
                                 verb.asks_log ? " SOURCE..." : "");
  append_wrapped(help, verb.description, width);
  const std::vector<Parameter> flags = flags_of(verb);
  for (const Group group :
       {Group::Source, Group::Question, Group::Reading, Group::Output, Group::Run}) {
    append_flags(help, group, flags, width);
  }
  help += "\nExamples:\n";
  for (const engine::Example& example : verb.examples) {
    help += fmt::format("  {}\n      {}\n", example.command, example.meaning);
  }
  return help;
}

}  // namespace till::cli
