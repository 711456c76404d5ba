#include "charts/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <pango/pangocairo.h>

namespace till::charts {
namespace {

struct Unref {
  void operator()(void* object) const noexcept { g_object_unref(object); }
};

// One layout per thread: Pango's objects are not shared between threads.
class Ruler {
 public:
  Ruler() : context_(pango_font_map_create_context(pango_cairo_font_map_get_default())) {
    // As librsvg draws: outlines at their exact size, unhinted, at fractional positions.
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context_.get(), options);
    cairo_font_options_destroy(options);
    pango_cairo_context_set_resolution(context_.get(), 96);
    pango_context_set_round_glyph_positions(context_.get(), FALSE);
    layout_.reset(pango_layout_new(context_.get()));
    pango_layout_set_single_paragraph_mode(layout_.get(), TRUE);
  }

  double width(
      std::string_view text, std::string_view family, double size, int weight, bool italic) {
    set(text, family, size, weight, italic);
    PangoRectangle logical;
    pango_layout_get_extents(layout_.get(), nullptr, &logical);
    return static_cast<double>(logical.width) / PANGO_SCALE;
  }

  // The byte offsets at which text may be cut: between what a reader sees as characters.
  std::vector<std::size_t> cuts(std::string_view text) {
    set(text, kFontFamily, 11, 400, false);
    int count = 0;
    const PangoLogAttr* attributes = pango_layout_get_log_attrs_readonly(layout_.get(), &count);
    std::vector<std::size_t> offsets;
    const char* const begin = pango_layout_get_text(layout_.get());
    const char* at = begin;
    for (int i = 0; i < count; ++i) {
      if (attributes[i].is_cursor_position) {
        offsets.push_back(static_cast<std::size_t>(at - begin));
      }
      if (i + 1 < count) {
        at = g_utf8_next_char(at);
      }
    }
    return offsets;
  }

 private:
  void set(std::string_view text, std::string_view family, double size, int weight, bool italic) {
    const std::string name(family);
    PangoFontDescription* description = pango_font_description_new();
    pango_font_description_set_family(description, name.c_str());
    pango_font_description_set_absolute_size(description, size * PANGO_SCALE);
    pango_font_description_set_weight(description, static_cast<PangoWeight>(weight));
    pango_font_description_set_style(description, italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    pango_layout_set_font_description(layout_.get(), description);
    pango_font_description_free(description);
    pango_layout_set_text(layout_.get(), text.data(), static_cast<int>(text.size()));
  }

  std::unique_ptr<PangoContext, Unref> context_;
  std::unique_ptr<PangoLayout, Unref> layout_;
};

Ruler& ruler() {
  static thread_local Ruler instance;
  return instance;
}

// The next code point at `at`, which moves past it; nullopt (and one byte on) where there is none.
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || at + length > text.size()) {
    ++at;
    return std::nullopt;
  }
  if (length == 1) {
    ++at;
    return lead;
  }
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) {
      ++at;
      return std::nullopt;
    }
    value = (value << 6U) | (byte(at + i) & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) {
    ++at;
    return std::nullopt;
  }
  at += length;
  return value;
}

bool is_blank(char32_t c) {
  return c == U'\t' || c == U'\n' || c == U'\r' || c == U'\v' || c == U'\f' || c == 0x85 ||
         c == 0x2028 || c == 0x2029;
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
}

// Embeddings, overrides, isolates and marks: they act on the text around them.
bool is_direction_mark(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E ||
         c == 0x200F || c == 0x061C;
}

bool is_right_to_left(char32_t c) {
  return (c >= 0x0590 && c < 0x0900) || (c >= 0xFB1D && c < 0xFE00) ||
         (c >= 0xFE70 && c < 0xFEFF) || (c >= 0x10800 && c < 0x11000) ||
         (c >= 0x1E800 && c < 0x1F000);
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) {
      words.push_back(text.substr(at, end - at));
    }
    at = end + 1;
  }
  return words;
}

constexpr std::string_view kEllipsis = "…";

// Whether the lines still hold every word of a text.
bool holds_all_of(const std::vector<std::string>& lines, std::string_view text) {
  std::size_t words = 0;
  std::size_t size = 0;
  for (const std::string& line : lines) {
    for (const std::string_view word : words_of(line)) {
      ++words;
      size += word.size();
    }
  }
  std::size_t size_before = 0;
  const std::vector<std::string_view> before = words_of(text);
  for (const std::string_view word : before) {
    size_before += word.size();
  }
  return words == before.size() && size == size_before;
}

}  // namespace

double text_width(std::string_view text, const Font& font) {
  return ruler().width(text, kFontFamily, font.size, font.bold ? 700 : 400, false);
}

