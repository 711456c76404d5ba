/// \file
/// Question: what verbs that ask a log have in common.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fields.hpp"

#include "till/charts/chart.hpp"
#include "till/engine/verb.hpp"

namespace till::engine {

/// Returns the zone a question means: the one said, else the session's, else the log's.
[[nodiscard]] TimeZone question_zone(const Session& session,
                                     const log::Log& log,
                                     const std::optional<TimeZone>& said);

/// Returns what one transaction is.
///
/// Errors: `InvalidArgument` for returns that cannot be subtracted; `NotFound` for a column the log
/// does not have, with the nearest.
[[nodiscard]] Result<log::Counting> counting(const log::Log& log,
                                             std::string_view function,
                                             const std::string& transaction,
                                             log::Counting::Returns returns);

/// Returns an answer with everything but its rows: verb, parameters, source, warnings, zone; and
/// tells the session what the question is, which is best done before long work.
[[nodiscard]] Answer begin_answer(std::string_view verb,
                                  const Session& session,
                                  const log::Log& log,
                                  Object question,
                                  TimeZone zone);

/// Counts the rows of a finished answer and keeps the first `limit`; 0 keeps all.
void finish_rows(Answer& answer, std::int64_t limit);

/// Returns what a chart says about its numbers; empty phrases are left out.
[[nodiscard]] charts::Context chart_context(const Session& session,
                                            const TimeZone& zone,
                                            const log::Counting& counting,
                                            std::vector<std::string> phrases);

/// Returns "2017-01-01": the day of an instant.
[[nodiscard]] std::string day(Instant instant, const TimeZone& zone);

/// The part of the log that --as-of and --window choose together.
struct Part {
  std::optional<TimeRange> range;  ///< Unset: the whole log.
  std::string words;               ///< "the 6 months before 2018-01-01"; empty for the whole log.
};

/// Returns the part of the log that was asked about; `as_of` is what was said, if anything was.
[[nodiscard]] Part part_of_log(const std::optional<Instant>& as_of,
                               const std::optional<Period>& window,
                               Instant end_of_log,
                               const TimeZone& zone);

/// Returns "6 months before 2018-01-01", or "last 6 months" when no moment was said; one unit of
/// time goes without its number: "month before 2018-01-01".
[[nodiscard]] std::string window_words(const Period& window,
                                       const std::optional<Instant>& as_of,
                                       const TimeZone& zone);

/// Appends a column to a table.
template <typename Column>
void add_column(Table& table,
                std::string name,
                Column values,
                TableColumn::Display display = TableColumn::Display::Plain) {
  table.columns.push_back({std::move(name), std::move(values), display});
}

/// Returns one column of a table: `value` of each row.
template <typename Column, typename Rows, typename Value>
Column column_of(const Rows& rows, Value value) {
  Column column;
  column.reserve(rows.size());
  for (const auto& row : rows) {
    column.push_back(std::invoke(value, row));
  }
  return column;
}

/// Makes a verb from its options and its function.
template <typename Options>
Verb make_verb(Verb verb,
               const Fields<Options>& fields,
               Result<Answer> (*function)(Session&, const Options&)) {
  verb.parameters = fields.parameters();
  const std::string name = function_name(verb);
  verb.check = [&fields, name](const Arguments& arguments, const TimeZone& zone) -> Result<void> {
    TILL_TRY(fields.read(name, arguments, zone));
    return {};
  };
  verb.run = [&fields, name, function](Session& session,
                                       const Arguments& arguments) -> Result<Answer> {
    // Dates are those of the log's zone, unless another is said.
    TimeZone zone;
    if (const Argument* said = arguments.find("time_zone")) {
      TILL_ASSIGN(zone, TimeZone::find(said->values.back()));
    } else if (arguments.has("as_of")) {
      TILL_ASSIGN(const log::Log* log, session.log());
      zone = question_zone(session, *log, std::nullopt);
    }
    TILL_ASSIGN(const Options options, fields.read(name, arguments, zone));
    return function(session, options);
  };
  return verb;
}

}  // namespace till::engine
