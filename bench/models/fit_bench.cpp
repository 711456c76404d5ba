// Whole fits: of a million simulated customers, and of ten thousand small data sets that no data
// set should be.
//
//     build/bench/bin/till_models_bench --benchmark_filter=Fit
//     build/bench/bin/till_models_bench --benchmark_filter=Strange
//
// Time is CPU time of the process. `evaluations` are passes over all customers in the last search;
// of the strange sets `unusable` are fits that say why they are not to be used, `failures` those
// that are not finite or do not say why; `slowest_ms` is the longest, of CPU time
// too.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <vector>

#include <benchmark/benchmark.h>

#include "till/core/rng.hpp"
#include "till/models/gamma_gamma.hpp"
#include "till/models/likelihoods.hpp"

namespace till::models {
namespace {

struct Customers {
  std::vector<double> x;
  std::vector<double> t_x;
  std::vector<double> T;
  std::vector<double> weights;
  std::vector<double> sum_log_intervals;

  [[nodiscard]] PurchaseHistories view() const { return {x, t_x, T, weights, sum_log_intervals}; }

  /// \param regularity  1 where all intervals are the same, less where they are not; > 0.
  void add(double frequency, double recency, double age, double regularity = 1.0) {
    x.push_back(frequency);
    t_x.push_back(recency);
    T.push_back(age);
    const double mean_log =
        frequency > 0.0 ? std::log(recency / frequency) + std::log(regularity) : 0.0;
    sum_log_intervals.push_back(frequency * mean_log);
  }
};

/// Customers of a Pareto/NBD with T uniform on 26 to 104 weeks and exact times: no two are equal.
const Customers& simulated(std::size_t size) {
  static Customers customers;
  static Rng rng(7);
  const ParetoNbd truth{0.55, 10.6, 0.61, 11.7};
  while (customers.x.size() < size) {
    const double T = 26.0 + 78.0 * rng.uniform();
    const std::vector<double> times = simulate(truth, T, rng);
    customers.add(static_cast<double>(times.size()), times.empty() ? 0.0 : times.back(), T);
  }
  return customers;
}

template <typename M>
void Fit(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const Customers& all = simulated(size);
  const PurchaseHistories histories = {
      std::span(all.x).first(size), std::span(all.t_x).first(size), std::span(all.T).first(size)};
  for (auto _ : state) {
    const Result<FitReport> report =
        fit(likelihood_of(M{}), histories, {.threads = static_cast<std::int32_t>(state.range(1))});
    state.counters["log_likelihood"] = report->log_likelihood;
    state.counters["evaluations"] = report->evaluations;
    state.counters["usable"] = report->is_usable() ? 1.0 : 0.0;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->Args({10'000, 1})->Args({1'000'000, 1})->Args({1'000'000, 2});
  bench->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond)->Iterations(1);
}

BENCHMARK(Fit<ParetoNbd>)->Apply(sizes);
BENCHMARK(Fit<BgNbd>)->Apply(sizes);
BENCHMARK(Fit<MbgNbd>)->Apply(sizes);
BENCHMARK(Fit<Nbd>)->Apply(sizes);

/// One to thirty customers of a day, a year or a century; all zero, all alike, or with thousands of
/// purchases; each once or a thousand million times.
Customers strange(Rng& rng) {
  constexpr std::array kSpans = {1.0 / 7.0, 52.0, 5218.0};
  Customers customers;
  const std::size_t size = rng.below(3) == 0 ? 1 : 1 + rng.below(30);
  const double span = kSpans[rng.below(kSpans.size())];
  const std::uint64_t kind = rng.below(5);
  const double busiest = kind == 0 ? 5001.0 : kind == 1 ? 1.0 : 6.0;
  const bool is_alike = rng.below(5) == 0;
  const bool is_heavy = rng.below(3) == 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (is_alike && i > 0) {
      customers.add(customers.x[0], customers.t_x[0], customers.T[0]);
    } else {
      const double x = std::floor(busiest * rng.uniform());
      const double T = rng.below(2) == 0 ? span : span * (0.01 + rng.uniform());
      const double t_x = rng.below(4) == 0 ? T : T * (1e-6 + 0.99 * rng.uniform());
      customers.add(
          x, x > 0.0 ? t_x : 0.0, T, rng.below(3) == 0 ? 1.0 : 0.01 + 0.99 * rng.uniform());
    }
    customers.weights.push_back(is_heavy ? 1e9 : 1.0);
  }
  return customers;
}

bool is_finite(const FitReport& report) {
  return std::isfinite(report.log_likelihood) &&
         std::ranges::all_of(report.estimates, [](const Estimate& estimate) {
           return std::isfinite(estimate.value) && !std::isnan(estimate.standard_error) &&
                  !std::isnan(estimate.lower) && !std::isnan(estimate.upper);
         });
}

/// Fits ten thousand data sets, and counts how the fits end.
///
/// \param fit_next  draws a data set and fits it.
template <typename FitNext>
void end_all(benchmark::State& state, const FitNext& fit_next) {
  for (auto _ : state) {
    Rng rng(10);
    double unusable = 0.0;
    double failures = 0.0;
    double slowest_ms = 0.0;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      const std::clock_t start = std::clock();
      const Result<FitReport> report = fit_next(rng);
      const double took_ms = 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      slowest_ms = std::max(slowest_ms, took_ms);
      const bool is_usable = report && report->is_usable();
      const bool is_told = report && !is_usable && !report->message.empty();
      unusable += is_told ? 1.0 : 0.0;
      failures += (is_usable && is_finite(*report)) || is_told ? 0.0 : 1.0;
    }
    state.counters["unusable"] = unusable;
    state.counters["failures"] = failures;
    state.counters["slowest_ms"] = slowest_ms;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <typename M>
void Strange(benchmark::State& state, const M& model) {
  end_all(state, [&](Rng& rng) { return fit(likelihood_of(model), strange(rng).view()); });
}

/// The same customers at whole occasions, of a day each: up to 36,500.
Customers strange_occasions(Rng& rng) {
  Customers customers = strange(rng);
  for (std::size_t i = 0; i < customers.x.size(); ++i) {
    customers.T[i] = std::ceil(7.0 * customers.T[i]);
    customers.t_x[i] = customers.x[i] > 0.0 ? std::ceil(7.0 * customers.t_x[i]) : 0.0;
    customers.x[i] = std::min(customers.x[i], customers.t_x[i]);
  }
  return customers;
}

void StrangeOccasions(benchmark::State& state) {
  end_all(state,
          [](Rng& rng) { return fit(likelihood_of(BgBb{}), strange_occasions(rng).view()); });
}

/// One to thirty customers who spend cents or fortunes, all alike or not, once or thousands of
/// times.
void StrangeSpend(benchmark::State& state) {
  end_all(state, [](Rng& rng) {
    std::vector<double> spend;
    std::vector<double> frequency;
    const Customers customers = strange(rng);
    const double unit = std::pow(10.0, 12.0 * rng.uniform() - 4.0);
    const bool is_alike = rng.below(3) == 0;
    for (const double x : customers.x) {
      spend.push_back(is_alike ? unit : unit * (1e-4 + rng.uniform()));
      frequency.push_back(x + 1.0);
    }
    return fit(GammaGamma{}, {spend, frequency, customers.weights});
  });
}

void ten_thousand(benchmark::internal::Benchmark* bench) {
  bench->Arg(10'000)->MeasureProcessCPUTime()->Unit(benchmark::kSecond)->Iterations(1);
}

BENCHMARK_CAPTURE(Strange, Nbd, Nbd{})->Apply(ten_thousand);
BENCHMARK_CAPTURE(Strange, ParetoNbd, ParetoNbd{})->Apply(ten_thousand);
BENCHMARK_CAPTURE(Strange, BgNbd, BgNbd{})->Apply(ten_thousand);
BENCHMARK_CAPTURE(Strange, MbgNbd, MbgNbd{})->Apply(ten_thousand);
BENCHMARK_CAPTURE(Strange, BgCnbd, BgCnbd{2, 1.0, 1.0, 1.0, 1.0})->Apply(ten_thousand);
BENCHMARK_CAPTURE(Strange, MbgCnbd, MbgCnbd{3, 1.0, 1.0, 1.0, 1.0})->Apply(ten_thousand);
BENCHMARK_CAPTURE(Strange, MbgCnbdMixture, MbgCnbdMixture{})->Apply(ten_thousand);
BENCHMARK_CAPTURE(Strange, GgomNbd, GgomNbd{})->Apply(ten_thousand);
BENCHMARK(StrangeOccasions)->Apply(ten_thousand);
BENCHMARK(StrangeSpend)->Apply(ten_thousand);

}  // namespace
}  // namespace till::models
