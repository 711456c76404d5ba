#include "till/models/tracking.hpp"

#include <algorithm>
#include <cmath>

#include "till/core/check.hpp"

namespace till::models {

namespace {

constexpr std::size_t kTimes = 1024;

/// E[X(t)] between the times of a table.
class ExpectationTable {
 public:
  ExpectationTable(const ExpectTransactions& expect, double longest)
      : step_(longest / static_cast<double>(kTimes - 1)), values_(kTimes) {
    std::vector<double> times(kTimes);
    for (std::size_t i = 0; i < kTimes; ++i) {
      times[i] = step_ * static_cast<double>(i);
    }
    expect(times, values_);
  }

  [[nodiscard]] double operator()(double t) const {
    if (!(t > 0.0) || !(step_ > 0.0)) {
      return 0.0;
    }
    const double place = std::min(t / step_, static_cast<double>(kTimes - 1));
    const auto before = std::min(static_cast<std::size_t>(place), kTimes - 2);
    const double part = place - static_cast<double>(before);
    return values_[before] + part * (values_[before + 1] - values_[before]);
  }

 private:
  double step_;
  std::vector<double> values_;
};

}  // namespace

std::vector<double> expected_in_periods(const ExpectTransactions& expect,
                                        std::span<const AgeGroup> ages,
                                        std::span<const double> bounds) {
  TILL_ASSERT(!ages.empty() && bounds.size() > 1, "there is a customer and a period");
  const ExpectationTable expectation(expect, std::max(0.0, ages.back().T + bounds.back()));
  std::vector<double> expected(bounds.size() - 1);
  for (const AgeGroup& age : ages) {
    double before = expectation(age.T + bounds.front());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double after = expectation(age.T + bounds[i + 1]);
      expected[i] += age.customers * (after - before);
      before = after;
    }
  }
  return expected;
}

std::vector<double> sums_by_class(std::span<const FrequencyClass> classes,
                                  const PurchaseHistories& histories,
                                  std::span<const double> values) {
  std::vector<double> sums(classes.size());
  for (std::size_t i = 0; i < histories.size(); ++i) {
    const auto x = std::llround(histories.x[i]);
    const auto found =
        std::find_if(classes.begin(), classes.end(), [x](const FrequencyClass& group) {
          return !group.to || x <= *group.to;
        });
    sums[static_cast<std::size_t>(found - classes.begin())] += histories.weight(i) * values[i];
  }
  return sums;
}

}  // namespace till::models
