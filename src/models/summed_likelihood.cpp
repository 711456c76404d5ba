#include "summed_likelihood.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace till::models {

namespace {

constexpr std::size_t kChunk = 4096;

}  // namespace

SummedLikelihood::SummedLikelihood(const Likelihood& likelihood,
                                   const Cells& cells,
                                   std::int32_t threads)
    : likelihood_(&likelihood), cells_(&cells), threads_(static_cast<std::size_t>(threads)) {}

double SummedLikelihood::operator()(std::span<const double> log_parameters,
                                    std::span<double> gradient) const {
  const std::size_t parameters = log_parameters.size();
  const std::size_t chunks = (cells_->size() + kChunk - 1) / kChunk;
  std::vector<double> values(chunks);
  std::vector<double> gradients(chunks * parameters);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t chunk = next.fetch_add(1); chunk < chunks; chunk = next.fetch_add(1)) {
      const std::size_t from = chunk * kChunk;
      values[chunk] = likelihood_->log_likelihood(
          log_parameters,
          slice(cells_->view(), from, std::min(kChunk, cells_->size() - from)),
          std::span(gradients).subspan(chunk * parameters, parameters));
    }
  };
  {
    std::vector<std::jthread> others(std::min(threads_, chunks) - 1);
    for (std::jthread& other : others) {
      other = std::jthread(work);
    }
    work();
  }
  double sum = 0.0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
    sum -= values[chunk];
    for (std::size_t i = 0; i < parameters; ++i) {
      gradient[i] -= gradients[chunk * parameters + i];
    }
  }
  if (likelihood_->ridge > 0.0) {
    for (std::size_t i = parameters - likelihood_->ratios; i < parameters; ++i) {
      sum += 0.5 * likelihood_->ridge * log_parameters[i] * log_parameters[i];
      gradient[i] += likelihood_->ridge * log_parameters[i];
    }
  }
  return sum;
}

}  // namespace till::models
