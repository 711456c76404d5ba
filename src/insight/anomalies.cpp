#include "till/insight/anomalies.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "insight/customer_rhythm.hpp"
#include "insight/customer_rows.hpp"
#include "insight/day_model.hpp"
#include "insight/day_series.hpp"
#include "insight/largest_part.hpp"
#include "insight/month_trend.hpp"
#include "insight/product_months.hpp"
#include "insight/purchase_steps.hpp"
#include "insight/repeated_rows.hpp"
#include "insight/tally.hpp"

#include "till/core/chunks.hpp"
#include "till/insight/dynamics.hpp"
#include "till/math/chi_squared.hpp"
#include "till/math/false_discovery.hpp"
#include "till/math/negative_binomial.hpp"
#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

constexpr double kLevel = 0.05;                // of false discoveries
constexpr double kLeastRepeated = 0.25;        // of a day's rows, in a double load
constexpr double kFewestRows = 10;             // of a day that repeats another
constexpr std::int64_t kFewestActiveDays = 8;  // of a customer
constexpr std::int64_t kFewestGaps = 30;       // of a customer
constexpr std::int64_t kFewestAtOnce = 10;     // instants of a customer within a minute
constexpr double kHumanGaps = 0.1;             // deviation over mean: nobody is as regular
constexpr std::int64_t kMostDegrees = 100;     // of a chi-squared variable
constexpr std::size_t kProductsAtOnce = 64;    // of a thread

/// What may be told.
struct Tested {
  Anomaly anomaly;
  std::int64_t key = -1;  // of a customer
};

/// Every p-value, and what would be told of those that can be told: a q-value is never below its
/// p-value.
class Tests {
 public:
  /// Adds a p-value; `make` is asked what to tell only where it may be told.
  template <typename Make>
  void add(double p_value, const Make& make) {
    if (p_value <= kLevel) {
      candidates_.emplace_back(p_values_.size(), make());
    }
    p_values_.push_back(p_value);
  }

  [[nodiscard]] std::int64_t count() const { return std::ssize(p_values_); }

  [[nodiscard]] std::span<const double> p_values() const { return p_values_; }

  /// What can be told, each with the place of its p-value.
  [[nodiscard]] std::span<std::pair<std::size_t, Tested>> candidates() { return candidates_; }

 private:
  std::vector<double> p_values_;
  std::vector<std::pair<std::size_t, Tested>> candidates_;
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
  return {Anomaly::Kind::Day, id, id, what, day_range(day, zone), 0.0, 0.0, 0.0, ""};
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
               Tests& tests) {
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
    tests.add(model.p_values[i], [&] {
      Tested day{
          day_anomaly(days.first + static_cast<std::int64_t>(i),
                      options.zone,
                      days.transactions[i] < mean ? Anomaly::What::Silence : Anomaly::What::Burst)};
      day.anomaly.expected = mean;
      day.anomaly.actual = days.transactions[i];
      return day;
    });
  }
}

/// The minute of the day that clocks show, as SQL.
std::string minute_sql(const AnomaliesOptions& options, TimeRange range) {
  const std::string local = warehouse::local_time_sql("t.\"timestamp\"", options.zone, range);
  return "extract(hour FROM " + local + ") * 60 + extract(minute FROM " + local + ")";
}

void test_repeats(const std::vector<Repeats>& days, const AnomaliesOptions& options, Tests& tests) {
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
    const double expected = rate * day.rows;
    tests.add(is_candidate(day) ? count_survival(day.repeated, expected, alpha) : 1.0, [&] {
      Tested of{day_anomaly(day.day, options.zone, Anomaly::What::DoubleLoad)};
      of.anomaly.expected = expected;
      of.anomaly.actual = day.repeated;
      return of;
    });
  }
}

/// Returns the chance that two rows of the log have the same customer, product and minute of the
/// day.
Result<double> chance_of_alike(log::Log& log, const AnomaliesOptions& options) {
  const TimeRange range = within_log(log, {kMinInstant, options.as_of.value_or(kMaxInstant)});
  Statement statement(log.warehouse());
  const std::string real(statement.dialect().real_type);
  statement.add("SELECT CAST(sum(g.n) AS " + real + ") AS n, CAST(sum(g.n * g.n) AS " + real +
                ") AS squares FROM (SELECT count(*) AS n FROM till.transactions t");
  add_before(statement, options);
  statement.add(" GROUP BY t.customer_key, t.product_key, " + minute_sql(options, range) + ") g");
  double chance = 1.0;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    const double rows = batch.column(0).real(i);
    chance = rows > 0.0 ? batch.column(1).real(i) / (rows * rows) : 1.0;
  }));
  return chance;
}

