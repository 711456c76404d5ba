#include "models/member_features.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>
#include <regex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/panels.hpp"
#include "support/source_tree.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::models {
namespace {

using test::months_from_2017;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNan;
using ::testing::UnorderedElementsAre;

constexpr std::size_t kMonths = 20;

/// Customers of whom everything from a month on may be another story.
Panel panel_that_changes(std::size_t month, std::int32_t by) {
  test::DrawnPanel like;
  like.customers = 40;
  like.months = kMonths;
  const Panel panel = test::drawn_panel(like);
  PanelColumns columns;
  columns.customer_keys.assign(panel.customer_keys().begin(), panel.customer_keys().end());
  columns.births.assign(panel.births().begin(), panel.births().end());
  columns.daily_transactions.assign(panel.daily_transactions().begin(),
                                    panel.daily_transactions().end());
  Measure measure{"spend", Take::Sum, {1, 3, 12}, {}};
  Measure other{"price", Take::Last, {6}, {}};
  for (std::size_t t = 0; t < panel.months(); ++t) {
    columns.months.push_back(panel.month(t));
    for (std::size_t i = 0; i < panel.counts(t).size(); ++i) {
      const std::int32_t more = by * static_cast<std::int32_t>(1 + t * t % 5);
      const std::int32_t count = panel.counts(t)[i] + (t >= month ? more : 0);
      columns.counts.push_back(count);
      columns.active_days.push_back(count == 0 ? 0U : (1U << static_cast<unsigned>(count % 28)));
      measure.values.push_back(static_cast<float>(count) * 2.5F);
      other.values.push_back(count == 0 ? std::numeric_limits<float>::quiet_NaN()
                                        : static_cast<float>(count % 7));
    }
  }
  for (std::size_t day =
           static_cast<std::size_t>(days_since_epoch(columns.months[month].month.first) -
                                    days_since_epoch(columns.months[0].month.first));
       day < columns.daily_transactions.size();
       ++day) {
    columns.daily_transactions[day] += by;
  }
  columns.measures = {std::move(measure), std::move(other)};
  return *Panel::make(std::move(columns));
}

TEST(MemberFeatures, AreNamedOnceAndAllThere) {
  const std::vector<std::string> all = feature_names(FeatureGroup::Models);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  const std::vector<std::string> names = feature_names(FeatureGroup::Days);
  const Panel panel = test::drawn_panel({.customers = 30, .months = 15});
  const std::vector<std::size_t> months = {3, 15};
  const ForecastTarget next{{}, {months_from_2017(16)[15]}};
  const std::vector<MonthFeatures> features = *member_features(panel, months, next, nullptr, {});
  ASSERT_EQ(features.size(), 2U);
  EXPECT_EQ(features[0].rows.columns, names.size());
  EXPECT_EQ(features[0].rows.rows(), panel.customers_seen(2));
  EXPECT_EQ(features[1].rows.rows(), panel.customers());
}

TEST(MemberFeatures, AreInTheGuide) {
  std::ifstream file(test::source_tree() / "docs/guide/features.md");
  const std::string guide{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  for (const std::string& name : feature_names(FeatureGroup::Models)) {
    const std::string word = name.starts_with("count_") ? "K" : "N";
    const std::string known = std::regex_replace(name, std::regex("[0-9]+"), word);
    EXPECT_THAT(guide, HasSubstr("`" + known + "`")) << name;
  }
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

bool same(float a, float b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

/// Returns the names of the features that differ for some customer when a month begins.
std::set<std::string> different(const Panel& panel,
                                const Panel& other,
                                const FeatureModels& models,
                                std::size_t month) {
  const ForecastTarget next{{}, {months_from_2017(kMonths + 1)[kMonths]}};
  const MonthFeatures features =
      member_features(panel, std::span(&month, 1), next, &models, {})->front();
  const MonthFeatures others =
      member_features(other, std::span(&month, 1), next, &models, {})->front();
  std::set<std::string> names;
  const auto compare = [&](const FeatureMatrix& rows,
                           const FeatureMatrix& other_rows,
                           const std::vector<std::string>& columns) {
    ASSERT_EQ(rows.columns, columns.size());
    ASSERT_EQ(rows.values.size(), other_rows.values.size());
    for (std::size_t k = 0; k < rows.values.size(); ++k) {
      if (!same(rows.values[k], other_rows.values[k])) {
        names.insert(columns[k % columns.size()]);
      }
    }
  };
  compare(features.rows, others.rows, feature_names(FeatureGroup::Models));
  compare(features.declared, others.declared, declared_names(panel));
  return names;
}

TEST(MemberFeatures, RowsAtOrAfterTheCutoffChangeNone) {
  constexpr std::size_t kCutoff = 6;
  const Panel panel = panel_that_changes(kCutoff, 0);
  const Panel poisoned = panel_that_changes(kCutoff, 50);
  // Models that the last group reads are fitted to what came before.
  FeatureModels models;
  models.filter = *DynamicNbd::fit(panel.before(kCutoff), {}, nullptr);
  models.mbg_nbd = *MbgNbdMonths::fit(panel.before(kCutoff), {}, nullptr);
  models.pareto_nbd = *ParetoNbdMonths::fit(panel.before(kCutoff), {}, nullptr);
  for (const std::size_t month : {std::size_t{2}, std::size_t{4}, kCutoff}) {
    EXPECT_THAT(different(panel, poisoned, models, month), IsEmpty()) << "month " << month;
  }
  // The same rows are seen once they are past: by every feature but those of time alone.
  std::set<std::string> blind = {"tenure_months", "tenure_days"};
  for (const std::string& name : feature_names(FeatureGroup::Models)) {
    blind.insert(name);
  }
  for (const std::string& name : declared_names(panel)) {
    blind.insert(name);
  }
  for (const std::string& name : different(panel, poisoned, models, kMonths)) {
    blind.erase(name);
  }
  EXPECT_THAT(blind, UnorderedElementsAre("tenure_months", "tenure_days"));
}

TEST(MemberFeatures, TakeWhatIsDeclaredOfTheLastMonths) {
  const float none = std::numeric_limits<float>::quiet_NaN();
  PanelColumns columns;
  columns.months = months_from_2017(4);
  columns.customer_keys = {0};
  columns.births = {columns.months[0].range.from};
  columns.counts = {1, 1, 0, 1};
  for (const Take take : {Take::Sum, Take::Mean, Take::Minimum, Take::Maximum, Take::Last}) {
    columns.measures.push_back({"x", take, {2, 4}, {8.0F, 2.0F, none, 5.0F}});
  }
  columns.measures.push_back({"x", Take::Mean, {1}, {8.0F, 2.0F, none, none}});
  const Panel panel = *Panel::make(std::move(columns));
  const std::size_t month = 4;
  const ForecastTarget next{{}, {months_from_2017(5)[4]}};
  const auto features = member_features(panel, std::span(&month, 1), next, nullptr, {});
  ASSERT_TRUE(features.has_value());
  EXPECT_THAT(features->front().declared.values,
              ElementsAre(5.0F, 15.0F, 5.0F, 5.0F, 5.0F, 2.0F, 5.0F, 8.0F, 5.0F, 5.0F, IsNan()));
  EXPECT_EQ(declared_names(panel)[1], "x_sum_of_4_months");
  EXPECT_EQ(declared_names(panel).back(), "x_mean_of_1_month");
}

}  // namespace
}  // namespace till::models
