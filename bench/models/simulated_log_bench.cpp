// How fast a simulated log is made, before it is written.

#include <benchmark/benchmark.h>

#include "till/models/simulated_log.hpp"

namespace till::models {
namespace {

void make_sales(benchmark::State& state) {
  SimulatedLogOptions options;
  options.rows = state.range(0);
  options.customer_count = state.range(0) / 20;
  options.product_count = 1'000;
  const Result<SimulatedLog> log = SimulatedLog::plan(options);
  std::int64_t rows = 0;
  for (auto _ : state) {
    const Result<void> made =
        log->generate([&](std::span<const SimulatedSale> sales) -> Result<void> {
          rows += static_cast<std::int64_t>(sales.size());
          return {};
        });
    if (!made) {
      state.SkipWithError("no sales");
    }
  }
  state.SetItemsProcessed(rows);
}

BENCHMARK(make_sales)->RangeMultiplier(10)->Range(10'000, 1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace till::models
