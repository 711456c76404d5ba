/// \file
/// Customer examples: how customers buy again, and what they buy together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "unit/charts/examples.hpp"

#include "till/charts/affinity.hpp"
#include "till/charts/lifecycle.hpp"

namespace till::test {

/// Customers who wait longer and longer for the next purchase, one in four for ever.
inline insight::Lifecycle rhythm_of(std::int64_t customers, std::int64_t longest) {
  insight::Lifecycle result;
  insight::PurchaseRhythm& rhythm = result.rhythm;
  rhythm.customers = customers;
  std::vector<math::Ended> ended;
  const std::int64_t step = std::max<std::int64_t>(longest / 40, 1);
  for (std::int64_t days = step; days <= longest; days += step) {
    const std::int64_t events = customers * step * 3 / (4 * (days + longest / 2));
    if (events > 0 && rhythm.repeated + events < customers) {
      ended.push_back({.time = days, .events = events, .censored = events / 5});
      rhythm.repeated += events;
    }
  }
  rhythm.watched_days = longest + 10;
  ended.push_back({.time = rhythm.watched_days, .censored = customers - rhythm.repeated});
  rhythm.second_purchase = math::kaplan_meier(ended);
  for (std::int64_t days = 1; days <= longest; ++days) {
    const std::int64_t intervals = 4 * customers / (3 + days) + (days % 7 == 0 ? customers / 9 : 0);
    if (intervals > 0) {
      rhythm.intervals.push_back({days, intervals});
    }
  }
  if (customers > 100) {
    rhythm.regularity.customers = customers / 2;
    rhythm.regularity.shape = 1.5;
    rhythm.regularity.low = 1.25;
    rhythm.regularity.high = 1.75;
    for (std::int64_t tenths = 2; tenths < 70; ++tenths) {
      rhythm.regularity.shapes.push_back(
          {static_cast<double>(tenths) / 10.0, customers / (4 + std::abs(tenths - 14))});
    }
  }
  for (std::size_t i = 0; i < insight::kSegments; ++i) {
    const auto place = static_cast<std::int64_t>(i);
    const std::int64_t n = customers * (1 + place * 7 % 10) / 55;
    rhythm.segments.push_back(
        {insight::kSegmentPlaces[i].segment, n, n * (12 - place), n * (13 - place), n * 9 * place});
  }
  return result;
}

/// Pairs with names short and long, the surest first.
inline insight::Affinity pairs_of(std::size_t pairs, bool is_after) {
  const std::vector<std::string> names = {
      "Tea",
      "Jam",
      "A name that goes on and on until nobody reads it, really",
      "Bread",
      "مرحبا",
      "WHITE HANGING HEART T-LIGHT HOLDER"};
  insight::Affinity result;
  result.baskets = 1'503;
  result.products = 78;
  result.tested = 3'003;
  result.mean_basket = 1.875;
  result.is_after = is_after;
  for (std::size_t i = 0; i < pairs; ++i) {
    const auto n = static_cast<std::int64_t>(2 * (pairs - i) + 3);
    insight::ProductPair pair;
    pair.a = {std::to_string(i), names[i % names.size()], 3 * n};
    pair.b = {std::to_string(i + 1), names[(i + 1 + i / 6) % names.size()], 5 * n};
    pair.baskets = n;
    pair.customers = n;
    pair.expected = static_cast<double>(n) / (2.0 + static_cast<double>(i % 9));
    pair.ratio = static_cast<double>(n) / pair.expected;
    pair.low = pair.ratio * 0.5;
    pair.high = pair.ratio * 2.0;
    pair.q_value = i + 2 < pairs || pairs < 3 ? 0.001 : 0.5;
    result.pairs.push_back(std::move(pair));
  }
  return result;
}

/// Pairs that none was found among.
inline insight::Affinity chance_pairs() {
  insight::Affinity result = pairs_of(30, false);
  for (insight::ProductPair& pair : result.pairs) {
    pair.ratio = 1.2;
    pair.low = 0.7;
    pair.high = 1.9;
    pair.q_value = 1.0;
  }
  return result;
}

inline std::vector<Example> customer_examples() {
  using Draw = charts::Chart (*)(const insight::Lifecycle&, const charts::Context&);
  const auto of = [](Draw draw, insight::Lifecycle result) {
    return [draw, result = std::move(result)] { return draw(result, context()); };
  };
  const auto affinity = [](insight::Affinity result) {
    return [result = std::move(result)] { return charts::affinity(result, context()); };
  };
  return {
      {"lifecycle_survival", of(&charts::lifecycle_survival, rhythm_of(1'200, 400))},
      {"lifecycle_survival_of_few", of(&charts::lifecycle_survival, rhythm_of(9, 12))},
      {"lifecycle_survival_of_nobody", of(&charts::lifecycle_survival, {})},
      {"lifecycle_intervals", of(&charts::lifecycle_intervals, rhythm_of(1'200, 400))},
      {"lifecycle_intervals_of_few", of(&charts::lifecycle_intervals, rhythm_of(9, 12))},
      {"lifecycle_intervals_of_nobody", of(&charts::lifecycle_intervals, {})},
      {"lifecycle_segments", of(&charts::lifecycle_segments, rhythm_of(1'200, 400))},
      {"lifecycle_segments_of_millions", of(&charts::lifecycle_segments, rhythm_of(60'000'000, 4))},
      {"lifecycle_segments_of_nobody", of(&charts::lifecycle_segments, {})},
      {"affinity", affinity(pairs_of(30, false))},
      {"affinity_after", affinity(pairs_of(6, true))},
      {"affinity_of_one", affinity(pairs_of(1, false))},
      {"affinity_of_chance", affinity(chance_pairs())},
      {"affinity_of_no_basket", affinity({})},
  };
}

}  // namespace till::test
