/// \file
/// UTF-8: is it, and how is a row shown when it is not.
///
/// Layer:   log (private).   Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace till::log {

/// Returns whether every byte is below 128.
[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

/// Returns whether a text is UTF-8 as Unicode defines it: no overlong forms, no surrogates.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Returns at most 1,000 bytes of a text as UTF-8 that can be shown and stored: bytes that are no
/// UTF-8 and control characters but tab become "\xNN", and "…" stands for what was cut off.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace till::log
