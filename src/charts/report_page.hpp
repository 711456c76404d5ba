/// \file
/// A report as a page, and as a text. Layer: charts, private.   Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "till/charts/report.hpp"
#include "till/core/result.hpp"

namespace till::charts {

/// Returns a report as a complete HTML page.
[[nodiscard]] Result<std::string> report_page(const Report& report);

/// Returns a report as Markdown, with its pictures as SVG files.
[[nodiscard]] Result<Document> report_markdown(const Report& report, std::string_view stem);

}  // namespace till::charts
