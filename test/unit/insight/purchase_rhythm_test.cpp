#include "insight/purchase_rhythm.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "unit/insight/sale_log.hpp"
#include <gtest/gtest.h>

#include "till/core/rng.hpp"
#include "till/insight/lifecycle.hpp"

namespace till::insight {
namespace {

using test::Sale;
using test::SaleLog;
using test::valid;

std::string on_day(std::int64_t day) {
  return to_string(Instant{(days_since_epoch({2018, 1, 1}) + day) * kMicrosPerDay});
}

PurchaseRhythm rhythm_of(const std::vector<Sale>& sales) {
  SaleLog log(sales);
  return valid(lifecycle(*log, {})).rhythm;
}

TEST(PurchaseRhythm, CountsDaysFromOnePurchaseToTheNext) {
  const PurchaseRhythm rhythm = rhythm_of({{"ann", "tea", on_day(0)},
                                           {"ann", "jam", on_day(0)},
                                           {"ann", "tea", on_day(10)},
                                           {"ann", "tea", on_day(13)},
                                           {"bob", "tea", on_day(4)},
                                           {"cid", "tea", on_day(1)},
                                           {"cid", "tea", on_day(11)},
                                           {"", "tea", on_day(2)}});
  ASSERT_EQ(rhythm.intervals.size(), 2U);
  EXPECT_EQ(rhythm.intervals[0].days, 3);
  EXPECT_EQ(rhythm.intervals[0].intervals, 1);
  EXPECT_EQ(rhythm.intervals[1].days, 10);
  EXPECT_EQ(rhythm.intervals[1].intervals, 2);
  EXPECT_EQ(interval_quantile(rhythm, 0.5), 10);
  EXPECT_EQ(interval_quantile(rhythm, 0.3), 3);
  EXPECT_EQ(rhythm.customers, 3);
  EXPECT_EQ(rhythm.repeated, 2);
  // Bob was watched for 9 days: at 10, two of two bought again.
  ASSERT_EQ(rhythm.second_purchase.size(), 1U);
  EXPECT_EQ(rhythm.second_purchase[0].time, 10);
  EXPECT_EQ(rhythm.second_purchase[0].at_risk, 2);
  EXPECT_DOUBLE_EQ(repeat_share(rhythm, 9)->share, 0.0);
  EXPECT_DOUBLE_EQ(repeat_share(rhythm, 10)->share, 1.0);
  EXPECT_FALSE(repeat_share(rhythm, 11));
}

TEST(PurchaseRhythm, OfNobodyIsNothing) {
  const PurchaseRhythm rhythm = rhythm_of({{"", "tea", on_day(0)}});
  EXPECT_TRUE(rhythm.intervals.empty());
  EXPECT_TRUE(rhythm.segments.empty());
  EXPECT_FALSE(interval_quantile(rhythm, 0.5));
  EXPECT_FALSE(repeat_share(rhythm, 1));
  EXPECT_EQ(rhythm.regularity.evidence(), "unknown");
}

TEST(PurchaseRhythm, OneCustomerOfOneDayIsAChampionOfNone) {
  const PurchaseRhythm rhythm = rhythm_of({{"ann", "tea", on_day(0)}});
  EXPECT_EQ(rhythm.customers, 1);
  EXPECT_TRUE(rhythm.second_purchase.empty());
  std::int64_t customers = 0;
  for (const SegmentCustomers& segment : rhythm.segments) {
    customers += segment.customers;
  }
  EXPECT_EQ(customers, 1);
}

TEST(PurchaseRhythm, SegmentsFillTheGridWithoutOverlap) {
  for (int recency = 1; recency <= 5; ++recency) {
    for (int frequency = 1; frequency <= 5; ++frequency) {
      int holding = 0;
      for (const SegmentPlace& place : kSegmentPlaces) {
        holding += recency >= place.recency_from && recency <= place.recency_to &&
                           frequency >= place.frequency_from && frequency <= place.frequency_to
                       ? 1
                       : 0;
      }
      EXPECT_EQ(holding, 1) << recency << " " << frequency;
    }
  }
  EXPECT_EQ(segment_of(5, 5), Segment::Champions);
  EXPECT_EQ(segment_of(1, 5), Segment::CannotLoseThem);
  EXPECT_EQ(segment_of(5, 1), Segment::NewCustomers);
  for (std::size_t i = 0; i < kSegments; ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kSegmentPlaces[i].segment), i);
  }
}

