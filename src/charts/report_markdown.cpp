#include <utility>

#include "charts/report_figures.hpp"
#include "charts/report_page.hpp"

namespace till::charts {
namespace {

// Returns a text in which nothing is markup; line feeds become spaces, as a cell needs it.
std::string plain(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      if (std::string_view("\\`*_[]|#~").find(c) != std::string_view::npos) {
        out += '\\';
      }
      out += c;
    }
  }
  return out;
}

std::string facts_of(const std::vector<ReportFact>& facts) {
  std::string out;
  for (const ReportFact& fact : facts) {
    out += "- " + plain(fact.name) + ": " + plain(fact.text) + "\n";
  }
  return facts.empty() ? "" : out + "\n";
}

std::string table_of(const ReportTable& table) {
  std::string out = plain(table.caption) + "\n\n";
  std::string rule;
  for (const ReportTable::Column& column : table.columns) {
    out += "| " + plain(column.name) + " ";
    rule += column.is_text ? "|---" : "|---:";
  }
  out += "|\n" + rule + "|\n";
  for (const std::vector<std::string>& row : table.rows) {
    for (const std::string& cell : row) {
      out += "| " + plain(cell) + " ";
    }
    out += "|\n";
  }
  out += '\n';
  return table.rest.empty() ? out : out + plain(table.rest) + "\n\n";
}

std::string section_of(const ReportSection& section, const std::string& file) {
  std::string out = "<a id=\"" + section.id + "\"></a>\n\n## " + plain(section.question) + "\n\n";
  for (std::size_t i = 0; i < section.sentences.size(); ++i) {
    const std::string_view mark = i == 0 ? "**" : "";
    out += std::string(mark) + plain(section.sentences[i]) + std::string(mark) + "\n\n";
  }
  if (!file.empty()) {
    out += "![" + plain(section.chart->title) + "](<" + file + ">)\n\n";
  }
  out += facts_of(section.facts);
  for (const ReportTable& table : section.tables) {
    out += table_of(table);
  }
  for (const std::string& warning : section.warnings) {
    out += "> " + plain(warning) + "\n\n";
  }
  out += plain(section.method) + "\n\n";
  return section.command.empty() ? out : out + "    " + section.command + "\n\n";
}

}  // namespace

Result<Document> report_markdown(const Report& report, std::string_view stem) {
  TILL_ASSIGN(std::vector<std::string> figures,
              drawn_figures(report, [](const Chart& chart) { return render(chart, Format::Svg); }));
  Document document;
  std::string& text = document.text;
  text += "# " + plain(report.title) + "\n\n" + plain(report.subtitle) + "\n\n";
  text += facts_of(report.facts);
  text += "## What stands out\n\n";
  if (report.findings.empty()) {
    text += "Nothing in this log stands out beyond chance.\n\n";
  }
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const ReportFinding& finding = report.findings[i];
    text += std::to_string(i + 1) + ". [" + plain(finding.text) + "](#" + finding.section + ") (" +
            plain(finding.basis) + ")\n";
  }
  text += report.findings.empty() ? "" : "\n";
  for (const std::string& note : report.notes) {
    text += "> " + plain(note) + "\n\n";
  }
  for (std::size_t i = 0; i < report.sections.size(); ++i) {
    const ReportSection& section = report.sections[i];
    std::string file;
    if (!figures[i].empty()) {
      file = std::string(stem) + "-" + section.id + ".svg";
      document.files.push_back({file, std::move(figures[i])});
    }
    text += section_of(section, file);
  }
  if (!report.gaps.empty()) {
    text += "## What this log cannot say yet\n\n";
    for (const ReportGap& gap : report.gaps) {
      text += "- **" + plain(gap.question) + "** " + plain(gap.reason) +
              (gap.remedy.empty() ? "" : " " + plain(gap.remedy)) + "\n";
    }
    text += '\n';
  }
  text += "---\n\n" + plain(report.colophon) + "\n";
  return document;
}

}  // namespace till::charts
