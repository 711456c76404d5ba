#include "insight/purchase_rhythm.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "till/core/check.hpp"
#include "till/log/amount.hpp"
#include "till/math/proportion.hpp"

namespace till::insight {

namespace {

constexpr std::int64_t kFewestIntervals = 10;  // for a shape of one's own
constexpr std::int64_t kShortestPair = 14;     // days that two intervals take
constexpr std::int64_t kFewestCustomers = 20;  // for a shape of all

constexpr std::int64_t kRememberedDays = 10'000;
// Sums are of whole numbers, so that their order changes nothing: millionths.
constexpr double kMillion = 1e6;

std::int64_t millionths(double value) {
  return std::llround(kMillion * value);
}

/// Half a day less than a number of days.
double days_less_half(std::int64_t days) {
  return static_cast<double>(days) - 0.5;
}

/// Returns the tenths of a customer's own shape, from the sums of x, log x and x log x.
std::int64_t tenths_of_shape(double n, double x, double logs, double products) {
  const double d = n * products - logs * x;
  const double biased = d > n * x * 1000.0 ? kMillion * n * x / d : 1000.0;
  const double shape = biased - (3.0 * biased - biased / (1.5 * (1.0 + biased)) -
                                 0.8 * biased / ((1.0 + biased) * (1.0 + biased))) /
                                    n;
  return static_cast<std::int64_t>(std::floor(10.0 * std::clamp(shape, 0.0, kLargestShape)));
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
                                          std::int64_t end_day,
                                          bool by_spend) {
  if (customers.empty()) {
    return {};
  }
  std::map<std::int64_t, std::int64_t> by_last_day;
  std::map<std::int64_t, std::int64_t> by_days;
  std::map<std::int64_t, std::int64_t> by_money;
  for (const RecencyFrequency& group : customers) {
    by_last_day[group.last_day] += group.customers;
    by_days[group.purchase_days] += group.customers;
    if (by_spend) {
      by_money[group.spend] += group.customers;
    }
  }
  const std::map<std::int64_t, int> recency = scores(by_last_day);
  const std::map<std::int64_t, int> frequency = scores(by_days);
  const std::map<std::int64_t, int> money = scores(by_money);
  std::vector<SegmentCustomers> segments(kSegments);
  for (std::size_t i = 0; i < kSegments; ++i) {
    segments[i].segment = kSegmentPlaces[i].segment;
  }
  std::array<std::int64_t, kSegments> spend = {};
  for (const RecencyFrequency& group : customers) {
    const int often = frequency.at(group.purchase_days);
    const int worth = by_spend ? (often + money.at(group.spend) + 1) / 2 : often;
    SegmentCustomers& segment =
        segments[static_cast<std::size_t>(segment_of(recency.at(group.last_day), worth))];
    segment.customers += group.customers;
    segment.purchase_days += group.customers * group.purchase_days;
    segment.transactions += group.transactions;
    segment.idle_days += group.customers * (end_day - group.last_day);
    spend[static_cast<std::size_t>(segment.segment)] += group.customers * group.spend;
  }
  for (std::size_t i = 0; i < kSegments; ++i) {
    segments[i].spend = static_cast<double>(spend[i]) / static_cast<double>(log::kAmountScale);
  }
  return segments;
}

// --- counting ------------------------------------------------------------------------------------

RhythmCounter::Terms RhythmCounter::terms_of(std::int64_t interval) {
  const double x = days_less_half(std::max<std::int64_t>(interval, 1));
  return {millionths(std::log(x)), millionths(x * std::log(x))};
}

void RhythmCounter::add(std::span<const PurchaseStep> days, std::int64_t spend) {
  std::int64_t purchase_days = 0;
  std::int64_t transactions = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t before = 0;
  std::int64_t before_that = 0;
  std::int64_t logs = 0;
  std::int64_t products = 0;
  for (const PurchaseStep& day : days) {
    if (day.transactions <= 0) {
      continue;
    }
    ++purchase_days;
    transactions += day.transactions;
    before_that = before;
    before = last;
    last = day.at;
    if (purchase_days == 1) {
      first = last;
      continue;
    }
    const std::int64_t interval = last - before;
    ++intervals_[interval];
    if (purchase_days == 2) {
      ++second_after_[interval];
    }
    while (std::ssize(terms_) <= std::min(interval, kRememberedDays)) {
      terms_.push_back(terms_of(std::ssize(terms_)));
    }
    const Terms terms = interval <= kRememberedDays ? terms_[static_cast<std::size_t>(interval)]
                                                    : terms_of(interval);
    logs += terms.log;
    products += terms.product;
  }
  if (purchase_days == 0) {
    return;
  }
  if (purchase_days == 1) {
    ++only_on_[first];
  }
  if (purchase_days >= 3 && last - before_that >= kShortestPair) {
    const double ratio =
        days_less_half(last - before) / static_cast<double>(last - before_that - 1);
    const std::int64_t w = millionths((ratio - 0.5) * (ratio - 0.5));
    ++ratios_;
    ratio_sum_ += w;
    ratio_squares_ += w * w;
  }
  if (purchase_days > kFewestIntervals) {
    const auto n = static_cast<double>(purchase_days - 1);
    ++shapes_[tenths_of_shape(n,
                              static_cast<double>(last - first) - 0.5 * n,
                              static_cast<double>(logs),
                              static_cast<double>(products))];
  }
  RecencyFrequency& group = has_spend_ ? customers_.emplace_back()
                                       : groups_[last * (std::int64_t{1} << 32) + purchase_days];
  group.last_day = last;
  group.purchase_days = purchase_days;
  group.customers += 1;
  group.transactions += transactions;
  group.spend = spend;
}

PurchaseRhythm RhythmCounter::rhythm(std::int64_t end_day) const {
  PurchaseRhythm rhythm;
  for (const auto& [days, intervals] : intervals_) {
    rhythm.intervals.push_back({days, intervals});
  }
  std::ranges::sort(rhythm.intervals, {}, &PurchaseInterval::days);
  rhythm.regularity = regularity_of({ratios_,
                                     static_cast<double>(ratio_sum_) / kMillion,
                                     static_cast<double>(ratio_squares_) / (kMillion * kMillion)});
  for (const auto& [tenths, customers] : shapes_) {
    rhythm.regularity.shapes.push_back({static_cast<double>(tenths) / 10.0, customers});
  }
  std::ranges::sort(rhythm.regularity.shapes, {}, &ShapeLevel::from);
  std::map<std::int64_t, math::Ended> ended;
  for (const auto& [days, customers] : second_after_) {
    ended[days].events += customers;
  }
  for (const auto& [day, customers] : only_on_) {
    ended[std::max<std::int64_t>(end_day - day, 0)].censored += customers;
  }
  std::vector<math::Ended> in_order;
  in_order.reserve(ended.size());
  for (auto& [days, end] : ended) {
    end.time = days;
    in_order.push_back(end);
    rhythm.customers += end.events + end.censored;
    rhythm.repeated += end.events;
    rhythm.watched_days = end.censored > 0 ? days : rhythm.watched_days;
  }
  rhythm.second_purchase = math::kaplan_meier(in_order);
  std::vector<RecencyFrequency> customers = customers_;
  customers.reserve(customers.size() + groups_.size());
  for (const auto& [key, group] : groups_) {
    customers.push_back(group);
  }
  for (const RecencyFrequency& of : customers) {
    // Where clocks go back over midnight, the last moment is not on the last day.
    end_day = std::max(end_day, of.last_day);
  }
  rhythm.has_spend = has_spend_;
  rhythm.segments = segments_of(customers, end_day, has_spend_);
  return rhythm;
}

}  // namespace till::insight
