#include "panel_question.hpp"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>
#include <vector>

#include "features_file.hpp"

#include "till/log/holidays.hpp"

namespace till::engine {

models::Computation computation_of(const Session& session) {
  const std::int64_t threads = std::min<std::int64_t>(session.options().threads, 1024);
  return {
      .threads = threads > 0
                     ? static_cast<std::int32_t>(threads)
                     : std::max(1, static_cast<std::int32_t>(std::thread::hardware_concurrency())),
      .cancelled = [&session] { return session.cancelled(); }};
}

Instant known_before(const log::Log& log, Month month, const TimeZone& zone) {
  const Instant start = start_of(month, zone);
  const Instant last_day{start.micros - kMicrosPerDay};
  return log.end() >= last_day ? start : log.end();
}

Instant end_of_whole_months(const log::Log& log,
                            const std::optional<Instant>& as_of,
                            const TimeZone& zone,
                            std::int32_t month_days) {
  if (month_days > 0) {
    const Date last = zone.local(Instant{log.end().micros - 1}).date;
    return as_of ? start_of(zone.local(*as_of).date, zone)
                 : start_of(date_from_days(days_since_epoch(last) + 1), zone);
  }
  if (as_of) {
    return start_of(month_of(*as_of, zone), zone);
  }
  const Month last = month_of(log.end(), zone);
  const Date date = zone.local(log.end()).date;
  const Instant next = start_of(add_months(last, 1), zone);
  const bool is_over = date.month == last.month && date.day == days_in(last);
  return is_over ? next : start_of(last, zone);
}

Instant end_of_months_after(const log::Log& log,
                            Instant from,
                            const TimeZone& zone,
                            std::int32_t month_days) {
  const Instant end = end_of_whole_months(log, std::nullopt, zone, month_days);
  if (month_days == 0) {
    return end;
  }
  PanelMonth next(zone.local(from).date, month_days);
  while (month_range(next, zone).to <= end) {
    next = add_months(next, 1);
  }
  return start_of(next, zone);
}

Parameter period_parameter() {
  return {
      .name = "period",
      .help =
          "How long is what is forecast: a calendar month (1mo), or days that stand in for one, "
          "from 7 to 31 (28d, 4w). They are counted back from the end of the log's last day, or "
          "from the day of --as-of, and so is the past: a month is then everywhere that many "
          "days.",
      .placeholder = "PERIOD"};
}

Result<std::int32_t> month_days_of(std::string_view function, const Period& period) {
  if (period == Period{1, Period::Unit::Month}) {
    return 0;
  }
  const std::int32_t weeks = period.unit == Period::Unit::Week ? 7 : 1;
  const bool is_of_days = period.unit == Period::Unit::Day || period.unit == Period::Unit::Week;
  if (!is_of_days || period.count > kMostMonthDays || period.count * weeks < kFewestMonthDays ||
      period.count * weeks > kMostMonthDays) {
    return Error{ErrorCode::InvalidArgument,
                 std::string(function) + ": --period is " + in_quotes(to_string(period)) +
                     ", but must be 1mo, or from " + std::to_string(kFewestMonthDays) + " to " +
                     std::to_string(kMostMonthDays) + " days",
                 "say 28d for four weeks, or 1mo for calendar months"};
  }
  return period.count * weeks;
}

Result<void> check_no_month(std::string_view function,
                            std::string_view flag,
                            const std::optional<Month>& month,
                            std::int32_t month_days,
                            std::string remedy) {
  if (!month || month_days == 0) {
    return {};
  }
  return Error{ErrorCode::InvalidArgument,
               std::string(function) + ": --" + std::string(flag) + " is " + to_string(*month) +
                   ", but must not be said where the period is " + std::to_string(month_days) +
                   " days, of which none is a month",
               std::move(remedy)};
}

Period period_of(std::int32_t month_days) {
  return month_days > 0 ? Period{month_days, Period::Unit::Day} : Period{1, Period::Unit::Month};
}

Parameter features_parameter() {
  return {.name = "features",
          .kind = Kind::File,
          .help =
              "A TOML file that declares features of your own for models with trees: SQL over the "
              "rows of a customer and month, and of how many months it is taken.",
          .placeholder = "FILE"};
}

Parameter holidays_parameter() {
  return {.name = "holidays",
          .kind = Kind::File,
          .help =
              "A CSV file with the columns date and name: days, past and to come, that may sell "
              "more or less than their weekday. They count as far as the log shows that they do.",
          .placeholder = "FILE"};
}

Result<void> read_into(history::PanelOptions& options,
                       const std::string& features,
                       const std::string& holidays) {
  if (!features.empty()) {
    TILL_ASSIGN(const std::string text, features_text(features));
    TILL_ASSIGN(options.features, features_of(text, features));
  }
  if (!holidays.empty()) {
    TILL_ASSIGN(std::vector<log::Holiday> days, log::read_holidays(holidays));
    for (log::Holiday& day : days) {
      options.holidays.push_back({day.date, std::move(day.name)});
    }
  }
  return {};
}

void warn_of_unread(Answer& answer,
                    const std::string& features,
                    const std::string& model,
                    const FittedForecaster& fitted) {
  if (!features.empty() && !fitted.feature_gains) {
    answer.warnings.push_back("The features of " + features + " change nothing: " + model +
                              " has no trees to read them.");
  }
}

List members_value(std::span<const models::MemberWeight> members) {
  List list;
  for (const models::MemberWeight& each : members) {
    list.emplace_back(Object{{"member", each.member},
                             {"weight", finite_value(each.weight)},
                             {"deviance", finite_value(each.deviance)}});
  }
  return list;
}

Value finite_value(double v) {
  return std::isfinite(v) ? Value(v) : Value();
}

}  // namespace till::engine
