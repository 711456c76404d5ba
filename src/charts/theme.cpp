#include "charts/theme.hpp"

#include <nlohmann/json.hpp>

namespace till::charts {

nlohmann::ordered_json theme() {
  using Json = nlohmann::ordered_json;
  return Json{
      {"font", kFontFamily},
      {"view", {{"stroke", nullptr}}},
      {"concat", {{"spacing", 30}}},
      {"title",
       {{"anchor", "start"},
        {"frame", "bounds"},
        {"color", kInk},
        {"fontSize", kTitleFont.size},
        {"fontWeight", "bold"},
        {"lineHeight", 22},
        {"offset", 18},
        {"subtitleColor", kMuted},
        {"subtitleFontSize", kSubtitleFont.size},
        {"subtitleLineHeight", 17},
        {"subtitlePadding", 7}}},
      {"axis",
       {{"domain", false},
        {"ticks", false},
        {"grid", false},
        {"gridColor",
         {{"condition", {{"test", "datum.value === 0"}, {"value", kBaseline}}}, {"value", kGrid}}},
        {"gridWidth", 1},
        {"labelColor", kMuted},
        {"labelFontSize", kLabelFont.size},
        {"labelPadding", 6},
        {"labelLimit", 0},
        {"titleColor", kMuted},
        {"titleFontSize", kLabelFont.size},
        {"titleFontWeight", "normal"},
        {"titlePadding", 8}}},
      {"text", {{"color", kInk}, {"fontSize", kLabelFont.size}}},
      {"line", {{"strokeCap", "round"}, {"strokeJoin", "round"}}},
  };
}

}  // namespace till::charts
