// How near forecasts come to the best possible ones: on logs that were made by chance, whose makers
// know how.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "support/simulated_panel.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/evaluation/backtest.hpp"
#include "till/models/baselines.hpp"
#include "till/models/ensemble.hpp"

namespace till {
namespace {

using evaluation::Backtest;
using evaluation::Metric;
using evaluation::ModelBacktest;

/// Returns a number of the environment, for longer runs by hand.
std::size_t said(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoul(text);
}

const ModelBacktest& model_of(const Backtest& backtest, std::string_view name) {
  for (const ModelBacktest& model : backtest.models) {
    if (model.model == name) {
      return model;
    }
  }
  throw std::logic_error("no such model");
}

void print(const Backtest& backtest) {
  const double least = model_of(backtest, "oracle").pooled[Metric::Crps];
  std::printf("%-24s %8s %8s %8s %8s %6s %6s %6s\n",
              "model",
              "crps",
              "/oracle",
              "log",
              "deviance",
              "50 %",
              "80 %",
              "95 %");
  for (const ModelBacktest& model : backtest.models) {
    std::printf("%-24s %8.4f %8.4f %8.4f %8.4f %6.3f %6.3f %6.3f\n",
                model.model.c_str(),
                model.pooled[Metric::Crps],
                model.pooled[Metric::Crps] / least,
                model.pooled[Metric::LogScore],
                model.pooled[Metric::PoissonDeviance],
                model.pooled[Metric::Coverage50],
                model.pooled[Metric::Coverage80],
                model.pooled[Metric::Coverage95]);
  }
}

// With TILL_ORACLE_CUSTOMERS=2000 TILL_ORACLE_MONTHS=6 the full ensemble takes part: some minutes.
TEST(Oracle, EnsemblesForecastNearlyAsWellAsWhoKnowsTheProcess) {
  models::SimulatedLogOptions options;
  options.seed = said("TILL_ORACLE_SEED", 11);
  options.customer_count = static_cast<std::int64_t>(said("TILL_ORACLE_CUSTOMERS", 400));
  options.from = {2016, 1, 1};
  options.to = {2019, 1, 1};
  options.purchase_rate = static_cast<double>(said("TILL_ORACLE_RATE", 18));
  const bool is_long = options.customer_count >= 2000;
  const test::SimulatedPanel simulated = test::simulated_panel(options);
  std::vector<evaluation::Competitor> competitors = {
      test::oracle(simulated),
      evaluation::competitor<models::QuickEnsemble>(),
      evaluation::competitor<models::MeanOf3Months>()};
  if (is_long) {
    competitors.push_back(evaluation::competitor<models::Ensemble>());
  }
  evaluation::BacktestOptions how;
  how.origins = said("TILL_ORACLE_MONTHS", 2);
  how.bootstrap.resamples = 100;
  how.computation.threads = 2;
  const Result<Backtest> backtest = evaluation::backtest(simulated.panel, competitors, how);
  ASSERT_TRUE(backtest.has_value()) << backtest.error().message;
  print(*backtest);
  const ModelBacktest& oracle = model_of(*backtest, "oracle");
  const ModelBacktest& ensemble =
      model_of(*backtest, is_long ? models::Ensemble::kName : models::QuickEnsemble::kName);
  // Nobody beats who knows; and he is right about how sure he is.
  const double off = is_long ? 0.02 : 0.04;
  for (const ModelBacktest& model : backtest->models) {
    EXPECT_GE(model.pooled[Metric::Crps], oracle.pooled[Metric::Crps]) << model.model;
  }
  EXPECT_NEAR(oracle.pooled[Metric::Coverage80], 0.80, off);
  EXPECT_LT(ensemble.pooled[Metric::Crps], (is_long ? 1.03 : 1.12) * oracle.pooled[Metric::Crps]);
  EXPECT_NEAR(ensemble.pooled[Metric::Coverage50], 0.50, off);
  EXPECT_NEAR(ensemble.pooled[Metric::Coverage80], 0.80, off);
  EXPECT_NEAR(ensemble.pooled[Metric::Coverage95], 0.95, off);
}

}  // namespace
}  // namespace till