/// Days that have all their rows - customer, product, time of day - from another day.
Result<void> test_copies(log::Log& log,
                         const std::vector<Repeats>& days,
                         const AnomaliesOptions& options,
                         Tests& tests) {
  std::map<std::tuple<double, std::int64_t, std::int64_t>, std::int64_t> first_with;
  std::vector<Tested> copies;
  for (const Repeats& day : days) {
    if (day.rows < kFewestRows) {
      continue;
    }
    const auto [first, is_first] =
        first_with.try_emplace({day.rows, day.content.first, day.content.second}, day.day);
    if (is_first) {
      continue;
    }
    Tested of{day_anomaly(day.day, options.zone, Anomaly::What::RepeatedDay)};
    of.anomaly.actual = day.rows;
    of.anomaly.other = to_string(date_from_days(first->second));
    copies.push_back(std::move(of));
  }
  // Where every fourth day is another's copy, that is how the log is.
  if (copies.empty() || 4 * std::ssize(copies) > std::ssize(days)) {
    return {};
  }
  TILL_ASSIGN(const double alike, chance_of_alike(log, options));
  const auto pairs = 0.5 * static_cast<double>(days.size()) * static_cast<double>(days.size());
  for (const Tested& of : copies) {
    // That n rows drawn by chance are those n, in any order, is at most n! alike^n; the smallest
    // such bound of as many rows or fewer.
    const double n = std::min(of.anomaly.actual, std::max(std::floor(1.0 / alike), 1.0));
    const double p_value = std::min(
        pairs * std::exp(math::log_factorial(n) + n * std::log(std::max(alike, 1e-300))), 1.0);
    tests.add(p_value, [&] { return of; });
  }
  return {};
}

// --- products ------------------------------------------------------------------------------------

Result<void> test_products(log::Log& log,
                           const DaySeries& days,
                           const AnomaliesOptions& options,
                           Anomalies& result,
                           Tests& tests) {
  DynamicsOptions of_products;
  of_products.as_of = options.as_of;
  of_products.zone = options.zone;
  of_products.counting = options.counting;
  TILL_ASSIGN(const ProductMonths read, read_product_months(log, of_products, days));
  const std::vector<DynamicsMonth>& months = read.found.months;
  result.judges_products = months.size() >= kFewestMonthsForBreak;

  struct Judged {
    MonthsOnSale sold;
    std::optional<MonthOutlier> outlier;
  };

  std::vector<Judged> judged(read.found.products.size());
  for_each_chunk(judged.size(),
                 kProductsAtOnce,
                 options.threads,
                 [&](std::size_t /*chunk*/, std::size_t begin, std::size_t end) {
                   for (std::size_t i = begin; i < end; ++i) {
                     // Before it was there, and after it was gone, nothing is expected.
                     judged[i].sold = months_on_sale(months, read.found.products[i]);
                     judged[i].outlier = month_outlier(judged[i].sold.series);
                   }
                 });
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const ProductDynamics& product = read.found.products[i];
    const MonthsOnSale& sold = judged[i].sold;
    const std::optional<MonthOutlier>& outlier = judged[i].outlier;
    if (!outlier) {
      continue;
    }
    tests.add(outlier->p_value, [&] {
      Tested of;
      of.anomaly.kind = Anomaly::Kind::Product;
      of.anomaly.id = product.product_id;
      of.anomaly.name = product.name;
      of.anomaly.range = month_range(months[sold.from + outlier->at].month, options.zone);
      of.anomaly.expected = outlier->expected;
      of.anomaly.actual = sold.series.counts[outlier->at];
      of.anomaly.what =
          of.anomaly.actual < outlier->expected ? Anomaly::What::Silence : Anomaly::What::Burst;
      return of;
    });
  }
  return {};
}

// --- customers -----------------------------------------------------------------------------------

