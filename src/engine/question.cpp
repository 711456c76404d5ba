#include "question.hpp"

#include <algorithm>
#include <span>

#include "wording.hpp"

#include "till/core/nearest.hpp"
#include "till/engine/json.hpp"

namespace till::engine {

TimeZone question_zone(const Session& session,
                       const log::Log& log,
                       const std::optional<TimeZone>& said) {
  return said.value_or(session.options().time_zone.value_or(log.zone()));
}

Result<log::Counting> counting(const log::Log& log,
                               std::string_view function,
                               const std::string& transaction,
                               log::Counting::Returns returns) {
  log::Counting counting;
  counting.returns = returns;
  if (transaction == "timestamp") {
    counting.unit = log::Counting::Unit::Timestamp;
  } else if (transaction == "day") {
    counting.unit = log::Counting::Unit::Day;
  } else if (transaction != "row") {
    std::vector<std::string> known = {"row", "timestamp", "day"};
    for (const log::ExtraColumn& column : log.extra_columns()) {
      known.push_back(column.name);
    }
    if (std::ranges::find(known, transaction) == known.end()) {
      return Error{ErrorCode::NotFound,
                   std::string(function) + ": transaction is " + in_quotes(transaction) +
                       ", but must be row, timestamp, day or a column of the log",
                   did_you_mean(nearest(transaction, known), "the log has: " + enumerated(known))};
    }
    counting.unit = log::Counting::Unit::Column;
    counting.column = transaction;
  }
  if (returns == log::Counting::Returns::Subtract && counting.unit != log::Counting::Unit::Row) {
    return Error{ErrorCode::InvalidArgument,
                 std::string(function) +
                     ": returns is \"subtract\", but must be count or drop where a "
                     "transaction is not a row",
                 "leave --transaction at row, or use --returns drop"};
  }
  return counting;
}

Answer begin_answer(std::string_view verb,
                    const Session& session,
                    const log::Log& log,
                    Object question,
                    TimeZone zone) {
  Answer answer;
  answer.verb = verb;
  answer.source = log.source();
  answer.zone = std::move(zone);
  answer.warnings = session.warnings();

  // The source first, then the question, then how the source was read.
  const auto add = [&](Entry& entry) {
    if (find(answer.parameters, entry.name) == nullptr) {
      answer.parameters.push_back(std::move(entry));
    }
  };
  Object parameters = session.parameters();
  if (!parameters.empty()) {
    add(parameters.front());
  }
  std::ranges::for_each(question, add);
  std::ranges::for_each(std::span(parameters).subspan(std::min<std::size_t>(1, parameters.size())),
                        add);
  session.tell("question",
               {{"verb", answer.verb},
                {"parameters", answer.parameters},
                {"source", source_value(answer.source)}});
  return answer;
}

void finish_rows(Answer& answer, std::int64_t limit) {
  const std::size_t rows = answer.rows.rows();
  answer.total_rows = std::max(answer.total_rows, static_cast<std::int64_t>(rows));
  if (limit > 0 && static_cast<std::size_t>(limit) < rows) {
    for (TableColumn& column : answer.rows.columns) {
      std::visit([&](auto& values) { values.resize(static_cast<std::size_t>(limit)); },
                 column.values);
    }
  }
}

charts::Context chart_context(const Session& session,
                              const TimeZone& zone,
                              const log::Counting& counting,
                              std::vector<std::string> phrases) {
  switch (counting.unit) {
    case log::Counting::Unit::Row:
      break;
    case log::Counting::Unit::Timestamp:
      phrases.emplace_back("one transaction is the rows of a customer at one instant");
      break;
    case log::Counting::Unit::Day:
      phrases.emplace_back("one transaction is the rows of a customer on one day");
      break;
    case log::Counting::Unit::Column:
      phrases.push_back("one transaction is the rows with the same " + counting.column);
      break;
  }
  if (counting.returns == log::Counting::Returns::Drop) {
    phrases.emplace_back("returns not counted");
  } else if (counting.returns == log::Counting::Returns::Subtract) {
    phrases.emplace_back("returns subtracted");
  }
  if (!(zone == TimeZone())) {
    phrases.push_back("days and months of " + zone.name());
  }
  std::string parameters;
  for (const std::string& phrase : phrases) {
    if (!phrase.empty()) {
      parameters += (parameters.empty() ? "" : ", ") + phrase;
    }
  }
  return {session.source_sentence(), std::move(parameters), zone};
}

Part part_of_log(const std::optional<Instant>& as_of,
                 const std::optional<Period>& window,
                 Instant end_of_log,
                 const TimeZone& zone) {
  if (window) {
    const Instant to = as_of.value_or(end_of_log);
    return {TimeRange{subtract(to, *window, zone), to},
            "the " + window_words(*window, as_of, zone)};
  }
  if (as_of) {
    return {TimeRange{kMinInstant, *as_of}, "before " + describe(*as_of, zone)};
  }
  return {};
}

std::string window_words(const Period& window,
                         const std::optional<Instant>& as_of,
                         const TimeZone& zone) {
  std::string length = describe(window);
  if (window.count == 1) {
    length.erase(0, length.find(' ') + 1);
  }
  return as_of ? length + " before " + describe(*as_of, zone) : "last " + length;
}

std::string day(Instant instant, const TimeZone& zone) {
  return to_string(zone.local(instant).date);
}

}  // namespace till::engine
