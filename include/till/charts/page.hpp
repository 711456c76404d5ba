/// \file
/// Page: charts inside a web page that asks nobody for anything.
///
/// A page carries each chart twice: drawn, for those without scripts and for paper, and as its
/// specification, which one script brings to life with tooltips. The script is till's own copy of
/// Vega; it uses no eval, so a strict Content-Security-Policy holds. One chart as a page of its own
/// is `render(chart, Format::Html)`; this is for pages with several charts, such as a report:
///
///     TILL_ASSIGN(const std::string figure, charts::page_figure(chart));
///     const std::string script = charts::page_script();
///     const std::string policy = charts::content_security_policy({script}, {my_style});
///     page = "<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">"
///            "<style>" + my_style + "</style>" + figure + "<script>" + script + "</script>";
///
/// Layer:   charts (core).   Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "till/charts/chart.hpp"
#include "till/core/result.hpp"

namespace till::charts {

/// Returns a chart as an HTML fragment: a <figure class="till-chart"> with the drawn picture, its
/// specification, and the title as accessible name.
///
/// Errors: those of `render`.   Cost: as an SVG.
[[nodiscard]] Result<std::string> page_figure(const Chart& chart);

/// Returns the script that brings every figure of a page to life; stands at the end of the body.
///
/// Cost: 5 ms; 0.8 MB. The same bytes at every call.
[[nodiscard]] std::string page_script();

/// Returns the rules that figures and their tooltips need, to be part of the page's style element.
[[nodiscard]] std::string_view page_style() noexcept;

/// Returns a Content-Security-Policy under which exactly these inline scripts and styles run,
/// images may be embedded, and nothing is loaded from anywhere.
///
/// \param scripts  contents of the <script> elements, to the byte.
/// \param styles   contents of the <style> elements, to the byte.
[[nodiscard]] std::string content_security_policy(const std::vector<std::string_view>& scripts,
                                                  const std::vector<std::string_view>& styles);

}  // namespace till::charts
