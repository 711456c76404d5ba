/// \file
/// Parameter: one thing a user can say, once for every surface.
///
/// A parameter's name, type, default, choices and help text are written in one place, beside the
/// options of the verb that reads it (src/engine/); the flags of the command line with its man page
/// and completions, the keys of JSON and of `till.toml`, and later HTTP queries and Python
/// keywords, are made from it.
///
/// Layer:   engine.   Threads: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace till::engine {

/// How the text of a parameter is read.
enum class Kind {
  Switch,    ///< true or false; on the command line its bare flag.
  Integer,   ///< A whole number.
  Real,      ///< A number.
  Text,      ///< Any text.
  Choice,    ///< One of `choices`.
  File,      ///< The path of a file.
  Instant,   ///< A date, a month, or a date with a time.
  Month,     ///< A year and a month: "2018-01".
  Period,    ///< A count and a unit: "6mo", "90d".
  TimeZone,  ///< A name of the tz database.
};

/// Returns "integer", "text", ...: the word documentation uses.
[[nodiscard]] std::string_view name(Kind kind) noexcept;

/// What a parameter is about: the headings of help and manual.
enum class Group {
  Source,    ///< The log; on the command line the words without a flag.
  Question,  ///< What is asked.
  Reading,   ///< How log files are read; means nothing for a kept log.
  Output,    ///< Where the answer goes. Command line only.
  Run,       ///< How the work is done; never changes the answer, except `seed`.
};

/// Returns "Question", "Reading log files", ...: the heading of a group.
[[nodiscard]] std::string_view heading(Group group) noexcept;

struct Parameter {
  std::string name = {};  ///< As in JSON, TOML, C++ and Python: "as_of"; its flag is "--as-of".
  Kind kind = Kind::Text;
  Group group = Group::Question;
  std::string help = {};  ///< What it is for, in a sentence or three, with unit where there is one.
  std::string placeholder = {};  ///< What stands for the value in help: "N", "FILE".
  std::optional<std::string> default_text =
      {};  ///< As a user would say it; unset: see `otherwise`.
  std::string otherwise =
      {};  ///< What happens when it is not said, where no fixed value tells that.
  std::vector<std::string> choices = {};  ///< For Kind::Choice: all that is understood.
  std::optional<std::int64_t> minimum =
      {};  ///< For Kind::Integer: the smallest that is understood.
  std::optional<std::int64_t> maximum = {};  ///< For Kind::Integer: the largest.
  bool repeatable = false;                   ///< May be said several times; a list in JSON.
};

/// Returns "--as-of".
[[nodiscard]] std::string flag(std::string_view parameter_name);

/// Returns the parameter with a name; dashes and underscores are the same. Null when there is none.
[[nodiscard]] const Parameter* find(std::span<const Parameter> parameters,
                                    std::string_view name) noexcept;

}  // namespace till::engine
