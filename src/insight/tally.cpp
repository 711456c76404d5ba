#include "insight/tally.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "till/core/nearest.hpp"

namespace till::insight {

namespace {

using log::Counting;

/// Returns the counting that is left when the log has no returns to treat.
Counting counting_in(const log::Log& log, Counting counting) {
  if (!log.has_quantity()) {
    counting.returns = Counting::Returns::Count;
  }
  return counting;
}

bool starts_at_or_before_log(const log::Log& log, Instant from) {
  return !log.source().first || from <= *log.source().first;
}

bool ends_after_log(const log::Log& log, Instant to) {
  return !log.source().last || *log.source().last < to;
}

/// Returns whether whole months of a zone hold the same rows of the log as the range does.
bool is_whole_months(const log::Log& log, TimeRange range, const TimeZone& zone) {
  return (starts_at_or_before_log(log, range.from) || is_month_start(range.from, zone)) &&
         (ends_after_log(log, range.to) || is_month_start(range.to, zone));
}

/// The FROM and WHERE of a tally, written one after the other.
class Conditions {
 public:
  explicit Conditions(Statement& statement) : statement_(statement) {}

  Statement& next() {
    statement_.add(is_first_ ? " WHERE " : " AND ");
    is_first_ = false;
    return statement_;
  }

  void none() { next().add("1 = 0"); }

