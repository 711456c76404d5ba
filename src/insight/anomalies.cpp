#include "till/insight/anomalies.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "insight/day_model.hpp"
#include "insight/day_series.hpp"
#include "insight/month_trend.hpp"
#include "insight/tally.hpp"

#include "till/insight/dynamics.hpp"
#include "till/math/chi_squared.hpp"
#include "till/math/false_discovery.hpp"
#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

constexpr double kLevel = 0.05;                // of false discoveries
constexpr double kLeastRepeated = 0.25;        // of a day's rows, in a double load
constexpr std::int64_t kFewestActiveDays = 8;  // of a customer
constexpr std::int64_t kFewestGaps = 30;       // of a customer
constexpr double kHumanGaps = 0.1;             // deviation over mean: nobody is as regular
constexpr std::int64_t kMostDegrees = 100;     // of a chi-squared variable

/// One p-value, and what would be told.
struct Tested {
  Anomaly anomaly;
  double p_value = 1.0;
  std::int64_t key = -1;  // of a customer
};

Tally tally_of(const AnomaliesOptions& options) {
  Tally tally;
  tally.range.to = options.as_of.value_or(kMaxInstant);
  tally.counting = options.counting;
  tally.zone = options.zone;
  return tally;
}

TimeRange day_range(std::int64_t day, const TimeZone& zone) {
  return {start_of(date_from_days(day), zone), start_of(date_from_days(day + 1), zone)};
}

Anomaly day_anomaly(std::int64_t day, const TimeZone& zone, Anomaly::What what) {
  const std::string id = to_string(date_from_days(day));
  return {Anomaly::Kind::Day, id, id, what, day_range(day, zone), 0.0, 0.0, 0.0};
}

/// Writes the condition that rows are before a moment; " WHERE 1 = 1" where none is said.
void add_before(Statement& statement, const AnomaliesOptions& options) {
  if (options.as_of) {
    statement.add(" WHERE t.\"timestamp\" < ").bind(*options.as_of);
  } else {
    statement.add(" WHERE 1 = 1");
  }
}

// --- days ----------------------------------------------------------------------------------------

void test_days(const DaySeries& days,
               const AnomaliesOptions& options,
               Anomalies& result,
               std::vector<Tested>& tested) {
  const DayModel model = fit_day_model(days.first, days.transactions);
  result.judges_days = model.is_usable;
  result.first_day = date_from_days(days.first);
  for (std::size_t i = 0; i < days.transactions.size(); ++i) {
    const double mean = model.expected[i];
    const double reach = 1.96 * std::sqrt(mean + model.alpha * mean * mean);
    result.days.push_back(
        {days.transactions[i], mean, std::max(mean - reach, 0.0), mean + reach, model.covered[i]});
    if (!model.is_usable || !model.covered[i] || mean <= 0.0) {
      continue;
    }
    Tested day{
        day_anomaly(days.first + static_cast<std::int64_t>(i),
                    options.zone,
                    days.transactions[i] < mean ? Anomaly::What::Silence : Anomaly::What::Burst),
        model.p_values[i]};
    day.anomaly.expected = mean;
    day.anomaly.actual = days.transactions[i];
    tested.push_back(std::move(day));
  }
}

/// Rows of a day, and how many of them repeat another.
struct Repeats {
  std::int64_t day = 0;
  double rows = 0.0;
  double repeated = 0.0;
};

Result<std::vector<Repeats>> read_repeats(log::Log& log, const AnomaliesOptions& options) {
  const TimeRange range = within_log(log, {kMinInstant, options.as_of.value_or(kMaxInstant)});
  std::vector<Repeats> repeats;
  if (range.empty()) {
    return repeats;
  }
  Statement statement(log.warehouse());
  const std::string_view integer = statement.dialect().integer_type;
  const std::string_view more = log.has_amount() && log.has_quantity() ? ", t.amount, t.quantity"
                                : log.has_amount()                     ? ", t.amount"
                                : log.has_quantity()                   ? ", t.quantity"
                                                                       : "";
  statement.add("SELECT g.day, CAST(sum(g.n) AS ")
      .add(integer)
      .add(") AS n, CAST(sum(g.n - 1) AS ")
      .add(integer)
      .add(") AS repeated FROM (SELECT CAST(")
      .add(warehouse::local_time_sql("t.\"timestamp\"", options.zone, range))
      .add(" AS DATE) - DATE '1970-01-01' AS day, count(*) AS n FROM till.transactions t");
  add_before(statement, options);
  statement.add(" GROUP BY t.customer_key, t.product_key, t.\"timestamp\"")
      .add(more)
      .add(") g GROUP BY g.day ORDER BY g.day");
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    repeats.push_back({batch.column(0).integer(i),
                       static_cast<double>(batch.column(1).integer(i)),
                       static_cast<double>(batch.column(2).integer(i))});
  }));
  return repeats;
}

