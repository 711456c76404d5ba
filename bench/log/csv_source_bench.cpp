// How fast rows of CSV are told apart: the first step of an ingest.

#include <filesystem>
#include <fstream>
#include <string>

#include "log/csv_source.hpp"
#include "support/temporary_folder.hpp"
#include <benchmark/benchmark.h>

#include "till/core/instant.hpp"
#include "till/core/rng.hpp"

namespace till::log {
namespace {

std::string log_of(std::int64_t rows, bool quoted) {
  Rng rng(1);
  std::string text = "customer_id,product_id,timestamp,quantity,amount\n";
  const std::string quote = quoted ? "\"" : "";
  constexpr std::int64_t kStep = 17 * kMicrosPerSecond;
  for (std::int64_t row = 0; row < rows; ++row) {
    text += quote + "C" + std::to_string(1'000'000 + rng.below(1'000'000)) + quote + ",";
    text += quote + "P" + std::to_string(10'000 + rng.below(20'000)) + quote + ",";
    text += to_string(Instant{1'483'228'800 * kMicrosPerSecond + row * kStep}) + ",";
    text += std::to_string(1 + rng.below(3)) + "," + std::to_string(rng.below(100)) + ".25\n";
  }
  return text;
}

void read_csv(benchmark::State& state, bool quoted) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("log.csv", log_of(state.range(0), quoted));
  std::int64_t rows = 0;
  for (auto _ : state) {
    Result<RowSource> source = open_csv(path, {});
    RowBatch batch;
    while (source && source->next(batch).value_or(false)) {
      rows += static_cast<std::int64_t>(batch.rows);
    }
  }
  if (rows != state.range(0) * state.iterations()) {
    state.SkipWithError("rows were lost");
  }
  state.SetItemsProcessed(rows);
  state.SetBytesProcessed(static_cast<std::int64_t>(std::filesystem::file_size(path)) *
                          state.iterations());
}

BENCHMARK_CAPTURE(read_csv, plain, false)->RangeMultiplier(10)->Range(1'000, 1'000'000);
BENCHMARK_CAPTURE(read_csv, quoted, true)->RangeMultiplier(10)->Range(1'000, 1'000'000);

}  // namespace
}  // namespace till::log
