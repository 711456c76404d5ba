/// \file
/// The three questions, asked again and again in one process: how long from the third time on.
///
///     build/bench/bin/till_insight_bench                             a log made up for the purpose
///     TILL_BENCH_LOG=shop.duckdb build/bench/bin/till_insight_bench  a log that is kept
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "till/core/calendar.hpp"
#include "till/core/rng.hpp"
#include "till/insight/activity.hpp"
#include "till/insight/product_frequency.hpp"
#include "till/insight/top_products.hpp"
#include "till/log/ingest.hpp"
#include "till/log/log.hpp"
#include "till/warehouse/warehouse.hpp"

namespace till::insight {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kRows = 1'000'000;
constexpr std::uint64_t kCustomers = 100'000;
constexpr std::uint64_t kProducts = 5'000;
constexpr std::int64_t kSeconds = 3LL * 365 * 86'400;

Result<log::Log> made_up_log() {
  const fs::path file =
      fs::temp_directory_path() / ("till-bench-" + std::to_string(getpid()) + ".csv");
  std::ofstream out(file);
  out << "customer,product,time\n";
  Rng rng(1);
  for (std::int64_t i = 0; i < kRows; ++i) {
    out << 'c' << rng.below(kCustomers) << ",p" << rng.below(kProducts) << ','
        << 1'451'606'400 + i * kSeconds / kRows << '\n';
  }
  out.close();
  TILL_ASSIGN(warehouse::Warehouse warehouse, warehouse::Warehouse::open({}));
  const Result<log::IngestReport> report = log::ingest(warehouse, {.sources = {file.string()}});
  fs::remove(file);
  TILL_TRY(report);
  return log::Log::open(std::move(warehouse));
}

Result<log::Log> opened_log() {
  const char* const kept = std::getenv("TILL_BENCH_LOG");
  if (kept == nullptr) {
    return made_up_log();
  }
  TILL_ASSIGN(warehouse::Warehouse warehouse,
              warehouse::Warehouse::open({.uri = kept, .read_only = true}));
  return log::Log::open(std::move(warehouse));
}

Result<log::Log>& bench_log() {
  static Result<log::Log> log = opened_log();
  return log;
}

/// Asks a question until the clock is satisfied. `ask(log, n)` is asked for the n-th time.
template <typename Ask>
void run(benchmark::State& state, Ask ask) {
  Result<log::Log>& log = bench_log();
  if (!log) {
    state.SkipWithError(log.error().message.c_str());
    return;
  }
  std::int32_t n = 0;
  // The first question is asked of the database, and the second one reads the summaries.
  for (; n < 2; ++n) {
    static_cast<void>(ask(*log, n));
  }
  for (auto _ : state) {
    const auto answer = ask(*log, n++);
    if (!answer) {
      state.SkipWithError(answer.error().message.c_str());
      return;
    }
    benchmark::DoNotOptimize(&*answer);
  }
}

void activity_of_all(benchmark::State& state) {
  run(state, [](log::Log& log, std::int32_t n) {
    return activity(log, {.range = {}, .zone = {}, .counting = {}, .limit = 1000 - n % 10});
  });
}

/// A product that sells, another one for every n.
std::string product_of(log::Log& log, std::int32_t n) {
  static const std::vector<std::string> kIds = [&] {
    std::vector<std::string> ids;
    const Result<TopProducts> top = top_products(log,
                                                 {.k = 100,
                                                  .as_of = log.end(),
                                                  .window = {1, Period::Unit::Year},
                                                  .by = {},
                                                  .zone = {},
                                                  .counting = {}});
    for (const TopProduct& row : top->rows) {
      ids.push_back(row.product_id);
    }
    return ids;
  }();
  return kIds[static_cast<std::size_t>(n) % kIds.size()];
}

void product_frequency_of_a_year(benchmark::State& state) {
  run(state, [](log::Log& log, std::int32_t n) {
    return product_frequency(
        log, {.product = product_of(log, n), .year = 2018, .by = {}, .zone = {}, .counting = {}});
  });
}

void top_products_of_half_a_year(benchmark::State& state) {
  run(state, [](log::Log& log, std::int32_t n) {
    const Month month = add_months({2017, 7}, n % 18);
    return top_products(log,
                        {.k = 5,
                         .as_of = start_of(month, log.zone()),
                         .window = {6, Period::Unit::Month},
                         .by = {},
                         .zone = log.zone(),
                         .counting = {}});
  });
}

BENCHMARK(activity_of_all)->Unit(benchmark::kMicrosecond);
BENCHMARK(product_frequency_of_a_year)->Unit(benchmark::kMicrosecond);
BENCHMARK(top_products_of_half_a_year)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace till::insight
