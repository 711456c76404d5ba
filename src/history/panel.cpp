#include "till/history/panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "till/core/arrow.hpp"
#include "till/warehouse/dialect.hpp"
#include "till/warehouse/statement.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::history {

namespace {

using log::Counting;
using warehouse::for_each_row;
using warehouse::Statement;

constexpr std::size_t kMaxCells = std::size_t{1} << 30U;

Result<void> check(const log::Log& log, const PanelOptions& options) {
  const Counting& counting = options.counting;
  if (options.month_days != 0 &&
      (options.month_days < kFewestMonthDays || options.month_days > kMostMonthDays)) {
    return Error{ErrorCode::InvalidArgument,
                 "customer_panel: month_days is " + std::to_string(options.month_days) +
                     ", but must be from " + std::to_string(kFewestMonthDays) + " to " +
                     std::to_string(kMostMonthDays) + ", or 0 for months of the calendar",
                 ""};
  }
  if (counting.returns == Counting::Returns::Subtract && counting.unit != Counting::Unit::Row) {
    return Error{
        ErrorCode::InvalidArgument,
        "customer_panel: counting.returns is \"subtract\", but must be count or drop where "
        "a transaction is not a row",
        "count rows, or drop the returns"};
  }
  const auto is_asked_for = [&](const log::ExtraColumn& column) {
    return column.name == counting.column;
  };
  if (counting.unit == Counting::Unit::Column &&
      std::none_of(log.extra_columns().begin(), log.extra_columns().end(), is_asked_for)) {
    return Error{ErrorCode::NotFound,
                 "customer_panel: counting.column is \"" + counting.column +
                     "\", but must be a column that the log keeps",
                 "till describe lists the columns"};
  }
  return {};
}

bool drops_returns(const log::Log& log, const Counting& counting) {
  return log.has_quantity() && counting.returns == Counting::Returns::Drop;
}

bool subtracts_returns(const log::Log& log, const Counting& counting) {
  return log.has_quantity() && counting.returns == Counting::Returns::Subtract;
}

/// Writes the conditions of the rows that count, in a range.
void add_conditions(Statement& question,
                    const log::Log& log,
                    const Counting& counting,
                    TimeRange range) {
  question.add(" FROM till.transactions t WHERE t.customer_key IS NOT NULL");
  if (*log.source().first < range.from) {
    question.add(" AND t.\"timestamp\" >= ").bind(range.from);
  }
  if (range.to <= *log.source().last) {
    question.add(" AND t.\"timestamp\" < ").bind(range.to);
  }
  if (drops_returns(log, counting)) {
    question.add(" AND (t.quantity IS NULL OR t.quantity >= 0)");
  }
}

struct Birth {
  Instant instant;
  std::int32_t customer_key = 0;
};

/// Returns the first transaction of each customer seen before the cutoff, in order of the keys.
Result<std::vector<Birth>> read_births(log::Log& log, const PanelOptions& options) {
  Statement question(log.warehouse());
  if (drops_returns(log, options.counting)) {
    question.add("SELECT t.customer_key, min(t.\"timestamp\")");
    add_conditions(question, log, options.counting, {*log.source().first, options.cutoff});
    question.add(" GROUP BY t.customer_key ORDER BY t.customer_key");
  } else {
    question
        .add(
            "SELECT c.customer_key, c.\"first\" FROM till.customers c "
            "WHERE c.transactions > 0 AND c.\"first\" < ")
        .bind(options.cutoff)
        .add(" ORDER BY c.customer_key");
  }
  std::vector<Birth> births;
  TILL_TRY(for_each_row(log.warehouse(), question, [&](const BatchView& batch, std::int64_t i) {
    births.push_back(
        {batch.column(1).instant(i), static_cast<std::int32_t>(batch.column(0).integer(i))});
  }));
  return births;
}

/// Writes the index of the month that a timestamp falls into, as a search among the months' starts.
void add_month_index(Statement& question, std::span<const MonthPart> months, std::size_t first) {
  if (months.size() == 1) {
    question.add(std::to_string(first));
    return;
  }
  const std::size_t half = months.size() / 2;
  question.add("CASE WHEN t.\"timestamp\" < ").bind(months[half].range.from).add(" THEN ");
  add_month_index(question, months.first(half), first);
  question.add(" ELSE ");
  add_month_index(question, months.subspan(half), first + half);
  question.add(" END");
}

/// Writes a day of the zone's calendar.
std::string local_day(const PanelOptions& options, TimeRange range) {
  return "CAST(" + warehouse::local_time_sql("t.\"timestamp\"", options.zone, range) + " AS DATE)";
}

/// Writes what makes rows one transaction, up to the keys they are counted by.
void add_unit(Statement& question, const PanelOptions& options, TimeRange range) {
  switch (options.counting.unit) {
    case Counting::Unit::Row:  // counted by read_rows
      return;
    case Counting::Unit::Timestamp:
      question.add("SELECT DISTINCT t.\"timestamp\" AS unit");
      return;
    case Counting::Unit::Day:
      question.add("SELECT DISTINCT ").add(local_day(options, range)).add(" AS unit");
      return;
    case Counting::Unit::Column:
      question.add("SELECT DISTINCT t.")
          .add(warehouse::quote_identifier(options.counting.column))
          .add(" AS unit");
      return;
  }
}

/// Returns the first day of a month, since 1970-01-01.
std::int64_t first_day_of(const MonthPart& part) {
  return days_since_epoch(part.month.first);
}

/// Returns the months of a panel: from the first birth, whose whole month counts, to the cutoff.
std::vector<MonthPart> months_of(const std::vector<Birth>& births, const PanelOptions& options) {
  const auto first =
      std::min_element(births.begin(), births.end(), [](const auto& a, const auto& b) {
        return a.instant < b.instant;
      });
  PanelMonth last;
  if (options.month_days > 0) {
    const Date day = options.zone.local(Instant{options.cutoff.micros - 1}).date;
    last = {date_from_days(days_since_epoch(day) + 1 - options.month_days), options.month_days};
  }
  const PanelMonth month =
      month_parts({first->instant, Instant{first->instant.micros + 1}}, options.zone, last)
          .front()
          .month;
  return month_parts({start_of(month, options.zone), options.cutoff}, options.zone, last);
}

/// Returns the index of the last month that begins at or before an instant.
std::size_t month_at(const std::vector<MonthPart>& months, Instant instant) {
  const auto after = std::upper_bound(
      months.begin(), months.end(), instant, [](Instant value, const MonthPart& month) {
        return value < month.range.from;
      });
  return static_cast<std::size_t>(after - months.begin()) - 1;
}

/// Where a panel's counts of each customer and month stand.
struct Cells {
  std::vector<std::size_t> first;      // by month: where its counts begin
  std::vector<std::int32_t> position;  // by customer key: its place in the order of birth, or -1
  std::size_t size = 0;

