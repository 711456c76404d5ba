// How fast times are read, in the ways that logs write them.

#include <string>
#include <vector>

#include "log/time_format.hpp"
#include <benchmark/benchmark.h>

#include "till/core/calendar.hpp"
#include "till/core/rng.hpp"

namespace till::log {
namespace {

enum class Writing { Iso, IsoSpaceOffset, DayFirst, Epoch };

std::vector<std::string> times_of(Writing writing, std::int64_t count) {
  Rng rng(2);
  std::vector<std::string> times;
  constexpr std::uint64_t kThreeYears = 3ULL * 365 * 86'400;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto second = static_cast<std::int64_t>(1'483'228'800 + rng.below(kThreeYears));
    std::string iso = to_string(Instant{second * kMicrosPerSecond});  // 2017-01-31T09:31:08Z
    switch (writing) {
      case Writing::Iso:
        break;
      case Writing::IsoSpaceOffset:
        iso = iso.substr(0, 10) + " " + iso.substr(11, 8) + "+01:00";
        break;
      case Writing::DayFirst:
        iso = iso.substr(8, 2) + "-" + iso.substr(5, 2) + "-" + iso.substr(0, 4);
        break;
      case Writing::Epoch:
        iso = std::to_string(second);
        break;
    }
    times.push_back(std::move(iso));
  }
  return times;
}

void read_times(benchmark::State& state, Writing writing) {
  const std::vector<std::string> times = times_of(writing, state.range(0));
  TimeFormat format;
  format.day_first = true;
  format.number = NumberForm::Seconds;
  std::int64_t read = 0;
  for (auto _ : state) {
    for (const std::string& time : times) {
      read += parse_time(time, format).form != ParsedTime::Form::Invalid ? 1 : 0;
    }
  }
  if (read != state.range(0) * state.iterations()) {
    state.SkipWithError("a time was not understood");
  }
  state.SetItemsProcessed(read);
}

BENCHMARK_CAPTURE(read_times, iso, Writing::Iso)->RangeMultiplier(10)->Range(1'000, 1'000'000);
BENCHMARK_CAPTURE(read_times, iso_space_offset, Writing::IsoSpaceOffset)->Arg(100'000);
BENCHMARK_CAPTURE(read_times, day_first, Writing::DayFirst)->Arg(100'000);
BENCHMARK_CAPTURE(read_times, epoch, Writing::Epoch)->Arg(100'000);

}  // namespace
}  // namespace till::log