void test_repeats(const std::vector<Repeats>& days,
                  const AnomaliesOptions& options,
                  std::vector<Tested>& tested) {
  const auto is_candidate = [](const Repeats& day) {
    return day.repeated >= 2.0 && day.repeated >= kLeastRepeated * day.rows;
  };
  // Candidates take no part in what is usual, unless most days are such: then that is the log.
  const auto candidates = std::ranges::count_if(days, is_candidate);
  const bool is_usual = 4 * candidates > std::ssize(days);
  double rows = 1.0;
  double repeated = 1.0;
  for (const Repeats& day : days) {
    if (is_usual || !is_candidate(day)) {
      rows += day.rows;
      repeated += day.repeated;
    }
  }
  const double rate = repeated / rows;
  double excess = 0.0;
  double squares = 0.0;
  for (const Repeats& day : days) {
    if (is_usual || !is_candidate(day)) {
      const double mean = rate * day.rows;
      excess += (day.repeated - mean) * (day.repeated - mean) - mean;
      squares += mean * mean;
    }
  }
  const double alpha = squares > 0.0 ? std::max(excess / squares, 0.0) : 0.0;
  for (const Repeats& day : days) {
    Tested of{day_anomaly(day.day, options.zone, Anomaly::What::DoubleLoad)};
    of.anomaly.expected = rate * day.rows;
    of.anomaly.actual = day.repeated;
    of.p_value = is_candidate(day) ? count_survival(day.repeated, of.anomaly.expected, alpha) : 1.0;
    tested.push_back(std::move(of));
  }
}

// --- products ------------------------------------------------------------------------------------

Result<void> test_products(log::Log& log,
                           const AnomaliesOptions& options,
                           Anomalies& result,
                           std::vector<Tested>& tested) {
  DynamicsOptions of_products;
  of_products.as_of = options.as_of;
  of_products.zone = options.zone;
  of_products.counting = options.counting;
  TILL_ASSIGN(const Dynamics found, dynamics(log, of_products));
  result.judges_products = found.months.size() >= kFewestMonthsForBreak;
  for (const ProductDynamics& product : found.products) {
    // Before it was there, and after it was gone, nothing is expected.
    const auto is_sale = [](std::int64_t count) { return count > 0; };
    const auto& counts = product.counts;
    std::size_t from = 0;
    std::size_t to = counts.size();
    if (product.status == ProductStatus::New || product.status == ProductStatus::Ended) {
      from = static_cast<std::size_t>(std::ranges::find_if(counts, is_sale) - counts.begin());
      to = static_cast<std::size_t>(counts.rend() -
                                    std::find_if(counts.rbegin(), counts.rend(), is_sale));
    }
    MonthCounts series;
    for (std::size_t i = from; i < to; ++i) {
      series.counts.push_back(static_cast<double>(std::max<std::int64_t>(counts[i], 0)));
      series.exposure.push_back(found.months[i].trading_days);
      series.months.push_back(tally_month(found.months[i].month));
    }
    const std::optional<MonthOutlier> outlier = month_outlier(series);
    if (!outlier) {
      continue;
    }
    const Month month = found.months[from + outlier->at].month;
    const double actual = series.counts[outlier->at];
    tested.push_back({{Anomaly::Kind::Product,
                       product.product_id,
                       product.name,
                       actual < outlier->expected ? Anomaly::What::Silence : Anomaly::What::Burst,
                       month_range(month, options.zone),
                       outlier->expected,
                       actual,
                       0.0},
                      outlier->p_value});
  }
  return {};
}

// --- customers -----------------------------------------------------------------------------------

/// The days of a customer on which anything was bought.
struct Busy {
  std::int64_t key = 0;
  double days = 0.0;
  double transactions = 0.0;
  double squares = 0.0;
  double most = 0.0;
  std::int64_t day = 0;  // of the most
  double p_value = 1.0;
};

