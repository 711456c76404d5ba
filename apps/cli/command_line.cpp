#include "command_line.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include <CLI/CLI.hpp>

#include "till/core/nearest.hpp"
#include "till/engine/command_options.hpp"
#include "till/engine/session.hpp"

namespace till::cli {

namespace {

using engine::Group;
using engine::Kind;
using engine::Parameter;
using engine::Verb;

Error wrong(std::string message, std::string remedy) {
  return {ErrorCode::InvalidArgument, std::move(message), std::move(remedy)};
}

bool asks_for_help(std::string_view word) {
  return word == "--help" || word == "-h";
}

Error unknown_verb(const std::string& word) {
  std::error_code error;
  if (word.starts_with('-')) {
    return wrong("the first word is " + word + ", but must be a verb",
                 "flags come after the verb: till VERB SOURCE... [flags]");
  }
  if (std::filesystem::exists(word, error)) {
    return wrong(word + " is a file, but the first word must be a verb",
                 "for example: till describe " + word);
  }
  std::vector<std::string> names;
  for (const Verb& verb : engine::verbs()) {
    names.push_back(verb.name);
  }
  for (const BuiltIn& built_in : built_ins()) {
    names.emplace_back(built_in.name);
  }
  return wrong(word + " is not a verb of till",
               did_you_mean(nearest(word, names), "till --help lists them"));
}

Error unknown_flag(const Verb& verb, std::string_view word, std::span<const Parameter> flags) {
  const std::string wanted(word.substr(0, word.find('=')));
  std::vector<std::string> names = {"--help"};
  for (const Parameter& parameter : flags) {
    if (parameter.group != Group::Source) {
      names.push_back(engine::flag(parameter.name));
    }
  }
  return wrong(verb.name + ": " + wanted + " is not a flag",
               did_you_mean(nearest(wanted, names), "till " + verb.name + " --help lists them"));
}

Result<Command> parse_verb(const Verb& verb, std::span<const char* const> words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  bool help = false;
  app.add_flag("-h,--help", help);

  const std::vector<Parameter> flags = flags_of(verb);
  std::vector<std::string> sources;
  std::map<std::string, std::vector<std::string>> texts;
  std::map<std::string, std::string> switches;
  for (const Parameter& parameter : flags) {
    const std::string name =
        (parameter.name == "quiet" ? "-q," : "") + engine::flag(parameter.name);
    if (parameter.group == Group::Source) {
      continue;  // what is left over; as an option of CLI11 a file called [x] would be a list
    }
    if (parameter.kind == Kind::Switch) {
      app.add_flag(name, switches[parameter.name]);
    } else {
      app.add_option(name, texts[parameter.name])->expected(1)->allow_extra_args(false)->take_all();
    }
  }

  // CLI11 takes its words from the back.
  std::vector<std::string> reversed(words.begin(), words.end());
  std::ranges::reverse(reversed);
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string message = error.what();
    return wrong(verb.name + ": " + message.substr(0, message.find(':')) + " needs a value",
                 "till " + verb.name + " --help tells which");
  } catch (const CLI::ParseError& error) {
    return wrong(verb.name + ": " + error.what(), "till " + verb.name + " --help lists all flags");
  }
  if (help) {
    return Command(ShowHelp{&verb});
  }
  bool only_sources = false;
  for (const std::string& word : app.remaining()) {
    if (word == "--" && !only_sources) {
      only_sources = true;
    } else if (only_sources || word == "-" || !word.starts_with('-')) {
      sources.push_back(word);
    } else {
      return unknown_flag(verb, word, flags);
    }
  }
  if (!verb.asks_log && !sources.empty()) {
    return wrong(verb.name + ": " + sources.front() + " is too much: it reads no log",
                 "till " + verb.name + " --help tells what it takes");
  }

  RunVerb run{&verb, {}};
  for (const Parameter& parameter : flags) {
    const std::string said_as = engine::flag(parameter.name);
    if (parameter.group == Group::Source) {
      if (!sources.empty()) {
        run.arguments.set(parameter.name, sources);
      }
    } else if (parameter.kind == Kind::Switch) {
      if (app.count(said_as) > 0) {
        run.arguments.set(parameter.name, switches[parameter.name], said_as);
      }
    } else if (std::vector<std::string>& said = texts[parameter.name]; !said.empty()) {
      if (!parameter.repeatable) {
        said.erase(said.begin(), said.end() - 1);  // the last one counts, as aliases need it
      }
      run.arguments.set(parameter.name, std::move(said), said_as);
    }
  }
  return Command(std::move(run));
}

}  // namespace

std::span<const BuiltIn> built_ins() {
  static constexpr std::array kBuiltIns = {
      BuiltIn{"completion", "SHELL", "Print the completion script of bash, zsh or fish"},
      BuiltIn{"man", "", "Print the manual page"},
      BuiltIn{"help", "[VERB]", "Print help"},
  };
  return kBuiltIns;
}

std::span<const std::string_view> shells() {
  static constexpr std::array<std::string_view, 3> kShells = {"bash", "zsh", "fish"};
  return kShells;
}

std::vector<Parameter> flags_of(const Verb& verb) {
  std::vector<Parameter> flags = engine::parameters_of(verb);
  for (const Parameter& parameter : engine::command_parameters()) {
    flags.push_back(parameter);
  }
  return flags;
}

Result<Command> parse_command_line(std::span<const char* const> words) {
  if (words.empty()) {
    return wrong("no verb is said", "till --help lists what till can answer");
  }
  const std::string first = words.front();
  const std::span<const char* const> rest = words.subspan(1);
  if (asks_for_help(first)) {
    return Command(ShowHelp{});
  }
  if (first == "--version") {
    return Command(ShowVersion{});
  }
  const bool helps = !rest.empty() && asks_for_help(rest.front());
  if (first == "help" || (helps && (first == "man" || first == "completion"))) {
    if (rest.empty() || helps) {
      return Command(ShowHelp{});
    }
    const Result<const Verb*> verb = engine::verb_named(rest.front());
    return verb ? Result<Command>(ShowHelp{*verb}) : unknown_verb(rest.front());
  }
  if (first == "man") {
    return rest.empty() ? Result<Command>(ShowManual{})
                        : wrong("man: " + std::string(rest.front()) + " is too much",
                                "till man takes nothing");
  }
  if (first == "completion") {
    const std::string shell = rest.size() == 1 ? rest.front() : "";
    if (std::ranges::find(shells(), shell) == shells().end()) {
      return wrong("completion: the shell is \"" + shell + "\", but must be bash, zsh or fish",
                   "for example: source <(till completion bash)");
    }
    return Command(ShowCompletion{shell});
  }
  const Result<const Verb*> verb = engine::verb_named(first);
  return verb ? parse_verb(**verb, rest) : unknown_verb(first);
}

}  // namespace till::cli
