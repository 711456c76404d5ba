#include "insight/customer_rhythm.hpp"

#include <algorithm>
#include <cmath>

namespace till::insight {

namespace {

constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;

void add_part(Parts& parts, std::int64_t part) {
  const auto value = static_cast<double>(part);
  parts.parts += 1.0;
  parts.sum += value;
  parts.squares += value * value;
}

std::int64_t minute_of(std::int64_t micros) {
  return micros / kMicrosPerMinute - (micros % kMicrosPerMinute < 0 ? 1 : 0);
}

}  // namespace

CustomerDays customer_days(std::int64_t key, std::span<const PurchaseStep> days, std::int64_t end) {
  CustomerDays of;
  of.key = key;
  bool is_first = true;
  std::int64_t last = 0;
  for (const PurchaseStep& day : days) {
    if (day.transactions <= 0) {
      continue;
    }
    const std::int64_t more = std::int64_t{day.transactions} - 1;
    add_part(of.busy, more);
    if (is_first || static_cast<double>(more) > of.busy.most) {
      of.busy.most = static_cast<double>(more);
      of.busiest_day = day.at;
    }
    if (!is_first) {
      const std::int64_t silent = day.at - 1 - last;
      add_part(of.silent, silent);
      if (of.silent.parts == 1.0 || static_cast<double>(silent) > of.silent.most) {
        of.silent.most = static_cast<double>(silent);
        of.silent_to = day.at;
      }
    }
    last = day.at;
    is_first = false;
  }
  // The silence since the last purchase is one, too, as long as it has lasted.
  const std::int64_t since = std::max<std::int64_t>(end - 1 - last, 0);
  add_part(of.silent, since);
  if (static_cast<double>(since) > of.silent.most) {
    of.silent.most = static_cast<double>(since);
    of.silent_to = end;
  }
  of.silent_from = of.silent_to - static_cast<std::int64_t>(of.silent.most);
  return of;
}

CustomerInstants customer_instants(std::int64_t key, std::span<const CustomerRow> rows) {
  CustomerInstants of;
  of.key = key;
  of.range = {Instant{rows.front().at}, Instant{rows.back().at + 1}};
  of.has_whole_days = true;
  double sum = 0.0;
  double squares = 0.0;
  std::int64_t minute = minute_of(rows.front().at);
  std::int64_t in_minute = 0;
  const auto end_minute = [&] {
    const std::int64_t more = in_minute - 1;
    add_part(of.minutes, more);
    if (of.minutes.parts == 1.0 || static_cast<double>(more) > of.minutes.most) {
      of.minutes.most = static_cast<double>(more);
      of.busiest_minute = Instant{minute * kMicrosPerMinute};
    }
    in_minute = 0;
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0 && rows[i].at == rows[i - 1].at) {
      continue;
    }
    if (i > 0) {
      const std::int64_t micros = rows[i].at - rows[i - 1].at;
      const double gap = static_cast<double>(micros) / static_cast<double>(kMicrosPerSecond);
      ++of.gaps;
      sum += gap;
      squares += gap * gap;
      of.has_whole_days = of.has_whole_days && micros % kMicrosPerDay == 0;
    }
    if (const std::int64_t here = minute_of(rows[i].at); here != minute) {
      end_minute();
      minute = here;
    }
    ++in_minute;
  }
  end_minute();
  if (of.gaps > 0) {
    const auto n = static_cast<double>(of.gaps);
    of.mean_gap = sum / n;
    of.gap_deviation =
        n > 1.0 ? std::sqrt(std::max(squares - sum * of.mean_gap, 0.0) / (n - 1.0)) : 0.0;
  }
  return of;
}

}  // namespace till::insight
