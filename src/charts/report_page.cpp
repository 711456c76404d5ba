#include "charts/report_page.hpp"

#include <algorithm>

#include "charts/html.hpp"
#include "charts/report_figures.hpp"

#include "till/charts/page.hpp"

namespace till::charts {
namespace {

// Light is the default and what paper gets. In the dark pictures are inverted and their hues turned
// back: every pair of colours keeps its contrast, and white becomes the page's own ground.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ground:#fff;--panel:#f3f5f7;--ink:#1d2733;--muted:#5c6773;
--line:#dde2e7;--accent:#1a659e;--warn:#8a4b00}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',Verdana,sans-serif}
a{color:var(--accent)}
a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-999px}
.skip:focus{left:12px;top:12px;z-index:20;padding:8px 12px;background:var(--ground)}
header,.layout,footer{max-width:1120px;margin:0 auto;padding:0 24px}
header{padding-top:44px}
h1{margin:0;font-size:34px;line-height:1.2;letter-spacing:-.01em}
h2{margin:0 0 10px;font-size:15px;line-height:1.3;font-weight:600;color:var(--muted)}
.lead{margin:8px 0 0;color:var(--muted);font-size:17px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:12px;
margin:24px 0 0}
.tiles div{padding:12px 14px;border-radius:8px;background:var(--panel)}
.tiles dt{color:var(--muted);font-size:13px}
.tiles dd{margin:2px 0 0;font-size:20px;font-weight:600;overflow-wrap:anywhere}
.layout{display:grid;grid-template-columns:210px minmax(0,1fr);gap:44px;margin-top:36px}
nav{font-size:14px}
nav div{position:sticky;top:20px;max-height:calc(100vh - 40px);overflow:auto}
nav p{margin:0 0 8px;color:var(--muted);font-weight:600}
nav ol{margin:0;padding:0;list-style:none}
nav a{display:block;padding:4px 0;color:var(--ink);text-decoration:none}
nav a:hover{text-decoration:underline}
main>section{padding:30px 0 34px;border-top:1px solid var(--line);scroll-margin-top:8px}
main>section:first-child{padding-top:0;border-top:0}
.answer{margin:0 0 6px;font-size:22px;line-height:1.35;font-weight:600}
.more{margin:0 0 6px}
.findings{margin:0;padding:0;list-style:none;counter-reset:finding}
.findings li{display:grid;grid-template-columns:30px 1fr;padding:11px 0;
border-bottom:1px solid var(--line);counter-increment:finding}
.findings li:last-child{border-bottom:0}
.findings li::before{content:counter(finding);color:var(--muted);font-weight:600}
.findings a{color:var(--ink);font-weight:500;text-decoration-color:var(--accent);
text-underline-offset:3px}
.basis{display:block;color:var(--muted);font-size:13px}
.till-chart{margin:14px 0 6px -18px}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:8px 20px;
margin:14px 0}
.facts dt{color:var(--muted);font-size:13px}
.facts dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.table{overflow-x:auto;margin:16px 0 4px}
table{border-collapse:collapse;font-size:13.5px;line-height:1.4;font-variant-numeric:tabular-nums}
caption{padding:0 0 6px;text-align:left;color:var(--muted);font-size:13px}
th,td{padding:5px 14px 5px 0;border-bottom:1px solid var(--line);text-align:right;
vertical-align:top;white-space:nowrap}
th{color:var(--muted);font-weight:600}
th.t,td.t{text-align:left;white-space:normal;overflow-wrap:break-word;min-width:64px;max-width:420px}
td.w{white-space:nowrap;min-width:0}
.rest,.how{color:var(--muted);font-size:13px}
.rest{margin:4px 0 0}
.how{margin:18px 0 0;max-width:720px}
.how code{display:block;margin-top:6px;padding:8px 12px;border-radius:6px;background:var(--panel);
color:var(--ink);font:12.5px/1.5 'DejaVu Sans Mono',ui-monospace,Menlo,Consolas,monospace;
white-space:pre-wrap;overflow-wrap:anywhere}
.warning{margin:14px 0 0;padding:2px 0 2px 12px;border-left:3px solid var(--warn);font-size:14px}
.gaps{margin:0}
.gaps dt{margin-top:14px;font-weight:600}
.gaps dt:first-child{margin-top:0}
.gaps dd{margin:2px 0 0;color:var(--muted)}
footer{padding-top:20px;padding-bottom:44px;color:var(--muted);font-size:13px;
overflow-wrap:anywhere}
@media(max-width:900px){.layout{display:block}nav{margin-bottom:30px}nav div{position:static;
max-height:none}nav ol{columns:2}header,.layout,footer{padding-left:16px;padding-right:16px}
.till-chart{margin-left:0}}
@media screen and (prefers-color-scheme:dark){:root{--ground:#1a1a1a;--panel:#262626;
--ink:#e3e3e3;--muted:#a3a9b0;--line:#383838;--accent:#6db3e8;--warn:#e0a458}
.till-drawn,.till-live{filter:invert(.9) hue-rotate(180deg)}}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{:root{color-scheme:light}body{font-size:10.5pt}header,.layout,footer{max-width:none;
padding-left:0;padding-right:0}.layout{display:block}nav{display:none}.skip{display:none}
main>section{break-before:page;border-top:0;padding:0 0 8pt}
main>section:first-child,#unanswered{break-before:auto;padding-top:12pt}
h1{font-size:24pt}.answer{font-size:15pt}h2,.answer,.more{break-after:avoid}
figure,tr,.findings li,.facts div,.gaps dt,.how,.warning{break-inside:avoid}.gaps dt{break-after:avoid}
.till-chart{margin-left:0}.till-chart svg{max-height:205mm;width:auto;max-width:100%}
.table{overflow:visible;margin:10pt 0 2pt}table{font-size:8.5pt;line-height:1.3}
th,td{padding:2.5pt 8pt 2.5pt 0}.wide table{font-size:6.4pt}.wide th,.wide td{padding-right:4pt}
.wide th,.wide th.t,.wide td.t{white-space:normal;min-width:0}.wide td.t{overflow-wrap:anywhere}
.wide td.w{white-space:nowrap;overflow-wrap:normal}.tiles dd{font-size:12pt;white-space:nowrap}
table{break-inside:avoid}
.findings a{text-decoration:none}@page{margin:16mm 15mm}}
)";

