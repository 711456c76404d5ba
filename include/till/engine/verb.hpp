/// \file
/// Verb: one question that till answers, and the registry of all of them.
///
/// A verb is one function over a Session with its options; the registry knows each by name and
/// hands it what a user said. A new verb is its header, its source file and one line in
/// src/engine/registry.cpp.
///
///     Session session({.sources = {"shop.duckdb"}});
///     Arguments arguments;
///     arguments.set("k", "3");
///     TILL_ASSIGN(const Verb* verb, verb_named("top-products"));
///     TILL_ASSIGN(const Answer answer, run(*verb, arguments, session));
///
/// Layer:   engine.   Threads: the registry is immutable.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/arguments.hpp"
#include "till/engine/parameter.hpp"
#include "till/engine/session.hpp"

namespace till::engine {

/// A command as a user would type it, and what it is good for.
struct Example {
  std::string command = {};
  std::string meaning = {};
};

struct Verb {
  std::string name = {};     ///< As on the command line and in JSON: "top-products".
  std::string summary = {};  ///< What it answers, in a few words.
  std::string description =
      {};  ///< The rest, in a few sentences; paragraphs are separated by "\n\n".
  std::vector<Example> examples = {};
  std::vector<Parameter> parameters = {};  ///< Its own; those of the session come on top.
  bool draws = false;                      ///< Whether its answer has a chart.
  bool writes = false;                     ///< Whether its answer is a document.
  bool saves = false;                      ///< Whether its answer has a model file.
  bool asks_log = true;  ///< Whether it has a source; false: nor the parameters of reading one.
  /// Reads the options and forgets them: finds mistakes before a log is opened.
  std::function<Result<void>(const Arguments&, const TimeZone&)> check = {};
  std::function<Result<Answer>(Session&, const Arguments&)> run = {};
};

/// Returns all verbs, in the order in which a newcomer meets them.
[[nodiscard]] std::span<const Verb> verbs();

/// Returns a verb by name; dashes and underscores are the same.
///
/// Errors: `NotFound` with the nearest names as remedy.
[[nodiscard]] Result<const Verb*> verb_named(std::string_view name);

/// Returns the name of a verb's function: "top_products".
[[nodiscard]] std::string function_name(const Verb& verb);

/// Returns the parameters a verb understands together with those of its session: the source first,
/// then the verb's own.
[[nodiscard]] std::vector<Parameter> parameters_of(const Verb& verb);

/// Checks arguments as far as that is possible without the log.
///
/// Only the verb's own parameters are looked at. Errors: `InvalidArgument`.
[[nodiscard]] Result<void> check(const Verb& verb, const Arguments& arguments);

/// Answers. Errors: those of `check`, of the session, and of the question.
[[nodiscard]] Result<Answer> run(const Verb& verb, const Arguments& arguments, Session& session);

}  // namespace till::engine
