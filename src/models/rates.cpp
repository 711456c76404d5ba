#include "till/models/rates.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "till/math/gamma.hpp"
#include "till/math/log_space.hpp"

namespace till::models {

namespace {

constexpr std::size_t kStretches = 40;
constexpr double kNegligible = 0.03;  // of a density's peak: where its picture ends
constexpr double kFurthest = 30.0;    // from the peak

/// Returns the first of these parameters that has a name.
std::optional<double> named(std::span<const ModelParameter> parameters,
                            std::span<const double> values,
                            std::string_view name) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].name == name) {
      return values[i];
    }
  }
  return std::nullopt;
}

/// Returns where the density has fallen to next to nothing, in steps away from its peak.
double end_of(const RateDensity& density, double peak, double step) {
  const double least = kNegligible * density.density(peak);
  double place = peak;
  while (std::abs(place - peak) < kFurthest && density.density(place) > least) {
    place += step;
  }
  return place;
}

}  // namespace

double RateDensity::place(double rate) const noexcept {
  return is_chance() ? std::log(rate) - std::log1p(-rate) : std::log(rate);
}

double RateDensity::rate(double place) const noexcept {
  return is_chance() ? 1.0 / (1.0 + std::exp(-place)) : std::exp(place);
}

double RateDensity::density(double place) const noexcept {
  if (is_chance()) {
    // p^a (1 - p)^b / B(a, b)
    return std::exp(-first * math::softplus(-place) - second * math::softplus(place) -
                    math::log_beta(first, second));
  }
  return std::exp(first * (std::log(second) + place) - second * std::exp(place) -
                  math::log_gamma(first));
}

std::vector<RateDensity> rate_densities(std::span<const ModelParameter> parameters,
                                        std::span<const double> values,
                                        double stages) {
  using Kind = RateDensity::Kind;
  const auto value = [&](std::string_view name) { return named(parameters, values, name); };
  std::vector<RateDensity> densities;
  if (const auto r = value("r"), alpha = value("alpha"); r && alpha) {
    densities.push_back({Kind::PurchaseRate, *r, *alpha * stages});
  }
  if (const auto s = value("s"), beta = value("beta"); s && beta) {
    // The Gompertz risk of a customer begins at b times a Gamma(s, beta).
    densities.push_back({Kind::DropoutRate, *s, *beta / value("b").value_or(1.0)});
  } else if (const auto a = value("a"), b = value("b"); a && b) {
    densities.push_back({Kind::DropoutChance, *a, *b});
  }
  return densities;
}

RateSpread rate_spread(const RateDensity& density,
                       std::span<const double> means,
                       std::span<const double> weights) {
  RateSpread spread;
  spread.density = density;
  const double peak = density.place(density.mean());
  spread.from = end_of(density, peak, -0.05);
  spread.to = end_of(density, peak, 0.05);
  std::vector<std::pair<double, double>> places;
  double total = 0.0;
  for (std::size_t i = 0; i < means.size(); ++i) {
    if (const double place = density.place(means[i]); std::isfinite(place)) {
      const double weight = weights.empty() ? 1.0 : weights[i];
      places.emplace_back(place, weight);
      spread.posterior_mean += weight * means[i];
      total += weight;
      spread.from = std::min(spread.from, std::max(place, peak - kFurthest));
      spread.to = std::max(spread.to, std::min(place, peak + kFurthest));
    }
  }
  spread.shares.assign(kStretches, 0.0);
  if (total == 0.0) {
    return spread;
  }
  spread.posterior_mean /= total;
  for (const auto& [place, weight] : places) {
    const double part = (place - spread.from) / (spread.to - spread.from);
    const auto stretch = static_cast<std::size_t>(
        std::clamp(part * static_cast<double>(kStretches), 0.0, kStretches - 1.0));
    spread.shares[stretch] += weight / total;
  }
  return spread;
}

}  // namespace till::models
