#include "till/evaluation/backtest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::evaluation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr double kPoisson = std::numeric_limits<double>::infinity();

Instant month_start(std::int32_t months_after_2018) {
  return start_of(add_months(Month{2018, 1}, months_after_2018), TimeZone());
}

/// Ten customers from the first month on and one more in each later month; their counts are drawn
/// with `seed`, those from month `poisoned` on with another.
PanelColumns columns_of(std::size_t months, std::size_t poisoned = 1000, std::uint64_t seed = 1) {
  PanelColumns columns;
  columns.months =
      month_parts({month_start(0), month_start(static_cast<std::int32_t>(months))}, TimeZone());
  const std::size_t customers = 10 + months - 1;
  for (std::size_t i = 0; i < customers; ++i) {
    columns.customer_keys.push_back(static_cast<std::int32_t>(i));
    const std::size_t birth = i < 10 ? 0 : i - 9;
    columns.births.push_back(month_start(static_cast<std::int32_t>(birth)));
  }
  for (std::size_t month = 0; month < months; ++month) {
    Rng rng(month + (month < poisoned ? 1000 : 5000) * seed);
    for (std::size_t i = 0; i < 10 + month; ++i) {
      const bool born = i >= 10 && i == 9 + month;
      columns.counts.push_back(static_cast<std::int32_t>(rng.below(2 + i % 5)) + (born ? 1 : 0));
    }
  }
  return columns;
}

Panel panel_of(PanelColumns columns) {
  Result<Panel> panel = Panel::make(std::move(columns));
  EXPECT_TRUE(panel.has_value()) << panel.error().message;
  return panel ? *panel : Panel();
}

/// Says the same for everybody: Poisson of a mean that `mean_of` takes from what it is shown.
Competitor constant(const std::string& name, std::function<double(const Panel&)> mean_of) {
  return {name, [mean_of] {
            return Refit([mean_of](const Panel& panel,
                                   const models::ForecastTarget& /*target*/,
                                   const models::Computation& /*computation*/) -> Result<Refitted> {
              Refitted refitted{models::Forecast(panel.customers(), 1), {}};
              for (std::size_t i = 0; i < panel.customers(); ++i) {
                refitted.forecast.parts(i)[0] = {1.0, mean_of(panel), kPoisson};
              }
              return refitted;
            });
          }};
}

double last_mean(const Panel& panel) {
  double sum = 0.0;
  for (const std::int32_t count : panel.counts(panel.months() - 1)) {
    sum += count;
  }
  return sum / static_cast<double>(panel.customers());
}

const Competitor kHonest = constant("honest", last_mean);
const Competitor kThree = constant("three", [](const Panel& /*panel*/) { return 3.0; });

Backtest tested(const Panel& panel,
                const std::vector<Competitor>& competitors,
                BacktestOptions options = {.origins = 4, .bootstrap = {.resamples = 100}}) {
  Result<Backtest> result = backtest(panel, competitors, options);
  EXPECT_TRUE(result.has_value()) << result.error().message;
  return result ? *std::move(result) : Backtest();
}

std::string error_of(const Panel& panel,
                     const std::vector<Competitor>& competitors,
                     const BacktestOptions& options = {}) {
  const Result<Backtest> result = backtest(panel, competitors, options);
  return result ? "" : result.error().message;
}

TEST(Backtest, ForecastsTheLastMonthsOneAfterTheOther) {
  const Backtest result = tested(panel_of(columns_of(8)), {kHonest});
  ASSERT_THAT(result.origins, SizeIs(4));
  EXPECT_EQ(result.origins[0].month, (Month{2018, 5}));
  EXPECT_EQ(result.origins[3].month, (Month{2018, 8}));
  ASSERT_THAT(result.models, SizeIs(1));
  EXPECT_THAT(result.models[0].origins, SizeIs(4));
}

TEST(Backtest, ScoresEveryCustomerSeenBeforeAndNoOther) {
  const Panel panel = panel_of(columns_of(8));
  const Backtest result = tested(panel, {kHonest});
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t month = 4 + i;
    const Origin& origin = result.origins[i];
    EXPECT_EQ(origin.customers, 10 + month - 1);
    EXPECT_EQ(origin.new_customers, 1U);
    EXPECT_GE(origin.new_transactions, 1);
    std::int64_t actual = 0;
    for (std::size_t customer = 0; customer < origin.customers; ++customer) {
      actual += panel.count(customer, month);
    }
    EXPECT_EQ(origin.actual, actual);
    const Terms& terms = result.models[0].origins[i].terms;
    EXPECT_EQ(terms.outcomes, static_cast<double>(origin.customers));
    EXPECT_EQ(terms.actual, static_cast<double>(actual));
    EXPECT_NEAR(terms.predicted,
                last_mean(panel.before(month)) * static_cast<double>(origin.customers),
                1e-9);
  }
}

