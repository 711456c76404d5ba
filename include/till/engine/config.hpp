/// \file
/// Configuration: the flags of the command line, written down in a TOML file.
///
/// Keys are parameters, with underscores or dashes. Keys at the top hold for every verb that knows
/// them; a table named like a verb holds for that verb alone and wins. What is said on the command
/// line wins over both.
///
///     time_zone = "Europe/Paris"
///     transaction = "day"
///     [top_products]
///     k = 10
///     as_of = 2018-01-01
///
/// Layer:   engine (core).   Threads: pure.
#pragma once

#include <string_view>

#include "till/core/result.hpp"
#include "till/engine/arguments.hpp"
#include "till/engine/verb.hpp"

namespace till::engine {

/// Reads what a configuration says about one verb.
///
/// The whole text is checked, also what it says about other verbs.
/// \param file_name  for messages: "till.toml".
/// Errors: `InvalidArgument` for a key or table that is not known, with the nearest; `InvalidData`
/// with line and column for text that is not TOML, and for a value that is no text, number, truth,
/// date or list of such.
[[nodiscard]] Result<Arguments> read_config(std::string_view text,
                                            std::string_view file_name,
                                            const Verb& verb);

}  // namespace till::engine
