#include "till/insight/cohorts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "insight/tally.hpp"
#include "insight/triangle.hpp"

#include "till/math/proportion.hpp"
#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

/// What is special about a length of period.
struct PeriodKind {
  std::string_view name;
  std::int64_t months = 0;  ///< 0: a week.
  std::int64_t days = 0;    ///< Of a rolling age.
  std::int64_t in_year = 0;
};

constexpr PeriodKind kind_of(CohortPeriod period) {
  switch (period) {
    case CohortPeriod::Week:
      return {"week", 0, 7, 52};
    case CohortPeriod::Month:
      return {"month", 1, 30, 12};
    case CohortPeriod::Quarter:
      return {"quarter", 3, 91, 4};
    case CohortPeriod::Year:
      return {"year", 12, 365, 0};
  }
  return {};
}

constexpr std::int64_t kDaysPerWeek = 7;
constexpr std::int64_t kFirstMonday = -3;  // 1969-12-29, as a day since 1970-01-01

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// Returns the number of the period that a day falls into.
std::int64_t period_of(std::int64_t day, const PeriodKind& kind) {
  if (kind.months == 0) {
    return floor_divide(day - kFirstMonday, kDaysPerWeek);
  }
  const Date date = date_from_days(day);
  return floor_divide(tally_month({date.year, date.month}), kind.months);
}

/// Returns the first day of a period.
std::int64_t begin_of(std::int64_t period, const PeriodKind& kind) {
  if (kind.months == 0) {
    return kFirstMonday + period * kDaysPerWeek;
  }
  const Month month = month_of_tally(period * kind.months);
  return days_since_epoch({month.year, month.month, 1});
}

std::string two_digits(std::int64_t value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

std::string name_of(std::int64_t period, const PeriodKind& kind) {
  const std::int64_t first = begin_of(period, kind);
  if (kind.months == 0) {
    // A week belongs to the year of its Thursday, as ISO 8601 says.
    const std::int64_t thursday = first + 3;
    const std::int32_t year = date_from_days(thursday).year;
    const std::int64_t week = (thursday - days_since_epoch({year, 1, 1})) / kDaysPerWeek + 1;
    return to_string(Month{year, 1}).substr(0, to_string(Month{year, 1}).size() - 3) + "-W" +
           two_digits(week);
  }
  const Date date = date_from_days(first);
  std::string month = to_string(Month{date.year, date.month});
  if (kind.months == 1) {
    return month;
  }
  const std::string year = month.substr(0, month.size() - 3);
  return kind.months == 3 ? year + "-Q" + std::to_string((date.month - 1) / 3 + 1) : year;
}

/// Customers with the same first period (rolling: day) at one age.
struct Seen {
  std::int64_t first = 0;
  std::int64_t age = 0;
  std::int64_t customers = 0;
  std::int64_t transactions = 0;
};

/// Writes what each customer bought by period (rolling: by day) as the table `bought`:
/// `customer_key, period, transactions`.
void add_bought(Statement& statement,
                const log::Log& log,
                const Tally& tally,
                const CohortOptions& options) {
  const PeriodKind kind = kind_of(options.period);
  const std::string_view integer = statement.dialect().integer_type;
  statement.add("bought AS (SELECT t.customer_key, ");
  if (options.rolling || kind.months == 1) {
    statement.add(tally.by_day ? "t.day" : "t.month")
        .add(" AS period, t.transactions AS transactions FROM (");
    add_tally(statement, log, tally);
    statement.add(") t WHERE t.customer_key IS NOT NULL)");
    return;
  }
  statement.add("CAST(floor((");
  if (kind.months == 0) {
    statement.add("t.day - (").add(std::to_string(kFirstMonday)).add(")) / 7.0");
  } else {
    statement.add("t.month) / ").add(std::to_string(kind.months)).add(".0");
  }
  statement.add(") AS ").add(integer).add(
      ") AS period, sum(t.transactions) AS transactions FROM (");
  add_tally(statement, log, tally);
  statement.add(") t WHERE t.customer_key IS NOT NULL GROUP BY 1, 2)");
}

/// Reads `first, age, bought, customers, transactions`; ages whose returns outweigh the purchases
/// are none, and come apart.
Result<std::vector<Seen>> read_seen(log::Log& log,
                                    const Tally& tally,
                                    const CohortOptions& options,
                                    Cohorts& result) {
  Statement statement(log.warehouse());
  const std::string integer(statement.dialect().integer_type);
  statement.add("WITH ");
  add_bought(statement, log, tally, options);
  // Who never bought has no first period: all returned.
  statement.add(
      ", firsts AS (SELECT b.customer_key, min(b.period) AS first_period FROM bought b "
      "WHERE b.transactions > 0 GROUP BY b.customer_key), "
      "aged AS (SELECT b.customer_key, f.first_period, ");
  if (options.rolling) {
    statement.add("CAST(floor((b.period - f.first_period) / ")
        .add(std::to_string(kind_of(options.period).days))
        .add(".0) AS " + integer + ") AS age, sum(b.transactions) AS transactions");
  } else {
    statement.add("b.period - f.first_period AS age, b.transactions AS transactions");
  }
  statement.add(" FROM bought b LEFT JOIN firsts f ON f.customer_key = b.customer_key");
  if (options.rolling) {
    statement.add(" GROUP BY 1, 2, 3");
  }
  statement.add(
      ") SELECT CAST(coalesce(a.first_period, 0) AS " + integer +
      ") AS first_period, CAST(coalesce(a.age, -1) AS " + integer +
      ") AS age, CASE WHEN a.age >= 0 AND a.transactions > 0 THEN 1 ELSE 0 END AS bought, "
      "count(*) AS customers, CAST(sum(a.transactions) AS " +
      integer + ") AS transactions FROM aged a GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");

  std::vector<Seen> seen;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    const Seen row{batch.column(0).integer(i),
                   batch.column(1).integer(i),
                   batch.column(3).integer(i),
                   batch.column(4).integer(i)};
    if (batch.column(2).integer(i) == 0) {
      result.returned_periods += row.customers;
      result.returned_transactions += row.transactions;
    } else {
      seen.push_back(row);
    }
  }));
  return seen;
}

