/// \file
/// Help: what `--help` prints, made from the parameter table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "till/engine/parameter.hpp"
#include "till/engine/verb.hpp"

namespace till::cli {

/// What the program is, in a sentence.
inline constexpr std::string_view kProgramSummary =
    "Turns a transaction log - who bought what, when - into answers.";

/// Returns what stands for a flag's value: "N", "keep|drop"; empty for a switch.
[[nodiscard]] std::string placeholder_of(const engine::Parameter& parameter);
/// Returns what happens when a flag is not said, or an empty text.
[[nodiscard]] std::string default_of(const engine::Parameter& parameter);

/// Returns `till --help`.
/// \param width  cells of a line.
[[nodiscard]] std::string program_help(std::size_t width);
/// Returns `till VERB --help`.
[[nodiscard]] std::string verb_help(const engine::Verb& verb, std::size_t width);

}  // namespace till::cli
