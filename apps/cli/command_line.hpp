/// \file
/// Command line: the words after `till`, understood.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "till/core/result.hpp"
#include "till/engine/arguments.hpp"
#include "till/engine/verb.hpp"

namespace till::cli {

/// `till --help`, `till help VERB`, `till VERB --help`.
struct ShowHelp {
  const engine::Verb* verb = nullptr;  ///< Null: of the program.
};

/// `till --version`.
struct ShowVersion {};

/// `till man`.
struct ShowManual {};

/// `till completion SHELL`.
struct ShowCompletion {
  std::string shell;
};

/// `till VERB SOURCE... [flags]`.
struct RunVerb {
  const engine::Verb* verb = nullptr;
  engine::Arguments arguments;
};

using Command = std::variant<ShowHelp, ShowVersion, ShowManual, ShowCompletion, RunVerb>;

/// A command of the program that is no verb.
struct BuiltIn {
  std::string_view name;
  std::string_view operand;  ///< "SHELL"; may be empty.
  std::string_view summary;
};

[[nodiscard]] std::span<const BuiltIn> built_ins();

/// The shells that `till completion` knows.
[[nodiscard]] std::span<const std::string_view> shells();

/// Returns every flag of a verb, in the order of its help: the verb's, the session's, the
/// program's.
[[nodiscard]] std::vector<engine::Parameter> flags_of(const engine::Verb& verb);

/// Understands the words after `till`.
///
/// Errors: `InvalidArgument` naming the word, with the nearest verb or flag.
[[nodiscard]] Result<Command> parse_command_line(std::span<const char* const> words);

}  // namespace till::cli
