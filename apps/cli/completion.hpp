/// \file
/// Completion: scripts that let a shell finish verbs, flags and their values.
#pragma once

#include <string>
#include <string_view>

namespace till::cli {

/// Returns the script of a shell. \pre shell is one of `shells()`.
[[nodiscard]] std::string completion(std::string_view shell);

}  // namespace till::cli
