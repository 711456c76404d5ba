#include "charts/figure.hpp"

#include <utility>

#include "charts/text.hpp"
#include "charts/theme.hpp"

namespace till::charts {
namespace {

constexpr std::size_t kTitleLines = 3;
constexpr std::size_t kSubtitleLines = 3;
constexpr std::size_t kNoteLines = 4;
constexpr std::string_view kLive = "live";  // whether there is a screen with a pointer over it

void add_sentence(std::string& text, std::string_view sentence) {
  if (sentence.empty()) {
    return;
  }
  if (!text.empty()) {
    text += ' ';
  }
  text += sentence;
  const char end = text.back();
  if (end != '.' && end != '!' && end != '?') {
    text += '.';
  }
}

std::string footnote(const std::vector<std::string>& notes, const Context& context) {
  std::string text;
  for (const std::string& note : notes) {
    add_sentence(text, note);
  }
  if (!context.source.empty()) {
    add_sentence(text, "Source: " + isolated(drawable(context.source)));
  }
  std::string parameters = isolated(drawable(context.parameters));
  if (!parameters.empty() && parameters.front() >= 'a' && parameters.front() <= 'z') {
    parameters.front() = static_cast<char>(parameters.front() - 'a' + 'A');
  }
  add_sentence(text, parameters);
  return text;
}

// All labels are one layer: Vega-Lite takes its time for each.
Json label_layer(const std::vector<Label>& labels) {
  Json rows = Json::array();
  for (const Label& label : labels) {
    rows.push_back({{"x", label.x},
                    {"y", label.y},
                    {"text", label.text},
                    {"align", label.align},
                    {"baseline", label.baseline},
                    {"color", label.color},
                    {"size", label.font.size},
                    {"weight", label.font.bold ? "bold" : "normal"}});
  }
  const auto pixels = [](std::string_view field) {
    return Json{{"field", field}, {"type", "quantitative"}, {"scale", nullptr}, {"axis", nullptr}};
  };
  return Json{{"data", inline_data(std::move(rows))},
              {"mark",
               {{"type", "text"},
                {"align", {{"expr", "datum.align"}}},
                {"baseline", {{"expr", "datum.baseline"}}},
                {"fontSize", {{"expr", "datum.size"}}},
                {"fontWeight", {{"expr", "datum.weight"}}}}},
              {"encoding",
               {{"x", pixels("x")},
                {"y", pixels("y")},
                {"text", {{"field", "text"}, {"type", "nominal"}}},
                {"description", {{"field", "text"}, {"type", "nominal"}}},
                {"color", {{"field", "color"}, {"type", "nominal"}, {"scale", nullptr}}}}}};
}

}  // namespace

Json inline_data(Json rows) {
  return Json{{"values", std::move(rows)}};
}

Json layer_of(Json mark, Json encoding) {
  Json layer{{"mark", std::move(mark)}};
  if (!encoding.empty()) {
    layer["encoding"] = std::move(encoding);
  }
  return layer;
}

Label heading(std::string text, double left) {
  return {std::move(text), -left, -12, "left", "bottom"};
}

void add_labels(Json& layers, const std::vector<Label>& labels) {
  if (!labels.empty()) {
    layers.push_back(label_layer(labels));
  }
}

void add_pointer_targets(Json& layers, Json x, Json y, Json tooltip, double size) {
  Json layer = layer_of(
      {{"type", "point"}, {"filled", true}, {"opacity", 0}, {"size", size}, {"aria", false}},
      {{"x", std::move(x)}, {"y", std::move(y)}, {"tooltip", std::move(tooltip)}});
  layer["transform"] = Json::array({{{"filter", kLive}}});
  layers.push_back(std::move(layer));
}

void add_labels_with_halo(Json& layers, const std::vector<Label>& labels) {
  if (!labels.empty()) {
    add_text_with_halo(layers, label_layer(labels));
  }
}

void add_text_with_halo(Json& layers, Json layer) {
  Json halo = layer;
  halo["mark"]["stroke"] = "white";
  halo["mark"]["strokeWidth"] = 3;
  halo["mark"]["strokeJoin"] = "round";
  halo["mark"]["aria"] = false;
  halo["encoding"]["color"] = {{"value", "white"}};
  halo["encoding"].erase("tooltip");
  halo["encoding"].erase("description");
  layers.push_back(std::move(halo));
  layers.push_back(std::move(layer));
}

Chart framed(Figure figure, const Context& context) {
  Json title{{"text", balanced(figure.title, kTitleFont, kInnerWidth, kTitleLines)}};
  if (!figure.subtitle.empty()) {
    title["subtitle"] = balanced(figure.subtitle, kSubtitleFont, kInnerWidth, kSubtitleLines);
  }
  const std::string note = footnote(figure.notes, context);
  if (!note.empty()) {
    figure.panels.back()["title"] =
        Json{{"text", wrapped(note, kNoteFont, kInnerWidth, kNoteLines)},
             {"orient", "bottom"},
             {"anchor", "start"},
             {"frame", "bounds"},
             {"fontSize", kNoteFont.size},
             {"fontWeight", "normal"},
             {"lineHeight", 14},
             {"color", kMuted},
             {"offset", 16}};
  }
  std::string description = figure.title;
  add_sentence(description, "");
  if (!figure.subtitle.empty()) {
    add_sentence(description, figure.subtitle);
  }
  const Json specification{
      {"$schema", "https://vega.github.io/schema/vega-lite/v6.json"},
      {"description", description},
      {"params", Json::array({{{"name", kLive}, {"expr", "screen().width > 0"}}})},
      {"background", "white"},
      {"padding", {{"left", kMargin}, {"right", kMargin}, {"top", 16}, {"bottom", 14}}},
      {"title", std::move(title)},
      {"vconcat", std::move(figure.panels)},
      {"config", theme()},
  };
  return Chart{specification.dump(-1, ' ', false, Json::error_handler_t::replace),
               std::move(figure.title)};
}

Chart framed_without_data(std::string title, std::string subtitle, const Context& context) {
  const double height = 120;
  Figure figure;
  figure.title = std::move(title);
  figure.subtitle = std::move(subtitle);
  Json layers = Json::array();
  add_labels(layers,
             {{"Nothing to draw",
               kInnerWidth / 2,
               height / 2,
               "center",
               "middle",
               kMuted,
               kSubtitleFont}});
  figure.panels.push_back(Json{{"width", kInnerWidth},
                               {"height", height},
                               {"view", {{"fill", kGround}}},
                               {"layer", std::move(layers)}});
  return framed(std::move(figure), context);
}

}  // namespace till::charts
