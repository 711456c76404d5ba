#include "till/models/dynamic_nbd.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "models/dynamic_nbd_likelihood.hpp"
#include "support/error_text.hpp"
#include "support/naive/dynamic_nbd.hpp"
#include "support/panels.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::models {
namespace {

using test::drawn_panel;
using test::panel_of;
using ::testing::ElementsAre;

/// Near to what a fit to a real log gives.
DynamicNbdParameters lively() {
  return {1.0, -0.3, -1.5, 0.8, -1.7, 2.6, -1.4, -0.6, -0.1, 0.0, -1.2, 1.5, -2.9, 1.9};
}

void expect_near(double value, long double expected) {
  EXPECT_NEAR(value,
              static_cast<double>(expected),
              1e-9 * std::max(1.0, std::abs(static_cast<double>(expected))));
}

TEST(DynamicNbd, StateEqualsTheEquationsWrittenDown) {
  for (const DynamicNbdParameters& parameters : {lively(), DynamicNbdParameters{}}) {
    for (const std::size_t customers : {1U, 4U, 23U}) {
      const Panel panel =
          drawn_panel({.customers = customers, .months = 26, .season = 0.4, .seed = customers});
      const DynamicNbd model(parameters, CalendarExposure::fit(panel));
      const Result<DynamicNbdState> state = model.state(panel, {});
      const test::naive::NbdRun naive =
          test::naive::dynamic_nbd(panel, parameters, model.calendar(), 8);
      ASSERT_TRUE(state);
      ASSERT_EQ(state->rate.size(), customers);
      expect_near(state->level, naive.G);
      for (std::size_t i = 0; i < customers; ++i) {
        SCOPED_TRACE(testing::Message() << "customer " << i << " of " << customers);
        const test::naive::NbdCustomer& expected = naive.customers[i];
        expect_near(state->rate[i], expected.m);
        expect_near(state->variance[i], 1.0 / expected.a);
        expect_near(state->log_long_run[i], expected.l);
        expect_near(state->effective_months[i], expected.n);
        expect_near(state->awake[i], expected.A);
        expect_near(state->silent_months[i], expected.z);
        expect_near(state->volatility[i], expected.v);
      }
    }
  }
}

TEST(DynamicNbd, LogScoreEqualsTheEquationsWrittenDown) {
  const Panel panel = drawn_panel({.customers = 61, .months = 26, .season = 0.3});
  const DynamicNbd model(lively(), CalendarExposure::fit(panel));
  const std::size_t first_scored = 26 - 18;
  double scored = 0.0;
  for (std::size_t t = first_scored; t < panel.months(); ++t) {
    scored += static_cast<double>(panel.customers_seen(t - 1));
  }
  expect_near(model.mean_log_score(panel) * scored,
              test::naive::dynamic_nbd(panel, lively(), model.calendar(), first_scored).log_score);
}

TEST(DynamicNbd, SlopesOfTheScoreAreThoseOfTheEquationsWrittenDown) {
  for (const DynamicNbdParameters& parameters : {lively(), DynamicNbdParameters{}}) {
    for (const std::size_t customers : {1U, 8U, 61U}) {  // some lanes of eight, all, and more
      SCOPED_TRACE(testing::Message() << customers << " customers");
      const Panel panel = drawn_panel(
          {.customers = customers, .months = 26, .leaving = 0.05, .season = 0.3, .seed = 3});
      const CalendarExposure calendar = CalendarExposure::fit(panel);
      DynamicNbdLikelihood likelihood(panel, calendar, customers);
      const std::array<double, DynamicNbdParameters::kCount> values = parameters.values();
      std::array<double, DynamicNbdParameters::kCount> gradient{};
      EXPECT_EQ(likelihood.value(values, gradient), likelihood.value(values));
      for (std::size_t i = 0; i < values.size(); ++i) {
        SCOPED_TRACE(DynamicNbdParameters::kNames[i]);
        const auto score = [&](double step) {
          std::array<double, DynamicNbdParameters::kCount> beside = values;
          beside[i] += step;
          return test::naive::dynamic_nbd(
                     panel, DynamicNbdParameters::of(beside), calendar, 26 - 18)
              .log_score;
        };
        // Central differences over one, two and three steps: an error of the sixth order.
        constexpr double kStep = 0x1p-9;
        const long double slope = (45.0L * (score(kStep) - score(-kStep)) -
                                   9.0L * (score(2.0 * kStep) - score(-2.0 * kStep)) +
                                   (score(3.0 * kStep) - score(-3.0 * kStep))) /
                                  (60.0L * kStep);
        expect_near(gradient[i], slope);
      }
    }
  }
}

TEST(DynamicNbd, ForecastIsThePredictionOfTheNextMonth) {
  const Panel whole = drawn_panel({.customers = 40, .months = 20});
  const Panel panel = whole.before(19);
  const DynamicNbd model(lively(), CalendarExposure());
  const ForecastTarget target{{}, {whole.month(19)}};
  const Result<Forecast> forecast = model.forecast(panel, target, {});
  ASSERT_TRUE(forecast);
  // Its log scores are those that the last month of the longer panel adds to the likelihood.
  double score = 0.0;
  for (std::size_t i = 0; i < panel.customers(); ++i) {
    score += forecast->distribution(i).log_pmf(whole.count(i, 19));
  }
  expect_near(score, test::naive::dynamic_nbd(whole, lively(), model.calendar(), 19).log_score);
}

TEST(DynamicNbd, AMonthObservedIsAMonthMoreOfHistory) {
  const Panel whole = drawn_panel({.customers = 50, .months = 15});
  const DynamicNbd model(lively(), CalendarExposure());
  DynamicNbdState state = *model.state(whole.before(14), {});
  std::vector<double> shares;
  for (std::size_t i = state.rate.size(); i < whole.customers(); ++i) {
    shares.push_back(whole.birth_share(i));
  }
  model.observe(state, whole.counts(14), shares, model.calendar().exposure(whole.month(14)));
  const DynamicNbdState expected = *model.state(whole, {});
  EXPECT_EQ(state.rate, expected.rate);
  EXPECT_EQ(state.awake, expected.awake);
  EXPECT_EQ(state.volatility, expected.volatility);
  EXPECT_EQ(state.silent_months, expected.silent_months);
  EXPECT_EQ(state.level, expected.level);
}

TEST(DynamicNbd, FitFindsParametersFromWhichNoStepIsMuchBetter) {
  const Panel panel = drawn_panel({.customers = 25, .months = 8, .leaving = 0.05});
  const Result<DynamicNbd> model = DynamicNbd::fit(panel, {.threads = 2}, nullptr);
  ASSERT_TRUE(model);
  const double best = model->mean_log_score(panel);
  EXPECT_GT(best,
            DynamicNbd(DynamicNbdParameters{}, model->calendar()).mean_log_score(panel) + 0.01);
  double scored = 0.0;
  for (std::size_t t = 3; t < panel.months(); ++t) {
    scored += static_cast<double>(panel.customers_seen(t - 1));
  }
  // Of the whole log-likelihood a weak prior costs a step of .3 little.
  const double prior = 1.5 / scored;
  for (std::size_t i = 0; i < DynamicNbdParameters::kCount; ++i) {
    for (const double step : {-0.3, 0.3}) {
      std::array<double, DynamicNbdParameters::kCount> values = model->parameters().values();
      values[i] += step;
      const DynamicNbd other(DynamicNbdParameters::of(values), model->calendar());
      EXPECT_LT(other.mean_log_score(panel), best + prior) << "parameter " << i << " " << step;
    }
  }
}

TEST(DynamicNbd, FitEndsAtTheSameScoreFromAnotherStart) {
  const Panel panel = drawn_panel({.customers = 25, .months = 8, .leaving = 0.05});
  const Result<DynamicNbd> model = DynamicNbd::fit(panel, {}, nullptr);
  const DynamicNbd start(lively(), CalendarExposure());
  const Result<DynamicNbd> other = DynamicNbd::fit(panel, {}, &start);
  ASSERT_TRUE(model);
  ASSERT_TRUE(other);
  EXPECT_NEAR(other->mean_log_score(panel), model->mean_log_score(panel), 2e-3);
}

TEST(DynamicNbd, SleepersWakeAndTheRegularFallAsleepSlowly) {
  std::vector<std::int32_t> busy(18, 9);
  std::vector<std::int32_t> silent = {9, 9, 9, 9, 9, 9};
  silent.resize(18, 0);
  std::vector<std::int32_t> slow(18, 0);
  slow[0] = 1;
  slow[9] = 1;
  const Panel panel =
      panel_of({{0, 1.0, busy}, {0, 1.0, silent}, {0, 1.0, slow}}, test::months_from_2017(18));
  const DynamicNbdState state = *DynamicNbd(lively(), CalendarExposure()).state(panel, {});
  EXPECT_GT(state.awake[0], 0.9);
  EXPECT_LT(state.awake[1], 0.1);
  EXPECT_GT(state.rate[0], 7.0);
  EXPECT_LT(state.rate[2], 1.0);
  EXPECT_THAT(state.silent_months, ElementsAre(0.0, 12.0, 8.0));
}

TEST(DynamicNbd, GoesQuietWithTimeThatIsNotSeen) {
  const Panel panel = drawn_panel({.customers = 30, .months = 18});
  const DynamicNbd model(lively(), CalendarExposure());
  const std::vector<MonthPart> months = test::months_from_2017(60);
  const Forecast soon = *model.forecast(panel, {{}, {months[18]}}, {});
  const Forecast late =
      *model.forecast(panel, {{months.begin() + 18, months.begin() + 59}, {months[59]}}, {});
  const Forecast year =
      *model.forecast(panel, {{}, {months.begin() + 18, months.begin() + 30}}, {});
  for (std::size_t i = 0; i < panel.customers(); ++i) {
    EXPECT_GE(late.distribution(i).mean(), 0.0);
    EXPECT_GT(year.distribution(i).mean(), soon.distribution(i).mean());
    EXPECT_LE(year.distribution(i).probability_zero(), soon.distribution(i).probability_zero());
  }
}

TEST(DynamicNbd, SaysWhenHistoryIsTooShortToFit) {
  const Panel panel = drawn_panel({.customers = 30, .months = 2});
  const Result<DynamicNbd> model = DynamicNbd::fit(panel, {}, nullptr);
  ASSERT_TRUE(model);
  EXPECT_THAT(model->warnings(),
              ElementsAre("dynamic_nbd: 2 months of history are too few to fit its parameters (3 "
                          "at least): it uses its starting values"));
}

TEST(DynamicNbd, RefusesAPanelWithoutMonths) {
  const Error error{ErrorCode::InvalidArgument,
                    "dynamic_nbd: fit was given a panel of 0 months, but must have at least 1",
                    "a log needs a transaction of a known customer before the cutoff"};
  EXPECT_EQ(DynamicNbd::fit(Panel(), {}, nullptr).error(), error);
}

TEST(DynamicNbd, EndsWhenAsked) {
  const Panel panel = drawn_panel({.customers = 30, .months = 12});
  const Result<DynamicNbd> model =
      DynamicNbd::fit(panel, {.cancelled = [] { return true; }}, nullptr);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace till::models
