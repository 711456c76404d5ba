/// \file
/// report: everything a log says, on one page.
///
/// Layer:   engine (core, log, charts).   Threads: one session per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/session.hpp"
#include "till/models/ensemble.hpp"

namespace till::engine {

/// What each field means, with its default, is in the parameter table: `till report --help`.
struct ReportOptions {
  std::string title = {};
  std::string sections = "all";  ///< Names between commas.
  models::Effort effort = models::Effort::Quick;
  std::optional<Instant> as_of = {};
  std::optional<TimeZone> time_zone = {};
  std::string transaction = "row";
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Asks every verb and tells what stands out. Rows: `rank, section, finding, size, q_value`, the
/// most important finding first. Summary: `sections`, each with `section, verb, shown, reason`. The
/// answer's document is the whole report.
///
/// A section adds nothing of its own: its numbers and its picture are those of the verb. One that
/// fails is told among what the log cannot say, with its reason, and the rest stands.
/// Errors: `InvalidArgument`; `NotFound` for a section there is not; those of Session::log;
/// `Cancelled`.
[[nodiscard]] Result<Answer> report(Session& session, const ReportOptions& options);

}  // namespace till::engine
