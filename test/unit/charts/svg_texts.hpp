/// \file
/// SvgTexts: where the words of a picture stand.
///
/// Reads what Vega writes, which is regular: nested <g transform="translate(x,y)"> and <text> with
/// text-anchor, font and, for several lines, <tspan>.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "charts/text.hpp"

namespace till::test {

/// A line of text and the box it fills, in pixels of the picture.
struct SvgText {
  std::string text;
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
  bool is_halo = false;  ///< The white rim under another text.
  bool is_axis_label = false;
};

struct SvgTexts {
  double width = 0;
  double height = 0;
  std::vector<SvgText> texts;
};

inline std::string attribute(std::string_view tag, std::string_view name) {
  const std::string key = " " + std::string(name) + "=\"";
  const std::size_t at = tag.find(key);
  if (at == std::string_view::npos) {
    return "";
  }
  const std::size_t from = at + key.size();
  return std::string(tag.substr(from, tag.find('"', from) - from));
}

inline std::string unescaped(std::string text) {
  const auto replace = [&text](std::string_view what, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
      text.replace(at, what.size(), with);
    }
  };
  replace("&lt;", "<");
  replace("&gt;", ">");
  replace("&quot;", "\"");
  replace("&amp;", "&");
  return text;
}

inline SvgTexts texts_of(std::string_view svg) {
  struct Frame {
    double x = 0;
    double y = 0;
    bool axis_label = false;
  };

  SvgTexts result;
  std::vector<Frame> frames = {{}};
  std::string text_tag;
  double line = 0;
  const auto moved_by = [](Frame frame, std::string_view tag) {
    const std::string transform = attribute(tag, "transform");
    if (const std::size_t at = transform.find("translate("); at != std::string::npos) {
      char* end = nullptr;
      frame.x += std::strtod(transform.c_str() + at + 10, &end);
      frame.y += std::strtod(end + 1, nullptr);
    }
    return frame;
  };
  const auto add = [&](std::string_view content) {
    const Frame frame = moved_by(frames.back(), text_tag);
    const double size = std::strtod(attribute(text_tag, "font-size").c_str(), nullptr);
    const std::string weight = attribute(text_tag, "font-weight");
    SvgText text;
    text.text = unescaped(std::string(content));
    const double width =
        charts::text_width(text.text,
                           (weight.empty() ? "" : weight + " ") + attribute(text_tag, "font-size") +
                               " " + attribute(text_tag, "font-family"));
    const std::string anchor = attribute(text_tag, "text-anchor");
    text.left = frame.x - (anchor == "end" ? width : anchor == "middle" ? width / 2 : 0);
    text.right = text.left + width;
    text.top = frame.y + line - 0.75 * size;  // the height of capitals
    text.bottom = frame.y + line + 0.2 * size;
    text.is_halo = attribute(text_tag, "fill") == "white";
    text.is_axis_label = frame.axis_label;
    if (!text.text.empty()) {
      result.texts.push_back(std::move(text));
    }
  };
  for (std::size_t at = svg.find('<'); at != std::string_view::npos; at = svg.find('<', at + 1)) {
    const std::size_t end = svg.find('>', at);
    const std::string_view tag = svg.substr(at, end - at);
    const std::string_view content = svg.substr(end + 1, svg.find('<', end) - end - 1);
    if (tag.starts_with("<svg")) {
      result.width = std::strtod(attribute(tag, "width").c_str(), nullptr);
      result.height = std::strtod(attribute(tag, "height").c_str(), nullptr);
    } else if (tag.starts_with("<g") && !tag.ends_with("/")) {
      Frame frame = moved_by(frames.back(), tag);
      frame.axis_label = frame.axis_label || tag.find("role-axis-label") != std::string_view::npos;
      frames.push_back(frame);
    } else if (tag == "</g") {
      frames.pop_back();
    } else if (tag.starts_with("<text")) {
      text_tag = tag;
      line = 0;
      add(content);
    } else if (tag.starts_with("<tspan")) {
      line += std::strtod(attribute(tag, "dy").c_str(), nullptr);
      add(content);
    }
  }
  return result;
}

}  // namespace till::test
