/// \file
/// Theme: till's look. Dark ink on white, one accent, few lines, room to breathe; told apart by
/// lightness or by a label wherever colour tells something apart, so that nobody needs to see
/// colours.
///
/// Layer:   charts, private.   Threads: constants.
#pragma once

#include <array>
#include <string_view>

#include "charts/text.hpp"
#include <nlohmann/json_fwd.hpp>

namespace till::charts {

inline constexpr double kWidth = 720;  ///< Of every picture, in pixels at scale 1.
inline constexpr double kMargin = 18;  ///< Left and right of everything.
inline constexpr double kInnerWidth = kWidth - 2 * kMargin;

// Contrast against white in brackets; text needs 4.5, a line 3.
inline constexpr std::string_view kInk = "#1d2733";       ///< Titles, labels, values [15.1].
inline constexpr std::string_view kMuted = "#5c6773";     ///< Subtitles, axis labels, notes [5.8].
inline constexpr std::string_view kFaint = "#b6bfc9";     ///< Context: bars and lines behind.
inline constexpr std::string_view kGrid = "#e7eaee";      ///< Lines one should hardly notice.
inline constexpr std::string_view kBaseline = "#98a2ad";  ///< The line of zero [2.6].
inline constexpr std::string_view kGround = "#f3f5f7";    ///< Areas where there is nothing to know.
inline constexpr std::string_view kAccent = "#1a659e";    ///< What the picture is about [6.2].
inline constexpr std::string_view kAccentSoft = "#7dadd2";  ///< The rest of its kind.
inline constexpr std::string_view kContrast = "#c4500f";    ///< What goes against it [4.7].

/// Colour of a series: of its line and, dark enough to be read, of its name.
struct SeriesColor {
  std::string_view line;
  std::string_view text;
};

/// Colours of series, in order of importance. The first five stay apart for every kind of colour
/// vision (CIELAB distance 18 or more under the simulations of Machado 2009), all ten by their
/// place and their name beside the line.
inline constexpr std::array<SeriesColor, 10> kSeries = {{{"#1a659e", "#1a659e"},
                                                         {"#b9501f", "#b9501f"},
                                                         {"#249b80", "#18715c"},
                                                         {"#54215a", "#54215a"},
                                                         {"#bf8700", "#8a6100"},
                                                         {"#c2305f", "#c2305f"},
                                                         {"#2c86a8", "#22738f"},
                                                         {"#5f2c1f", "#5f2c1f"},
                                                         {"#43701a", "#43701a"},
                                                         {"#4a35ad", "#4a35ad"}}};

inline constexpr Font kTitleFont{17, true};
inline constexpr Font kSubtitleFont{12, false};
inline constexpr Font kLabelFont{11, false};
inline constexpr Font kLabelFontBold{11, true};
inline constexpr Font kNoteFont{10, false};

/// Returns the `config` of every specification.
[[nodiscard]] nlohmann::ordered_json theme();

}  // namespace till::charts
