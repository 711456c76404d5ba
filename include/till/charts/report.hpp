/// \file
/// Report: what a log says, on one page.
///
/// A report is plain data: findings, sections with their pictures and numbers, and what could not
/// be said. It becomes a page of HTML that holds everything it needs, or a text in Markdown with
/// its pictures as files of their own:
///
///     TILL_ASSIGN(const Document page, render(report, DocumentFormat::Html, "report"));
///     write("report.html", page.text);
///
/// The page asks nobody for anything: its pictures are drawn into it, one script brings them to
/// life, and a strict Content-Security-Policy allows that script alone. It is read in light and in
/// dark, on paper, without scripts, by keyboard and by screen readers: landmarks, headings in
/// order, a name for every picture and its numbers in a table below.
///
/// Layer:   charts (core).   Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "till/charts/chart.hpp"
#include "till/core/result.hpp"

namespace till::charts {

/// A name and what is known of it: "customers", "2,002".
struct ReportFact {
  std::string name;
  std::string text;
};

/// Numbers as people read them.
struct ReportTable {
  struct Column {
    std::string name;
    bool is_text = false;  ///< Left aligned.
  };

  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  ///< Each as long as `columns`.
  std::string rest;                            ///< "and 1,992 more rows"; may be empty.
};

/// One question and its answer.
struct ReportSection {
  std::string id;                      ///< Where links lead; letters, digits and dashes, unique.
  std::string question;                ///< The heading.
  std::vector<std::string> sentences;  ///< What was found; the first is said largest.
  std::optional<Chart> chart;
  std::vector<ReportFact> facts;
  std::vector<ReportTable> tables;
  std::string method;   ///< How it was computed.
  std::string command;  ///< What to type for the same answer.
  std::vector<std::string> warnings;
};

/// One sentence that stands out.
struct ReportFinding {
  std::string text;
  std::string basis;    ///< Why it can be believed: "counted", "tested, p < 0.001".
  std::string section;  ///< The id of the section it is from.
};

/// A question without an answer.
struct ReportGap {
  std::string question;
  std::string reason;
  std::string remedy;  ///< What would help; may be empty.
};

struct Report {
  std::string title = {};
  std::string subtitle = {};  ///< What the log is, in a sentence.
  std::vector<ReportFact> facts = {};
  std::vector<ReportFinding> findings = {};  ///< The most important first.
  std::vector<ReportSection> sections = {};
  std::vector<ReportGap> gaps = {};
  std::vector<std::string> notes = {};  ///< What holds for every section.
  std::string colophon = {};            ///< What made the report, of what.
};

enum class DocumentFormat { Html, Markdown };

/// A document, and the files that lie beside it.
struct Document {
  struct File {
    std::string name;  ///< Without a folder: "report-activity.svg".
    std::string bytes;
  };

  std::string text;
  std::vector<File> files;  ///< Html has none.
};

/// Writes a report. Same report, same bytes.
///
/// \param stem  begins the names of files beside the document: "report".
/// \pre ids are unique, and every finding's section is among the sections.
/// Errors: those of `render` of a chart.   Cost: as its pictures, drawn by all processors; a page
/// has some 0.8 MB and what its charts hold twice.
[[nodiscard]] Result<Document> render(const Report& report,
                                      DocumentFormat format,
                                      std::string_view stem);

}  // namespace till::charts
