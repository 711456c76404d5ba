#include "utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace till::log {

namespace {

constexpr std::size_t kMaxShown = 1000;

/// Returns the length of the well-formed sequence at the start of a text, or 0.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    return text.empty() ? 0 : 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return follows(1) ? 2 : 0;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    // E0 must not be overlong, ED must not be a surrogate.
    const bool second = follows(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
    return second && follows(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool second = follows(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool is_ascii(std::string_view text) noexcept {
  std::uint64_t seen = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    seen |= word;
  }
  for (; i < text.size(); ++i) {
    seen |= static_cast<unsigned char>(text[i]);
  }
  return (seen & 0x8080808080808080ULL) == 0;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kMore = "…";
  std::string shown;
  std::size_t uncut = 0;  // as much of it as leaves room for kMore
  while (!text.empty() && shown.size() <= kMaxShown) {
    std::size_t length = sequence_length(text);
    const auto lead = static_cast<unsigned char>(text.front());
    const bool control = length == 1 && ((lead < 0x20 && lead != '\t') || lead == 0x7f);
    if (length == 0 || control) {
      shown += "\\x";
      shown += kDigits[lead >> 4U];
      shown += kDigits[lead & 15U];
      length = 1;
    } else {
      shown += text.substr(0, length);
    }
    text.remove_prefix(length);
    uncut = shown.size() + kMore.size() <= kMaxShown ? shown.size() : uncut;
  }
  if (shown.size() > kMaxShown) {
    shown.resize(uncut);
    shown += kMore;
  }
  return shown;
}

}  // namespace till::log
