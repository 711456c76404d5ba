/// \file
/// UTF-8 reader: one character after another, for text of any origin.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace till::engine {

struct Character {
  std::optional<char32_t> code;  ///< Unset: one byte that is not UTF-8.
  std::size_t bytes = 1;
};

/// Returns the first character of a text. Overlong forms, surrogates and values above U+10FFFF are
/// not UTF-8. \pre !text.empty().
[[nodiscard]] Character first_character(std::string_view text) noexcept;

}  // namespace till::engine
