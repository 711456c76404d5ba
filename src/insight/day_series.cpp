#include "insight/day_series.hpp"

#include <algorithm>
#include <map>

#include "till/warehouse/statement.hpp"

namespace till::insight {

Result<DaySeries> read_days(log::Log& log, Tally tally) {
  tally.by_day = true;
  tally.grouped = false;
  std::map<std::int64_t, double> found;
  Statement statement(log.warehouse());
  add_tally(statement, log, tally);
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    found[batch.column(0).integer(i)] = static_cast<double>(batch.column(1).integer(i));
  }));
  DaySeries days;
  if (found.empty()) {
    return days;
  }
  // To the last day of the log that counts: silence is an answer, too.
  const TimeRange range = within_log(log, tally.range);
  const std::int64_t end = days_since_epoch(tally.zone.local(Instant{range.to.micros - 1}).date);
  days.first = found.begin()->first;
  days.transactions.resize(
      static_cast<std::size_t>(std::max(end, found.rbegin()->first) - days.first + 1));
  for (const auto& [day, transactions] : found) {
    days.transactions[static_cast<std::size_t>(day - days.first)] = transactions;
  }
  return days;
}

std::size_t weekday_of(std::int64_t day) noexcept {
  return static_cast<std::size_t>(((day + 3) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
}

}  // namespace till::insight
