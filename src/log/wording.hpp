/// \file
/// Wording: words that agree with numbers.
///
/// Layer:   log (private).   Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "till/core/count_words.hpp"

namespace till::log {

/// Returns the word that goes with n things: count_of(n, "row") + " " + agreeing(n, "is", "are").
[[nodiscard]] std::string agreeing(std::int64_t n, std::string_view one, std::string_view many);

}  // namespace till::log
