#include "till/models/frequencies.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "till/core/check.hpp"

namespace till::models {

namespace {

constexpr std::int64_t kClasses = 8;  // and one for more, where they are wide
constexpr std::int64_t kLastSingle = 7;
constexpr std::int64_t kFewPurchases = 10;
constexpr double kMost = 0.9;
constexpr std::size_t kAges = 512;

/// Returns the smallest x that nine of ten customers do not exceed.
std::int64_t most_have(const PurchaseHistories& histories) {
  std::vector<std::pair<double, double>> sorted;
  double customers = 0.0;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    sorted.emplace_back(histories.x[i], histories.weight(i));
    customers += histories.weight(i);
  }
  std::sort(sorted.begin(), sorted.end());
  double sum = 0.0;
  for (const auto& [x, weight] : sorted) {
    sum += weight;
    if (sum >= kMost * customers) {
      return std::llround(x);
    }
  }
  return std::llround(sorted.back().first);
}

}  // namespace

std::vector<FrequencyClass> frequency_classes(const PurchaseHistories& histories) {
  TILL_ASSERT(histories.size() > 0, "there must be a history");
  const std::int64_t most = most_have(histories);
  const bool are_few = most <= kFewPurchases;
  const std::int64_t width = are_few ? 1 : most / kClasses + 1;
  const std::int64_t ended = are_few ? kLastSingle : kClasses;
  std::vector<FrequencyClass> classes;
  classes.reserve(static_cast<std::size_t>(ended) + 1);
  for (std::int64_t i = 0; i < ended; ++i) {
    classes.push_back({i * width, (i + 1) * width - 1, 0.0, 0.0});
  }
  classes.push_back({ended * width, std::nullopt, 0.0, 0.0});
  for (std::size_t i = 0; i < histories.size(); ++i) {
    const std::int64_t x = std::llround(histories.x[i]);
    const std::int64_t place = std::min(x / width, ended);
    classes[static_cast<std::size_t>(place)].actual += histories.weight(i);
  }
  return classes;
}

std::vector<AgeGroup> age_groups(const PurchaseHistories& histories) {
  std::vector<AgeGroup> ages;
  ages.reserve(histories.size());
  for (std::size_t i = 0; i < histories.size(); ++i) {
    ages.push_back({histories.T[i], histories.weight(i)});
  }
  std::sort(ages.begin(), ages.end(), [](const AgeGroup& a, const AgeGroup& b) {
    return a.T != b.T ? a.T < b.T : a.customers < b.customers;
  });
  std::vector<AgeGroup> different;
  for (const AgeGroup& age : ages) {
    if (!different.empty() && different.back().T == age.T) {
      different.back().customers += age.customers;
    } else {
      different.push_back(age);
    }
  }
  if (different.size() <= kAges) {
    return different;
  }
  std::vector<AgeGroup> groups(kAges);
  for (std::size_t i = 0; i < different.size(); ++i) {
    AgeGroup& group = groups[i * kAges / different.size()];
    group.T += different[i].T * different[i].customers;
    group.customers += different[i].customers;
  }
  for (AgeGroup& group : groups) {
    group.T /= group.customers;
  }
  return groups;
}

}  // namespace till::models
