// How long a picture takes in a process that has drawn before.

#include "unit/charts/examples.hpp"
#include <benchmark/benchmark.h>

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

void draw(benchmark::State& state, const Chart& chart, Format format) {
  if (!render(chart, format)) {  // starts the thread's engine
    state.SkipWithError("cannot be drawn");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(render(chart, format));
  }
}

Chart curve(std::int64_t customers) {
  return activity(test::activity_of(test::heavy_tail(customers, 1'000'000)), test::context());
}

void activity_as_svg(benchmark::State& state) {
  draw(state, curve(state.range(0)), Format::Svg);
}

void activity_as_png(benchmark::State& state) {
  draw(state, curve(state.range(0)), Format::Png);
}

void activity_as_specification(benchmark::State& state) {
  const insight::Activity result = test::activity_of(test::heavy_tail(state.range(0), 1'000'000));
  for (auto _ : state) {
    benchmark::DoNotOptimize(activity(result, test::context()));
  }
}

BENCHMARK(activity_as_svg)->RangeMultiplier(100)->Range(10, 100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(activity_as_png)->Arg(1'000)->Unit(benchmark::kMillisecond);
BENCHMARK(activity_as_specification)
    ->RangeMultiplier(10)
    ->Range(1'000, 1'000'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace till::charts