  [[nodiscard]] std::size_t of(std::size_t customer_key, std::size_t month) const noexcept {
    return first[month] + static_cast<std::size_t>(position[customer_key]);
  }
};

/// Puts customers in the order of birth, and tells where their counts go.
Cells place(const log::Log& log, const std::vector<Birth>& births, PanelColumns& columns) {
  Cells cells;
  std::vector<std::size_t> next(columns.months.size() + 1, 0);  // by month: the next one's place
  for (const Birth& birth : births) {
    ++next[month_at(columns.months, birth.instant) + 1];
  }
  for (std::size_t t = 1; t < next.size(); ++t) {
    next[t] += next[t - 1];
    cells.first.push_back(cells.size);
    cells.size += next[t];
  }
  columns.customer_keys.resize(births.size());
  columns.births.resize(births.size());
  cells.position.assign(static_cast<std::size_t>(log.customers()), -1);
  for (const Birth& birth : births) {
    const std::size_t at = next[month_at(columns.months, birth.instant)]++;
    columns.customer_keys[at] = birth.customer_key;
    columns.births[at] = birth.instant;
    cells.position[static_cast<std::size_t>(birth.customer_key)] = static_cast<std::int32_t>(at);
  }
  return cells;
}

/// Counts transactions that are more than a row.
Result<void> read_counts(log::Log& log,
                         const PanelOptions& options,
                         const Cells& cells,
                         PanelColumns& columns) {
  const TimeRange range{columns.months.front().range.from, options.cutoff};
  Statement question(log.warehouse());
  question.add("SELECT r.customer_key, r.month_index, count(*) FROM (");
  add_unit(question, options, range);
  question.add(", t.customer_key AS customer_key, ");
  add_month_index(question, columns.months, 0);
  question.add(" AS month_index");
  add_conditions(question, log, options.counting, range);
  question.add(") r GROUP BY r.customer_key, r.month_index");
  return for_each_row(log.warehouse(), question, [&](const BatchView& batch, std::int64_t i) {
    const auto key = static_cast<std::size_t>(batch.column(0).integer(i));
    const auto month = static_cast<std::size_t>(batch.column(1).integer(i));
    columns.counts[cells.of(key, month)] = static_cast<std::int32_t>(std::min<std::int64_t>(
        batch.column(2).integer(i), std::numeric_limits<std::int32_t>::max()));
  });
}

/// Counts, by local day, transactions that are more than a row.
Result<void> read_days(log::Log& log, const PanelOptions& options, PanelColumns& columns) {
  const TimeRange range{columns.months.front().range.from, options.cutoff};
  Statement question(log.warehouse());
  question.add("SELECT r.local_day, count(*) FROM (");
  add_unit(question, options, range);
  question.add(", t.customer_key AS customer_key, " + local_day(options, range) + " AS local_day");
  add_conditions(question, log, options.counting, range);
  question.add(") r GROUP BY r.local_day");
  const std::int64_t first_day = first_day_of(columns.months.front());
  const auto days = static_cast<std::int64_t>(columns.daily_transactions.size());
  return for_each_row(log.warehouse(), question, [&](const BatchView& batch, std::int64_t i) {
    // Where clocks go back over midnight, an hour shows the day before the one it belongs to.
    const std::int64_t day = batch.column(0).instant(i).micros / kMicrosPerDay - first_day;
    columns
        .daily_transactions[static_cast<std::size_t>(std::clamp<std::int64_t>(day, 0, days - 1))] +=
        batch.column(1).integer(i);
  });
}

/// The local days of a panel's months.
class Days {
 public:
  Days(const std::vector<MonthPart>& months, const TimeZone& zone) {
    for (std::size_t t = 0; t < months.size(); ++t) {
      const std::int64_t first = first_day_of(months[t]);
      for (std::int64_t day = 0; day < months[t].month.days(); ++day) {
        begins_.push_back(start_of(date_from_days(first + day), zone));
        places_.push_back({t, static_cast<std::uint32_t>(day)});
      }
    }
  }

