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
                            const TimeZone& zone) {
  if (as_of) {
    return start_of(month_of(*as_of, zone), zone);
  }
  const Month last = month_of(log.end(), zone);
  const Date date = zone.local(log.end()).date;
  const Instant next = start_of(add_months(last, 1), zone);
  const bool is_over = date.month == last.month && date.day == days_in(last);
  return is_over ? next : start_of(last, zone);
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
