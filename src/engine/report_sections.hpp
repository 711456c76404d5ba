/// \file
/// Report sections: which questions a report asks, of which verb, and what it shows of the answer.
///
/// Layer:   engine (private).   Threads: immutable.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "findings.hpp"

#include "till/charts/report.hpp"
#include "till/core/calendar.hpp"
#include "till/engine/arguments.hpp"
#include "till/engine/report.hpp"

namespace till::engine {

/// What every section is asked about.
struct ReportQuestion {
  Session& session;
  const ReportOptions& options;
  TimeZone zone;
  Instant end;  ///< --as-of, or the log's end.
};

struct ReportPlan {
  std::string_view id;        ///< As --sections names it.
  std::string_view verb;      ///< That answers.
  std::string_view question;  ///< The heading.
  /// Which rows of the answer are shown, and how many at most; 0 shows none.
  enum class Rows { First, Last } rows = Rows::First;
  std::size_t shown = 10;
  std::string_view list = {};          ///< A list of the summary that is shown as a table,
  std::string_view list_columns = {};  ///< and which of its columns, between commas; "": all.
  /// Whether the title of the picture says all that the title of the answer does.
  bool says_twice = false;
  bool whole = false;  ///< Whether findings need all rows, not only those shown.
  bool facts = true;   ///< Whether the facts of the summary are shown.
  /// Says what the verb is asked beside what all are asked; null: nothing.
  Result<void> (*ask)(const ReportQuestion&, Arguments&) = nullptr;
  std::vector<Finding> (*findings)(const Answer&) = nullptr;
  /// Says which questions the log cannot answer, or not yet; null: none.
  std::vector<charts::ReportGap> (*gaps)(const Answer&) = nullptr;
};

/// Returns all sections, in the order of a report.
[[nodiscard]] std::span<const ReportPlan> report_plans();

/// Returns the sections that names between commas mean, in the order of a report; "all" is every
/// section; dashes and underscores are the same.
///
/// Errors: `NotFound` with the nearest names; `InvalidArgument` when there is no name.
[[nodiscard]] Result<std::vector<const ReportPlan*>> report_plans_named(std::string_view names);

}  // namespace till::engine
