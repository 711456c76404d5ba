/// \file
/// Panel question: what verbs that read counts by month have in common.
///
/// Layer:   engine (private).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model_registry.hpp"
#include "question.hpp"

#include "till/core/panel.hpp"
#include "till/history/panel.hpp"
#include "till/models/forecast.hpp"

namespace till::engine {

/// Returns how a session's models compute: its threads, and until it is cancelled.
[[nodiscard]] models::Computation computation_of(const Session& session);

/// The parameter of how long is what is forecast.
[[nodiscard]] Parameter period_parameter();

/// Returns the days that stand in for a month, or 0 where a calendar month is asked for.
///
/// \param function  begins the message.
/// Errors: `InvalidArgument` for a period that is neither.
[[nodiscard]] Result<std::int32_t> month_days_of(std::string_view function, const Period& period);

/// Errors: `InvalidArgument` where a month is said beside a period of days.
///
/// \param flag  without dashes, whose value `month` is.
[[nodiscard]] Result<void> check_no_month(std::string_view function,
                                          std::string_view flag,
                                          const std::optional<Month>& month,
                                          std::int32_t month_days,
                                          std::string remedy);

/// Returns the period that has so many days; one calendar month for 0.
[[nodiscard]] Period period_of(std::int32_t month_days);

/// Returns where what is known before a month ends: at its start, or where the log does. A log that
/// ends on the last day before the month tells that month whole.
[[nodiscard]] Instant known_before(const log::Log& log, Month month, const TimeZone& zone);

/// Returns the start of the first month that was not over at a moment. Without a moment said, a log
/// that ends on the last day of a month has seen that month whole.
///
/// \param month_days  days that stand in for a month: then the start of the first day that was not
/// over; the log's last day is.
[[nodiscard]] Instant end_of_whole_months(const log::Log& log,
                                          const std::optional<Instant>& as_of,
                                          const TimeZone& zone,
                                          std::int32_t month_days);

/// Returns the end of the last month that the log has whole, of those that follow a moment; that
/// moment where there is none.
///
/// \param from  with days that stand in for months, where the first of them begins.
[[nodiscard]] Instant end_of_months_after(const log::Log& log,
                                          Instant from,
                                          const TimeZone& zone,
                                          std::int32_t month_days);

/// Returns what the members of an ensemble count for, as a list of objects.
[[nodiscard]] List members_value(std::span<const models::MemberWeight> members);

/// The parameters of verbs that fit what forecasts.
[[nodiscard]] Parameter features_parameter();
[[nodiscard]] Parameter holidays_parameter();

/// Adds the features that a file declares, and the holidays of another, to how a panel is read.
///
/// \param features  a path; empty: none.
/// \param holidays  a path; empty: none.
/// Errors: those of features_of and log::read_holidays; `NotFound`.
[[nodiscard]] Result<void> read_into(history::PanelOptions& options,
                                     const std::string& features,
                                     const std::string& holidays);

/// Adds a warning where features are declared that a fitted model has no use for.
///
/// \param features  the path that was said; empty: none.
void warn_of_unread(Answer& answer,
                    const std::string& features,
                    const std::string& model,
                    const FittedForecaster& fitted);

/// Returns a number that JSON can hold, or null.
[[nodiscard]] Value finite_value(double v);

}  // namespace till::engine
