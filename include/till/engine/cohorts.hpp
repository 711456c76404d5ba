/// \file
/// cohorts: of those who came together, how many still buy, and how much?
///
/// Layer:   engine (core, log, insight, charts).   Threads: one session per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/engine/answer.hpp"
#include "till/engine/session.hpp"
#include "till/insight/cohorts.hpp"

namespace till::engine {

/// What each field means, with its default, is in the parameter table: `till cohorts --help`.
struct CohortsOptions {
  insight::CohortPeriod period = insight::CohortPeriod::Month;
  bool rolling = false;
  std::optional<Instant> as_of = {};
  std::optional<TimeZone> time_zone = {};
  std::string transaction = "row";
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::int64_t limit = 0;
};

/// Tells the retention of each cohort at each age, and forecasts what the log has not seen. Rows:
/// `cohort, age, customers, active, retention, low, high, forecast, transactions,
/// transactions_per_customer, transactions_forecast`. Summary: the same for all cohorts together,
/// by age, and what is in no cohort.
///
/// Errors: `InvalidArgument`; those of Session::log and of the warehouse.
[[nodiscard]] Result<Answer> cohorts(Session& session, const CohortsOptions& options);

}  // namespace till::engine
