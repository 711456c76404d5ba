// Many customers: nanoseconds a history, on continuous times, so that no two are equal.

#include <array>
#include <cstddef>
#include <vector>

#include <benchmark/benchmark.h>

#include "till/models/bg_nbd.hpp"
#include "till/models/mbg_nbd.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::models {
namespace {

constexpr ParetoNbd kTruth = {.r = 0.55, .alpha = 10.6, .s = 0.61, .beta = 11.7};

template <class M>
M model();

template <>
ParetoNbd model() {
  return kTruth;
}

template <>
BgNbd model() {
  return {.r = 0.243, .alpha = 4.414, .a = 0.793, .b = 2.426};
}

template <>
MbgNbd model() {
  return {.r = 0.525, .alpha = 6.183, .a = 0.891, .b = 1.614};
}

/// Customers of the Pareto/NBD, seen for 26 to 104 weeks.
class Customers {
 public:
  explicit Customers(std::size_t n) : x_(n), t_x_(n), T_(n) {
    Rng rng(7);
    for (std::size_t i = 0; i < n; ++i) {
      T_[i] = 26.0 + 78.0 * rng.uniform();
      const PurchaseHistory history = history_of(simulate(kTruth, T_[i], rng), T_[i]);
      x_[i] = history.x;
      t_x_[i] = history.t_x;
    }
  }

  [[nodiscard]] PurchaseHistories view() const { return {x_, t_x_, T_}; }

 private:
  std::vector<double> x_;
  std::vector<double> t_x_;
  std::vector<double> T_;
};

template <class M>
void log_likelihood_with_gradient(benchmark::State& state) {
  const Customers customers(static_cast<std::size_t>(state.range(0)));
  std::array<double, 4> gradient{};
  for (auto _ : state) {
    benchmark::DoNotOptimize(log_likelihood(model<M>(), customers.view(), gradient));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class M>
void alive(benchmark::State& state) {
  const Customers customers(static_cast<std::size_t>(state.range(0)));
  std::vector<double> out(customers.view().size());
  for (auto _ : state) {
    probabilities_alive(model<M>(), customers.view(), out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// The distribution of the next month's purchases up to 99.9 % of it, customer by customer.
template <class M>
void distribution(benchmark::State& state) {
  const Customers customers(static_cast<std::size_t>(state.range(0)));
  const PurchaseHistories histories = customers.view();
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < histories.size(); ++i) {
      sum += conditional_quantile(model<M>(), histories[i], 0.999, 4.3);
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class M>
void next_month(benchmark::State& state) {
  const Customers customers(static_cast<std::size_t>(state.range(0)));
  std::vector<double> out(customers.view().size());
  for (auto _ : state) {
    conditional_expectations(model<M>(), customers.view(), 4.345, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(log_likelihood_with_gradient<ParetoNbd>)->RangeMultiplier(10)->Range(1000, 1000000);
BENCHMARK(log_likelihood_with_gradient<BgNbd>)->RangeMultiplier(10)->Range(1000, 1000000);
BENCHMARK(log_likelihood_with_gradient<MbgNbd>)->RangeMultiplier(10)->Range(1000, 1000000);
BENCHMARK(alive<ParetoNbd>)->Arg(100000);
BENCHMARK(alive<BgNbd>)->Arg(100000);
BENCHMARK(alive<MbgNbd>)->Arg(100000);
BENCHMARK(distribution<ParetoNbd>)->Arg(10'000);
BENCHMARK(distribution<BgNbd>)->Arg(10'000);
BENCHMARK(distribution<MbgNbd>)->Arg(10'000);
BENCHMARK(next_month<ParetoNbd>)->Arg(100000);
BENCHMARK(next_month<BgNbd>)->Arg(100000);
BENCHMARK(next_month<MbgNbd>)->Arg(100000);

}  // namespace
}  // namespace till::models
