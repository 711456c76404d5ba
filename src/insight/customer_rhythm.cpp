#include "insight/customer_rhythm.hpp"

#include <algorithm>
#include <cmath>

#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

// The largest of counts and the earliest place that has it, in one whole number that max() finds:
// count x 2^32 + (2^31 - 1 - place). Cheaper than a window function, and known to every engine.
constexpr std::int64_t kPlaces = std::int64_t{1} << 32;
constexpr std::int64_t kLastPlace = (std::int64_t{1} << 31) - 1;

std::string largest_sql(const std::string& count, const std::string& place) {
  return "max(" + count + " * " + std::to_string(kPlaces) + " + (" + std::to_string(kLastPlace) +
         " - " + place + "))";
}

double count_in(std::int64_t largest) {
  const std::int64_t count = largest / kPlaces;
  return static_cast<double>(count);
}

std::int64_t place_in(std::int64_t largest) {
  return kLastPlace - largest % kPlaces;
}

}  // namespace

Result<std::vector<CustomerDays>> read_customer_days(log::Log& log,
                                                     Tally tally,
                                                     std::int64_t fewest_days,
                                                     std::int64_t end) {
  tally.by_customer = true;
  tally.by_day = true;
  Statement statement(log.warehouse());
  const std::string integer(statement.dialect().integer_type);
  const auto sum = [&](const std::string& of) {
    return "CAST(coalesce(sum(" + of + "), 0) AS " + integer + ")";
  };
  const std::string day = "CAST(g.day AS " + integer + ")";
  const std::string silent = "CAST(g.silent AS " + integer + ")";
  statement.add(
      "SELECT g.customer_key, count(*) AS days, " + sum("g.transactions - 1") + " AS busy, " +
      sum("(g.transactions - 1) * (g.transactions - 1)") + " AS busy_squares, " +
      largest_sql("(g.transactions - 1)", day) + " AS busiest, " + sum("g.silent") +
      " AS silent, " + sum("g.silent * g.silent") + " AS silent_squares, coalesce(" +
      largest_sql(silent, day) + ", 0) AS longest, CAST(max(g.day) AS " + integer +
      ") AS last FROM (SELECT d.customer_key, d.day, d.transactions, d.day - 1 - lag(d.day) "
      "OVER (PARTITION BY d.customer_key ORDER BY d.day) AS silent FROM (");
  add_tally(statement, log, tally);
  statement
      .add(
          ") d WHERE d.customer_key IS NOT NULL AND d.transactions > 0) g GROUP BY g.customer_key "
          "HAVING count(*) >= ")
      .bind(fewest_days)
      .add(" ORDER BY g.customer_key");
  std::vector<CustomerDays> customers;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    const auto integer_at = [&](std::int64_t column) { return batch.column(column).integer(i); };
    const auto number = [&](std::int64_t column) {
      return static_cast<double>(integer_at(column));
    };
    CustomerDays of;
    of.key = integer_at(0);
    of.busy = {number(1), number(2), number(3), count_in(integer_at(4))};
    of.busiest_day = place_in(integer_at(4));
    of.silent = {number(1), number(5), number(6), count_in(integer_at(7))};
    of.silent_to = place_in(integer_at(7));
    // The silence since the last purchase is one, too, as long as it has lasted.
    const std::int64_t last = integer_at(8);
    const auto since = static_cast<double>(std::max<std::int64_t>(end - 1 - last, 0));
    of.silent.sum += since;
    of.silent.squares += since * since;
    if (since > of.silent.most) {
      of.silent.most = since;
      of.silent_to = end;
    }
    of.silent_from = of.silent_to - static_cast<std::int64_t>(of.silent.most);
    customers.push_back(of);
  }));
  return customers;
}

Result<std::vector<CustomerInstants>> read_customer_instants(log::Log& log,
                                                             TimeRange range,
                                                             std::int64_t fewest) {
  Statement statement(log.warehouse());
  const std::string integer(statement.dialect().integer_type);
  const std::string real(statement.dialect().real_type);
  const std::string minute = "CAST(floor(extract(epoch FROM p.at) / 60.0) AS " + integer + ")";
  statement.add(
      "SELECT m.customer_key, min(m.first) AS first, max(m.last) AS last, CAST(sum(m.gaps) AS " +
      integer + ") AS gaps, CAST(coalesce(sum(m.gap), 0) AS " + real +
      ") AS gap, CAST(coalesce(sum(m.squares), 0) AS " + real +
      ") AS squares, CAST(sum(m.parts) AS " + integer +
      ") AS parts, count(*) AS minutes, CAST(sum(m.n - 1) AS " + integer +
      ") AS more, CAST(sum((m.n - 1) * (m.n - 1)) AS " + integer + ") AS more_squares, " +
      largest_sql("(m.n - 1)", "m.minute") + " AS busiest FROM (SELECT p.customer_key, " + minute +
      " AS minute, count(*) AS n, min(p.at) AS first, max(p.at) AS last, count(p.gap) AS gaps, "
      "sum(p.gap) AS gap, sum(p.gap * p.gap) AS squares, sum(CASE WHEN floor(p.gap / 86400.0) * "
      "86400.0 <> p.gap THEN 1 ELSE 0 END) AS parts FROM (SELECT d.customer_key, d.at, "
      "CAST(extract(epoch FROM (d.at - lag(d.at) OVER (PARTITION BY d.customer_key ORDER BY "
      "d.at))) "
      "AS " +
      real +
      ") AS gap FROM (SELECT DISTINCT t.customer_key, t.\"timestamp\" AS at FROM till.transactions "
      "t JOIN till.customers c ON c.customer_key = t.customer_key WHERE t.\"timestamp\" < ");
  statement.bind(range.to)
      .add(" AND c.transactions >= ")
      .bind(fewest)
      .add(") d) p GROUP BY p.customer_key, " + minute +
           ") m GROUP BY m.customer_key ORDER BY m.customer_key");
  std::vector<CustomerInstants> customers;
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    const auto integer_at = [&](std::int64_t column) { return batch.column(column).integer(i); };
    const auto number = [&](std::int64_t column) {
      return static_cast<double>(integer_at(column));
    };
    CustomerInstants of;
    of.key = integer_at(0);
    of.range = {batch.column(1).instant(i), {batch.column(2).instant(i).micros + 1}};
    of.gaps = integer_at(3);
    if (of.gaps > 0) {
      const double n = number(3);
      const double sum = batch.column(4).real(i);
      of.mean_gap = sum / n;
      of.gap_deviation =
          n > 1.0
              ? std::sqrt(std::max(batch.column(5).real(i) - sum * of.mean_gap, 0.0) / (n - 1.0))
              : 0.0;
    }
    of.has_whole_days = integer_at(6) == 0;
    of.minutes = {number(7), number(8), number(9), count_in(integer_at(10))};
    of.busiest_minute = Instant{place_in(integer_at(10)) * 60 * kMicrosPerSecond};
    customers.push_back(of);
  }));
  return customers;
}

}  // namespace till::insight
