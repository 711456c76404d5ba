#include "till/charts/chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

#include "charts/drawing.hpp"
#include "charts/page.hpp"
#include "charts/paper.hpp"
#include <nlohmann/json.hpp>

#include "till/core/check.hpp"

namespace till::charts {
namespace {

struct FormatName {
  Format format;
  std::string_view ending;
  std::string_view media_type;
};

constexpr std::array<FormatName, 5> kFormats = {
    {{Format::Svg, ".svg", "image/svg+xml"},
     {Format::Png, ".png", "image/png"},
     {Format::Pdf, ".pdf", "application/pdf"},
     {Format::Html, ".html", "text/html; charset=utf-8"},
     {Format::Json, ".json", "application/json"}}};

Result<std::string> pretty(const Chart& chart) {
  const auto json = nlohmann::ordered_json::parse(chart.specification, nullptr, false);
  if (json.is_discarded()) {
    return Error{ErrorCode::Internal, "render: the specification is not JSON", ""};
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<Format> format_of(std::string_view file_name) {
  const std::size_t dot = std::min(file_name.rfind('.'), file_name.size());
  std::string ending(file_name.substr(dot));
  std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  for (const FormatName& name : kFormats) {
    if (name.ending == ending) {
      return name.format;
    }
  }
  return Error{ErrorCode::InvalidArgument,
               "format_of: file_name is \"" + std::string(file_name) +
                   "\", but must end in .svg, .png, .pdf, .html or .json",
               ""};
}

std::string_view media_type(Format format) noexcept {
  return kFormats[static_cast<std::size_t>(format)].media_type;
}

void start_rendering_ahead() {
  start_drawing_ahead();
}

Result<std::string> render(const Chart& chart, Format format, double scale) {
  if (!(scale > 0) || !std::isfinite(scale)) {
    return Error{ErrorCode::InvalidArgument,
                 "render: scale is " + std::to_string(scale) + ", but must be > 0",
                 ""};
  }
  if (format == Format::Json) {
    return pretty(chart);
  }
  if (format == Format::Html) {
    return page_of(chart);
  }
  TILL_ASSIGN(Drawing drawing, draw(chart.specification));
  switch (format) {
    case Format::Png:
      return png_of(drawing.svg, scale);
    case Format::Pdf:
      return pdf_of(drawing.svg, chart.title);
    default:
      return std::move(drawing.svg) + "\n";
  }
}

}  // namespace till::charts
