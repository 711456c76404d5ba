/// \file
/// Text: how wide it is, where it may be broken, and what is safe to draw.
///
/// Every width in till's pictures comes from here: what a specification is laid out with and what
/// Vega asks for while it draws. Both are Pango's, at the resolution-free size that librsvg draws
/// at, so a label that fits on paper fits in the PNG.
///
/// Layer:   charts, private.   Threads: any; each keeps its own Pango objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace till::charts {

/// The families tried in order: the one till is tested with, its metric sibling, whatever there is.
inline constexpr std::string_view kFontFamily = "DejaVu Sans, Verdana, sans-serif";

/// A size in pixels and a weight of kFontFamily.
struct Font {
  double size = 11;
  bool bold = false;
};

/// Returns the advance width of one line of text, in pixels.
[[nodiscard]] double text_width(std::string_view text, const Font& font);

/// Returns the advance width of one line of text set in a CSS font such as "bold 12px DejaVu Sans".
[[nodiscard]] double text_width(std::string_view text, std::string_view css_font);

/// Returns text that any picture can hold: valid UTF-8 on one line, without control characters and
/// without the marks that reverse what follows them. What cannot be kept becomes U+FFFD or a space.
[[nodiscard]] std::string drawable(std::string_view text);

/// Returns text that keeps its own direction inside a sentence: set apart by invisible isolates
/// when it has right-to-left letters, otherwise as it is.
[[nodiscard]] std::string isolated(std::string_view text);

/// Returns text no wider than `width`, with an ellipsis where letters were taken from its end.
/// Letters and their accents, and joined emoji, stay together.
[[nodiscard]] std::string elided_end(std::string_view text, const Font& font, double width);

/// As elided_end, but takes from the middle: the ends of a product's name tell variants apart.
[[nodiscard]] std::string elided_middle(std::string_view text, const Font& font, double width);

/// Returns lines no wider than `width`, broken between words. A word that is too wide alone is
/// elided in its middle. At most `max_lines`, of which the last ends in an ellipsis when words were
/// left out.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text,
                                               const Font& font,
                                               double width,
                                               std::size_t max_lines);

/// As wrapped, but with lines of like length: a title does not leave its last word alone.
[[nodiscard]] std::vector<std::string> balanced(std::string_view text,
                                                const Font& font,
                                                double width,
                                                std::size_t max_lines);

}  // namespace till::charts
