#include "till/history/purchase_histories.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "till/core/arrow.hpp"
#include "till/log/amount.hpp"
#include "till/warehouse/dialect.hpp"
#include "till/warehouse/statement.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::history {

namespace {

using log::Counting;
using warehouse::Statement;

/// The purchases of one customer.
struct Purchases {
  std::int64_t count = 0;
  Instant first;  // by Day: what clocks showed at the day's start, as if they were UTC's
  Instant last;
  double sum_log_days = 0.0;  // of the days between purchases
};

Result<void> check(const HistoryOptions& options) {
  if (options.counting.returns == Counting::Returns::Subtract) {
    return Error{ErrorCode::InvalidArgument,
                 "purchase_histories: counting.returns is \"subtract\", but must be count or drop",
                 "a history cannot un-buy: count the returns, or drop them"};
  }
  if (!(options.days_per_unit > 0.0) || !std::isfinite(options.days_per_unit)) {
    return Error{ErrorCode::InvalidArgument,
                 "purchase_histories: days_per_unit is " + std::to_string(options.days_per_unit) +
                     ", but must be more than 0",
                 ""};
  }
  return {};
}

Instant start_of_next_day(const Date& date, const TimeZone& zone) {
  return start_of(date_from_days(days_since_epoch(date) + 1), zone);
}

/// Returns the first moment that histories no longer look at.
Instant cutoff_of(const HistoryOptions& options) {
  return options.calibration_end ? start_of_next_day(*options.calibration_end, options.zone)
                                 : options.cutoff;
}

/// Returns a moment on the scale of the purchases: by Day what clocks show, else the moment itself.
Instant on_scale(const HistoryOptions& options, Instant moment) {
  if (options.counting.unit != Counting::Unit::Day) {
    return moment;
  }
  const LocalTime shown = options.zone.local(moment);
  return {days_since_epoch(shown.date) * kMicrosPerDay + shown.micros_of_day};
}

/// Returns whether the kept customers know the answer: every row counts, and as one purchase.
bool is_kept(const log::Log& log, const HistoryOptions& options, Instant cutoff) {
  const bool counts_returns =
      !log.has_quantity() || options.counting.returns == Counting::Returns::Count;
  return options.counting.unit == Counting::Unit::Row && counts_returns &&
         !options.with_intervals && *log.source().last < cutoff;
}

/// Adds: for each row before the cutoff its customer key and where it stands in time, `at`; and
/// `spend`, where that is said.
///
/// \pre The log has rows before the cutoff.
void add_rows(Statement& question,
              const log::Log& log,
              const HistoryOptions& options,
              std::string_view at,
              Instant cutoff,
              std::string_view spend = "") {
  question.add("SELECT t.customer_key AS customer_key, ").add(at).add(" AS at");
  if (!spend.empty()) {
    question.add(", ").add(spend).add(" AS spend");
  }
  question.add(" FROM till.transactions t WHERE t.customer_key IS NOT NULL");
  if (cutoff <= *log.source().last) {
    const warehouse::Value until = cutoff;
    question.add(" AND t.\"timestamp\" < ").bind(until);
  }
  if (options.counting.returns == Counting::Returns::Drop && log.has_quantity()) {
    question.add(" AND (t.quantity IS NULL OR t.quantity >= 0)");
  }
}

/// Returns where a row stands in time, by Day its local day.
std::string place_in_time(const log::Log& log, const HistoryOptions& options, Instant cutoff) {
  const std::string timestamp = "t.\"timestamp\"";
  return options.counting.unit != Counting::Unit::Day
             ? timestamp
             : "CAST(" +
                   warehouse::local_time_sql(timestamp,
                                             options.zone,
                                             {*log.source().first, std::min(cutoff, log.end())}) +
                   " AS DATE)";
}

/// Whether purchases come with what was spent on them.
enum class Spend { Left, Told };

/// Adds: for each purchase before the cutoff its customer key, where it stands in time, `at`, and
/// where asked for the sum of its amounts, `spend`.
///
/// \pre The log has rows before the cutoff.
void add_purchases(Statement& question,
                   const log::Log& log,
                   const HistoryOptions& options,
                   Instant cutoff,
                   Spend spend = Spend::Left) {
  const std::string place = place_in_time(log, options, cutoff);
  const std::string_view sum = spend == Spend::Told ? "sum(t.amount)" : "";
  switch (options.counting.unit) {
    case Counting::Unit::Row:
      add_rows(question, log, options, place, cutoff, spend == Spend::Told ? "t.amount" : "");
      break;
    case Counting::Unit::Timestamp:
    case Counting::Unit::Day:
      add_rows(question, log, options, place, cutoff, sum);
      question.add(" GROUP BY t.customer_key, ").add(place);
      break;
    case Counting::Unit::Column:
      add_rows(question, log, options, "min(" + place + ")", cutoff, sum);
      question.add(" GROUP BY t.customer_key, t.");
      question.add(warehouse::quote_identifier(options.counting.column));
      break;
  }
}

/// Returns: for each customer key, the purchases before the cutoff, the first and the last.
///
/// \pre The log has rows before the cutoff.
Statement purchases_by_customer(log::Log& log, const HistoryOptions& options, Instant cutoff) {
  Statement question(log.warehouse());
  if (is_kept(log, options, cutoff)) {
    question.add(
        "SELECT c.customer_key, c.transactions, c.\"first\", c.\"last\" FROM till.customers c "
        "WHERE c.transactions > 0");
    return question;
  }
  question.add("SELECT p.customer_key, count(*), min(p.at), max(p.at)");
  if (options.with_intervals) {
    // Two dates differ by a number of days, two timestamps by an interval.
    const std::string_view days = options.counting.unit == Counting::Unit::Day
                                      ? "(p.at - p.before)"
                                      : "(extract(epoch FROM (p.at - p.before)) / 86400.0)";
    question.add(", sum(CASE WHEN p.at > p.before THEN ln(CAST(").add(days).add(" AS ");
    question.add(question.dialect().real_type).add(")) ELSE 0.0 END)");
    question.add(" FROM (SELECT q.customer_key AS customer_key, q.at AS at, lag(q.at) OVER ");
    question.add("(PARTITION BY q.customer_key ORDER BY q.at) AS before FROM (");
    add_purchases(question, log, options, cutoff);
    question.add(") q)");
  } else {
    question.add(" FROM (");
    add_purchases(question, log, options, cutoff);
    question.add(")");
  }
  question.add(" p GROUP BY p.customer_key");
  return question;
}

/// Returns the number of the occasion that a day lies in, consecutive, from any beginning.
std::int64_t occasion_of(std::int64_t day, Period::Unit unit) {
  const Date date = date_from_days(day);
  switch (unit) {
    case Period::Unit::Month:
      return std::int64_t{date.year} * 12 + date.month - 1;
    case Period::Unit::Year:
      return date.year;
    case Period::Unit::Week: {
      const std::int64_t since_monday = day + 3;  // 1970-01-01 was a Thursday
      return since_monday >= 0 ? since_monday / 7 : -((6 - since_monday) / 7);
    }
    case Period::Unit::Hour:
    case Period::Unit::Day:
      break;
  }
  return day;
}

/// Returns the first day of the occasion that a day lies in.
Date start_of_occasion(std::int64_t day, Period::Unit unit) {
  const Date date = date_from_days(day);
  switch (unit) {
    case Period::Unit::Month:
      return {date.year, date.month, 1};
    case Period::Unit::Year:
      return {date.year, 1, 1};
    case Period::Unit::Week:
      return date_from_days(7 * occasion_of(day, unit) - 3);
    case Period::Unit::Hour:
    case Period::Unit::Day:
      break;
  }
  return date;
}

/// Returns the same options, asking for purchases by day until the last occasion is over.
HistoryOptions by_day(const HistoryOptions& options) {
  HistoryOptions days = options;
  days.counting.unit = Counting::Unit::Day;
  days.with_intervals = false;
  days.cutoff = histories_end(options);
  days.calibration_end.reset();
  return days;
}

/// Adds: for each occasion before the end at which a customer bought, the key and the first day,
/// `at`, and where asked for the sum of amounts, `spend`.
void add_occasions(Statement& question,
                   const log::Log& log,
                   const HistoryOptions& options,
                   Spend spend = Spend::Left) {
  const std::string_view unit = *options.occasion == Period::Unit::Year    ? "year"
                                : *options.occasion == Period::Unit::Month ? "month"
                                : *options.occasion == Period::Unit::Week  ? "week"
                                                                           : "day";
  const std::string timestamp(question.dialect().timestamp_type);
  const std::string at = "CAST(date_trunc('" + std::string(unit) + "', CAST(d.at AS " + timestamp +
                         ")) AS " + timestamp + ")";
  question.add("SELECT d.customer_key AS customer_key, ").add(at).add(" AS at");
  if (spend == Spend::Told) {
    question.add(", sum(d.spend) AS spend");
  }
  question.add(" FROM (");
  const HistoryOptions days = by_day(options);
  add_purchases(question, log, days, days.cutoff, spend);
  question.add(") d GROUP BY d.customer_key, ").add(at);
}

/// Returns a sum without its last bits, which depend on the order in which it was added up.
double steady(double sum) {
  constexpr double kUnit = 0x1p-30;
  return std::nearbyint(sum / kUnit) * kUnit;
}

/// What a customer's purchases after the first brought, as far as the log says.
struct RepeatSpend {
  std::int64_t purchases = 0;  ///< Whose amount is known.
  double total = 0.0;          ///< Of amounts as they are kept: whole numbers.
};

/// Reads what customers spent, by key, from rows grouped by the engine.
Result<std::vector<RepeatSpend>> read_grouped_spend(log::Log& log, const HistoryOptions& options) {
  std::vector<RepeatSpend> spend(static_cast<std::size_t>(log.customers()));
  Statement question(log.warehouse());
  question.add("SELECT q.customer_key, count(q.spend), CAST(sum(q.spend) AS ");
  question.add(question.dialect().real_type);
  question.add(") FROM (SELECT p.customer_key AS customer_key, p.spend AS spend, p.at AS at, ");
  question.add("min(p.at) OVER (PARTITION BY p.customer_key) AS first_at FROM (");
  if (options.occasion) {
    add_occasions(question, log, options, Spend::Told);
  } else {
    add_purchases(question, log, options, cutoff_of(options), Spend::Told);
  }
  question.add(") p) q WHERE q.at > q.first_at AND q.spend IS NOT NULL GROUP BY q.customer_key");
  TILL_TRY(warehouse::for_each_row(
      log.warehouse(), question, [&](const BatchView& batch, std::int64_t i) {
        spend[static_cast<std::size_t>(batch.column(0).integer(i))] = {batch.column(1).integer(i),
                                                                       batch.column(2).real(i)};
      }));
  return spend;
}

/// Walks along rows as they are kept, which usually is in order of time: visit(customer key, place
/// in time, amounts, i) returns false where a customer's rows are in another order. Amounts, which
/// are asked for by `amount`, are a column of which the row is the i-th.
///
/// \return whether all rows were in order.
template <typename Visit>
Result<bool> walk_in_order(log::Log& log,
                           const HistoryOptions& options,
                           Instant cutoff,
                           std::string_view amount,
                           const Visit& visit) {
  Statement question(log.warehouse());
  add_rows(question, log, options, place_in_time(log, options, cutoff), cutoff, amount);
  TILL_ASSIGN(warehouse::RecordStream rows,
              log.warehouse().query(question.sql(), question.values()));
  while (true) {
    TILL_ASSIGN(const bool more, rows.next());
    if (!more) {
      return true;
    }
    const BatchView batch = rows.batch();
    const ColumnView keys = batch.column(0);
    const ColumnView places = batch.column(1);
    const ColumnView amounts = amount.empty() ? ColumnView() : batch.column(2);
    for (std::int64_t i = 0; i < batch.rows(); ++i) {
      if (!visit(static_cast<std::size_t>(keys.integer(i)), places.instant(i), amounts, i)) {
        return false;
      }
    }
  }
}

/// Reads the same from the rows as they are kept.
///
/// \return nothing when the rows of a customer are in another order.
Result<std::optional<std::vector<RepeatSpend>>> read_spend_in_order(log::Log& log,
                                                                    const HistoryOptions& options) {
  struct Reached {
    std::optional<Instant> first;
    Instant last;
    bool is_counted = false;  ///< The purchase that the last row is part of.
  };

  std::vector<RepeatSpend> spend(static_cast<std::size_t>(log.customers()));
  std::vector<Reached> reached(spend.size());
  const bool is_each_row = options.counting.unit == Counting::Unit::Row;
  const auto visit = [&](std::size_t key, Instant at, const ColumnView& amounts, std::int64_t i) {
    Reached& customer = reached[key];
    if (!customer.first) {
      customer = {at, at, false};
    }
    if (at < customer.last) {
      return false;
    }
    customer.is_counted = customer.is_counted && !is_each_row && at == customer.last;
    customer.last = at;
    if (at > *customer.first && !amounts.is_null(i)) {
      spend[key].purchases += customer.is_counted ? 0 : 1;
      spend[key].total += static_cast<double>(amounts.integer(i));
      customer.is_counted = true;
    }
    return true;
  };
  TILL_ASSIGN(const bool is_in_order,
              walk_in_order(log, options, cutoff_of(options), "t.amount", visit));
  return is_in_order ? std::optional(std::move(spend)) : std::nullopt;
}

/// Reads the purchases of every customer, by key, from rows grouped by the engine; a count of 0
/// where there are none.
Result<std::vector<Purchases>> read_grouped(log::Log& log, const Statement& question) {
  std::vector<Purchases> purchases(static_cast<std::size_t>(log.customers()));
  TILL_TRY(warehouse::for_each_row(
      log.warehouse(), question, [&](const BatchView& batch, std::int64_t i) {
        purchases[static_cast<std::size_t>(batch.column(0).integer(i))] = {
            batch.column(1).integer(i),
            batch.column(2).instant(i),
            batch.column(3).instant(i),
            batch.columns() > 4 ? steady(batch.column(4).real(i)) : 0.0};
      }));
  return purchases;
}

/// Reads the same from the rows as they are kept: three times as fast as grouping them.
///
/// \return nothing when the rows of a customer are in another order.
Result<std::optional<std::vector<Purchases>>> read_in_order(log::Log& log,
                                                            const HistoryOptions& options,
                                                            Instant cutoff) {
  std::vector<Purchases> purchases(static_cast<std::size_t>(log.customers()));
  const bool is_each_row = options.counting.unit == Counting::Unit::Row;
  const auto visit = [&](std::size_t key, Instant at, const ColumnView&, std::int64_t) {
    Purchases& customer = purchases[key];
    if (customer.count == 0) {
      customer = {1, at, at};
      return true;
    }
    if (at < customer.last) {
      return false;
    }
    const std::int64_t gap_micros = at.micros - customer.last.micros;
    customer.count += is_each_row || gap_micros > 0 ? 1 : 0;
    if (options.with_intervals && gap_micros > 0) {
      customer.sum_log_days +=
          std::log(static_cast<double>(gap_micros) / static_cast<double>(kMicrosPerDay));
    }
    customer.last = at;
    return true;
  };
  TILL_ASSIGN(const bool is_in_order, walk_in_order(log, options, cutoff, "", visit));
  if (!is_in_order) {
    return std::optional<std::vector<Purchases>>();
  }
  for (Purchases& customer : purchases) {
    customer.sum_log_days = steady(customer.sum_log_days);
  }
  return std::optional(std::move(purchases));
}

/// Returns the purchases of every customer, by key; a count of 0 where there are none.
///
/// \pre The log has rows before the cutoff.
Result<std::vector<Purchases>> read_purchases(log::Log& log,
                                              const HistoryOptions& options,
                                              Instant cutoff) {
  if (options.counting.unit != Counting::Unit::Column && !is_kept(log, options, cutoff)) {
    TILL_ASSIGN(std::optional<std::vector<Purchases>> purchases,
                read_in_order(log, options, cutoff));
    if (purchases) {
      return *std::move(purchases);
    }
  }
  return read_grouped(log, purchases_by_customer(log, options, cutoff));
}

/// Returns where every T ends, on the scale of the purchases.
Instant end_of(const HistoryOptions& options,
               Instant cutoff,
               const std::vector<Purchases>& purchases) {
  if (options.counting.unit != Counting::Unit::Day) {
    return cutoff;
  }
  if (options.calibration_end) {
    return {days_since_epoch(*options.calibration_end) * kMicrosPerDay};
  }
  Instant end = on_scale(options, cutoff);
  // Where clocks were just put back over midnight they show a day that is over.
  for (const Purchases& customer : purchases) {
    if (customer.count > 0) {
      end = std::max(end, Instant{customer.last.micros + 1});
    }
  }
  return end;
}

}  // namespace

