#include "panel_question.hpp"

#include <algorithm>
#include <cmath>
#include <thread>

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