// Returns a drawn figure whose clips and gradients are its own: each picture numbers them from one,
// and in a page the first of a name would cut all others.
std::string with_own_ids(std::string figure, std::string_view id) {
  for (const std::string_view open : {"id=\"", "url(#"}) {
    for (const std::string_view kind : {"clip", "gradient_"}) {
      const std::string found = std::string(open) + std::string(kind);
      for (std::size_t at = figure.find(found); at != std::string::npos;
           at = figure.find(found, at + found.size() + id.size() + 1)) {
        figure.insert(at + open.size(), std::string(id) + "-");
      }
    }
  }
  return figure;
}

std::string element(std::string_view name, std::string_view classes, std::string_view text) {
  std::string out = "<" + std::string(name);
  if (!classes.empty()) {
    out += " class=\"" + std::string(classes) + "\"";
  }
  return out + ">" + escaped(text) + "</" + std::string(name) + ">\n";
}

// Returns a sentence whose numbers stay with their percent signs.
std::string with_percents(std::string sentence) {
  constexpr std::string_view kNarrow = " %";
  for (std::size_t at = sentence.find(kNarrow); at != std::string::npos;
       at = sentence.find(kNarrow, at + 1)) {
    sentence.replace(at, 1, "\u00A0");
  }
  return sentence;
}

std::string facts_of(const std::vector<ReportFact>& facts, std::string_view classes) {
  if (facts.empty()) {
    return "";
  }
  std::string out = "<dl class=\"" + std::string(classes) + "\">\n";
  for (const ReportFact& fact : facts) {
    out += "<div><dt>" + escaped(fact.name) + "</dt><dd>" + escaped(fact.text) + "</dd></div>\n";
  }
  return out + "</dl>\n";
}

// So many columns fit on paper in letters of the usual size.
constexpr std::size_t kMostColumns = 9;
// Bytes of a text that is kept on one line: a date, a number, a word.
constexpr std::size_t kLongestWord = 12;

std::string table_of(const ReportTable& table) {
  // A table wider than the page is scrolled, also by keyboard.
  const std::string classes = table.columns.size() > kMostColumns ? "table wide" : "table";
  std::string out = "<div class=\"" + classes + "\" role=\"region\" tabindex=\"0\" aria-label=\"" +
                    escaped(table.caption) + "\">\n<table>\n<caption>" + escaped(table.caption) +
                    "</caption>\n<thead><tr>";
  // Ids, dates and words stay on one line; sentences may break.
  std::vector<std::string_view> class_of;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const bool is_short = std::ranges::all_of(table.rows, [&](const std::vector<std::string>& row) {
      return i >= row.size() || row[i].size() <= kLongestWord;
    });
    class_of.push_back(!table.columns[i].is_text ? ""
                       : is_short                ? " class=\"t w\""
                                                 : " class=\"t\"");
  }
  const auto open = [&](std::string_view name, std::size_t column) {
    return "<" + std::string(name) + std::string(class_of[column]);
  };
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    out += open("th", i) + " scope=\"col\">" + escaped(table.columns[i].name) + "</th>";
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : table.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += open("td", i) + ">" + escaped(row[i]) + "</td>";
    }
    out += "</tr>\n";
  }
  out += "</tbody>\n</table>\n</div>\n";
  if (!table.rest.empty()) {
    out += element("p", "rest", table.rest);
  }
  return out;
}

