/// \file
/// Terminal text: how wide a text is in a terminal, and how to keep it from doing harm there.
///
/// Ids of a log come from anywhere: they may be Chinese, carry emoji, or hold escape sequences that
/// would move the cursor, change colours or write to the clipboard of whoever looks at them.
///
/// Layer:   engine (core).   Threads: pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace till::engine {

/// Returns the cells that a terminal gives to a text: 2 for wide characters, 0 for combining ones.
[[nodiscard]] std::size_t display_width(std::string_view text) noexcept;

/// Returns a text without anything that a terminal would obey: control characters and bytes that
/// are not UTF-8 become "?".
[[nodiscard]] std::string printable(std::string_view text);

/// Returns text broken at spaces into lines of at most `width` cells, each after the first behind
/// `indent` spaces. Words longer than a line stay whole; line feeds stay.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// Returns a text cut to so many cells, the last three of them "..." when something was cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t cells);

}  // namespace till::engine
