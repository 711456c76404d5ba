// The dynamic NBD filter on a real log: the months of 2019, each forecast from what was known
// before it, against the scores that the same equations reached in Python
// (../shared/forecasting.md). Runs only where ../shared is.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/source_tree.hpp"
#include <gtest/gtest.h>

#include "till/history/panel.hpp"
#include "till/log/ingest.hpp"
#include "till/models/dynamic_nbd.hpp"

namespace till::models {
namespace {

constexpr double kSmallestMean = 0.02;  // in the deviance

struct Scores {
  double deviance = 0.0;
  double crps = 0.0;
  double log_score = 0.0;
  double predicted = 0.0;
  double actual = 0.0;
  int customers = 0;

  void add(const CountDistribution& count, std::int32_t y) {
    const double mean = std::max(count.mean(), kSmallestMean);
    deviance += 2.0 * ((y > 0 ? y * std::log(y / mean) : 0.0) - (y - mean));
    log_score -= count.log_pmf(y);
    std::vector<double> pmf(static_cast<std::size_t>(
        std::max<double>(y, count.mean() + 40.0 * std::sqrt(count.variance())) + 60.0));
    count.pmf_from_zero(pmf);
    double cdf = 0.0;
    for (std::size_t k = 0; k < pmf.size(); ++k) {
      cdf += pmf[k];
      const double off = cdf - (static_cast<double>(k) >= y ? 1.0 : 0.0);
      crps += off * off;
    }
    predicted += count.mean();
    actual += y;
    ++customers;
  }
};

TEST(DynamicNbdOnRealLogs, CarMakesOf2019ScoresAsTheReferenceDoes) {
  log::IngestOptions ingest;
  for (const char* file : {"transactions_1.csv.gz", "transactions_2.csv.gz"}) {
    const auto path = test::shared_folder() / "data" / "car_makes" / file;
    if (!std::filesystem::exists(path)) {
      GTEST_SKIP() << path << " is not there";
    }
    ingest.sources.push_back(path.string());
  }
  Result<warehouse::Warehouse> warehouse = warehouse::Warehouse::open({});
  ASSERT_TRUE(warehouse);
  ASSERT_TRUE(log::ingest(*warehouse, ingest));
  Result<log::Log> log = log::Log::open(std::move(*warehouse));
  ASSERT_TRUE(log);
  const TimeZone utc;
  const Result<Panel> panel = history::customer_panel(*log, {start_of(Month{2020, 1}, utc), utc});
  ASSERT_TRUE(panel);
  Scores scores;
  std::optional<DynamicNbd> before;
  for (std::size_t t = panel->months() - 12; t < panel->months(); ++t) {
    const Panel known = panel->before(t);
    const Result<DynamicNbd> model =
        DynamicNbd::fit(known, {.threads = 2}, before ? &*before : nullptr);
    ASSERT_TRUE(model);
    const Result<ForecastTarget> target = target_after(known, panel->month(t).range, utc);
    ASSERT_TRUE(target);
    const Result<Forecast> forecast = model->forecast(known, *target, {.threads = 2});
    ASSERT_TRUE(forecast);
    for (std::size_t i = 0; i < known.customers(); ++i) {
      scores.add(forecast->distribution(i), panel->count(i, t));
    }
    before = *model;
  }
  EXPECT_EQ(scores.customers, 22667);
  EXPECT_LE(scores.deviance / scores.customers, 10.6);
  EXPECT_LE(scores.crps / scores.customers, 4.83);
  EXPECT_LE(scores.log_score / scores.customers, 1.692);
  EXPECT_NEAR(scores.predicted / scores.actual, 1.0, 0.08);
}

}  // namespace
}  // namespace till::models
