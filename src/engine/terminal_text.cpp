#include "till/engine/terminal_text.hpp"

#include <algorithm>
#include <span>

#include "display_width_table.hpp"
#include "utf8_reader.hpp"

namespace till::engine {

namespace {

bool contains(std::span<const CharacterRange> ranges, char32_t code) noexcept {
  const auto after = std::ranges::upper_bound(ranges, code, {}, &CharacterRange::first);
  return after != ranges.begin() && code <= std::prev(after)->second;
}

std::size_t cells_of(const Character& character) noexcept {
  if (!character.code) {
    return 1;
  }
  if (*character.code < 0x300) {
    return 1;
  }
  if (contains(kNoCell, *character.code)) {
    return 0;
  }
  return contains(kTwoCells, *character.code) ? 2 : 1;
}

/// Returns whether a terminal, or the eye, would be led astray: controls, line separators, and the
/// marks that turn the direction of writing.
bool is_obeyed(char32_t code) noexcept {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C ||
         (code >= 0x200E && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

}  // namespace

std::size_t display_width(std::string_view text) noexcept {
  std::size_t cells = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    cells += cells_of(character);
    text.remove_prefix(character.bytes);
  }
  return cells;
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    if (!character.code || is_obeyed(*character.code)) {
      shown += '?';
    } else {
      shown += text.substr(0, character.bytes);
    }
    text.remove_prefix(character.bytes);
  }
  return shown;
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string lines;
  std::size_t used = indent;  // the caller has written as much before the first word
  bool first_of_line = true;
  while (!text.empty()) {
    if (text.front() == '\n' || text.front() == ' ') {
      if (text.front() == '\n') {
        lines += '\n';
        used = 0;
        first_of_line = true;
      }
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, end);
    const std::size_t cells = display_width(word);
    if (!first_of_line && used + 1 + cells > width) {
      lines += '\n';
      used = 0;
      first_of_line = true;
    }
    if (first_of_line) {
      if (used < indent) {
        lines.append(indent, ' ');
        used = indent;
      }
    } else {
      lines += ' ';
      ++used;
    }
    lines += word;
    used += cells;
    first_of_line = false;
    text.remove_prefix(end);
  }
  return lines;
}

std::string shortened(std::string_view text, std::size_t cells) {
  if (display_width(text) <= cells) {
    return std::string(text);
  }
  const std::string_view dots = std::string_view("...").substr(0, std::min<std::size_t>(3, cells));
  std::string cut;
  std::size_t used = dots.size();
  while (!text.empty()) {
    const Character character = first_character(text);
    used += cells_of(character);
    if (used > cells) {
      break;
    }
    cut += text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
  }
  return cut + std::string(dots);
}

}  // namespace till::engine
