/// \file
/// Features file: features that a user declares in TOML (docs/guide/features.md).
///
///     [[feature]]
///     name = "spend"
///     sql = "sum(amount)"
///     take = "sum"
///     windows = [1, 3, 12]
///
/// Layer:   engine (private).   Threads: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "till/core/result.hpp"
#include "till/history/features.hpp"

namespace till::engine {

/// Returns the features that a text declares; none for an empty one.
///
/// \param file_name  for messages: "features.toml:3: ...".
/// Errors: `InvalidData` for what is no TOML; `InvalidArgument` naming file, line, and the key that
/// is not known, missing or wrong.
[[nodiscard]] Result<std::vector<history::FeatureDeclaration>> features_of(
    std::string_view text, std::string_view file_name);

/// Returns what a file holds. Errors: `NotFound`.
[[nodiscard]] Result<std::string> features_text(const std::string& path);

}  // namespace till::engine
