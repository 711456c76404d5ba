#include "completion.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "command_line.hpp"
#include <fmt/format.h>

namespace till::cli {

namespace {

using engine::Group;
using engine::Kind;
using engine::Parameter;
using engine::Verb;

/// Returns text inside single quotes of a shell; zsh and fish differ in how they escape.
std::string single_quoted(std::string_view text, std::string_view escaped_quote) {
  std::string safe = "'";
  for (const char c : text) {
    if (c == '\'') {
      safe += escaped_quote;
    } else {
      safe += c;
    }
  }
  return safe + "'";
}

/// Returns the first sentence of a help text, up to a colon: all that a list of flags has room for.
std::string_view first_sentence(std::string_view help) {
  const std::size_t end = std::min(help.find(". "), help.find(": "));
  std::string_view sentence = help.substr(0, end);
  if (sentence.ends_with('.')) {
    sentence.remove_suffix(1);
  }
  return sentence;
}

std::vector<std::string> verb_names() {
  std::vector<std::string> names;
  for (const Verb& verb : engine::verbs()) {
    names.push_back(verb.name);
  }
  for (const BuiltIn& built_in : built_ins()) {
    names.emplace_back(built_in.name);
  }
  return names;
}

std::string bash() {
  std::string verbs = fmt::format("{}", fmt::join(verb_names(), " "));
  std::string flags;
  std::string values;
  std::vector<std::string> seen;
  for (const Verb& verb : engine::verbs()) {
    flags += fmt::format("    {}) flags='", verb.name);
    for (const Parameter& parameter : flags_of(verb)) {
      if (parameter.group == Group::Source) {
        continue;
      }
      const std::string flag = engine::flag(parameter.name);
      flags += flag + " ";
      if (parameter.kind == Kind::Switch || std::ranges::find(seen, flag) != seen.end()) {
        continue;
      }
      seen.push_back(flag);
      std::string action = ";;";  // a value nobody can guess
      if (parameter.kind == Kind::Choice) {
        action = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\")) ;;",
                             fmt::join(parameter.choices, " "));
      } else if (parameter.kind == Kind::File) {
        action = "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\")) ;;";
      }
      values += fmt::format("    {}) {}\n", flag, action);
    }
    flags += "--help' ;;\n";
  }
  return fmt::format(R"(# bash completion of till. Use it with: source <(till completion bash)
_till() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} flags=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '{} --help --version' -- "$current"))
    return
  fi
  case $previous in
{}    completion) COMPREPLY=($(compgen -W '{}' -- "$current")) ;;
    help) COMPREPLY=($(compgen -W '{}' -- "$current")) ;;
    *) previous= ;;
  esac
  [[ -n $previous ]] && return
  case ${{COMP_WORDS[1]}} in
{}  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  elif [[ -n $flags ]]; then
    compopt -o filenames
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}}
complete -F _till till
)",
                     verbs,
                     values,
                     fmt::join(shells(), " "),
                     verbs,
                     flags);
}

std::string zsh() {
  const auto text = [](std::string_view words) {
    // Brackets and colons part the fields of _arguments.
    std::string safe;
    for (const char c : words) {
      if (c == '[' || c == ']' || c == ':' || c == '\\') {
        safe += '\\';
      }
      safe += c;
    }
    return safe;
  };
  std::string script =
      "#compdef till\n"
      "# zsh completion of till. Use it with: source <(till completion zsh)\n"
      "_till() {\n"
      "  local -a verbs\n"
      "  verbs=(\n";
  const auto add_verb = [&](std::string_view name, std::string_view summary) {
    script +=
        fmt::format("    {}\n", single_quoted(fmt::format("{}:{}", name, text(summary)), "'\\''"));
  };
  for (const Verb& verb : engine::verbs()) {
    add_verb(verb.name, verb.summary);
  }
  for (const BuiltIn& built_in : built_ins()) {
    add_verb(built_in.name, built_in.summary);
  }
  script +=
      "  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe verb verbs\n"
      "    return\n"
      "  fi\n"
      "  local verb=$words[2]\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $verb in\n";
  for (const Verb& verb : engine::verbs()) {
    script += fmt::format("    {})\n      _arguments", verb.name);
    for (const Parameter& parameter : flags_of(verb)) {
      if (parameter.group == Group::Source) {
        continue;
      }
      std::string entry = parameter.repeatable ? "*" : "";
      entry +=
          fmt::format("{}[{}]", engine::flag(parameter.name), text(first_sentence(parameter.help)));
      if (parameter.kind == Kind::Choice) {
        entry += fmt::format(":value:({})", fmt::join(parameter.choices, " "));
      } else if (parameter.kind == Kind::File) {
        entry += ":file:_files";
      } else if (parameter.kind != Kind::Switch) {
        entry += fmt::format(":{}: ", text(parameter.placeholder));
      }
      script += fmt::format(" \\\n        {}", single_quoted(entry, "'\\''"));
    }
    script += " \\\n        '--help[This help]' '*:source:_files' ;;\n";
  }
  script += fmt::format(
      "    completion) _values shell {} ;;\n"
      "    help) _describe verb verbs ;;\n"
      "  esac\n"
      "}}\n"
      "compdef _till till\n",
      fmt::join(shells(), " "));
  return script;
}

std::string fish() {
  const auto quoted = [](std::string_view text) { return single_quoted(text, "\\'"); };
  std::string script =
      "# fish completion of till. Use it with: till completion fish | source\n"
      "complete -c till -f\n";
  const auto add_verb = [&](std::string_view name, std::string_view summary) {
    script += fmt::format(
        "complete -c till -n __fish_use_subcommand -a {} -d {}\n", name, quoted(summary));
  };
  for (const Verb& verb : engine::verbs()) {
    add_verb(verb.name, verb.summary);
  }
  for (const BuiltIn& built_in : built_ins()) {
    add_verb(built_in.name, built_in.summary);
  }
  script +=
      "complete -c till -n __fish_use_subcommand -l help -d 'Help'\n"
      "complete -c till -n __fish_use_subcommand -l version -d 'The version'\n";
  script += fmt::format("complete -c till -n '__fish_seen_subcommand_from completion' -a '{}'\n",
                        fmt::join(shells(), " "));
  script += fmt::format("complete -c till -n '__fish_seen_subcommand_from help' -a '{}'\n",
                        fmt::join(verb_names(), " "));
  for (const Verb& verb : engine::verbs()) {
    const std::string condition =
        fmt::format("complete -c till -n '__fish_seen_subcommand_from {}'", verb.name);
    script += condition + " -F\n";
    for (const Parameter& parameter : flags_of(verb)) {
      if (parameter.group == Group::Source) {
        continue;
      }
      const std::string flag = engine::flag(parameter.name).substr(2);
      script +=
          fmt::format("{} -l {} -d {}", condition, flag, quoted(first_sentence(parameter.help)));
      if (parameter.kind == Kind::Choice) {
        script += fmt::format(" -x -a '{}'", fmt::join(parameter.choices, " "));
      } else if (parameter.kind == Kind::File) {
        script += " -r -F";
      } else if (parameter.kind != Kind::Switch) {
        script += " -x";
      }
      script += '\n';
    }
  }
  return script;
}

}  // namespace

std::string completion(std::string_view shell) {
  if (shell == "bash") {
    return bash();
  }
  return shell == "zsh" ? zsh() : fish();
}

}  // namespace till::cli
