#include "insight/purchase_rhythm.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "till/core/check.hpp"
#include "till/math/proportion.hpp"

namespace till::insight {

namespace {

constexpr std::int64_t kFewestIntervals = 10;  // for a shape of one's own
constexpr std::int64_t kShortestPair = 14;     // days that two intervals take
constexpr std::int64_t kFewestCustomers = 20;  // for a shape of all

// Sums in the engine are of whole numbers, so that their order changes nothing: millionths.
constexpr double kMillion = 1e6;

/// Writes the counts that the rhythm is made of, one kind after the other: `kind, a, b, n, s`
///
///     0  intervals of a days: n
///     1  customers who bought again after a days (b = 1), or were watched so long (b = 0): n
///     2  customers with two last intervals: n; a, b the sums of w and w^2, w = (ratio - 1/2)^2
///     3  customers with a shape of a tenths: n
///     4  customers who bought last on day a, on b days: n, and their transactions s
Statement rhythm_of(log::Log& log, const Tally& tally, std::int64_t end_day) {
  Statement statement(log.warehouse());
  const std::string integer(statement.dialect().integer_type);
  const std::string real(statement.dialect().real_type);
  const auto as = [](const std::string& expression, const std::string& type) {
    return "CAST(" + expression + " AS " + type + ")";
  };
  const auto millionths = [&](const std::string& expression) {
    return as("round(" + as("1000000", real) + " * " + expression + ")", integer);
  };
  const auto sum = [&](const std::string& expression) {
    return as("sum(" + expression + ")", integer);
  };
  const std::string end = std::to_string(end_day);

  statement.add("WITH purchase_days AS (SELECT t.customer_key, t.day, t.transactions FROM (");
  add_tally(statement, log, tally);
  statement.add(") t WHERE t.customer_key IS NOT NULL AND t.transactions > 0)");
  statement.add(
      ", steps AS (SELECT d.customer_key, d.day, d.transactions,"
      " lag(d.day) OVER (PARTITION BY d.customer_key ORDER BY d.day) AS day_before,"
      " lag(d.day, 2) OVER (PARTITION BY d.customer_key ORDER BY d.day) AS day_before_that"
      " FROM purchase_days d)");
  const std::string x = "(" + as("s.day - s.day_before", real) + " - 0.5)";
  statement.add(
      ", rhythms AS (SELECT s.customer_key, min(s.day) AS first_day, max(s.day) AS last_day,"
      " min(CASE WHEN s.day_before IS NULL THEN NULL ELSE s.day END) AS second_day,"
      " max(s.day_before) AS day_before, max(s.day_before_that) AS day_before_that,"
      " count(*) AS days, ");
  statement.add(sum("s.transactions")).add(" AS transactions, ");
  statement.add(sum(millionths("ln(" + x + ")"))).add(" AS logs, ");
  statement.add(sum(millionths(x + " * ln(" + x + ")"))).add(" AS products");
  statement.add(" FROM steps s GROUP BY s.customer_key)");
  statement.add(", ratios AS (SELECT ")
      .add(millionths("power((" + as("r.last_day - r.day_before", real) + " - 0.5) / (" +
                      as("r.last_day - r.day_before_that", real) + " - 1) - 0.5, 2)"))
      .add(" AS w FROM rhythms r WHERE r.last_day - r.day_before_that >= ")
      .add(std::to_string(kShortestPair))
      .add(")");
  // n sum x log x - sum log x sum x, in millionths.
  const std::string n = as("r.days - 1", real);
  const std::string days = "(" + as("r.last_day - r.first_day", real) + " - 0.5 * " + n + ")";
  statement.add(", raw_shapes AS (SELECT " + n + " AS n, " + days + " AS x, " + n + " * " +
                as("r.products", real) + " - " + as("r.logs", real) + " * " + days +
                " AS d FROM rhythms r WHERE r.days > " + std::to_string(kFewestIntervals) + ")");
  statement.add(", biased_shapes AS (SELECT q.n, CASE WHEN q.d > q.n * q.x * 1000 THEN " +
                as("1000000", real) + " * q.n * q.x / q.d ELSE 1000 END AS k FROM raw_shapes q)");
  statement.add(
      ", shapes AS (SELECT q.k - (3 * q.k - q.k / (1.5 * (1 + q.k)) - 0.8 * q.k / ((1 + q.k) * "
      "(1 + q.k))) / q.n AS k FROM biased_shapes q)");

  const auto add_kind = [&](int kind,
                            const std::string& a,
                            const std::string& b,
                            const std::string& n_of,
                            const std::string& s,
                            std::string_view from) {
    statement.add(kind == 0 ? " SELECT " : " UNION ALL SELECT ").add(std::to_string(kind));
    statement.add(" AS kind, ").add(as(a, integer)).add(" AS a, ").add(as(b, integer));
    statement.add(" AS b, ").add(as(n_of, integer)).add(" AS n, ").add(as(s, integer));
    statement.add(" AS s FROM ").add(from);
  };
  add_kind(0,
           "s.day - s.day_before",
           "0",
           "count(*)",
           "0",
           "steps s WHERE s.day_before IS NOT NULL GROUP BY s.day - s.day_before");
  add_kind(1,
           "r.second_day - r.first_day",
           "1",
           "count(*)",
           "0",
           "rhythms r WHERE r.second_day IS NOT NULL GROUP BY r.second_day - r.first_day");
  add_kind(1,
           "greatest(" + end + " - r.first_day, 0)",
           "0",
           "count(*)",
           "0",
           "rhythms r WHERE r.second_day IS NULL GROUP BY r.first_day");
  add_kind(2, "coalesce(sum(q.w), 0)", "coalesce(sum(q.w * q.w), 0)", "count(*)", "0", "ratios q");
  const std::string tenths =
      "floor(10 * least(greatest(q.k, 0), " + std::to_string(std::lround(kLargestShape)) + "))";
  add_kind(3, tenths, "0", "count(*)", "0", "shapes q GROUP BY " + tenths);
  add_kind(4,
           "r.last_day",
           "r.days",
           "count(*)",
           "sum(r.transactions)",
           "rhythms r GROUP BY r.last_day, r.days");
  return statement;
}

/// Returns 1 + floor(5 x below / all), below being how many come before each key; keys ascending.
std::map<std::int64_t, int> scores(const std::map<std::int64_t, std::int64_t>& customers) {
  std::int64_t all = 0;
  for (const auto& [key, n] : customers) {
    all += n;
  }
  std::map<std::int64_t, int> scores;
  std::int64_t below = 0;
  for (const auto& [key, n] : customers) {
    scores[key] = static_cast<int>(1 + 5 * below / all);
    below += n;
  }
  return scores;
}

/// Sums over customers of w = (ratio - 1/2)^2 and of its square.
struct RatioSums {
  std::int64_t customers = 0;
  double sum = 0.0;
  double squares = 0.0;
};

Regularity regularity_of(const RatioSums& ratios) {
  Regularity result;
  result.customers = ratios.customers;
  if (ratios.customers < kFewestCustomers) {
    return result;
  }
  const auto n = static_cast<double>(ratios.customers);
  const double mean = ratios.sum / n;
  const double variance = std::max(ratios.squares / n - mean * mean, 0.0) * n / (n - 1.0);
  const double error = math::kNormal95 * std::sqrt(variance / n);
  const auto shape_at = [](double w) -> std::optional<double> {
    // Less than a millionth is not told from nothing: k beyond 10^5.
    return w > 1e-6 ? std::optional(std::max(1.0 / (8.0 * w) - 0.5, 0.0)) : std::nullopt;
  };
  result.shape = shape_at(mean);
  result.low = shape_at(mean + error);
  result.high = shape_at(mean - error);
  return result;
}

}  // namespace

// --- what the numbers say ------------------------------------------------------------------------

std::string_view Regularity::evidence() const noexcept {
  if (!low) {
    return shape || customers < kFewestCustomers ? "unknown" : "regular";
  }
  if (*low > 1.0) {
    return "regular";
  }
  return high && *high < 1.0 ? "clumpy" : "random";
}

std::int64_t count_of_intervals(const PurchaseRhythm& rhythm) noexcept {
  std::int64_t count = 0;
  for (const PurchaseInterval& interval : rhythm.intervals) {
    count += interval.intervals;
  }
  return count;
}

std::optional<std::int64_t> interval_quantile(const PurchaseRhythm& rhythm, double share) noexcept {
  const double wanted = share * static_cast<double>(count_of_intervals(rhythm));
  std::int64_t reached = 0;
  for (const PurchaseInterval& interval : rhythm.intervals) {
    reached += interval.intervals;
    if (static_cast<double>(reached) >= wanted) {
      return interval.days;
    }
  }
  return std::nullopt;
}

std::optional<RepeatShare> repeat_share(const PurchaseRhythm& rhythm, std::int64_t days) noexcept {
  const std::vector<math::SurvivalPoint>& curve = rhythm.second_purchase;
  const auto after = std::ranges::upper_bound(curve, days, {}, &math::SurvivalPoint::time);
  const std::int64_t last =
      std::max(rhythm.watched_days, curve.empty() ? std::int64_t{0} : curve.back().time);
  if (rhythm.customers == 0 || days > last) {
    return std::nullopt;
  }
  if (after == curve.begin()) {
    return RepeatShare{0.0, 0.0, 0.0};
  }
  const math::SurvivalPoint& point = *(after - 1);
  return RepeatShare{1.0 - point.survival, 1.0 - point.high, 1.0 - point.low};
}

Segment segment_of(int recency, int frequency) noexcept {
  const auto found = std::ranges::find_if(kSegmentPlaces, [&](const SegmentPlace& place) {
    return recency >= place.recency_from && recency <= place.recency_to &&
           frequency >= place.frequency_from && frequency <= place.frequency_to;
  });
  TILL_ASSERT(found != kSegmentPlaces.end(), "segments fill the grid");
  return found->segment;
}

std::vector<SegmentCustomers> segments_of(std::span<const RecencyFrequency> customers,
                                          std::int64_t end_day) {
  if (customers.empty()) {
    return {};
  }
  std::map<std::int64_t, std::int64_t> by_last_day;
  std::map<std::int64_t, std::int64_t> by_days;
  for (const RecencyFrequency& group : customers) {
    by_last_day[group.last_day] += group.customers;
    by_days[group.purchase_days] += group.customers;
  }
  const std::map<std::int64_t, int> recency = scores(by_last_day);
  const std::map<std::int64_t, int> frequency = scores(by_days);
  std::vector<SegmentCustomers> segments(kSegments);
  for (std::size_t i = 0; i < kSegments; ++i) {
    segments[i].segment = kSegmentPlaces[i].segment;
  }
  for (const RecencyFrequency& group : customers) {
    SegmentCustomers& segment = segments[static_cast<std::size_t>(
        segment_of(recency.at(group.last_day), frequency.at(group.purchase_days)))];
    segment.customers += group.customers;
    segment.purchase_days += group.customers * group.purchase_days;
    segment.transactions += group.transactions;
    segment.idle_days += group.customers * (end_day - group.last_day);
  }
  return segments;
}

// --- reading -------------------------------------------------------------------------------------

Result<PurchaseRhythm> read_purchase_rhythm(log::Log& log, const Tally& tally) {
  PurchaseRhythm rhythm;
  const TimeRange range = within_log(log, tally.range);
  if (range.empty()) {
    return rhythm;
  }
  const Date last = tally.zone.local(Instant{range.to.micros - 1}).date;
  std::int64_t end_day = days_since_epoch(last);
  std::map<std::int64_t, math::Ended> ended;
  std::vector<RecencyFrequency> customers;
  RatioSums ratios;
  TILL_TRY(for_each_row(
      log.warehouse(), rhythm_of(log, tally, end_day), [&](const BatchView& batch, std::int64_t i) {
        const std::int64_t a = batch.column(1).integer(i);
        const std::int64_t b = batch.column(2).integer(i);
        const std::int64_t n = batch.column(3).integer(i);
        switch (batch.column(0).integer(i)) {
          case 0:
            rhythm.intervals.push_back({a, n});
            break;
          case 1:
            ended[a].time = a;
            (b == 1 ? ended[a].events : ended[a].censored) += n;
            break;
          case 2:
            ratios = {n, static_cast<double>(a) / kMillion, static_cast<double>(b) / 1e12};
            break;
          case 3:
            rhythm.regularity.shapes.push_back({static_cast<double>(a) / 10.0, n});
            break;
          default:
            customers.push_back({a, b, n, batch.column(4).integer(i)});
        }
      }));
  std::ranges::sort(rhythm.intervals, {}, &PurchaseInterval::days);
  std::ranges::sort(rhythm.regularity.shapes, {}, &ShapeLevel::from);
  std::vector<ShapeLevel> shapes = std::move(rhythm.regularity.shapes);
  rhythm.regularity = regularity_of(ratios);
  rhythm.regularity.shapes = std::move(shapes);
  std::vector<math::Ended> in_order;
  in_order.reserve(ended.size());
  for (const auto& [days, end] : ended) {
    in_order.push_back(end);
    rhythm.customers += end.events + end.censored;
    rhythm.repeated += end.events;
    rhythm.watched_days = end.censored > 0 ? days : rhythm.watched_days;
  }
  rhythm.second_purchase = math::kaplan_meier(in_order);
  for (const RecencyFrequency& group : customers) {
    // Where clocks go back over midnight, the last moment is not on the last day.
    end_day = std::max(end_day, group.last_day);
  }
  rhythm.segments = segments_of(customers, end_day);
  return rhythm;
}

}  // namespace till::insight