Result<std::vector<Busy>> read_busy(log::Log& log, const AnomaliesOptions& options) {
  Tally tally = tally_of(options);
  tally.by_customer = true;
  tally.by_day = true;
  Statement statement(log.warehouse());
  const std::string_view integer = statement.dialect().integer_type;
  statement.add("SELECT g.customer_key, count(*) AS days, CAST(sum(g.transactions) AS ")
      .add(integer)
      .add(") AS transactions, CAST(sum(g.transactions * g.transactions) AS ")
      .add(integer)
      .add(
          ") AS squares, max(g.most) AS most, CAST(min(CASE WHEN g.transactions = g.most THEN "
          "g.day "
          "END) AS ")
      .add(integer)
      .add(
          ") AS day FROM (SELECT d.customer_key, d.day, d.transactions, max(d.transactions) OVER "
          "(PARTITION BY d.customer_key) AS most FROM (");
  add_tally(statement, log, tally);
  statement
      .add(
          ") d WHERE d.customer_key IS NOT NULL AND d.transactions > 0) g GROUP BY g.customer_key "
          "HAVING count(*) >= ")
      .bind(kFewestActiveDays)
      .add(" ORDER BY g.customer_key");
  std::vector<Busy> customers;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    const auto number = [&](std::int64_t column) {
      return static_cast<double>(batch.column(column).integer(i));
    };
    customers.push_back({batch.column(0).integer(i),
                         number(1),
                         number(2),
                         number(3),
                         number(4),
                         batch.column(5).integer(i)});
  }));
  return customers;
}

/// How a customer's counts beyond the first of each day vary, over what a Poisson's would.
struct Spread {
  double excess = 0.0;   // of the variance over the mean
  double squared = 0.0;  // of the mean
};

Spread spread_of(double days, double sum, double squares) {
  const double mean = sum / days;
  const double variance = (squares - sum * mean) / (days - 1.0);
  return {variance - (mean - 1.0), (mean - 1.0) * (mean - 1.0)};
}

void test_busy(std::vector<Busy> customers,
               const AnomaliesOptions& options,
               std::vector<Tested>& tested) {
  // Customers whose busiest day stands out take no part in what is usual.
  for (int round = 0; round < 3; ++round) {
    double excess = 0.0;
    double squared = 0.0;
    for (const Busy& of : customers) {
      if (round == 0 || of.p_value > 1e-4) {
        const Spread spread = spread_of(of.days, of.transactions, of.squares);
        excess += spread.excess;
        squared += spread.squared;
      }
    }
    const double usual = squared > 0.0 ? std::max(excess / squared, 0.0) : 0.0;
    for (Busy& of : customers) {
      const Spread others =
          spread_of(of.days - 1.0, of.transactions - of.most, of.squares - of.most * of.most);
      const double own = others.squared > 0.0 ? others.excess / others.squared : 0.0;
      // Transactions beyond the one that makes a day one: shared out among the days.
      of.p_value = std::min(
          of.days * share_survival(
                        of.most - 1.0, of.transactions - of.days, of.days, std::max(usual, own)),
          1.0);
    }
  }
  for (const Busy& of : customers) {
    tested.push_back({{Anomaly::Kind::Customer,
                       "",
                       "",
                       Anomaly::What::Burst,
                       day_range(of.day, options.zone),
                       (of.transactions - of.most) / (of.days - 1.0),
                       of.most,
                       0.0},
                      of.p_value,
                      of.key});
  }
}

Result<void> test_gaps(log::Log& log,
                       const AnomaliesOptions& options,
                       std::vector<Tested>& tested) {
  Statement statement(log.warehouse());
  const std::string_view real = statement.dialect().real_type;
  statement
      .add(
          "SELECT s.customer_key, count(*) AS gaps, avg(s.gap) AS mean, stddev_samp(s.gap) AS "
          "deviation, min(s.before_it) AS first, max(s.at) AS last FROM (SELECT p.customer_key, "
          "p.before_it, p.at, CAST(extract(epoch FROM (p.at - p.before_it)) AS ")
      .add(real)
      .add(
          ") AS gap FROM (SELECT d.customer_key, d.at, lag(d.at) OVER (PARTITION BY d.customer_key "
          "ORDER BY d.at) AS before_it FROM (SELECT DISTINCT t.customer_key, t.\"timestamp\" AS at "
          "FROM till.transactions t JOIN till.customers c ON c.customer_key = t.customer_key");
  add_before(statement, options);
  statement.add(" AND c.transactions > ")
      .bind(kFewestGaps)
      .add(") d) p WHERE p.before_it IS NOT NULL) s GROUP BY s.customer_key HAVING count(*) >= ")
      .bind(kFewestGaps)
      // Whole days alone are what a log without times of day has.
      .add(
          " AND sum(CASE WHEN floor(s.gap / 86400.0) * 86400.0 <> s.gap THEN 1 ELSE 0 END) > 0 "
          "ORDER BY s.customer_key");
  return for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    const std::int64_t degrees = std::min(batch.column(1).integer(i) - 1, kMostDegrees);
    const double variation = batch.column(3).real(i) / batch.column(2).real(i);
    const double square =
        static_cast<double>(degrees) * variation * variation / (kHumanGaps * kHumanGaps);
    Tested of;
    of.anomaly.kind = Anomaly::Kind::Customer;
    of.anomaly.what = Anomaly::What::Bot;
    of.anomaly.range = {batch.column(4).instant(i), {batch.column(5).instant(i).micros + 1}};
    of.anomaly.expected = kHumanGaps;
    of.anomaly.actual = variation;
    of.p_value =
        std::max(1.0 - math::chi_squared_survival(square, static_cast<std::int32_t>(degrees)), 0.0);
    of.key = batch.column(0).integer(i);
    tested.push_back(std::move(of));
  });
}