Instant histories_end(const HistoryOptions& options) {
  const Instant end = cutoff_of(options);
  if (!options.occasion) {
    return end;
  }
  const std::int64_t day = days_since_epoch(options.zone.local(end).date);
  return start_of(start_of_occasion(day, *options.occasion), options.zone);
}

double occasions_between(const HistoryOptions& options, Instant from, Instant to) {
  const auto occasion_at = [&](Instant at) {
    return occasion_of(days_since_epoch(options.zone.local(at).date), *options.occasion);
  };
  return static_cast<double>(occasion_at(to) - occasion_at(from));
}

Result<std::vector<std::string>> customer_ids(log::Log& log) {
  std::vector<std::string> ids(static_cast<std::size_t>(log.customers()));
  TILL_ASSIGN(warehouse::RecordStream rows,
              log.warehouse().query("SELECT c.customer_key, c.customer_id FROM till.customers c"));
  while (true) {
    TILL_ASSIGN(const bool more, rows.next());
    if (!more) {
      return ids;
    }
    const BatchView batch = rows.batch();
    for (std::int64_t i = 0; i < batch.rows(); ++i) {
      ids[static_cast<std::size_t>(batch.column(0).integer(i))] = batch.column(1).text(i);
    }
  }
}

Result<std::vector<DayPurchases>> repeat_purchases_by_day(log::Log& log,
                                                          const HistoryOptions& options,
                                                          Instant until) {
  TILL_TRY(check(options));
  std::vector<DayPurchases> days;
  if (!log.source().first || until <= *log.source().first) {
    return days;
  }
  // Who first bought on the last day has no T, and is no customer of the histories.
  const Instant end = options.calibration_end && options.counting.unit == Counting::Unit::Day
                          ? Instant{days_since_epoch(*options.calibration_end) * kMicrosPerDay}
                          : on_scale(options, cutoff_of(options));
  const bool is_by_day = options.counting.unit == Counting::Unit::Day;
  const std::string day =
      is_by_day ? "q.at"
                : "CAST(" +
                      warehouse::local_time_sql(
                          "q.at", options.zone, {*log.source().first, std::min(until, log.end())}) +
                      " AS DATE)";
  Statement question(log.warehouse());
  const std::string timestamp(question.dialect().timestamp_type);
  question.add("SELECT CAST(").add(day).add(" AS ").add(timestamp);
  question.add("), count(*) FROM (SELECT p.at AS at, min(p.at) OVER (PARTITION BY p.customer_key)");
  question.add(" AS first_at FROM (");
  add_purchases(question, log, options, until);
  question.add(") p) q WHERE q.at > q.first_at AND CAST(q.first_at AS ").add(timestamp);
  question.add(") < ").bind(end);
  question.add(" GROUP BY ").add(day).add(" ORDER BY 1");
  TILL_TRY(warehouse::for_each_row(
      log.warehouse(), question, [&](const BatchView& batch, std::int64_t i) {
        days.push_back({date_from_days(batch.column(0).instant(i).micros / kMicrosPerDay),
                        batch.column(1).integer(i)});
      }));
  return days;
}

