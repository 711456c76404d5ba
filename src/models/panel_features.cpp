#include "panel_features.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

namespace till::models {

namespace {

constexpr std::size_t kLags = 13;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Returns the mean count, over those seen by then, of months [from, to); empty: unknown.
double base_level(const Panel& panel, std::size_t from, std::size_t to) {
  double transactions = 0.0;
  double customers = 0.0;
  for (std::size_t t = from; t < to; ++t) {
    for (const std::int32_t y : panel.counts(t)) {
      transactions += y;
    }
    customers += static_cast<double>(panel.customers_seen(t));
  }
  return customers > 0.0 ? (transactions + 1.0) / (customers + 1.0) : kUnknown;
}

/// Mean, deviation, share active, maximum, median of counts; NaN of none.
std::array<double, 5> moments(std::span<const double> counts) {
  if (counts.empty()) {
    return {kUnknown, kUnknown, kUnknown, kUnknown, kUnknown};
  }
  const auto n = static_cast<double>(counts.size());
  double mean = 0.0;
  double active = 0.0;
  for (const double y : counts) {
    mean += y / n;
    active += y > 0.0 ? 1.0 / n : 0.0;
  }
  double variance = 0.0;
  for (const double y : counts) {
    variance += (y - mean) * (y - mean) / n;
  }
  std::vector<double> sorted(counts.begin(), counts.end());
  std::ranges::sort(sorted);
  const std::size_t half = counts.size() / 2;
  const double median =
      counts.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2.0;
  return {mean, std::sqrt(variance), active, sorted.back(), median};
}

}  // namespace

std::size_t whole_months(const Panel& panel) {
  return panel.months() > 1 && !panel.is_last_month_whole() ? panel.months() - 1 : panel.months();
}

void append_panel_features(const Panel& panel,
                           std::size_t first,
                           std::size_t end,
                           std::size_t step,
                           std::vector<float>& out) {
  const std::size_t whole = whole_months(panel);
  const auto since = [whole](std::size_t months) { return whole > months ? whole - months : 0; };
  const double base = base_level(panel, since(3), whole);
  const double base_last = std::log(base_level(panel, since(1), whole) / base);
  const double base_year = std::log(base / base_level(panel, since(12), whole));
  const auto add = [&out](double value) { out.push_back(static_cast<float>(value)); };
  for (std::size_t i = first; i < end; i += step) {
    const std::size_t birth = panel.birth_month(i);
    const std::size_t months = std::max(whole, birth + 1);  // more for those just born
    const std::size_t known = months - birth;
    std::array<double, kLags> lags{};
    lags.fill(kUnknown);
    for (std::size_t lag = 0; lag < std::min(kLags, known); ++lag) {
      lags[lag] = panel.count(i, months - 1 - lag);
    }
    double total = 0.0;
    std::size_t recency = known;
    for (std::size_t t = birth; t < months; ++t) {
      const std::int32_t y = panel.count(i, t);
      total += y;
      recency = y > 0 ? months - 1 - t : recency;
    }
    for (const double lag : lags) {
      add(lag);
    }
    for (const std::size_t span : {3U, 6U, 12U}) {
      for (const double moment :
           moments(std::span(lags).first(std::min<std::size_t>(span, known)))) {
        add(moment);
      }
    }
    const double tenure = static_cast<double>(known - 1) + panel.birth_share(i);
    add(known > 1 ? (lags[0] + lags[1]) / 2.0 : lags[0]);
    add(static_cast<double>(recency));
    add(tenure);
    add(total);
    add(total / (tenure + 1.0));
    add(std::log((lags[11] + 0.5) / ((lags[10] + lags[12]) / 2.0 + 0.5)));
    add(base_last);
    add(base_year);
  }
}

}  // namespace till::models
