#include "insight/largest_part.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "till/core/rng.hpp"
#include "till/math/false_discovery.hpp"

namespace till::insight {
namespace {

Parts parts_of(const std::vector<double>& counts) {
  Parts of;
  for (const double count : counts) {
    ++of.parts;
    of.sum += count;
    of.squares += count * count;
    of.most = std::max(of.most, count);
  }
  return of;
}

/// How customers of a simulated year buy.
struct Habits {
  double regularity = 1.0;  // shape of the times between purchases: 1 at random
  double basket = 1.0;      // mean of the transactions of a purchase, geometric
  double variety = 1.0;     // shape of the rates over customers
};

struct Year {
  std::vector<Parts> busy;
  std::vector<Parts> silent;
};

Year a_year_of(int customers, const Habits& habits, Rng& rng) {
  constexpr std::size_t kDays = 365;
  Year year;
  for (int customer = 0; customer < customers; ++customer) {
    const double rate = 0.15 * rng.gamma(habits.variety) / habits.variety;
    std::vector<double> days(kDays, 0.0);
    for (double at = 0.0;;) {
      at += rng.gamma(habits.regularity) / (habits.regularity * std::max(rate, 1e-6));
      if (at >= static_cast<double>(kDays)) {
        break;
      }
      double& day = days[static_cast<std::size_t>(at)];
      do {
        ++day;
      } while (rng.uniform() < 1.0 - 1.0 / habits.basket);
    }
    std::vector<double> busy;
    std::vector<double> silent;
    std::size_t last = kDays;
    for (std::size_t day = 0; day < kDays; ++day) {
      if (days[day] > 0.0) {
        busy.push_back(days[day] - 1.0);
        if (last < kDays) {
          silent.push_back(static_cast<double>(day - last) - 1.0);
        }
        last = day;
      }
    }
    if (busy.size() < 8) {
      continue;
    }
    silent.push_back(static_cast<double>(kDays - 1 - last));
    year.busy.push_back(parts_of(busy));
    year.silent.push_back(parts_of(silent));
  }
  return year;
}

bool finds_any(const std::vector<Parts>& everybody) {
  std::vector<double> p_values;
  p_values.reserve(everybody.size());
  for (const Parts& of : everybody) {
    p_values.push_back(of.p_value);
  }
  return std::ranges::any_of(math::q_values(p_values), [](double q) { return q <= 0.05; });
}

/// Returns in how many of 200 years anything is found; first of busy days, second of silences.
std::pair<int, int> found_in_200_years(const Habits& habits) {
  std::pair<int, int> found;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Rng rng(seed);
    Year year = a_year_of(60, habits, rng);
    test_by_own(year.busy, 0.0, 2);
    test_by_own(year.silent, 1.0, 2);
    found.first += finds_any(year.busy) ? 1 : 0;
    found.second += finds_any(year.silent) ? 1 : 0;
  }
  return found;
}

// Measured: at most 2 of 200 for busy days, 3 for silences.
TEST(LargestPart, SeldomFindsWhatIsNotThere) {
  for (const Habits& habits :
       {Habits{}, Habits{2.0, 1.0, 1.0}, Habits{1.0, 3.0, 0.5}, Habits{0.7, 2.0, 2.0}}) {
    const auto [busy, silent] = found_in_200_years(habits);
    EXPECT_LE(busy, 10) << habits.regularity << " " << habits.basket;
    EXPECT_LE(silent, 10) << habits.regularity << " " << habits.basket;
  }
}

TEST(LargestPart, FindsOneThatStandsOut) {
  Rng rng(1);
  Year year = a_year_of(60, {}, rng);
  Parts& of = year.silent.front();
  of.sum += 250.0 - of.most;
  of.squares += 250.0 * 250.0 - of.most * of.most;
  of.most = 250.0;
  test_by_own(year.silent, 1.0, 2);
  EXPECT_LT(year.silent.front().p_value, 1e-5);
  EXPECT_TRUE(finds_any(year.silent));
}

TEST(LargestPart, ByAllFindsWhoIsAlwaysLikeThat) {
  std::vector<Parts> everybody(50, parts_of({0, 0, 1, 0, 0, 0, 0, 1, 0, 0}));
  everybody.push_back(parts_of({20, 21, 20, 19, 22}));
  std::vector<Parts> by_own = everybody;
  test_by_all(everybody, 1.0);
  test_by_own(by_own, 1.0, 2);
  EXPECT_LT(everybody.back().p_value, 1e-6);
  EXPECT_GT(everybody.front().p_value, 0.05);
  EXPECT_GT(by_own.back().p_value, 0.05);
}

TEST(LargestPart, OfNobodyIsNothing) {
  std::vector<Parts> nobody;
  test_by_own(nobody, 0.0, 2);
  test_by_all(nobody, 1.0);
  std::vector<Parts> little = {parts_of({0, 0}), parts_of({3})};
  test_by_all(little, 1.0);
  for (const Parts& of : little) {
    EXPECT_GE(of.p_value, 0.0);
    EXPECT_LE(of.p_value, 1.0);
  }
}

}  // namespace
}  // namespace till::insight
