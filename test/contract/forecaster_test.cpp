// What holds for every forecaster, on sane panels and on degenerate ones.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/forecasts.hpp"
#include "support/panels.hpp"
#include <gtest/gtest.h>

#include "till/models/baselines.hpp"
#include "till/models/boosted_trees.hpp"
#include "till/models/buy_till_you_die_months.hpp"
#include "till/models/dynamic_nbd.hpp"
#include "till/models/ensemble.hpp"
#include "till/models/forecast.hpp"
#include "till/models/glm.hpp"

namespace till::models {
namespace {

using test::drawn_panel;
using test::months_from_2017;
using test::next_month;
using test::panel_of;
using test::PanelRow;

struct Case {
  std::string name;
  Panel panel;
};

std::vector<std::int32_t> repeated(std::size_t months, std::int32_t count) {
  return std::vector<std::int32_t>(months, count);
}

/// Panels on which something could divide by nothing.
std::vector<Case> degenerate_panels() {
  std::vector<Case> cases;
  cases.push_back({"one customer", panel_of({{0, 1.0, repeated(20, 3)}}, months_from_2017(20))});
  cases.push_back(
      {"all zero",
       panel_of({{0, 1.0, repeated(9, 0)}, {1, 0.2, repeated(8, 0)}}, months_from_2017(9))});
  cases.push_back({"one month", drawn_panel({.customers = 5, .months = 1})});
  cases.push_back({"two months", drawn_panel({.customers = 5, .months = 2})});
  cases.push_back(
      {"born at the last moment", panel_of({{2, 1e-9, repeated(1, 1)}}, months_from_2017(3))});
  std::vector<std::int32_t> gap = repeated(30, 4);
  std::fill(gap.begin() + 10, gap.begin() + 22, 0);
  cases.push_back({"a year's gap", panel_of({{0, 0.7, gap}, {0, 0.5, gap}}, months_from_2017(30))});
  cases.push_back({"nine hundred born at once", [] {
                     std::vector<PanelRow> rows(900, PanelRow{5, 0.4, repeated(1, 2)});
                     rows.push_back({0, 1.0, repeated(6, 1)});
                     return panel_of(rows, months_from_2017(6));
                   }()});
  cases.push_back(
      {"one giant among the silent",
       panel_of(
           {{0, 1.0, repeated(16, 200000)}, {0, 1.0, repeated(16, 0)}, {3, 1.0, repeated(13, 0)}},
           months_from_2017(16))});
  cases.push_back({"weeks", drawn_panel({.customers = 20, .months = 70, .days = 7})});
  cases.push_back({"28 days", drawn_panel({.customers = 12, .months = 6, .days = 28})});
  std::vector<MonthPart> months = months_from_2017(8);
  const Instant from = months.back().range.from;
  months.back() = month_parts({from, {from.micros + kMicrosPerDay / 24}}, TimeZone()).front();
  cases.push_back({"a month an hour old",
                   panel_of({{0, 1.0, {3, 2, 4, 3, 0, 2, 3, 0}}, {7, 1.0, {1}}}, months)});
  return cases;
}

template <typename Model>
class ForecasterTest : public ::testing::Test {
 protected:
  static_assert(Forecaster<Model>);

  static Model fitted(const Panel& panel, std::int32_t threads = 1) {
    const Result<Model> model = Model::fit(panel, {.threads = threads}, nullptr);
    EXPECT_TRUE(model) << (model ? "" : model.error().message);
    return *model;
  }

  static Forecast forecast(const Model& model, const Panel& panel, std::int32_t threads = 1) {
    const Result<Forecast> result = model.forecast(panel, next_month(panel), {.threads = threads});
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    return *result;
  }