Result<std::vector<std::int64_t>> purchases_after(log::Log& log,
                                                  const HistoryOptions& options,
                                                  const CustomerHistories& histories,
                                                  Instant until) {
  TILL_TRY(check(options));
  std::vector<std::int64_t> counts(histories.x.size());
  const Instant cutoff = cutoff_of(options);
  if (!log.source().first || until <= *log.source().first || until <= cutoff) {
    return counts;
  }
  Statement question(log.warehouse());
  question.add("SELECT p.customer_key, count(*) FROM (");
  add_purchases(question, log, options, until);
  question.add(") p WHERE CAST(p.at AS ").add(question.dialect().timestamp_type).add(") >= ");
  question.bind(on_scale(options, cutoff));
  question.add(" GROUP BY p.customer_key");
  std::vector<std::int64_t> by_key(static_cast<std::size_t>(log.customers()));
  TILL_TRY(warehouse::for_each_row(
      log.warehouse(), question, [&](const BatchView& batch, std::int64_t i) {
        by_key[static_cast<std::size_t>(batch.column(0).integer(i))] = batch.column(1).integer(i);
      }));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = by_key[static_cast<std::size_t>(histories.customer_key[i])];
  }
  return counts;
}

Result<CustomerSpend> customer_spend(log::Log& log,
                                     const HistoryOptions& options,
                                     const CustomerHistories& histories) {
  TILL_TRY(check(options));
  CustomerSpend spend{std::vector<double>(histories.x.size()),
                      std::vector<double>(histories.x.size())};
  if (histories.x.empty()) {
    return spend;
  }
  // Amounts are whole numbers, so that their sum does not depend on the order.
  std::optional<std::vector<RepeatSpend>> by_key;
  if (!options.occasion && options.counting.unit != Counting::Unit::Column) {
    TILL_ASSIGN(by_key, read_spend_in_order(log, options));
  }
  if (!by_key) {
    TILL_ASSIGN(by_key, read_grouped_spend(log, options));
  }
  for (std::size_t i = 0; i < histories.customer_key.size(); ++i) {
    const RepeatSpend& one = (*by_key)[static_cast<std::size_t>(histories.customer_key[i])];
    if (one.purchases > 0) {
      const auto count = static_cast<double>(one.purchases);
      const double total = one.total / static_cast<double>(log::kAmountScale);
      spend.purchases[i] = count;
      spend.monetary_value[i] = total / count;
    }
  }
  return spend;
}