TEST(Backtest, PoolsAllOutcomes) {
  const Backtest result = tested(panel_of(columns_of(8)), {kHonest});
  Terms sum;
  for (const Scores& scores : result.models[0].origins) {
    sum.add(scores.terms);
  }
  EXPECT_NEAR(result.models[0].pooled[Metric::Crps], score(Metric::Crps, sum), 1e-12);
  EXPECT_EQ(result.models[0].pooled.terms.outcomes, sum.outcomes);
}

TEST(Backtest, SegmentsHoldEachOutcomeOnce) {
  const Backtest result = tested(panel_of(columns_of(8)), {kHonest});
  const ModelBacktest& model = result.models[0];
  for (const auto* segments : {&model.by_activity, &model.by_tenure}) {
    double outcomes = 0.0;
    double deviance = 0.0;
    for (const Segment& segment : *segments) {
      outcomes += segment.terms.outcomes;
      deviance += segment.terms.deviance;
    }
    EXPECT_EQ(outcomes, model.pooled.terms.outcomes);
    EXPECT_NEAR(deviance, model.pooled.terms.deviance, 1e-9);
  }
  // One customer is born in each month: at each origin one has a tenure of one month.
  EXPECT_EQ(model.by_tenure[0].from, 1);
  EXPECT_EQ(model.by_tenure[0].to, 1);
  EXPECT_EQ(model.by_tenure[0].terms.outcomes, 4.0);
  EXPECT_FALSE(model.by_activity.back().to.has_value());
}

TEST(Backtest, KeepsTheFutureFromModels) {
  // Everything from the third origin on is replaced: no forecast up to there may change.
  constexpr std::size_t kPoisoned = 6;
  const Panel panel = panel_of(columns_of(8));
  const Panel poisoned = panel_of(columns_of(8, kPoisoned));
  ASSERT_FALSE(std::ranges::equal(panel.counts(kPoisoned), poisoned.counts(kPoisoned)));
  // This one peeks: it was given the whole log beforehand.
  const auto peeking = [](const Panel& whole) {
    return constant("peeking", [whole](const Panel& known) {
      double sum = 0.0;
      for (const std::int32_t count : whole.counts(known.months())) {
        sum += count;
      }
      return sum / static_cast<double>(known.customers());
    });
  };
  const auto predicted = [](const Backtest& result, std::string_view model) {
    std::vector<double> totals;
    for (const ModelBacktest& found : result.models) {
      for (std::size_t i = 0; found.model == model && i < 3; ++i) {
        totals.push_back(found.origins[i].terms.predicted);
      }
    }
    return totals;
  };
  const Backtest before = tested(panel, {kHonest, peeking(panel)});
  const Backtest after = tested(poisoned, {kHonest, peeking(poisoned)});
  ASSERT_THAT(predicted(before, "honest"), SizeIs(3));
  EXPECT_EQ(predicted(before, "honest"), predicted(after, "honest"));
  EXPECT_NE(predicted(before, "peeking"), predicted(after, "peeking"));
}

TEST(Backtest, ShowsModelsOnlyWhatCameBefore) {
  std::vector<std::size_t> months;
  std::vector<Instant> cutoffs;
  const Competitor watching = constant("watching", [&](const Panel& known) {
    if (months.empty() || months.back() != known.months()) {
      months.push_back(known.months());
      cutoffs.push_back(known.cutoff());
    }
    return 1.0;
  });
  tested(panel_of(columns_of(8)), {watching});
  EXPECT_THAT(months, ElementsAre(4, 5, 6, 7));
  EXPECT_EQ(cutoffs.front(), month_start(4));
}