/// Where each cohort stands in time.
struct Span {
  std::int64_t period = 0;
  std::int64_t first_day = 0;  ///< Of its earliest customers (by the calendar: of its period).
  std::int64_t last_day = 0;   ///< Of its latest customers.
};

/// Days since 1970-01-01 on which a cell begins for its first customers, and the day after the one
/// on which it ends for its last.
std::pair<std::int64_t, std::int64_t> days_of_cell(const Span& span,
                                                   std::int64_t age,
                                                   const CohortOptions& options) {
  const PeriodKind kind = kind_of(options.period);
  if (options.rolling) {
    return {span.first_day + age * kind.days, span.last_day + (age + 1) * kind.days};
  }
  return {begin_of(span.period + age, kind), begin_of(span.period + age + 1, kind)};
}

/// Lays the cohorts out: who is in them, and what was seen of each cell.
std::vector<Span> lay_out(const std::vector<Seen>& seen,
                          std::int64_t end_day,
                          const CohortOptions& options,
                          Cohorts& result) {
  const PeriodKind kind = kind_of(options.period);
  std::map<std::int64_t, std::size_t> places;  // by period
  std::vector<Span> spans;
  std::int64_t last_age = 0;
  for (const Seen& row : seen) {
    const std::int64_t period = options.rolling ? period_of(row.first, kind) : row.first;
    const auto [place, is_new] = places.try_emplace(period, spans.size());
    if (is_new) {
      spans.push_back({period, row.first, row.first});
      Cohort cohort;
      cohort.name = name_of(period, kind);
      cohort.begin = date_from_days(begin_of(period, kind));
      result.cohorts.push_back(std::move(cohort));
    }
    spans[place->second].last_day = row.first;
    last_age = std::max(last_age, row.age);
  }
  // The oldest cohort was seen longest, also where nobody bought any more.
  while (!spans.empty() && last_age < kMostCohortAges &&
         days_of_cell(spans.front(), last_age + 1, options).second <= end_day) {
    ++last_age;
  }
  const auto ages = static_cast<std::size_t>(std::min(last_age + 1, kMostCohortAges));
  result.ages.resize(spans.empty() ? 0 : ages);
  for (std::size_t c = 0; c < spans.size(); ++c) {
    std::vector<CohortCell>& cells = result.cohorts[c].cells;
    cells.resize(ages);
    for (std::size_t a = 0; a < ages; ++a) {
      const auto [from, to] = days_of_cell(spans[c], static_cast<std::int64_t>(a), options);
      cells[a].is_whole = to <= end_day;
      if (from < end_day) {
        cells[a].active = 0;
        cells[a].transactions = 0;
      }
    }
  }
  for (const Seen& row : seen) {
    const std::int64_t period = options.rolling ? period_of(row.first, kind) : row.first;
    Cohort& cohort = result.cohorts[places[period]];
    if (row.age >= static_cast<std::int64_t>(ages)) {
      result.later_transactions += row.transactions;
      continue;
    }
    CohortCell& cell = cohort.cells[static_cast<std::size_t>(row.age)];
    cell.active = cell.active.value_or(0) + row.customers;
    cell.transactions = cell.transactions.value_or(0) + row.transactions;
    result.transactions += row.transactions;
    if (row.age == 0) {
      cohort.customers += row.customers;
      result.customers += row.customers;
    }
  }
  return spans;
}

