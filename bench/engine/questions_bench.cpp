// How long a question takes in a process that holds the log open.
//
// TILL_BENCH_LOG names a kept log; without it a simulated one of 100,000 rows is asked.

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "support/temporary_folder.hpp"
#include <benchmark/benchmark.h>

#include "till/charts/chart.hpp"
#include "till/engine/ingest.hpp"
#include "till/engine/simulate.hpp"
#include "till/engine/top_products.hpp"
#include "till/engine/verb.hpp"

namespace till::engine {
namespace {

/// The log that is asked, opened once.
Session& session() {
  static const test::TemporaryFolder kFolder;
  static Session session = [] {
    const char* said = std::getenv("TILL_BENCH_LOG");
    std::string kept = said == nullptr ? (kFolder / "log.duckdb") : said;
    if (said == nullptr) {
      SimulateOptions options;
      options.into = kFolder / "log.csv";
      options.log.rows = 100'000;
      Session maker(SessionOptions{});
      Session reader(SessionOptions{.sources = {options.into}});
      if (!simulate(maker, options) || !ingest(reader, {.into = kept})) {
        std::abort();
      }
    }
    return Session(SessionOptions{.sources = {std::move(kept)}});
  }();
  return session;
}

using Said = std::vector<std::pair<std::string, std::string>>;

Arguments arguments_of(const Said& said) {
  Arguments arguments;
  for (const auto& [name, value] : said) {
    arguments.set(name, value, flag(name));
  }
  return arguments;
}

/// The best seller of the log's last six months.
std::string best_seller() {
  const Result<Answer> top = top_products(session(), {.k = 1});
  const auto& ids = std::get<TextColumn>(top.value().rows.columns.at(1).values);
  return ids.front().value_or("");
}

/// Asks, or asks and draws.
void ask(benchmark::State& state, std::string_view name, const Said& said, bool draw) {
  const Verb& verb = **verb_named(name);
  Arguments arguments = arguments_of(said);
  if (name == "product-frequency") {
    arguments.set("product", best_seller(), "--product");
  }
  const auto answer = [&] {
    Result<Answer> found = run(verb, arguments, session());
    return found && (!draw || charts::render(found->chart(), charts::Format::Svg).has_value());
  };
  if (!answer()) {
    state.SkipWithError("no answer");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(answer());
  }
}

const Said kActivity = {{"limit", "1000"}};
const Said kFrequency = {{"year", "2018"}};
const Said kTop = {{"as_of", "2019-07-01"}};

BENCHMARK_CAPTURE(ask, activity, "activity", kActivity, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ask, product_frequency, "product-frequency", kFrequency, false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ask, top_products, "top-products", kTop, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ask, activity_chart, "activity", kActivity, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ask, product_frequency_chart, "product-frequency", kFrequency, true)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ask, top_products_chart, "top-products", kTop, true)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace till::engine
