#include "spread.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "till/math/gamma.hpp"
#include "till/math/minimize.hpp"
#include "till/math/negative_binomial.hpp"

namespace till::models {

Result<Spread> fit_spread(std::string_view who, const Past& past, const Computation& computation) {
  constexpr std::array<double, 3> kMean = {0.0, 0.3, -4.0};
  constexpr std::array<double, 3> kDeviation = {2.0, 0.5, 2.0};
  const auto loss = [&](std::span<const double> x, std::span<double> gradient) {
    double value = 0.0;
    for (std::size_t j = 0; j < kMean.size(); ++j) {
      const double off = (x[j] - kMean[j]) / kDeviation[j];
      value += 0.5 * off * off;
      gradient[j] = off / kDeviation[j];
    }
    const double floor = std::exp(x[2]);
    for (std::size_t i = 0; i < past.counts.size(); ++i) {
      const bool is_floor = past.guesses[i] < floor;
      const double mean = is_floor ? floor : past.guesses[i];
      const double log_mean = std::log(mean);
      const double shape = std::exp(x[0] + x[1] * log_mean);
      const double y = past.counts[i];
      value -= math::negative_binomial_log_pmf(y, mean, shape);
      const double by_shape =
          math::digamma_rise(shape, y) - std::log1p(mean / shape) + (mean - y) / (shape + mean);
      gradient[0] -= by_shape * shape;
      gradient[1] -= by_shape * shape * log_mean;
      if (is_floor) {
        gradient[2] -= y - mean * (y + shape) / (shape + mean) + by_shape * shape * x[1];
      }
    }
    return value;
  };
  math::MinimizeOptions options;
  options.absolute_tolerance = 0.01;  // of a log-likelihood
  options.relative_tolerance = 0.0;
  options.lower = {-8.0, -2.0, -12.0};
  options.upper = {8.0, 2.0, 2.0};
  options.cancelled = computation.cancelled;
  std::array<double, 3> x = kMean;
  if (math::minimize(loss, x, options).termination == math::Termination::Cancelled) {
    return Error{ErrorCode::Cancelled, std::string(who) + ": interrupted", ""};
  }
  return Spread{x[0], x[1], std::exp(x[2])};
}

CountPart around(double guess, const Spread& spread, double exposure) noexcept {
  const double mean = std::max(guess, spread.floor * std::min(1.0, exposure));
  return {1.0, mean, std::exp(spread.log_shape + spread.slope * std::log(mean))};
}

State save(const Spread& spread) {
  State state;
  state.set("log_shape", spread.log_shape);
  state.set("slope", spread.slope);
  state.set("floor", spread.floor);
  return state;
}

Result<Spread> load_spread(const State& state) {
  StateReader read(state, "spread");
  const Spread spread{read.number("log_shape", -50.0, 50.0),
                      read.number("slope", -20.0, 20.0),
                      read.number("floor", 1e-12, 1e6)};
  TILL_TRY(read.finish());
  return spread;
}

}  // namespace till::models