Tested customer_tested(
    std::int64_t key, Anomaly::What what, TimeRange range, double expected, double actual) {
  Tested of;
  of.anomaly.kind = Anomaly::Kind::Customer;
  of.anomaly.what = what;
  of.anomaly.range = range;
  of.anomaly.expected = expected;
  of.anomaly.actual = actual;
  of.key = key;
  return of;
}

/// The days of [from, to) that the log does not cover.
double uncovered_within(const Anomalies& result, std::int64_t from, std::int64_t to) {
  const std::int64_t first = days_since_epoch(result.first_day);
  double days = 0.0;
  for (std::int64_t day = std::max(from, first); day < to && day - first < std::ssize(result.days);
       ++day) {
    days += result.days[static_cast<std::size_t>(day - first)].covered ? 0.0 : 1.0;
  }
  return days;
}

/// Customers as their rows tell them.
struct Customers {
  std::vector<CustomerDays> days;          ///< Of those with enough of them.
  std::vector<CustomerInstants> instants;  ///< Of those with rows enough.
};

void add_days(std::int64_t key,
              std::span<const PurchaseStep> days,
              std::int64_t end,
              std::vector<CustomerDays>& customers) {
  if (std::ssize(days) < kFewestActiveDays) {
    return;
  }
  const CustomerDays of = customer_days(key, days, end);
  if (of.busy.parts >= static_cast<double>(kFewestActiveDays)) {
    customers.push_back(of);
  }
}

/// Walks along the rows of all customers, once where rows are what is counted.
Result<Customers> read_customers(log::Log& log,
                                 const AnomaliesOptions& options,
                                 std::int64_t end,
                                 RepeatCounter& repeats) {
  Customers customers;
  const bool counts_rows = options.counting.is_default();
  std::vector<PurchaseStep> days;
  TILL_TRY(for_each_customers_rows(
      log, options.as_of, [&](std::int64_t key, std::span<const CustomerRow> rows) {
        days.clear();
        repeats.add(key, rows, days);
        if (key == kNobody) {
          return;
        }
        if (counts_rows) {
          add_days(key, joined(days), end, customers.days);
        }
        if (std::ssize(rows) >= kFewestAtOnce) {
          customers.instants.push_back(customer_instants(key, rows));
        }
      }));
  if (!counts_rows) {
    Tally tally = tally_of(options);
    tally.by_customer = true;
    tally.by_day = true;
    TILL_TRY(for_each_customer(
        log, tally, [&](std::int64_t key, std::span<const PurchaseStep> of_customer) {
          add_days(key, of_customer, end, customers.days);
        }));
  }
  return customers;
}

void test_customer_days(const std::vector<CustomerDays>& customers,
                        const AnomaliesOptions& options,
                        const Anomalies& result,
                        Tests& tests) {
  std::vector<Parts> busy;
  std::vector<Parts> silent;
  busy.reserve(customers.size());
  silent.reserve(customers.size());
  for (const CustomerDays& of : customers) {
    busy.push_back(of.busy);
    silent.push_back(of.silent);
    // A gap of the log is nobody's silence.
    silent.back().most -= uncovered_within(result, of.silent_from, of.silent_to);
  }
  test_by_own(busy, 0.0, options.threads);
  // Who buys at random has geometric silences, whose alpha is 1.
  test_by_own(silent, 1.0, options.threads);
  for (std::size_t i = 0; i < customers.size(); ++i) {
    const CustomerDays& of = customers[i];
    const double others = of.busy.parts - 1.0;
    tests.add(busy[i].p_value, [&] {
      return customer_tested(of.key,
                             Anomaly::What::Burst,
                             day_range(of.busiest_day, options.zone),
                             (of.busy.sum - of.busy.most) / others + 1.0,
                             of.busy.most + 1.0);
    });
    tests.add(silent[i].p_value, [&] {
      return customer_tested(of.key,
                             Anomaly::What::Silence,
                             {start_of(date_from_days(of.silent_from), options.zone),
                              start_of(date_from_days(of.silent_to), options.zone)},
                             (of.silent.sum - of.silent.most) / others,
                             of.silent.most);
    });
  }
}