  /// Which of the months a day lies in, and as the how-manieth of it, from 0 on.
  struct Place {
    std::size_t month = 0;
    std::uint32_t day = 0;
  };

  [[nodiscard]] const Place& place(std::size_t day) const noexcept { return places_[day]; }

  /// Returns the day that an instant lies in; the same as the last time is found at once.
  [[nodiscard]] std::size_t day_of(Instant instant) noexcept {
    const bool is_same =
        begins_[last_] <= instant && (last_ + 1 == begins_.size() || instant < begins_[last_ + 1]);
    if (!is_same) {
      const auto after = std::upper_bound(begins_.begin() + 1, begins_.end(), instant);
      last_ = static_cast<std::size_t>(after - begins_.begin()) - 1;
    }
    return last_;
  }

 private:
  std::vector<Instant> begins_;
  std::vector<Place> places_;
  std::size_t last_ = 0;
};

/// Looks at every row: on which days each customer bought, and, where a transaction is a row, how
/// often. Each row is added where it belongs: an engine would hash as many customers and months as
/// there nearly are rows.
Result<void> read_rows(log::Log& log,
                       const PanelOptions& options,
                       const Cells& cells,
                       PanelColumns& columns) {
  const bool is_counted = options.counting.unit == Counting::Unit::Row;
  const bool are_returns_known = is_counted && subtracts_returns(log, options.counting);
  Statement question(log.warehouse());
  question.add("SELECT t.customer_key, t.\"timestamp\"");
  if (are_returns_known) {
    question.add(", t.quantity < 0");
  }
  add_conditions(
      question, log, options.counting, {columns.months.front().range.from, options.cutoff});
  Days days(columns.months, options.zone);
  columns.active_days.assign(cells.size, 0);
  const auto add_batch = [&](const BatchView& batch) -> Result<void> {
    const ColumnView& keys = batch.column(0);
    const ColumnView& times = batch.column(1);
    for (std::int64_t i = 0; i < batch.rows(); ++i) {
      const std::size_t day = days.day_of(times.instant(i));
      const Days::Place& place = days.place(day);
      const std::size_t cell = cells.of(static_cast<std::size_t>(keys.integer(i)), place.month);
      columns.active_days[cell] |= std::uint32_t{1} << place.day;
      if (!is_counted) {
        continue;
      }
      const bool is_return =
          are_returns_known && !batch.column(2).is_null(i) && batch.column(2).integer(i) != 0;
      std::int32_t& count = columns.counts[cell];
      count += is_return ? -1 : (count < std::numeric_limits<std::int32_t>::max() ? 1 : 0);
      columns.daily_transactions[day] += is_return ? -1 : 1;
    }
    return {};
  };
  TILL_TRY(
      warehouse::for_each_batch(log.warehouse(), question.sql(), question.values(), add_batch));
  if (are_returns_known) {
    const auto at_least_none = [](auto& counts) {
      for (auto& count : counts) {
        count = std::max<std::decay_t<decltype(count)>>(count, 0);
      }
    };
    at_least_none(columns.counts);
    at_least_none(columns.daily_transactions);
  }
  return {};
}

/// Writes the question for features, by customer and month.
Result<Statement> features_question(log::Log& log,
                                    const PanelOptions& options,
                                    std::span<const FeatureDeclaration> features,
                                    std::span<const MonthPart> months) {
  const TimeRange range{months.front().range.from, options.cutoff};
  const std::string local = warehouse::local_time_sql("r.\"timestamp\"", options.zone, range);
  Statement question(log.warehouse());
  question.add("SELECT r.customer_key, r.till_month");
  for (const FeatureDeclaration& feature : features) {
    question.add(", ");
    TILL_TRY(add_feature(question, log, feature, local));
  }
  question.add(" FROM (SELECT t.*, ");
  add_month_index(question, months, 0);
  question.add(" AS till_month");
  add_conditions(question, log, options.counting, range);
  question.add(") r GROUP BY r.customer_key, r.till_month");
  return question;
}

/// Returns the error of a question for features as one that names the feature it comes from.
Error error_of_features(log::Log& log,
                        const PanelOptions& options,
                        std::span<const MonthPart> months,
                        Error error) {
  for (const FeatureDeclaration& feature : options.features) {
    const Result<Statement> alone = features_question(log, options, {&feature, 1}, months);
    const Result<void> asked =
        alone ? for_each_row(log.warehouse(), *alone, [](const BatchView&, std::int64_t) {})
              : Result<void>(alone.error());
    if (!asked && asked.error().code != ErrorCode::Cancelled) {
      return {ErrorCode::InvalidArgument,
              "features: the sql of " + feature.name + ", \"" + feature.sql +
                  "\", cannot be computed: " + asked.error().message,
              "numbers are compared with numbers, texts with texts; what may be 0 is divided by as "
              "nullif(x, 0)"};
    }
  }
  return error;
}

Result<void> read_features(log::Log& log,
                           const PanelOptions& options,
                           const Cells& cells,
                           PanelColumns& columns) {
  if (options.features.empty()) {
    return {};
  }
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  TILL_ASSIGN(const Statement question,
              features_question(log, options, options.features, columns.months));
  for (const FeatureDeclaration& feature : options.features) {
    columns.measures.push_back({feature.name, feature.take, feature.windows, {}});
    columns.measures.back().values.assign(cells.size, kNone);
  }
  const auto take = [&](const BatchView& batch, std::int64_t i) {
    const auto key = static_cast<std::size_t>(batch.column(0).integer(i));
    const auto month = static_cast<std::size_t>(batch.column(1).integer(i));
    const std::size_t cell = cells.of(key, month);
    for (std::size_t m = 0; m < columns.measures.size(); ++m) {
      const auto& column = batch.column(static_cast<std::int64_t>(m) + 2);
      const double value = column.is_null(i) ? kNone : column.real(i);
      const bool is_held = std::abs(value) <= std::numeric_limits<float>::max();
      columns.measures[m].values[cell] = is_held ? static_cast<float>(value) : kNone;
    }
  };
  Result<void> read = for_each_row(log.warehouse(), question, take);
  if (!read && read.error().code != ErrorCode::Cancelled) {
    return error_of_features(log, options, columns.months, read.error());
  }
  return read;
}

}  // namespace

