#include "till/models/baselines.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "support/panels.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::models {
namespace {

using ::testing::Contains;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;

/// Three customers over 14 months: a steady one, one who buys now and then, a new one.
Panel example() {
  return test::panel_of({{0, 1.0, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}},
                         {0, 1.0, {8, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0}},
                         {12, 0.5, {3, 1}}},
                        test::months_from_2017(14));
}

template <typename Rule>
std::vector<double> guesses(const Panel& panel, std::vector<double> constants = {}) {
  rules::Rates out;
  Rule::guess(panel, constants, out);
  return out;
}

TEST(Baselines, LastMonthRepeatsIt) {
  EXPECT_THAT(guesses<rules::LastMonth>(example()), ElementsAre(14, 0, 1));
}

TEST(Baselines, MeansAreOfTheMonthsSinceBirthWhereTheseAreFewer) {
  EXPECT_THAT(guesses<rules::MeanOfMonths<3>>(example()), ElementsAre(13, 2, 2));
  EXPECT_THAT(guesses<rules::MeanOfMonths<6>>(example()), ElementsAre(11.5, 1, 2));
  EXPECT_THAT(guesses<rules::MeanOfMonths<12>>(example()),
              ElementsAre(8.5, DoubleNear(10.0 / 12.0, 1e-15), 2));
}

TEST(Baselines, SameMonthLastYearIsTwelveMonthsBeforeTheTarget) {
  EXPECT_THAT(guesses<rules::SameMonthLastYear>(example()), ElementsAre(3, 0, 2));
  EXPECT_THAT(guesses<rules::SameMonthLastYear>(example().before(3)),
              ElementsAre(2, DoubleNear(8.0 / 3.0, 1e-15)));
}

TEST(Baselines, SmoothingStartsAtTheFirstMonthAndForgets) {
  // 8 -> 4 -> 2 -> 3 -> ... by hand with alpha = 1/2.
  const std::vector<double> out = guesses<rules::ExponentialSmoothing>(example().before(4), {0.5});
  EXPECT_THAT(out, ElementsAre(3.125, 3.0));
}

TEST(Baselines, IntermittentDemandIsProbabilityTimesSize) {
  // Size 8 -> 6 (alpha 1/2); probability 1 -> .8 -> .64 -> .64 + .2 (1 - .64) = .712.
  const std::vector<double> out =
      guesses<rules::IntermittentDemand>(example().before(4), {0.5, 0.2});
  EXPECT_THAT(out, ElementsAre(DoubleNear(3.125, 1e-15), DoubleNear(6.0 * 0.712, 1e-12)));
}

TEST(Baselines, AMonthThatIsNotOverIsLeftOut) {
  std::vector<MonthPart> months = test::months_from_2017(3);
  months.back() = month_parts(
      {months[2].range.from, {months[2].range.from.micros + 5 * kMicrosPerDay}}, TimeZone())[0];
  const Panel panel = test::panel_of({{0, 1.0, {4, 6, 1}}, {2, 0.5, {2}}}, months);
  EXPECT_THAT(guesses<rules::LastMonth>(panel), ElementsAre(6, 2));
  EXPECT_THAT(guesses<rules::MeanOfMonths<3>>(panel), ElementsAre(5, 2));
  EXPECT_THAT(guesses<rules::ExponentialSmoothing>(panel, {0.5}), ElementsAre(5, 2));
}

TEST(Baselines, SpreadIsLearnedFromPastGuesses) {
  const Panel even = test::drawn_panel({.customers = 120, .months = 14, .leaving = 0.0});
  const Panel uneven = test::drawn_panel({.customers = 120, .months = 14, .leaving = 0.2});
  const Result<MeanOf6Months> of_even = MeanOf6Months::fit(even, {}, nullptr);
  const Result<MeanOf6Months> of_uneven = MeanOf6Months::fit(uneven, {}, nullptr);
  ASSERT_TRUE(of_even);
  ASSERT_TRUE(of_uneven);
  EXPECT_GT(of_even->spread().log_shape, of_uneven->spread().log_shape + 0.5);
  // No step of a parameter makes past counts likelier.
  EXPECT_GT(of_uneven->spread().floor, 1e-4);
  EXPECT_LT(of_uneven->spread().floor, 0.5);
}

TEST(Baselines, ForgettingIsChosenFromThePast) {
  // Levels that jump are followed fast, noise around a level slowly.
  std::vector<test::PanelRow> jumping;
  std::vector<test::PanelRow> steady;
  Rng rng(5);
  for (int i = 0; i < 40; ++i) {
    test::PanelRow jumps;
    test::PanelRow stays;
    double level = 20.0;
    for (int t = 0; t < 20; ++t) {
      level = rng.below(4) == 0 ? 5.0 + 60.0 * rng.uniform() : level;
      jumps.counts.push_back(test::draw_poisson(level, rng));
      stays.counts.push_back(test::draw_poisson(20.0, rng));
    }
    jumping.push_back(jumps);
    steady.push_back(stays);
  }
  const Panel jumps = test::panel_of(jumping, test::months_from_2017(20));
  const Panel stays = test::panel_of(steady, test::months_from_2017(20));
  EXPECT_GE(ExponentialSmoothing::fit(jumps, {}, nullptr)->constants()[0], 0.6);
  EXPECT_LE(ExponentialSmoothing::fit(stays, {}, nullptr)->constants()[0], 0.2);
}

TEST(Baselines, ATargetOfSeveralMonthsIsTheirSum) {
  const Panel panel = example();
  const std::vector<MonthPart> months = test::months_from_2017(16);
  const Result<MeanOf3Months> model = MeanOf3Months::fit(panel, {}, nullptr);
  const Result<Forecast> two = model->forecast(panel, {{}, {months[14], months[15]}}, {});
  ASSERT_TRUE(two);
  EXPECT_NEAR(two->distribution(0).mean(), 26.0, 1e-9);
}

TEST(Baselines, SaysWhenOneMonthShowsNoSpread) {
  EXPECT_THAT(LastMonth::fit(example().before(1), {}, nullptr)->warnings(),
              Contains(HasSubstr("last_month: one month of history shows nothing")));
}

TEST(Baselines, RefusesAPanelWithoutMonths) {
  EXPECT_EQ(LastMonth::fit(Panel(), {}, nullptr).error().message,
            "last_month: fit was given a panel of 0 months, but must have at least 1");
}

}  // namespace
}  // namespace till::models
