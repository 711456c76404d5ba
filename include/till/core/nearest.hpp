/// \file
/// Nearest: which known name did the user mean?
///
/// A name that is not known - a zone, verb, flag, column or product - is answered with the few that
/// are spelled most like it:
///
///     nearest("Europe/Pariss", zones)                       -> {"Europe/Paris"}
///     nearest("paris", zones)                               -> {"Europe/Paris"}
///     did_you_mean({"activity"}, "see till --help")         -> "did you mean activity?"
///
/// Layer:   core (std only).   Threads: pure.
/// Sources: [DAM64] -- keys resolve in docs/references.md.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace till {

/// Returns the known names most like `wanted`, nearest first; none where nothing is alike.
///
/// Distance counts characters inserted, deleted, replaced or swapped with their neighbour (each
/// pair once: optimal string alignment), in UTF-8 characters with A-Z read as a-z. A name is alike
/// when that is at most a third of the length of `wanted`, at least 1, at most 3 and below that
/// length; or, after all of those, when it contains `wanted` (at least 3 characters) whole. Ties:
/// the shorter name, then the smaller. Equal names count once.
/// \param wanted  any text; above 256 bytes nothing is alike.
/// \param known   the names, in any order.
/// \param most    the longest answer wanted.
/// Cost: O(sum of lengths of `known` x 7) after a length filter; 100,000 names take 8 ms, 90 ms if
/// all are alike.
[[nodiscard]] std::vector<std::string> nearest(std::string_view wanted,
                                               std::span<const std::string> known,
                                               std::size_t most = 3);

/// Returns a remedy: "did you mean A?", "did you mean A, B or C?", or `otherwise` without names.
[[nodiscard]] std::string did_you_mean(std::span<const std::string> names,
                                       std::string_view otherwise);

}  // namespace till
