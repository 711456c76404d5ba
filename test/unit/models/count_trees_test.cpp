#include "models/count_trees.hpp"

#include <cstddef>
#include <optional>
#include <vector>

#include "support/forecasts.hpp"
#include "support/panels.hpp"
#include <gtest/gtest.h>

namespace till::models {
namespace {

constexpr std::size_t kMonths = 14;

/// Many customers who buy about twice a month, and behind them one who buys 150 times in each.
Panel with_one_large() {
  Rng rng(5);
  std::vector<test::PanelRow> rows(201, {0, 1.0, {}});
  for (test::PanelRow& row : rows) {
    const bool is_large = &row == &rows.back();
    for (std::size_t t = 0; t < kMonths; ++t) {
      row.counts.push_back(is_large ? 150 : test::draw_poisson(2.0, rng));
    }
  }
  return test::panel_of(rows, test::months_from_2017(kMonths));
}

/// Returns what trees of a recipe, grown on all months of a panel, expect of its last customer.
double expected_of_the_last(const Panel& panel, const TreeRecipe& recipe) {
  const FeatureModels models{.filter = DynamicNbd({}, CalendarExposure::fit(panel)),
                             .mbg_nbd = *MbgNbdMonths::fit(panel, {}, nullptr),
                             .pareto_nbd = *ParetoNbdMonths::fit(panel, {}, nullptr)};
  const ForecastTarget target = test::next_month(panel);
  std::vector<std::size_t> months;
  for (std::size_t t = 6; t <= kMonths; ++t) {
    months.push_back(t);
  }
  const std::vector<MonthFeatures> features = *member_features(panel, months, target, &models, {});
  const CalendarExposure season = CalendarExposure::fit(panel, 2.0);
  const std::optional<CountTrees> trees = *CountTrees::learn(recipe, panel, features, season, {});
  return trees->predict(panel, features.back(), target.window.front(), season, {})->back();
}

TEST(CountTrees, WhatCorrectsTheFilterFollowsWhoBuysFarMoreThanOthers) {
  const Panel panel = with_one_large();
  const TreeRecipe alone{.name = "alone", .loss = CountLoss::Tweedie, .rounds = 60};
  TreeRecipe corrects = alone;
  corrects.corrects_filter = true;
  EXPECT_NEAR(expected_of_the_last(panel, corrects), 150.0, 20.0);
  EXPECT_LT(expected_of_the_last(panel, alone), 120.0);
}

}  // namespace
}  // namespace till::models