std::string findings_of(const Report& report) {
  std::string out =
      "<section id=\"findings\" aria-labelledby=\"findings-heading\">\n"
      "<h2 id=\"findings-heading\">What stands out</h2>\n";
  if (report.findings.empty()) {
    out += element("p", "answer", "Nothing in this log stands out beyond chance.");
  } else {
    out += "<ol class=\"findings\">\n";
    for (const ReportFinding& finding : report.findings) {
      out += "<li><div><a href=\"#" + escaped(finding.section) + "\">" +
             escaped(with_percents(finding.text)) + "</a> <span class=\"basis\">" +
             escaped(finding.basis) + "</span></div></li>\n";
    }
    out += "</ol>\n";
  }
  for (const std::string& note : report.notes) {
    out += element("p", "warning", note);
  }
  return out + "</section>\n";
}

std::string section_of(const ReportSection& section, const std::string& figure) {
  const std::string id = escaped(section.id);
  std::string out = "<section id=\"" + id + "\" aria-labelledby=\"" + id +
                    "-heading\">\n<h2 id=\"" + id + "-heading\">" + escaped(section.question) +
                    "</h2>\n";
  for (std::size_t i = 0; i < section.sentences.size(); ++i) {
    out += element("p", i == 0 ? "answer" : "more", with_percents(section.sentences[i]));
  }
  out += figure;
  out += facts_of(section.facts, "facts");
  for (const ReportTable& table : section.tables) {
    out += table_of(table);
  }
  for (const std::string& warning : section.warnings) {
    out += element("p", "warning", warning);
  }
  out += "<div class=\"how\">" + escaped(section.method);
  if (!section.command.empty()) {
    out += "<code>" + escaped(section.command) + "</code>";
  }
  return out + "</div>\n</section>\n";
}

std::string gaps_of(const Report& report) {
  std::string out =
      "<section id=\"unanswered\" aria-labelledby=\"unanswered-heading\">\n"
      "<h2 id=\"unanswered-heading\">What this log cannot say yet</h2>\n<dl class=\"gaps\">\n";
  for (const ReportGap& gap : report.gaps) {
    out += "<dt>" + escaped(gap.question) + "</dt>\n<dd>" + escaped(gap.reason) +
           (gap.remedy.empty() ? "" : "<br>" + escaped(gap.remedy)) + "</dd>\n";
  }
  return out + "</dl>\n</section>\n";
}

std::string contents_of(const Report& report) {
  std::string out = "<nav aria-label=\"Contents\"><div>\n<p>Contents</p>\n<ol>\n";
  const auto link = [&](std::string_view id, std::string_view text) {
    out += "<li><a href=\"#" + escaped(id) + "\">" + escaped(text) + "</a></li>\n";
  };
  link("findings", "What stands out");
  for (const ReportSection& section : report.sections) {
    link(section.id, section.question);
  }
  if (!report.gaps.empty()) {
    link("unanswered", "What this log cannot say yet");
  }
  return out + "</ol>\n</div></nav>\n";
}

}  // namespace

Result<std::string> report_page(const Report& report) {
  TILL_ASSIGN(const std::vector<std::string> figures, drawn_figures(report, &page_figure));
  const std::string script = page_script();
  const std::string style = std::string(page_style()) + std::string(kStyle);
  std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
          content_security_policy({script}, {style}) + "\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  page += "<meta name=\"generator\" content=\"till\">\n";
  page += element("title", "", report.title);
  page += "<style>" + style + "</style>\n</head>\n<body>\n";
  page += "<a class=\"skip\" href=\"#findings\">Skip to what stands out</a>\n<header>\n";
  page += element("h1", "", report.title);
  page += element("p", "lead", report.subtitle);
  page += facts_of(report.facts, "tiles");
  page += "</header>\n<div class=\"layout\">\n";
  page += contents_of(report);
  page += "<main>\n";
  page += findings_of(report);
  for (std::size_t i = 0; i < report.sections.size(); ++i) {
    page += section_of(report.sections[i], with_own_ids(figures[i], report.sections[i].id));
  }
  if (!report.gaps.empty()) {
    page += gaps_of(report);
  }
  page += "</main>\n</div>\n";
  page += element("footer", "", report.colophon);
  page += "<script>" + script + "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace till::charts