Result<std::vector<double>> purchase_times(log::Log& log,
                                           const HistoryOptions& options,
                                           std::int32_t customer_key) {
  TILL_TRY(check(options));
  std::vector<double> times;
  const Instant cutoff = histories_end(options);
  if (!log.source().first || cutoff <= *log.source().first) {
    return times;
  }
  Statement question(log.warehouse());
  question.add("SELECT CAST(p.at AS ").add(question.dialect().timestamp_type).add(") FROM (");
  if (options.occasion) {
    add_occasions(question, log, options);
  } else {
    add_purchases(question, log, options, cutoff);
  }
  question.add(") p WHERE p.customer_key = ").bind(std::int64_t{customer_key}).add(" ORDER BY 1");
  const double micros_per_unit = options.days_per_unit * static_cast<double>(kMicrosPerDay);
  std::optional<Instant> first;
  TILL_TRY(warehouse::for_each_row(
      log.warehouse(), question, [&](const BatchView& batch, std::int64_t i) {
        const Instant at = batch.column(0).instant(i);
        first = first.value_or(at);
        if (options.occasion) {
          times.push_back(
              static_cast<double>(occasion_of(at.micros / kMicrosPerDay, *options.occasion) -
                                  occasion_of(first->micros / kMicrosPerDay, *options.occasion)));
          return;
        }
        times.push_back(static_cast<double>(at.micros - first->micros) / micros_per_unit);
      }));
  return times;
}

