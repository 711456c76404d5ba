// How fast ids become keys: the second step of an ingest.

#include <string>
#include <string_view>
#include <vector>

#include "log/dictionary.hpp"
#include <benchmark/benchmark.h>

#include "till/core/rng.hpp"

namespace till::log {
namespace {

/// Twenty rows of each id, in any order.
void code_ids(benchmark::State& state) {
  Rng rng(3);
  const auto distinct = static_cast<std::uint64_t>(state.range(0)) / 20;
  std::vector<std::string> ids;
  for (std::int64_t row = 0; row < state.range(0); ++row) {
    ids.push_back("C" + std::to_string(1'000'000 + rng.below(distinct)));
  }
  const std::vector<std::string_view> views(ids.begin(), ids.end());
  std::vector<std::int32_t> keys;
  for (auto _ : state) {
    Dictionary dictionary;
    keys.clear();
    constexpr std::size_t kBatch = 16'384;
    for (std::size_t from = 0; from < views.size(); from += kBatch) {
      dictionary.append_keys(std::span(views).subspan(from, std::min(kBatch, views.size() - from)),
                             keys);
    }
    benchmark::DoNotOptimize(keys.data());
  }
  state.SetItemsProcessed(state.range(0) * state.iterations());
}

BENCHMARK(code_ids)->RangeMultiplier(10)->Range(1'000, 1'000'000);

}  // namespace
}  // namespace till::log
