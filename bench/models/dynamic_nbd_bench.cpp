// The dynamic NBD filter: one pass over all customers and months, without a fit.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "support/panels.hpp"
#include <benchmark/benchmark.h>

#include "till/models/dynamic_nbd.hpp"

namespace till::models {
namespace {

/// Draws customers of continuous times of birth, so that no two are equal.
Panel panel_with(std::size_t customers) {
  test::DrawnPanel like;
  like.customers = customers;
  like.months = 36;
  like.mean = 0.5;
  return test::drawn_panel(like);
}

void filter_pass(benchmark::State& state) {
  const Panel panel = panel_with(static_cast<std::size_t>(state.range(0)));
  const DynamicNbd model({}, CalendarExposure::fit(panel));
  std::int64_t customer_months = 0;
  for (std::size_t t = 0; t < panel.months(); ++t) {
    customer_months += static_cast<std::int64_t>(panel.customers_seen(t));
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(model.state(panel, {}));
  }
  state.SetItemsProcessed(state.iterations() * customer_months);
}

BENCHMARK(filter_pass)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace till::models
