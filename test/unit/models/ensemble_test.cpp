#include "till/models/ensemble.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "models/count_head.hpp"
#include "models/member_features.hpp"
#include "support/panels.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::models {
namespace {

using test::drawn_panel;
using test::months_from_2017;
using test::panel_of;
using test::PanelRow;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ForecastTarget month_after(const Panel& panel) {
  const Instant from = panel.cutoff();
  return *target_after(
      panel, {from, start_of(add_months(month_of(from, TimeZone()), 1), TimeZone())}, TimeZone());
}

TEST(Ensemble, LeavesAShortLogToTheFilter) {
  const Panel panel = drawn_panel({.customers = 40, .months = 5});
  const Ensemble ensemble = *Ensemble::fit(panel, {}, nullptr);
  EXPECT_THAT(ensemble.warnings(),
              ::testing::Contains(HasSubstr("5 whole months of history are too few")));
  ASSERT_EQ(ensemble.weights().size(), 1U);
  EXPECT_EQ(ensemble.weights()[0].member, "dynamic_nbd");
}

TEST(Ensemble, WeightsAddUpToOneAndMembersFarBehindAreLeftOut) {
  const Panel panel = drawn_panel({.customers = 150, .months = 14});
  const QuickEnsemble ensemble = *QuickEnsemble::fit(panel, {}, nullptr);
  double sum = 0.0;
  double least = INFINITY;
  for (const MemberWeight& member : ensemble.weights()) {
    sum += member.weight;
    least = std::min(least, member.deviance);
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
  for (const MemberWeight& member : ensemble.weights()) {
    EXPECT_LE(member.deviance, 1.1 * least) << member.member;
  }
}

TEST(Ensemble, ThreadsDoNotChangeAnything) {
  const Panel panel = drawn_panel({.customers = 150, .months = 12});
  const ForecastTarget target = month_after(panel);
  const Forecast one =
      *QuickEnsemble::fit(panel, {.threads = 1}, nullptr)->forecast(panel, target, {});
  const Forecast two =
      *QuickEnsemble::fit(panel, {.threads = 2}, nullptr)->forecast(panel, target, {.threads = 2});
  for (std::size_t i = 0; i < panel.customers(); ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      EXPECT_EQ(one.distribution(i).parts()[j].mean, two.distribution(i).parts()[j].mean);
      EXPECT_EQ(one.distribution(i).parts()[j].weight, two.distribution(i).parts()[j].weight);
      EXPECT_EQ(one.distribution(i).parts()[j].shape, two.distribution(i).parts()[j].shape);
    }
  }
}

TEST(MemberFeatures, AreNamedOnceAndAllThere) {
  const std::vector<std::string> all = feature_names(FeatureGroup::Models);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  const std::vector<std::string> names = feature_names(FeatureGroup::Days);
  const Panel panel = drawn_panel({.customers = 30, .months = 15});
  const std::vector<std::size_t> months = {3, 15};
  const std::vector<MonthFeatures> features =
      *member_features(panel, months, month_after(panel), nullptr, {});
  ASSERT_EQ(features.size(), 2U);
  EXPECT_EQ(features[0].rows.columns, names.size());
  EXPECT_EQ(features[0].rows.rows(), panel.customers_seen(2));
  EXPECT_EQ(features[1].rows.rows(), panel.customers());
}

/// Returns the feature of a customer when a month begins.
float feature(const Panel& panel, std::size_t month, std::size_t customer, std::string_view name) {
  const std::vector<std::string> names = feature_names(FeatureGroup::Days);
  const auto column = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  const MonthFeatures features =
      member_features(
          panel, std::span(&month, 1), {{}, {panel.month(panel.months() - 1)}}, nullptr, {})
          ->front();
  return features.rows.values[customer * features.rows.columns + column];
}

/// One customer of five months, and the days of each with a transaction.
Panel panel_with_days(std::vector<std::uint32_t> days) {
  PanelColumns columns;
  columns.months = months_from_2017(days.size());
  columns.customer_keys = {0};
  columns.births = {{columns.months[0].range.from.micros + 4 * kMicrosPerDay}};
  for (const std::uint32_t mask : days) {
    columns.counts.push_back(2 * std::popcount(mask));
  }
  columns.active_days = std::move(days);
  return *Panel::make(std::move(columns));
}

TEST(MemberFeatures, AreWhatTheirNamesSay) {
  // 5 January, 20 January, 1 February, none in March, 31 May.
  const Panel panel = panel_with_days({1U << 4U | 1U << 19U, 1U, 0U, 0U, 1U << 30U});
  EXPECT_EQ(feature(panel, 3, 0, "count_1_months_ago"), 0.0F);
  EXPECT_EQ(feature(panel, 3, 0, "count_3_months_ago"), 4.0F);
  EXPECT_TRUE(std::isnan(feature(panel, 3, 0, "count_4_months_ago")));
  EXPECT_EQ(feature(panel, 3, 0, "mean_of_3_months"), 2.0F);
  EXPECT_EQ(feature(panel, 3, 0, "median_of_3_months"), 2.0F);
  EXPECT_EQ(feature(panel, 3, 0, "recency_months"), 1.0F);
  EXPECT_EQ(feature(panel, 3, 0, "recency_days"), 59.0F);  // 1 February to 1 April
  EXPECT_EQ(feature(panel, 3, 0, "active_days"), 3.0F);
  EXPECT_EQ(feature(panel, 3, 0, "transactions_per_active_day"), 2.0F);
  EXPECT_EQ(feature(panel, 3, 0, "gap_mean"), 13.5F);
  EXPECT_EQ(feature(panel, 3, 0, "last_gap"), 12.0F);
  EXPECT_EQ(feature(panel, 3, 0, "active_days_of_28"), 0.0F);
  EXPECT_EQ(feature(panel, 3, 0, "active_days_of_84"), 2.0F);
  EXPECT_EQ(feature(panel, 5, 0, "active_days_of_7"), 1.0F);
  EXPECT_EQ(feature(panel, 5, 0, "recency_days"), 1.0F);
}

TEST(MemberFeatures, DoNotSeeTheMonthThatBegins) {
  const Panel panel = panel_with_days({1U << 4U, 3U, 7U, 1U, 1U});
  const Panel poisoned = panel_with_days({1U << 4U, 3U, 7U, 0x7fffffffU, 0x7fffffffU});
  const std::size_t month = 3;
  const auto rows_of = [&](const Panel& from) {
    return member_features(from, std::span(&month, 1), {{}, {from.month(4)}}, nullptr, {})
        ->front()
        .rows.values;
  };
  const std::vector<float> rows = rows_of(panel);
  const std::vector<float> others = rows_of(poisoned);
  ASSERT_EQ(rows.size(), others.size());
  for (std::size_t j = 0; j < rows.size(); ++j) {
    EXPECT_TRUE(rows[j] == others[j] || (std::isnan(rows[j]) && std::isnan(others[j])))
        << feature_names(FeatureGroup::Days)[j];
  }
}

TEST(CountHead, LearnsWhoIsSurelySilentAndWhoSpreads) {
  // Of those with a high second covariate half buy nothing; the others are Poisson.
  HeadLessons lessons;
  Rng rng(5);
  for (int i = 0; i < 6'000; ++i) {
    HeadCovariates covariates;
    covariates.values[0] = rng.uniform();
    covariates.values[1] = i % 2 == 0 ? 1.0 : 0.0;
    const double mean = 4.0;
    const bool silent = i % 2 == 0 && rng.uniform() < 0.5;
    lessons.covariates.push_back(covariates);
    lessons.means.push_back(mean);
    lessons.counts.push_back(silent ? 0.0
                                    : test::draw_poisson(i % 2 == 0 ? 2.0 * mean : mean, rng));
  }
  const CountHead head = *CountHead::learn(lessons, {});
  HeadCovariates zero_inflated;
  zero_inflated.values[0] = 0.5;
  zero_inflated.values[1] = 1.0;
  HeadCovariates plain = zero_inflated;
  plain.values[1] = 0.0;
  const CountPart half = head.part(zero_inflated, 4.0);
  const CountPart all = head.part(plain, 4.0);
  EXPECT_NEAR(half.weight, 0.5, 0.06);
  EXPECT_GT(all.weight, 0.93);
  EXPECT_NEAR(half.weight * half.mean, 4.0, 1e-9);
  EXPECT_NEAR(all.weight * all.mean, 4.0, 1e-9);
}

}  // namespace
}  // namespace till::models
