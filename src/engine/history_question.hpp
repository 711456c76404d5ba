/// \file
/// History question: what verbs that read purchase histories have in common.
///
/// Layer:   engine (private).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model_registry.hpp"
#include "question.hpp"

#include "till/engine/fit.hpp"
#include "till/history/purchase_histories.hpp"
#include "till/models/fit.hpp"

namespace till::engine {

template <>
struct Words<TimeUnit> {
  static constexpr std::array kAll = {std::pair{"day", TimeUnit::Day},
                                      std::pair{"week", TimeUnit::Week},
                                      std::pair{"month", TimeUnit::Month},
                                      std::pair{"year", TimeUnit::Year}};
};

[[nodiscard]] Parameter calibration_end_parameter();
[[nodiscard]] Parameter time_unit_parameter();
/// The transaction parameter, as histories read it.
[[nodiscard]] Parameter purchase_parameter();
/// The same where the model may also read counts by month.
[[nodiscard]] Parameter fit_transaction_parameter();

/// Returns the days of a time unit.
[[nodiscard]] double days_of(TimeUnit unit) noexcept;

/// Returns the unit of the calendar that is one occasion.
[[nodiscard]] Period::Unit occasion_unit(TimeUnit unit) noexcept;

/// What histories were asked for, and what came.
struct Histories {
  TimeZone zone;
  history::HistoryOptions options;
  history::CustomerHistories customers;

  /// Returns the instant at which every T ends.
  [[nodiscard]] Instant end() const;

  /// Returns the time from the end to a later instant, in time units; by occasion, whole ones.
  [[nodiscard]] double units_until(Instant until) const;
};

/// Reads the histories that a verb's options ask for, into `options` what they were resolved to.
///
/// \param reader  of the models that are to read them: what they need.
template <typename Options>
Result<Histories> read_histories(std::string_view function,
                                 Session& session,
                                 log::Log& log,
                                 Options& options,
                                 const HistoryModel& reader) {
  if (options.as_of && options.calibration_end) {
    return Error{ErrorCode::InvalidArgument,
                 std::string(function) +
                     ": --as-of and --calibration-end are both said, but must not be: each says "
                     "where the data end",
                 "leave one of them out"};
  }
  Histories histories;
  histories.zone = question_zone(session, log, options.time_zone);
  options.time_zone = histories.zone;
  // Those of predict are optional, because a saved model may say them, but said by now.
  const std::optional<log::Counting::Returns> returns = options.returns;
  const std::optional<TimeUnit> time_unit = options.time_unit;
  TILL_ASSIGN(histories.options.counting, counting(log, function, options.transaction, *returns));
  histories.options.zone = histories.zone;
  histories.options.days_per_unit = days_of(*time_unit);
  histories.options.with_intervals = reader.reads_intervals;
  if (reader.reads_occasions) {
    histories.options.occasion = occasion_unit(*time_unit);
  }
  histories.options.calibration_end = options.calibration_end;
  if (!options.calibration_end) {
    options.as_of = options.as_of.value_or(log.end());
    histories.options.cutoff = *options.as_of;
  }
  TILL_ASSIGN(histories.customers, history::purchase_histories(log, histories.options));
  if (histories.customers.x.empty()) {
    return Error{ErrorCode::InvalidData,
                 std::string(function) + ": no customer bought before " +
                     describe(histories.end(), histories.zone) + ", but there must be one",
                 "say a later --as-of or --calibration-end"};
  }
  return histories;
}

/// Returns how to fit: on the session's threads, until it is cancelled.
[[nodiscard]] models::FitOptions fit_options(const Session& session);

/// Fits a model to histories; the search stops when the session is cancelled.
[[nodiscard]] Result<models::FitReport> fit_model(const ModelEntry& model,
                                                  const Histories& histories,
                                                  const Session& session);

/// Returns what a model with these parameters says of each customer, on the session's threads.
///
/// \param horizon  how far to look ahead, in time units; >= 0.
[[nodiscard]] std::vector<Prediction> predict_each(const ModelEntry& model,
                                                   std::span<const double> parameters,
                                                   const Histories& histories,
                                                   double horizon,
                                                   const Session& session);

/// Returns what should be known of the histories before a number made from them is believed.
[[nodiscard]] std::vector<std::string> history_warnings(const Histories& histories);

}  // namespace till::engine