void test_customer_instants(const std::vector<CustomerInstants>& customers, Tests& tests) {
  std::vector<Parts> minutes;
  minutes.reserve(customers.size());
  for (const CustomerInstants& of : customers) {
    minutes.push_back(of.minutes);
  }
  test_by_all(minutes, 1.0);
  double mean = 0.0;
  double parts = 0.0;
  for (const Parts& of : minutes) {
    mean += of.sum;
    parts += of.parts;
  }
  mean = parts > 0.0 ? 1.0 + mean / parts : 1.0;
  for (std::size_t i = 0; i < customers.size(); ++i) {
    const CustomerInstants& of = customers[i];
    const bool is_much = of.minutes.most + 1.0 >= static_cast<double>(kFewestAtOnce);
    tests.add(is_much ? minutes[i].p_value : 1.0, [&] {
      return customer_tested(
          of.key,
          Anomaly::What::Rush,
          {of.busiest_minute, {of.busiest_minute.micros + 60 * kMicrosPerSecond}},
          mean,
          of.minutes.most + 1.0);
    });
    // Whole days alone are what a log without times of day has.
    if (of.gaps < kFewestGaps || of.has_whole_days || of.mean_gap <= 0.0) {
      continue;
    }
    const std::int64_t degrees = std::min(of.gaps - 1, kMostDegrees);
    const double variation = of.gap_deviation / of.mean_gap;
    const double square =
        static_cast<double>(degrees) * variation * variation / (kHumanGaps * kHumanGaps);
    const double p_value =
        std::max(1.0 - math::chi_squared_survival(square, static_cast<std::int32_t>(degrees)), 0.0);
    tests.add(p_value, [&] {
      return customer_tested(of.key, Anomaly::What::Bot, of.range, kHumanGaps, variation);
    });
  }
}

// --- together ------------------------------------------------------------------------------------

/// Writes the ids of customers into what is told of them.
Result<void> name_customers(log::Log& log, std::span<std::pair<std::size_t, Tested>> told) {
  std::unordered_map<std::int64_t, std::string> ids;
  for (const auto& [place, of] : told) {
    if (of.key >= 0) {
      ids.try_emplace(of.key);
    }
  }
  if (ids.empty()) {
    return {};
  }
  const auto [least, most] = std::ranges::minmax_element(
      ids, {}, &std::unordered_map<std::int64_t, std::string>::value_type::first);
  Statement statement(log.warehouse());
  statement
      .add("SELECT c.customer_key, c.customer_id FROM till.customers c WHERE c.customer_key >= ")
      .bind(least->first)
      .add(" AND c.customer_key <= ")
      .bind(most->first);
  TILL_TRY(warehouse::for_each_batch(log.warehouse(),
                                     statement.sql(),
                                     statement.values(),
                                     [&](const BatchView& batch) -> Result<void> {
                                       const ColumnView keys = batch.column(0);
                                       const ColumnView texts = batch.column(1);
                                       for (std::int64_t i = 0; i < batch.rows(); ++i) {
                                         if (const auto id = ids.find(keys.integer(i));
                                             id != ids.end()) {
                                           id->second = std::string(texts.text(i));
                                         }
                                       }
                                       return {};
                                     }));
  for (auto& [place, of] : told) {
    if (of.key >= 0) {
      of.anomaly.id = ids.at(of.key);
      of.anomaly.name = of.anomaly.id;
    }
  }
  return {};
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
  switch (what) {
    case Anomaly::What::Burst:
      return "burst";
    case Anomaly::What::Silence:
      return "silence";
    case Anomaly::What::DoubleLoad:
      return "double_load";
    case Anomaly::What::RepeatedDay:
      return "repeated_day";
    case Anomaly::What::Rush:
      return "rush";
    case Anomaly::What::Bot:
      break;
  }
  return "bot";
}