double text_width(std::string_view text, std::string_view css_font) {
  // [style] [variant] [weight] SIZEpx FAMILY, as Vega composes it.
  double size = 11;
  int weight = 400;
  bool italic = false;
  std::string_view rest = css_font;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (word.ends_with("px")) {
      std::from_chars(word.data(), word.data() + word.size() - 2, size);
      break;
    }
    if (word == "bold") {
      weight = 700;
    } else if (word == "italic" || word == "oblique") {
      italic = true;
    } else {
      std::from_chars(word.data(), word.data() + word.size(), weight);
    }
  }
  return ruler().width(text, rest.empty() ? kFontFamily : rest, size, weight, italic);
}

std::string drawable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t start = at;
    const std::optional<char32_t> c = next_code_point(text, at);
    if (!c || (is_control(*c) && !is_blank(*c))) {
      out += "\uFFFD";
    } else if (is_blank(*c)) {
      out += ' ';
    } else if (!is_direction_mark(*c)) {
      out += text.substr(start, at - start);
    }
  }
  return out;
}

std::string isolated(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::optional<char32_t> c = next_code_point(text, at);
    if (c && is_right_to_left(*c)) {
      return "\u2068" + std::string(text) + "\u2069";
    }
  }
  return std::string(text);
}

std::string elided_end(std::string_view text, const Font& font, double width) {
  if (text_width(text, font) <= width) {
    return std::string(text);
  }
  const std::vector<std::size_t> cuts = ruler().cuts(text);
  const auto shown = [&](std::size_t cut) {
    return std::string(text.substr(0, cut)) + std::string(kEllipsis);
  };
  // The first cut that is too far; the one before it is the answer.
  const auto past = std::partition_point(cuts.begin(), cuts.end(), [&](std::size_t cut) {
    return text_width(shown(cut), font) <= width;
  });
  return past == cuts.begin() ? std::string(kEllipsis) : shown(*std::prev(past));
}

std::string elided_middle(std::string_view text, const Font& font, double width) {
  if (text_width(text, font) <= width) {
    return std::string(text);
  }
  const std::vector<std::size_t> cuts = ruler().cuts(text);
  const std::size_t characters = cuts.empty() ? 0 : cuts.size() - 1;
  // Keeping `kept` characters: the larger half at the front.
  const auto shown = [&](std::size_t kept) {
    const std::size_t front = (kept + 1) / 2;
    const std::size_t back = kept - front;
    std::string out(text.substr(0, cuts[front]));
    while (!out.empty() && out.back() == ' ') {
      out.pop_back();
    }
    std::string_view tail = text.substr(cuts[characters - back]);
    while (!tail.empty() && tail.front() == ' ') {
      tail.remove_prefix(1);
    }
    return out + std::string(kEllipsis) + std::string(tail);
  };
  std::size_t fits = 0;
  std::size_t too_many = characters;
  while (fits + 1 < too_many) {
    const std::size_t middle = fits + (too_many - fits) / 2;
    (text_width(shown(middle), font) <= width ? fits : too_many) = middle;
  }
  return characters == 0 ? std::string(kEllipsis) : shown(fits);
}

std::vector<std::string> wrapped(std::string_view text,
                                 const Font& font,
                                 double width,
                                 std::size_t max_lines) {
  std::vector<std::string> lines;
  std::string line;
  for (const std::string_view word : words_of(text)) {
    std::string longer = line;
    if (!longer.empty()) {
      longer += ' ';
    }
    longer += word;
    if (text_width(longer, font) <= width) {
      line = std::move(longer);
      continue;
    }
    if (line.empty()) {
      line = elided_middle(word, font, width);
      continue;
    }
    if (lines.size() + 1 == max_lines) {
      // No room for this word: say that there was more.
      std::string last = line + " " + std::string(kEllipsis);
      while (text_width(last, font) > width && line.find(' ') != std::string::npos) {
        line.erase(line.rfind(' '));
        last = line + " " + std::string(kEllipsis);
      }
      lines.push_back(text_width(last, font) <= width ? std::move(last)
                                                      : elided_end(last, font, width));
      return lines;
    }
    lines.push_back(std::move(line));
    line = text_width(word, font) <= width ? std::string(word) : elided_middle(word, font, width);
  }
  if (!line.empty()) {
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> balanced(std::string_view text,
                                  const Font& font,
                                  double width,
                                  std::size_t max_lines) {
  std::vector<std::string> lines = wrapped(text, font, width, max_lines);
  if (lines.size() < 2 || lines.back().ends_with(kEllipsis)) {
    return lines;
  }
  // The narrowest column with as many lines: none is left with one word.
  double too_narrow = 0;
  while (width - too_narrow > 4) {
    const double middle = (too_narrow + width) / 2;
    std::vector<std::string> narrower = wrapped(text, font, middle, max_lines);
    if (narrower.size() == lines.size() && holds_all_of(narrower, text)) {
      lines = std::move(narrower);
      width = middle;
    } else {
      too_narrow = middle;
    }
  }
  return lines;
}

}  // namespace till::charts
