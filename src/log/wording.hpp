/// \file
/// Wording: numbers and nouns that agree.
///
/// Layer:   log (private).   Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace till::log {

/// Returns "1,234,567".
[[nodiscard]] std::string with_commas(std::int64_t n);

/// Returns "1 row" or "1,234 rows".
[[nodiscard]] std::string counted(std::int64_t n, std::string_view noun);

/// Returns the word that goes with n things: counted(n, "row") + " " + agreeing(n, "is", "are").
[[nodiscard]] std::string agreeing(std::int64_t n, std::string_view one, std::string_view many);

}  // namespace till::log