/// Writes shares, intervals and means of the cells that were seen to their end.
void measure(Cohorts& result) {
  for (Cohort& cohort : result.cohorts) {
    const auto customers = static_cast<double>(cohort.customers);
    for (std::size_t a = 0; a < cohort.cells.size(); ++a) {
      CohortCell& cell = cohort.cells[a];
      if (!cell.is_whole) {
        continue;
      }
      const auto active = static_cast<double>(*cell.active);
      cell.retention = active / customers;
      cell.transactions_per_customer = static_cast<double>(*cell.transactions) / customers;
      const math::Interval interval = math::wilson_interval(active, customers);
      cell.low = interval.low;
      cell.high = interval.high;
      CohortAge& age = result.ages[a];
      age.customers += cohort.customers;
      age.active += *cell.active;
      age.transactions += *cell.transactions;
    }
    // Who is in a cohort was active at age 0: that is no estimate.
    CohortCell& first = cohort.cells.front();
    first.retention = 1.0;
    first.low = 1.0;
    first.high = 1.0;
  }
  for (CohortAge& age : result.ages) {
    if (age.customers > 0) {
      const auto customers = static_cast<double>(age.customers);
      const auto active = static_cast<double>(age.active);
      age.retention = active / customers;
      const math::Interval interval = math::wilson_interval(active, customers);
      age.low = interval.low;
      age.high = interval.high;
    }
  }
}

Triangle triangle_of(const Cohorts& result,
                     const std::vector<Span>& spans,
                     std::optional<std::int64_t> CohortCell::* count) {
  Triangle triangle;
  triangle.cohorts = result.cohorts.size();
  triangle.ages = result.ages.size();
  triangle.season_length = kind_of(result.period).in_year;
  const std::int64_t origin = spans.front().period;
  for (std::size_t c = 0; c < triangle.cohorts; ++c) {
    const Cohort& cohort = result.cohorts[c];
    triangle.customers.push_back(static_cast<double>(cohort.customers));
    triangle.periods.push_back(spans[c].period - origin);
    for (const CohortCell& cell : cohort.cells) {
      triangle.known.push_back(cell.is_whole ? 1 : 0);
      triangle.counts.push_back(cell.is_whole ? static_cast<double>(*(cell.*count)) : 0.0);
    }
  }
  return triangle;
}

double logit(double p) {
  return std::log(p / (1.0 - p));
}