TEST(Backtest, OrdersModelsByTheirDeviance) {
  const Backtest result = tested(panel_of(columns_of(12)), {kThree, kHonest});
  ASSERT_THAT(result.models, SizeIs(2));
  EXPECT_EQ(result.models[0].model, "honest");
  EXPECT_LT(result.models[0].pooled[Metric::PoissonDeviance],
            result.models[1].pooled[Metric::PoissonDeviance]);
  EXPECT_TRUE(is_better(result.models[0], result.models[1], Metric::PoissonDeviance));
  EXPECT_FALSE(is_better(result.models[1], result.models[0], Metric::PoissonDeviance));
  EXPECT_FALSE(is_better(result.models[0], result.models[0], Metric::PoissonDeviance));
  EXPECT_LT(diebold_mariano(result.models[0], result.models[1], Metric::Crps).mean, 0.0);
}

TEST(Backtest, TakesTheOriginsThereAre) {
  EXPECT_THAT(tested(panel_of(columns_of(3)), {kHonest}, {.origins = 12}).origins, SizeIs(2));
}

TEST(Backtest, TellsWarningsOnce) {
  const Competitor warning{
      "short", [] {
        return Refit([](const Panel& panel,
                        const models::ForecastTarget& /*target*/,
                        const models::Computation& /*computation*/) -> Result<Refitted> {
          Refitted refitted{models::Forecast(panel.customers(), 1), {"always"}};
          if (panel.months() == 5) {
            refitted.warnings.emplace_back("once");
          }
          return refitted;
        });
      }};
  EXPECT_THAT(tested(panel_of(columns_of(8)), {warning}).models[0].warnings,
              ElementsAre("always (2018-05 to 2018-08)", "once (2018-06)"));
}

TEST(Backtest, ReportsProgressAndStopsWhenAsked) {
  std::vector<std::string> seen;
  BacktestOptions options{.origins = 2, .bootstrap = {.resamples = 10}};
  options.on_progress = [&](const BacktestProgress& progress) {
    seen.push_back(std::string(progress.model) + " " + to_string(progress.origin) + " " +
                   std::to_string(progress.done) + "/" + std::to_string(progress.total));
  };
  tested(panel_of(columns_of(4)), {kThree, kHonest}, options);
  EXPECT_THAT(
      seen,
      ElementsAre(
          "three 2018-03 0/4", "three 2018-04 1/4", "honest 2018-03 2/4", "honest 2018-04 3/4"));
  options.computation.cancelled = [] { return true; };
  const std::vector<Competitor> competitors = {kThree};
  const Result<Backtest> stopped = backtest(panel_of(columns_of(4)), competitors, options);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
}

TEST(Backtest, NamesWhatIsWrong) {
  const Panel panel = panel_of(columns_of(4));
  EXPECT_EQ(error_of(panel, {}), "backtest: competitors is empty, but must hold a model");
  EXPECT_EQ(error_of(panel, {kThree, kThree}),
            "backtest: competitors holds \"three\" twice, but must hold it once");
  EXPECT_EQ(error_of(panel, {kThree}, {.origins = 0}), "backtest: origins is 0, but must be > 0");
  EXPECT_EQ(error_of(panel, {kThree}, {.bootstrap = {.resamples = 0}}),
            "backtest: resamples is 0, but must be > 0");
  EXPECT_EQ(error_of(panel.before(1), {kThree}),
            "backtest: panel has 1 whole month, but must have at least 2");
  EXPECT_EQ(
      error_of(panel, {constant("broken", [](const Panel&) { return std::nan(""); })}),
      "backtest: the forecast of broken for 2018-02 has a mean of nan for customer 0, but must "
      "be finite");
}

TEST(Backtest, WantsAForecastOfEveryCustomer) {
  const Competitor few{
      "few", [] {
        return Refit([](const Panel& /*panel*/,
                        const models::ForecastTarget& /*target*/,
                        const models::Computation& /*computation*/) -> Result<Refitted> {
          return Refitted{models::Forecast(3, 1), {}};
        });
      }};
  EXPECT_EQ(error_of(panel_of(columns_of(4)), {few}),
            "backtest: the forecast of few for 2018-02 is of 3 customers, but must be of 10");
}

TEST(Backtest, WantsMonthsThatAreOver) {
  PanelColumns columns = columns_of(4);
  columns.months =
      month_parts({month_start(0), start_of(Date{2018, 4, 20}, TimeZone())}, TimeZone());
  EXPECT_EQ(error_of(panel_of(std::move(columns)), {kThree}),
            "backtest: the panel's last month, 2018-04, is cut short, but must be whole");
}

}  // namespace
}  // namespace till::evaluation