// --- together ------------------------------------------------------------------------------------

Result<std::string> customer_id(log::Log& log, std::int64_t key) {
  Statement statement(log.warehouse());
  statement.add("SELECT c.customer_id FROM till.customers c WHERE c.customer_key = ").bind(key);
  std::string id;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    id = std::string(batch.column(0).text(i));
  }));
  return id;
}

/// Joins what follows on each other's days, and lets a double load explain its burst.
void join_days(std::vector<Anomaly>& rows) {
  const auto is_day = [](const Anomaly& row) { return row.kind == Anomaly::Kind::Day; };
  std::erase_if(rows, [&](const Anomaly& row) {
    return is_day(row) && row.what == Anomaly::What::Burst &&
           std::ranges::any_of(rows, [&](const Anomaly& other) {
             return is_day(other) && other.what == Anomaly::What::DoubleLoad &&
                    other.range == row.range;
           });
  });
  std::ranges::stable_sort(rows, [&](const Anomaly& a, const Anomaly& b) {
    return std::tuple(a.kind, a.what, a.range.from) < std::tuple(b.kind, b.what, b.range.from);
  });
  std::vector<Anomaly> joined;
  for (Anomaly& row : rows) {
    if (!joined.empty() && is_day(row) && is_day(joined.back()) && joined.back().what == row.what &&
        joined.back().range.to == row.range.from) {
      Anomaly& before = joined.back();
      before.range.to = row.range.to;
      before.expected += row.expected;
      before.actual += row.actual;
      before.q_value = std::min(before.q_value, row.q_value);
    } else {
      joined.push_back(std::move(row));
    }
  }
  rows = std::move(joined);
  std::ranges::stable_sort(rows, [](const Anomaly& a, const Anomaly& b) {
    return std::tie(a.q_value, a.kind, a.range.from, a.id) <
           std::tie(b.q_value, b.kind, b.range.from, b.id);
  });
}

}  // namespace

const char* name(Anomaly::Kind kind) noexcept {
  return kind == Anomaly::Kind::Day       ? "day"
         : kind == Anomaly::Kind::Product ? "product"
                                          : "customer";
}

const char* name(Anomaly::What what) noexcept {
  return what == Anomaly::What::Burst        ? "burst"
         : what == Anomaly::What::Silence    ? "silence"
         : what == Anomaly::What::DoubleLoad ? "double_load"
                                             : "bot";
}

Result<Anomalies> anomalies(log::Log& log, const AnomaliesOptions& options) {
  TILL_TRY(check_counting(log, "anomalies", options.counting));
  Anomalies result;
  std::vector<Tested> tested;
  TILL_ASSIGN(const DaySeries days, read_days(log, tally_of(options)));
  if (days.transactions.empty()) {
    return result;
  }
  test_days(days, options, result, tested);
  TILL_ASSIGN(const std::vector<Repeats> repeats, read_repeats(log, options));
  test_repeats(repeats, options, tested);
  result.days_tested = std::ssize(tested);
  TILL_TRY(test_products(log, options, result, tested));
  result.products_tested = std::ssize(tested) - result.days_tested;
  TILL_ASSIGN(std::vector<Busy> busy, read_busy(log, options));
  test_busy(std::move(busy), options, tested);
  TILL_TRY(test_gaps(log, options, tested));
  result.customers_tested = std::ssize(tested) - result.days_tested - result.products_tested;

  std::vector<double> p_values;
  p_values.reserve(tested.size());
  for (const Tested& of : tested) {
    p_values.push_back(of.p_value);
  }
  const std::vector<double> q = math::q_values(p_values);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    if (q[i] > kLevel) {
      continue;
    }
    Anomaly& anomaly = tested[i].anomaly;
    anomaly.q_value = q[i];
    if (tested[i].key >= 0) {
      TILL_ASSIGN(anomaly.id, customer_id(log, tested[i].key));
      anomaly.name = anomaly.id;
    }
    result.rows.push_back(std::move(anomaly));
  }
  join_days(result.rows);
  return result;
}

}  // namespace till::insight