double from_logit(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

/// Forecasts the cells that the log has not seen to their end.
///
/// Where a share f of a cell's time is over and a share s of the cohort was active, of the others
/// as many come as in the rest of the time of any cell: s + (1 - s) (1 - f) p.
void forecast(Cohorts& result,
              const std::vector<Span>& spans,
              std::int64_t end_day,
              const CohortOptions& options) {
  if (spans.empty()) {
    return;
  }
  Triangle active = triangle_of(result, spans, &CohortCell::active);
  active.is_share = true;
  const std::vector<TriangleForecast> shares = fill_triangle(active);
  const std::vector<TriangleForecast> means =
      fill_triangle(triangle_of(result, spans, &CohortCell::transactions));
  if (shares.empty()) {
    return;
  }
  for (std::size_t c = 0; c < result.cohorts.size(); ++c) {
    std::vector<CohortCell>& cells = result.cohorts[c].cells;
    for (std::size_t a = 0; a < cells.size(); ++a) {
      CohortCell& cell = cells[a];
      if (cell.is_whole) {
        continue;
      }
      const std::size_t i = c * cells.size() + a;
      const auto [from, to] = days_of_cell(spans[c], static_cast<std::int64_t>(a), options);
      const double rest =
          std::min(static_cast<double>(to - end_day) / static_cast<double>(to - from), 1.0);
      const auto customers = static_cast<double>(result.cohorts[c].customers);
      cell.transactions_forecast =
          static_cast<double>(cell.transactions.value_or(0)) / customers + rest * means[i].mean;
      if (a == 0) {
        continue;
      }
      // Within (0, 1), and the wider on the side where there is room.
      constexpr double kSmall = 1e-9;
      const double p = std::clamp(shares[i].mean, kSmall, 1.0 - kSmall);
      const double half = math::kNormal95 * shares[i].deviation / (p * (1.0 - p));
      const double seen = static_cast<double>(cell.active.value_or(0)) / customers;
      const auto with_seen = [&](double share) { return seen + (1.0 - seen) * rest * share; };
      cell.forecast = with_seen(p);
      cell.low = with_seen(from_logit(logit(p) - half));
      cell.high = with_seen(from_logit(logit(p) + half));
    }
  }
}

}  // namespace

Result<Cohorts> cohorts(log::Log& log, const CohortOptions& options) {
  TILL_TRY(check_counting(log, "cohorts", options.counting));
  Tally tally;
  tally.range.to = options.as_of.value_or(kMaxInstant);
  tally.counting = options.counting;
  tally.zone = options.zone;

  Tally of_customers = tally;
  of_customers.by_customer = true;
  of_customers.by_day = options.rolling || options.period == CohortPeriod::Week;
  of_customers.by_month = !of_customers.by_day;
  Cohorts result;
  result.period = options.period;
  result.rolling = options.rolling;
  TILL_ASSIGN(const std::vector<Seen> seen, read_seen(log, of_customers, options, result));

  Tally of_nobody = tally;
  of_nobody.without_customer = true;
  Statement others(log.warehouse());
  add_tally(others, log, of_nobody);
  TILL_ASSIGN(result.transactions_without_customer,
              log.warehouse().query_integer(others.sql(), others.values()));

  const Instant last = options.as_of.value_or(Instant{log.end().micros - 1});
  const std::int64_t end_day =
      days_since_epoch(options.zone.local(last).date) + (options.as_of ? 0 : 1);
  const std::vector<Span> spans = lay_out(seen, end_day, options, result);
  measure(result);
  forecast(result, spans, end_day, options);
  return result;
}

std::size_t telling_age(const Cohorts& result) noexcept {
  constexpr std::int64_t kYears = 3;
  const std::int64_t in_year = kind_of(result.period).in_year;
  const auto wanted = static_cast<std::size_t>(in_year > 0 ? in_year : kYears);
  for (std::size_t a = std::min(wanted + 1, result.ages.size()); a-- > 1;) {
    if (result.ages[a].customers > 0) {
      return a;
    }
  }
  return 0;
}

std::string_view name(CohortPeriod period) noexcept {
  return kind_of(period).name;
}

}  // namespace till::insight