namespace {

Result<CustomerHistories> occasion_histories(log::Log& log, const HistoryOptions& options) {
  CustomerHistories histories;
  const Instant end = histories_end(options);
  if (!log.source().first || end <= *log.source().first) {
    return histories;
  }
  Statement question(log.warehouse());
  question.add("SELECT p.customer_key, count(*), min(p.at), max(p.at) FROM (");
  add_occasions(question, log, options);
  question.add(") p GROUP BY p.customer_key");
  TILL_ASSIGN(const std::vector<Purchases> purchases, read_grouped(log, question));
  const auto occasion_at = [&](Instant at) {
    return occasion_of(at.micros / kMicrosPerDay, *options.occasion);
  };
  const std::int64_t last =
      occasion_of(days_since_epoch(options.zone.local(end).date), *options.occasion) - 1;
  for (std::size_t key = 0; key < purchases.size(); ++key) {
    const Purchases& customer = purchases[key];
    if (customer.count == 0) {
      continue;
    }
    const std::int64_t first = occasion_at(customer.first);
    if (first >= last) {
      ++histories.without_age;
      continue;
    }
    histories.purchases += customer.count;
    histories.customer_key.push_back(static_cast<std::int32_t>(key));
    histories.x.push_back(static_cast<double>(customer.count - 1));
    histories.t_x.push_back(static_cast<double>(occasion_at(customer.last) - first));
    histories.T.push_back(static_cast<double>(last - first));
  }
  return histories;
}

}  // namespace