TEST(PurchaseRhythm, EqualCustomersAreInOneSegment) {
  const std::array<RecencyFrequency, 3> groups = {
      {{.last_day = 100, .purchase_days = 1, .customers = 6, .transactions = 6},
       {.last_day = 100, .purchase_days = 9, .customers = 1, .transactions = 20},
       {.last_day = 10, .purchase_days = 1, .customers = 3, .transactions = 3}}};
  const std::vector<SegmentCustomers> segments = segments_of(groups, 110, false);
  // Recency: three before, so the seven score 1 + floor(5 x 3 / 10) = 2, the three 1; frequency:
  // one day scores 1, nine days 1 + floor(5 x 9 / 10) = 5.
  const auto customers = [&](Segment segment) {
    return segments[static_cast<std::size_t>(segment)].customers;
  };
  EXPECT_EQ(customers(Segment::Hibernating), 9);
  EXPECT_EQ(customers(Segment::CannotLoseThem), 1);
  EXPECT_EQ(segments[static_cast<std::size_t>(Segment::CannotLoseThem)].idle_days, 10);
  EXPECT_EQ(segments[static_cast<std::size_t>(Segment::CannotLoseThem)].transactions, 20);
}

TEST(PurchaseRhythm, WhatCustomersSpentCountsBesideHowOften) {
  // All bought lately and on one day; four spent little and one a lot.
  const std::array<RecencyFrequency, 2> groups = {
      {{.last_day = 100, .purchase_days = 1, .customers = 4, .transactions = 4, .spend = 20'000},
       {.last_day = 100, .purchase_days = 1, .customers = 1, .transactions = 1, .spend = 900'000}}};
  const std::vector<SegmentCustomers> segments = segments_of(groups, 100, true);
  // Frequency scores 1 for all, spend 1 and 1 + floor(5 x 4 / 5) = 5: the mean of 1 and 5 is 3.
  const auto segment = [&](int score) {
    return segments[static_cast<std::size_t>(segment_of(1, score))];
  };
  EXPECT_EQ(segment(1).customers, 4);
  EXPECT_DOUBLE_EQ(segment(1).spend, 8.0);
  EXPECT_EQ(segment(3).customers, 1);
  EXPECT_DOUBLE_EQ(segment(3).spend, 90.0);
}

/// Customers whose intervals are Erlang of a whole shape, at rates that differ, for two years.
PurchaseRhythm simulated(int shape, int customers, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Sale> sales;
  for (int i = 0; i < customers; ++i) {
    const double mean = 8.0 + 40.0 * rng.uniform();
    double t = mean * rng.uniform();
    while (t < 730.0) {
      sales.push_back(
          {"c" + std::to_string(i), "tea", on_day(static_cast<std::int64_t>(std::floor(t)))});
      double sum = 0.0;
      for (int k = 0; k < shape; ++k) {
        sum -= std::log(1.0 - rng.uniform());
      }
      t += mean * sum / shape;
    }
  }
  return rhythm_of(sales);
}

TEST(PurchaseRhythm, FindsTheRegularityThatWasSimulated) {
  const PurchaseRhythm by_chance = simulated(1, 400, 1);
  ASSERT_TRUE(by_chance.regularity.shape && by_chance.regularity.high);
  EXPECT_EQ(by_chance.regularity.evidence(), "random");
  EXPECT_NEAR(*by_chance.regularity.shape, 1.0, 0.25);
  const PurchaseRhythm regular = simulated(3, 400, 2);
  EXPECT_EQ(regular.regularity.evidence(), "regular");
  EXPECT_NEAR(*regular.regularity.shape, 3.0, 0.8);
  // Each customer's own, in the middle.
  const auto middle = [](const Regularity& regularity) {
    std::int64_t all = 0;
    for (const ShapeLevel& level : regularity.shapes) {
      all += level.customers;
    }
    std::int64_t reached = 0;
    for (const ShapeLevel& level : regularity.shapes) {
      reached += level.customers;
      if (2 * reached >= all) {
        return level.from;
      }
    }
    return 0.0;
  };
  EXPECT_NEAR(middle(by_chance.regularity), 1.0, 0.3);
  EXPECT_NEAR(middle(regular.regularity), 2.8, 0.5);
}

TEST(PurchaseRhythm, CallsChanceRegularNoMoreOftenThanStated) {
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    wrong += simulated(1, 60, 100 + seed).regularity.evidence() == "random" ? 0 : 1;
  }
  EXPECT_LE(wrong, 6);  // 5 % of 40, and three standard errors
}

}  // namespace
}  // namespace till::insight
