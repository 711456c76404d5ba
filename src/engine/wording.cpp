#include "wording.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "grid.hpp"

#include "till/engine/terminal_text.hpp"

namespace till::engine {

std::string number(double v) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v);
  return {buffer.data(), end};
}

std::string percent(double share, int decimals) {
  std::array<char, 400> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(),
                                          buffer.data() + buffer.size(),
                                          share * 100.0,
                                          std::chars_format::fixed,
                                          decimals);
  return std::string(buffer.data(), end) + " %";
}

std::string share_words(double share) {
  return share > 0.0 && share < 0.0005 ? "less than 0.1 %" : percent(share);
}

std::string period_words(std::string_view period) {
  std::string words = words_of(period);
  if (const std::size_t at = words.find(" of "); at != std::string::npos) {
    words.insert(at + 4, "the ");
  }
  return words;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kMaxBytes = 80;
  std::string shown(text.substr(0, kMaxBytes));
  if (text.size() > kMaxBytes) {
    // Not in the middle of a character.
    while (!shown.empty() && (static_cast<unsigned char>(text[shown.size()]) & 0xC0U) == 0x80U) {
      shown.pop_back();
    }
    shown += "...";
  }
  return "\"" + printable(shown) + "\"";
}

std::string enumerated(std::span<const std::string> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) {
      text += i + 1 == words.size() ? " and " : ", ";
    }
    text += words[i];
  }
  return text;
}

std::vector<std::string> names_between_commas(std::string_view text) {
  std::vector<std::string> names;
  std::string name;
  for (const char c : std::string(text) + ",") {
    if (c == ',') {
      if (!name.empty()) {
        names.push_back(std::exchange(name, {}));
      }
    } else if (c != ' ') {  // no name has one
      name += c == '-' ? '_' : c;
    }
  }
  return names;
}

}  // namespace till::engine