Result<CustomerHistories> purchase_histories(log::Log& log, const HistoryOptions& options) {
  TILL_TRY(check(options));
  if (options.occasion) {
    return occasion_histories(log, options);
  }
  const Instant cutoff = cutoff_of(options);
  CustomerHistories histories;
  if (!log.source().first || cutoff <= *log.source().first) {
    return histories;
  }
  TILL_ASSIGN(const std::vector<Purchases> purchases, read_purchases(log, options, cutoff));
  const Instant end = end_of(options, cutoff, purchases);
  const double log_days_per_unit = std::log(options.days_per_unit);
  const double micros_per_unit = options.days_per_unit * static_cast<double>(kMicrosPerDay);
  const auto units = [&](Instant from, Instant to) {
    return static_cast<double>(to.micros - from.micros) / micros_per_unit;
  };
  const auto customers = static_cast<std::size_t>(
      std::count_if(purchases.begin(), purchases.end(), [](const Purchases& customer) {
        return customer.count > 0;
      }));
  histories.customer_key.reserve(customers);
  histories.x.reserve(customers);
  histories.t_x.reserve(customers);
  histories.T.reserve(customers);
  for (std::size_t key = 0; key < purchases.size(); ++key) {
    const Purchases& customer = purchases[key];
    if (customer.count == 0) {
      continue;
    }
    if (customer.first >= end) {
      ++histories.without_age;
      continue;
    }
    const bool is_one_instant = customer.first == customer.last;
    histories.at_one_instant += is_one_instant && customer.count > 1 ? 1 : 0;
    histories.purchases += customer.count;
    histories.customer_key.push_back(static_cast<std::int32_t>(key));
    histories.x.push_back(is_one_instant ? 0.0 : static_cast<double>(customer.count - 1));
    histories.t_x.push_back(units(customer.first, customer.last));
    histories.T.push_back(units(customer.first, end));
    if (options.with_intervals) {
      histories.sum_log_intervals.push_back(customer.sum_log_days -
                                            histories.x.back() * log_days_per_unit);
    }
  }
  return histories;
}

}  // namespace till::history