Result<Anomalies> anomalies(log::Log& log, const AnomaliesOptions& options) {
  TILL_TRY(check_counting(log, "anomalies", options.counting));
  Anomalies result;
  Tests tests;
  TILL_ASSIGN(const DaySeries days, read_days(log, tally_of(options)));
  if (days.transactions.empty()) {
    return result;
  }
  test_days(days, options, result, tests);
  RepeatCounter repeat_counter(options.zone);
  TILL_ASSIGN(
      const Customers customers,
      read_customers(log, options, days.first + std::ssize(days.transactions), repeat_counter));
  const std::vector<Repeats> repeats = repeat_counter.days();
  test_repeats(repeats, options, tests);
  TILL_TRY(test_copies(log, repeats, options, tests));
  result.days_tested = tests.count();
  TILL_TRY(test_products(log, days, options, result, tests));
  result.products_tested = tests.count() - result.days_tested;
  test_customer_days(customers.days, options, result, tests);
  test_customer_instants(customers.instants, tests);
  result.customers_tested = tests.count() - result.days_tested - result.products_tested;

  const std::vector<double> q = math::q_values(tests.p_values());
  std::vector<std::pair<std::size_t, Tested>> told;
  for (auto& [place, of] : tests.candidates()) {
    if (q[place] <= kLevel) {
      of.anomaly.q_value = q[place];
      told.emplace_back(place, std::move(of));
    }
  }
  TILL_TRY(name_customers(log, told));
  result.rows.reserve(told.size());
  for (auto& [place, of] : told) {
    result.rows.push_back(std::move(of.anomaly));
  }
  join_days(result.rows);
  return result;
}

Result<std::vector<AnomalyRow>> anomaly_rows(log::Log& log,
                                             const Anomaly& anomaly,
                                             const AnomaliesOptions& options,
                                             std::int64_t limit) {
  Statement statement(log.warehouse());
  const std::string real(statement.dialect().real_type);
  const std::string amount = log.has_amount() ? "t.amount" : "NULL";
  const std::string quantity = log.has_quantity() ? "t.quantity" : "NULL";
  const bool is_double = anomaly.what == Anomaly::What::DoubleLoad;
  statement.add(
      "SELECT c.customer_id, p.product_id, r.at, r.amount, r.quantity, f.path FROM (SELECT "
      "t.customer_key, t.product_key, t.\"timestamp\" AS at, CAST(" +
      amount + " AS " + real + ") AS amount, CAST(" + quantity + " AS " + real +
      ") AS quantity, t.file_key, ");
  statement.add(is_double ? "count(*) OVER (PARTITION BY t.customer_key, t.product_key, "
                            "t.\"timestamp\", " +
                                amount + ", " + quantity + ")"
                          : "2");
  statement.add(" AS n FROM till.transactions t WHERE t.\"timestamp\" >= ")
      .bind(anomaly.range.from)
      .add(" AND t.\"timestamp\" < ")
      .bind(std::min(anomaly.range.to, options.as_of.value_or(kMaxInstant)));
  if (anomaly.kind == Anomaly::Kind::Product) {
    statement
        .add(
            " AND t.product_key IN (SELECT k.product_key FROM till.products k WHERE k.product_id "
            "= ")
        .bind(anomaly.id)
        .add(")");
  } else if (anomaly.kind == Anomaly::Kind::Customer) {
    statement
        .add(
            " AND t.customer_key IN (SELECT k.customer_key FROM till.customers k WHERE "
            "k.customer_id = ")
        .bind(anomaly.id)
        .add(")");
  }
  statement
      .add(
          ") r JOIN till.products p ON p.product_key = r.product_key LEFT JOIN till.customers c ON "
          "c.customer_key = r.customer_key LEFT JOIN till.files f ON f.file_key = r.file_key WHERE "
          "r.n > 1 ORDER BY r.at, p.product_id, c.customer_id, r.amount, r.quantity, f.path LIMIT ")
      .bind(limit);
  constexpr double kUnits = 1e-4;  // amounts are kept in ten-thousandths
  std::vector<AnomalyRow> rows;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    const auto real_at = [&](std::int64_t column, double unit) {
      return batch.column(column).is_null(i) ? std::nullopt
                                             : std::optional(batch.column(column).real(i) * unit);
    };
    AnomalyRow row;
    if (!batch.column(0).is_null(i)) {
      row.customer_id = std::string(batch.column(0).text(i));
    }
    row.product_id = std::string(batch.column(1).text(i));
    row.at = batch.column(2).instant(i);
    row.amount = real_at(3, kUnits);
    row.quantity = real_at(4, 1.0);
    row.file = batch.column(5).is_null(i) ? "" : std::string(batch.column(5).text(i));
    rows.push_back(std::move(row));
  }));
  return rows;
}

}  // namespace till::insight