Result<Panel> customer_panel(log::Log& log, const PanelOptions& options) {
  TILL_TRY(check(log, options));
  if (!log.source().first || options.cutoff <= *log.source().first) {
    return Panel();
  }
  TILL_ASSIGN(const std::vector<Birth> births, read_births(log, options));
  if (births.empty()) {
    return Panel();
  }
  PanelColumns columns;
  columns.months = months_of(births, options);
  const Cells cells = place(log, births, columns);
  if (cells.size > kMaxCells) {
    return Error{
        ErrorCode::InvalidData,
        "customer_panel: customers times months since the first transaction is " +
            std::to_string(cells.size) + ", but must be at most " + std::to_string(kMaxCells),
        "a wrong date may stretch the log from " + to_string(columns.months.front().month) +
            " to " + to_string(columns.months.back().month) +
            ": look at till describe, and set an earlier --as-of"};
  }
  columns.counts.assign(cells.size, 0);
  columns.daily_transactions.assign(static_cast<std::size_t>(first_day_of(columns.months.back()) +
                                                             columns.months.back().month.days() -
                                                             first_day_of(columns.months.front())),
                                    0);
  TILL_TRY(read_rows(log, options, cells, columns));
  if (options.counting.unit != Counting::Unit::Row) {
    TILL_TRY(read_counts(log, options, cells, columns));
    TILL_TRY(read_days(log, options, columns));
  }
  TILL_TRY(read_features(log, options, cells, columns));
  columns.holidays = options.holidays;
  return Panel::make(std::move(columns));
}

Result<std::vector<std::string>> customer_ids(log::Log& log,
                                              std::span<const std::int32_t> customer_keys) {
  std::vector<std::string> by_key(static_cast<std::size_t>(log.customers()));
  Statement question(log.warehouse());
  question.add("SELECT c.customer_key, c.customer_id FROM till.customers c");
  TILL_TRY(for_each_row(log.warehouse(), question, [&](const BatchView& batch, std::int64_t i) {
    by_key[static_cast<std::size_t>(batch.column(0).integer(i))] = batch.column(1).text(i);
  }));
  std::vector<std::string> ids;
  ids.reserve(customer_keys.size());
  for (const std::int32_t key : customer_keys) {
    ids.push_back(by_key[static_cast<std::size_t>(key)]);
  }
  return ids;
}

}  // namespace till::history