 private:
  Statement& statement_;
  bool is_first_ = true;
};

void add_table(Statement& statement, std::string_view table, const Tally& tally) {
  statement.add(" FROM ").add(table).add(" t");
  if (tally.grouped && (tally.by_product || tally.product_key)) {
    statement.add(" JOIN product_groups g ON g.product_key = t.product_key");
  }
}

std::string_view product_column(const Tally& tally) {
  return tally.grouped ? "g.group_key" : "t.product_key";
}

void add_product_condition(Conditions& conditions, const Tally& tally) {
  if (tally.product_key) {
    conditions.next().add(product_column(tally)).add(" = ").bind(*tally.product_key);
  }
}

/// A stretch of time in which clocks show one month; it begins where the one before ends.
struct MonthStretch {
  std::int64_t month = 0;
  Instant to;
};

/// Returns the months that clocks of a zone show during a range, in order of time; where clocks go
/// back over a month's start, a month appears twice.
std::vector<MonthStretch> months_shown(TimeRange range, const TimeZone& zone) {
  std::vector<MonthStretch> stretches;
  Instant from = range.from;
  while (from < range.to) {
    const OffsetPeriod period = zone.offset_at(from);
    const Month month = month_of(from, zone);
    const Month next = add_months(month, 1);
    const Instant end_of_month{days_since_epoch({next.year, next.month, 1}) * kMicrosPerDay -
                               period.offset_seconds * kMicrosPerSecond};
    const Instant to = std::min({end_of_month, period.range.to, range.to});
    if (stretches.empty() || stretches.back().month != tally_month(month)) {
      stretches.push_back({tally_month(month), to});
    }
    stretches.back().to = to;
    from = to;
  }
  return stretches;
}

/// Writes the month of a timestamp as a search among stretches: a few comparisons for each row,
/// which costs a fifth of taking local time apart.
void add_month_at(Statement& statement,
                  std::string_view timestamp,
                  std::span<const MonthStretch> stretches) {
  if (stretches.size() <= 1) {
    statement.add(std::to_string(stretches.empty() ? 0 : stretches.front().month));
    return;
  }
  const std::size_t half = stretches.size() / 2;
  statement.add("CASE WHEN ").add(timestamp).add(" < ").bind(stretches[half - 1].to).add(" THEN ");
  add_month_at(statement, timestamp, stretches.first(half));
  statement.add(" ELSE ");
  add_month_at(statement, timestamp, stretches.subspan(half));
  statement.add(" END");
}

/// Writes the columns that a tally counts by, as they are called outside of its inner SELECT.
void add_keys(Statement& statement, const Tally& tally, std::string_view before) {
  const auto add_key = [&](bool is_asked_for, std::string_view name) {
    if (is_asked_for) {
      statement.add(before).add("r.").add(name);
      before = ", ";
    }
  };
  add_key(tally.by_customer, "customer_key");
  add_key(tally.by_product, "product_key");
  add_key(tally.by_month, "month");
  add_key(tally.by_day, "day");
  add_key(tally.by_hour, "hour");
}

/// Writes the rows of a summary, each with as many transactions as it stands for.
void add_summary_rows(Statement& statement,
                      const log::Log& log,
                      const Tally& tally,
                      TallyTable table) {
  statement.add("SELECT t.transactions AS weight");
  if (tally.by_customer) {
    statement.add(", t.customer_key AS customer_key");
  }
  if (tally.by_product) {
    statement.add(", ").add(product_column(tally)).add(" AS product_key");
  }
  if (tally.by_month) {
    statement.add(
        ", CAST(extract(year FROM t.\"month\") AS INTEGER) * 12"
        " + CAST(extract(month FROM t.\"month\") AS INTEGER) - 1 AS month");
  }
  if (tally.counts_customers) {
    statement.add(", t.customers AS customers");
  }
  const std::string_view name = table == TallyTable::Customers  ? "till.customers"
                                : table == TallyTable::Products ? "till.products"
                                                                : "till.product_months";
  add_table(statement, name, tally);
  Conditions conditions(statement);
  add_product_condition(conditions, tally);
  if (table != TallyTable::ProductMonths) {
    return;
  }
  if (within_log(log, tally.range).empty()) {
    conditions.none();
    return;
  }
  const auto add_bound = [&](std::string_view comparison, Instant instant) {
    const Instant month = start_of(month_of(instant, tally.zone), TimeZone());
    conditions.next().add("t.\"month\"").add(comparison).add("CAST(").bind(month).add(" AS DATE)");
  };
  if (!starts_at_or_before_log(log, tally.range.from)) {
    add_bound(" >= ", tally.range.from);
  }
  if (!ends_after_log(log, tally.range.to)) {
    add_bound(" < ", tally.range.to);
  }
}

/// Writes the counted rows of the log: every row, or one for each transaction of what is counted
/// by.
void add_log_rows(Statement& statement,
                  const log::Log& log,
                  const Tally& tally,
                  const Counting& counting) {
  const std::string_view timestamp = "t.\"timestamp\"";
  const TimeRange range = within_log(log, tally.range);
  const bool is_row = counting.unit == Counting::Unit::Row;
  if (is_row) {
    statement.add("SELECT ").add(counting.returns == Counting::Returns::Subtract
                                     ? "CASE WHEN t.quantity < 0 THEN -1 ELSE 1 END"
                                     : "1");
    statement.add(" AS weight");
  } else {
    statement.add("SELECT DISTINCT ");
  }
  switch (counting.unit) {
    case Counting::Unit::Row:
      break;
    case Counting::Unit::Timestamp:
      statement.add(timestamp).add(" AS unit");
      break;
    case Counting::Unit::Day:
      statement.add("CAST(")
          .add(warehouse::local_time_sql(timestamp, tally.zone, range))
          .add(" AS DATE) AS unit");
      break;
    case Counting::Unit::Column:
      statement.add("t.").add_name(counting.column).add(" AS unit");
      break;
  }
  if (!is_row || tally.by_customer || tally.counts_customers) {
    statement.add(", t.customer_key AS customer_key");
  }
  if (tally.by_product) {
    statement.add(", ").add(product_column(tally)).add(" AS product_key");
  }
  if (tally.by_month) {
    add_month_at(statement.add(", "), timestamp, months_shown(range, tally.zone));
    statement.add(" AS month");
  }
  if (tally.by_day) {
    statement.add(", CAST(")
        .add(warehouse::local_time_sql(timestamp, tally.zone, range))
        .add(" AS DATE) - DATE '1970-01-01' AS day");
  }
  if (tally.by_hour) {
    statement.add(", CAST(extract(hour FROM ")
        .add(warehouse::local_time_sql(timestamp, tally.zone, range))
        .add(") AS INTEGER) AS hour");
  }
  add_table(statement, "till.transactions", tally);
  Conditions conditions(statement);
  if (range.empty()) {
    conditions.none();
    return;
  }
  if (!starts_at_or_before_log(log, tally.range.from)) {
    conditions.next().add(timestamp).add(" >= ").bind(range.from);
  }
  if (!ends_after_log(log, tally.range.to)) {
    conditions.next().add(timestamp).add(" < ").bind(range.to);
  }
  add_product_condition(conditions, tally);
  if (tally.without_customer) {
    conditions.next().add("t.customer_key IS NULL");
  }
  if (counting.returns == Counting::Returns::Drop) {
    conditions.next().add("(t.quantity IS NULL OR t.quantity >= 0)");
  }
}

/// Returns whether no two rows of a summary belong to the same row of a tally: nothing to add up.
bool is_row_by_row(TallyTable table, const Tally& tally) {
  if (tally.grouped) {
    return false;
  }
  switch (table) {
    case TallyTable::Customers:
      return tally.by_customer;
    case TallyTable::Products:
      return tally.by_product;
    case TallyTable::ProductMonths:
      return tally.by_product && tally.by_month;
    case TallyTable::Transactions:
      break;
  }
  return false;
}

}  // namespace

TallyTable smallest_table(const log::Log& log, const Tally& tally) {
  if (!counting_in(log, tally.counting).is_default() || tally.without_customer || tally.by_day ||
      tally.by_hour) {
    return TallyTable::Transactions;
  }
  const bool is_whole_log =
      starts_at_or_before_log(log, tally.range.from) && ends_after_log(log, tally.range.to);
  if (tally.by_customer) {
    const bool by_nothing_else = !tally.by_product && !tally.by_month && !tally.product_key;
    return is_whole_log && by_nothing_else ? TallyTable::Customers : TallyTable::Transactions;
  }
  if (is_whole_log && !tally.by_month && !tally.counts_customers) {
    return TallyTable::Products;
  }
  // Customers of several products or months cannot be added up: who is in both would count twice.
  const bool knows_customers = tally.by_month && tally.product_key && !tally.grouped;
  if (tally.zone == log.zone() && is_whole_months(log, tally.range, tally.zone) &&
      (!tally.counts_customers || knows_customers)) {
    return TallyTable::ProductMonths;
  }
  return TallyTable::Transactions;
}

std::pair<Month, Month> months_within(const log::Log& log, TimeRange range) {
  if (within_log(log, range).empty()) {
    return {};
  }
  // Months of the log's ends are taken whole: the log has no rows beyond them.
  const Instant first = starts_at_or_before_log(log, range.from) ? *log.source().first : range.from;
  const Month last = month_of(*log.source().last, log.zone());
  // Where clocks go back over a month's start, rows of the month before may come later.
  const Month after_log = add_months(last, 2);
  const Month from = month_of(first, log.zone());
  return {starts_at_or_before_log(log, range.from) ? add_months(from, -1) : from,
          ends_after_log(log, range.to) ? after_log : month_of(range.to, log.zone())};
}

void add_tally(Statement& statement, const log::Log& log, const Tally& tally) {
  const Counting counting = counting_in(log, tally.counting);
  const TallyTable table = smallest_table(log, tally);
  const bool is_summary = table != TallyTable::Transactions;
  const bool is_weighted = is_summary || counting.returns == Counting::Returns::Subtract;
  const std::string_view integer = statement.dialect().integer_type;

  statement.add("SELECT ");
  add_keys(statement, tally, "");
  const bool has_keys =
      tally.by_customer || tally.by_product || tally.by_month || tally.by_day || tally.by_hour;
  statement.add(has_keys ? ", " : "");
  if (is_row_by_row(table, tally)) {
    statement.add("r.weight AS transactions")
        .add(tally.counts_customers ? ", r.customers AS customers" : "")
        .add(" FROM (");
    add_summary_rows(statement, log, tally, table);
    statement.add(") r");
    return;
  }
  // The sum of 64-bit integers is a decimal in most engines.
  if (is_weighted) {
    statement.add("CAST(coalesce(sum(r.weight), 0) AS ").add(integer).add(")");
  } else {
    statement.add("count(*)");
  }
  statement.add(" AS transactions");
  if (tally.counts_customers) {
    if (is_summary) {
      statement.add(", CAST(coalesce(sum(r.customers), 0) AS ").add(integer).add(")");
    } else {
      statement.add(", count(DISTINCT r.customer_key)");
    }
    statement.add(" AS customers");
  }
  statement.add(" FROM (");
  if (is_summary) {
    add_summary_rows(statement, log, tally, table);
  } else {
    add_log_rows(statement, log, tally, counting);
  }
  statement.add(") r");
  add_keys(statement, tally, " GROUP BY ");
}

void add_tally_rows(Statement& statement, const log::Log& log, const Tally& tally) {
  add_log_rows(statement, log, tally, counting_in(log, tally.counting));
}

bool has_weights(const log::Log& log, const Tally& tally) noexcept {
  return log.has_quantity() && tally.counting.returns == Counting::Returns::Subtract;
}

Month month_of_tally(std::int64_t month) noexcept {
  return add_months({0, 1}, static_cast<std::int32_t>(month));
}

std::int64_t tally_month(Month month) noexcept {
  return std::int64_t{month.year} * 12 + month.month - 1;
}

Result<void> check_counting(const log::Log& log,
                            std::string_view function,
                            const Counting& counting) {
  if (counting.returns == Counting::Returns::Subtract && counting.unit != Counting::Unit::Row) {
    return Error{ErrorCode::InvalidArgument,
                 std::string(function) +
                     ": counting.returns is \"subtract\", but must be count or drop where a "
                     "transaction is not a row",
                 "count rows, or drop the returns"};
  }
  if (counting.unit != Counting::Unit::Column) {
    return {};
  }
  std::vector<std::string> known;
  for (const log::ExtraColumn& column : log.extra_columns()) {
    known.push_back(column.name);
  }
  if (std::find(known.begin(), known.end(), counting.column) != known.end()) {
    return {};
  }
  std::string columns;
  for (const std::string& name : known) {
    columns += (columns.empty() ? "the log keeps the columns " : ", ") + name;
  }
  return Error{
      ErrorCode::NotFound,
      std::string(function) + ": counting.column is " + in_quotes(counting.column) +
          ", but must be a column that the log keeps",
      did_you_mean(nearest(counting.column, known),
                   columns.empty() ? "the log keeps no column beyond those till knows" : columns)};
}

bool is_month_start(Instant instant, const TimeZone& zone) {
  const Month month = month_of(instant, zone);
  if (start_of(month, zone) != instant) {
    return false;
  }
  // No clock was ever put back by more than a day.
  const Instant certain{std::min(instant.micros, kMaxInstant.micros - kMicrosPerDay) +
                        kMicrosPerDay};
  const std::vector<OffsetPeriod> periods = zone.offsets({instant, certain});
  return std::all_of(periods.begin() + 1, periods.end(), [&](const OffsetPeriod& period) {
    return month_of(period.range.from, zone) >= month;
  });
}

double ratio(std::int64_t part, std::int64_t whole) noexcept {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

TimeRange within_log(const log::Log& log, TimeRange range) noexcept {
  if (!log.source().first) {
    return {};
  }
  const Instant from = std::max(range.from, *log.source().first);
  const Instant to = std::min(range.to, log.end());
  return from < to ? TimeRange{from, to} : TimeRange{*log.source().first, *log.source().first};
}

}  // namespace till::insight
