#include "utf8_reader.hpp"

#include <array>

namespace till::engine {

Character first_character(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    return {static_cast<char32_t>(lead), 1};
  }

  struct Form {
    unsigned mask, lead;
    std::size_t bytes;
    char32_t smallest;
  };

  constexpr std::array kForms = {
      Form{0xE0, 0xC0, 2, 0x80}, Form{0xF0, 0xE0, 3, 0x800}, Form{0xF8, 0xF0, 4, 0x10000}};
  for (const Form& form : kForms) {
    if ((lead & form.mask) != form.lead || text.size() < form.bytes) {
      continue;
    }
    char32_t code = lead & ~form.mask;
    for (std::size_t i = 1; i < form.bytes; ++i) {
      if ((byte(i) & 0xC0U) != 0x80U) {
        return {};
      }
      code = (code << 6U) | (byte(i) & 0x3FU);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < form.smallest || code > 0x10FFFF || surrogate) {
      return {};
    }
    return {code, form.bytes};
  }
  return {};
}

}  // namespace till::engine
