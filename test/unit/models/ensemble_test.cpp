#include "till/models/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/count_head.hpp"
#include "support/panels.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::models {
namespace {

using test::drawn_panel;
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
