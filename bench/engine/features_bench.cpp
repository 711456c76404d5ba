/// \file
/// What learners look at: from the rows of a kept log to 80 numbers of each customer, at its end.
///
///     TILL_BENCH_LOG=shop.duckdb build/bench/bin/till_engine_bench --benchmark_filter=features
///
/// 54 of them are built in, 26 are declared over the log's amounts and hours.
#include <cstdlib>
#include <string>
#include <utility>

#include "models/member_features.hpp"
#include <benchmark/benchmark.h>

#include "till/core/calendar.hpp"
#include "till/history/panel.hpp"
#include "till/log/log.hpp"
#include "till/models/forecast.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till {
namespace {

Result<log::Log> opened_log(const char* file) {
  TILL_ASSIGN(warehouse::Warehouse warehouse,
              warehouse::Warehouse::open({.uri = file, .read_only = true, .threads = 2}));
  return log::Log::open(std::move(warehouse));
}

Result<models::MonthFeatures> features_of(log::Log& log, std::int64_t& panel_customers) {
  const Month last = month_of(log.end(), log.zone());
  const Instant cutoff = start_of(last, log.zone());
  const std::vector<std::int32_t> windows = {1, 3, 6, 12};
  history::PanelOptions options;
  options.cutoff = cutoff;
  options.zone = log.zone();
  options.features = {
      {"spend", "sum(amount)", Take::Sum, windows},
      {"largest", "max(amount)", Take::Maximum, windows},
      {"basket", "avg(quantity)", Take::Mean, windows},
      {"units", "sum(quantity)", Take::Sum, windows},
      {"evening", "sum(CASE WHEN hour >= 18 THEN 1 ELSE 0 END)", Take::Sum, windows},
      {"weekend", "sum(CASE WHEN weekday >= 6 THEN 1 ELSE 0 END)", Take::Sum, windows},
      {"cheapest", "min(amount)", Take::Last, {1, 12}}};
  TILL_ASSIGN(const Panel panel, history::customer_panel(log, options));
  panel_customers = static_cast<std::int64_t>(panel.customers());
  const std::size_t month = panel.months();
  const models::ForecastTarget next = {{}, month_parts(month_range(last, log.zone()), log.zone())};
  TILL_ASSIGN(std::vector<models::MonthFeatures> all,
              models::member_features(panel, {&month, 1}, next, nullptr, {.threads = 2}));
  return std::move(all.front());
}

void features_of_a_log(benchmark::State& state) {
  const char* const file = std::getenv("TILL_BENCH_LOG");
  if (file == nullptr) {
    state.SkipWithError("TILL_BENCH_LOG names a log made by till ingest");
    return;
  }
  for (auto _ : state) {
    Result<log::Log> log = opened_log(file);
    if (!log) {
      state.SkipWithError(log.error().message.c_str());
      return;
    }
    std::int64_t customers = 0;
    const auto features = features_of(*log, customers);
    if (!features) {
      state.SkipWithError(features.error().message.c_str());
      return;
    }
    state.counters["customers"] = static_cast<double>(customers);
    state.counters["features"] =
        static_cast<double>(features->rows.columns + features->declared.columns);
    benchmark::DoNotOptimize(features->rows.values.data());
  }
}

BENCHMARK(features_of_a_log)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace till