  static void expect_sound(const Panel& panel, const Forecast& forecast) {
    ASSERT_EQ(forecast.customers(), panel.customers());
    for (std::size_t i = 0; i < forecast.customers(); ++i) {
      const CountDistribution count = forecast.distribution(i);
      double weight = 0.0;
      for (const CountPart& part : count.parts()) {
        EXPECT_TRUE(part.weight >= 0.0 && part.weight <= 1.0);
        EXPECT_TRUE(part.mean >= 0.0 && std::isfinite(part.mean));
        EXPECT_TRUE(part.shape > 0.0);
        weight += part.weight;
      }
      EXPECT_LE(weight, 1.0 + 1e-12);
      EXPECT_TRUE(count.probability_zero() >= 0.0 && count.probability_zero() <= 1.0);
      EXPECT_LE(count.quantile(0.05), count.quantile(0.95));
      if (count.mean() < 1e4) {
        std::vector<double> pmf(
            static_cast<std::size_t>(count.mean() + 60.0 * std::sqrt(count.variance()) + 100.0));
        count.pmf_from_zero(pmf);
        double sum = 0.0;
        for (const double p : pmf) {
          sum += p;
        }
        EXPECT_NEAR(sum, 1.0, 1e-6);
      }
      if (!forecast.probability_alive.empty()) {
        EXPECT_TRUE(forecast.probability_alive[i] >= 0.0 && forecast.probability_alive[i] <= 1.0);
      }
    }
  }
};

using Forecasters = ::testing::Types<LastMonth,
                                     MeanOf3Months,
                                     MeanOf6Months,
                                     MeanOf12Months,
                                     SameMonthLastYear,
                                     ExponentialSmoothing,
                                     IntermittentDemand,
                                     DynamicNbd,
                                     BoostedTrees,
                                     Glm,
                                     ParetoNbdMonths,
                                     BgNbdMonths,
                                     MbgNbdMonths,
                                     QuickEnsemble>;

struct NameOfModel {
  template <typename Model>
  static std::string GetName(int /*index*/) {
    return std::string(Model::kName);
  }
};

TYPED_TEST_SUITE(ForecasterTest, Forecasters, NameOfModel);

TYPED_TEST(ForecasterTest, ForecastsAreDistributions) {
  const Panel panel = drawn_panel({.customers = 12, .months = 6});
  this->expect_sound(panel, this->forecast(this->fitted(panel), panel));
}

TYPED_TEST(ForecasterTest, DegeneratePanelsGiveSaneForecasts) {
  for (const Case& degenerate : degenerate_panels()) {
    SCOPED_TRACE(degenerate.name);
    const TypeParam model = this->fitted(degenerate.panel);
    this->expect_sound(degenerate.panel, this->forecast(model, degenerate.panel));
  }
}

TYPED_TEST(ForecasterTest, ThreadsDoNotChangeAnything) {
  // More customers than a chunk of a pass holds.
  const Panel panel = drawn_panel({.customers = 9000, .months = 4});
  const Panel small = drawn_panel({.customers = 12, .months = 5});
  const TypeParam one = this->fitted(small, 1);
  const TypeParam three = this->fitted(small, 3);
  test::expect_same(this->forecast(one, panel, 1), this->forecast(three, panel, 3));
}

TYPED_TEST(ForecasterTest, WhatComesAfterTheCutoffChangesNothing) {
  std::vector<PanelRow> rows;
  std::vector<PanelRow> poisoned;
  Rng rng(3);
  for (int i = 0; i < 25; ++i) {
    PanelRow row{rng.below(4), 1.0 - rng.uniform(), {}};
    for (std::size_t t = row.birth_month; t < 12; ++t) {
      row.counts.push_back(1 + test::draw_poisson(3.0, rng));
    }
    rows.push_back(row);
    for (std::size_t t = 8; t < 12; ++t) {
      row.counts[t - row.birth_month] = 100000;
    }
    poisoned.push_back(row);
  }
  poisoned.push_back({9, 1.0, {7, 7, 7}});  // a stranger born later
  for (const auto& months : {months_from_2017(12), test::periods_until_2020(12, 28)}) {
    const Panel panel = panel_of(rows, months).before(8);
    const Panel peeked = panel_of(poisoned, months).before(8);
    test::expect_same(this->forecast(this->fitted(panel), panel),
                      this->forecast(this->fitted(peeked), peeked));
  }
}

TYPED_TEST(ForecasterTest, EqualCustomersHaveEqualForecasts) {
  const std::vector<PanelRow> rows(9, PanelRow{1, 0.5, {2, 0, 3, 1, 1, 4, 0}});
  const Panel panel = panel_of(rows, months_from_2017(8));
  const Forecast forecast = this->forecast(this->fitted(panel), panel);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    EXPECT_EQ(forecast.distribution(i).mean(), forecast.distribution(0).mean());
    EXPECT_EQ(forecast.distribution(i).probability_zero(),
              forecast.distribution(0).probability_zero());
  }
}

TYPED_TEST(ForecasterTest, AnEarlierFitIsAStart) {
  const Panel panel = drawn_panel({.customers = 12, .months = 6});
  const TypeParam before = this->fitted(panel.before(5));
  const Result<TypeParam> model = TypeParam::fit(panel, {}, &before);
  ASSERT_TRUE(model);
  this->expect_sound(panel, this->forecast(*model, panel));
}

TYPED_TEST(ForecasterTest, IsTheSameOnceSavedAndLoaded) {
  std::vector<Case> cases = {{"one month", drawn_panel({.customers = 5, .months = 1})},
                             {"drawn", drawn_panel({.customers = 60, .months = 10})}};
  for (const Case& some : cases) {
    SCOPED_TRACE(some.name);
    const TypeParam model = this->fitted(some.panel);
    const Result<TypeParam> loaded = TypeParam::load(model.save());
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->save(), model.save());
    EXPECT_TRUE(std::ranges::equal(loaded->warnings(), model.warnings()));
    test::expect_same(this->forecast(*loaded, some.panel), this->forecast(model, some.panel));
  }
}

/// Returns a state without one of its entries, or with it made another thing.
State broken(const State& state, std::size_t entry, bool is_removed) {
  State out;
  for (std::size_t i = 0; i < state.entries().size(); ++i) {
    if (i != entry) {
      out.set(state.entries()[i].name, state.entries()[i].value);
    } else if (!is_removed) {
      out.set(state.entries()[i].name, State::Value(std::nan("")));
    }
  }
  return out;
}

TYPED_TEST(ForecasterTest, RefusesAStateThatIsNotWhole) {
  const State whole = this->fitted(drawn_panel({.customers = 60, .months = 10})).save();
  for (std::size_t i = 0; i < whole.entries().size(); ++i) {
    for (const bool is_removed : {true, false}) {
      const Result<TypeParam> loaded = TypeParam::load(broken(whole, i, is_removed));
      ASSERT_FALSE(loaded) << whole.entries()[i].name;
      EXPECT_EQ(loaded.error().code, ErrorCode::CorruptFile);
    }
  }
  EXPECT_FALSE(TypeParam::load(State()));
}

TYPED_TEST(ForecasterTest, RefusesAPanelWithoutMonths) {
  EXPECT_EQ(TypeParam::fit(Panel(), {}, nullptr).error().code, ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace till::models
