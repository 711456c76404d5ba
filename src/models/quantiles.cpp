#include "till/models/quantiles.hpp"

#include "chunks.hpp"

namespace till::models {

namespace {

constexpr std::size_t kChunk = 4096;  // of customers

}  // namespace

std::vector<std::int64_t> quantiles(const Forecast& forecast,
                                    std::span<const std::size_t> customers,
                                    std::span<const double> levels,
                                    std::int32_t threads) {
  std::vector<std::int64_t> out(customers.size() * levels.size());
  for_each_chunk(
      customers.size(), kChunk, threads, [&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
          const CountDistribution counts = forecast.distribution(customers[i]);
          for (std::size_t j = 0; j < levels.size(); ++j) {
            out[i * levels.size() + j] = counts.quantile(levels[j]);
          }
        }
      });
  return out;
}

}  // namespace till::models
