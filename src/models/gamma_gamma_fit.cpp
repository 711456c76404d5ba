// The fit of the Gamma-Gamma is the fit of purchase histories: x stands for the frequency, t_x and
// T for the mean spend. The scale of T is then that of money, and histories are equal where
// customers are.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "till/models/gamma_gamma.hpp"

namespace till::models {

namespace {

using Limit = SpecialCase::Limit;

constexpr double kShapeReach = 12.0;
constexpr double kMoneyReach = 26.0;  // a rate goes with both shapes

Likelihood spend_likelihood() {
  Likelihood likelihood;
  likelihood.model = std::string(GammaGamma::kName);
  likelihood.parameters.assign(GammaGamma::kParameters.begin(), GammaGamma::kParameters.end());
  likelihood.parameters.back().time_power = 1;  // here: of money
  likelihood.reach = {kShapeReach, kShapeReach, kMoneyReach};
  likelihood.special_cases = {
      {"same_spend", "all customers spend alike", {Limit::Free, Limit::Infinity, Limit::Free}, 1},
      {"steady_spend",
       "each customer spends the same every time",
       {Limit::Infinity, Limit::Free, Limit::Free},
       1}};
  likelihood.log_likelihood = [](std::span<const double> log_parameters,
                                 const PurchaseHistories& histories,
                                 std::span<double> gradient) {
    const GammaGamma model{
        std::exp(log_parameters[0]), std::exp(log_parameters[1]), std::exp(log_parameters[2])};
    return log_likelihood(model,
                          SpendHistories{histories.T, histories.x, histories.weights},
                          std::span<double, 3>(gradient.data(), 3));
  };
  likelihood.starts = [](const HistoryMoments& moments) {
    constexpr std::array kShapes = {
        std::pair{6.0, 4.0}, std::pair{1.0, 3.0}, std::pair{2.0, 30.0}, std::pair{100.0, 2.0}};
    std::vector<std::vector<double>> starts;
    starts.reserve(kShapes.size());
    for (const auto& [p, q] : kShapes) {
      starts.push_back({p, q, moments.mean_T * (q - 1.0) / p});
    }
    return starts;
  };
  return likelihood;
}

Result<void> check(const SpendHistories& histories) {
  const auto fault = [](std::string what, double value, std::string rule) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6g", value);
    return Error{
        ErrorCode::InvalidData,
        "fit: " + std::move(what) + " is " + text.data() + ", but must be " + std::move(rule),
        ""};
  };
  const std::size_t n = histories.monetary_value.size();
  if (histories.frequency.size() != n) {
    return fault("the number of frequencies",
                 static_cast<double>(histories.frequency.size()),
                 "that of monetary values (" + std::to_string(n) + ")");
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double m = histories.monetary_value[i];
    if (!(m > 0.0) || !std::isfinite(m)) {
      return fault("monetary_value[" + std::to_string(i) + "]", m, "more than 0 and finite");
    }
    if (!(histories.frequency[i] >= 1.0)) {
      return fault("frequency[" + std::to_string(i) + "]", histories.frequency[i], "at least 1");
    }
  }
  return {};
}

}  // namespace

Result<FitReport> fit(const GammaGamma& /*model*/,
                      const SpendHistories& histories,
                      const FitOptions& options) {
  TILL_TRY(check(histories));
  TILL_ASSIGN(FitReport report,
              fit(spend_likelihood(),
                  PurchaseHistories{histories.frequency,
                                    histories.monetary_value,
                                    histories.monetary_value,
                                    histories.weights},
                  options));
  report.warnings.clear();
  if (report.distinct_histories == 1) {
    // Where no customer differs from another nothing tells how far off the estimates are.
    for (Estimate& estimate : report.estimates) {
      estimate.standard_error = std::numeric_limits<double>::infinity();
      estimate.lower = 0.0;
      estimate.upper = std::numeric_limits<double>::infinity();
    }
  }
  if (report.customers < 50.0) {
    report.warnings.push_back("What customers spend is learned from " +
                              std::to_string(std::llround(report.customers)) +
                              " who bought again: few.");
  }
  if (report.is_usable() && report.parameters[1] <= 1.0) {
    report.findings.emplace_back(
        "Customers differ so much in what they spend that the mean over them is infinite: of who "
        "never bought again no spend can be expected.");
  }
  return report;
}

std::optional<double> correlation_with_frequency(const SpendHistories& histories) {
  const std::size_t n = histories.monetary_value.size();
  const auto weight = [&](std::size_t i) {
    return histories.weights.empty() ? 1.0 : histories.weights[i];
  };
  double total = 0.0;
  double mean_m = 0.0;
  double mean_x = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    total += weight(i);
    mean_m += weight(i) * histories.monetary_value[i];
    mean_x += weight(i) * histories.frequency[i];
  }
  mean_m /= total;
  mean_x /= total;
  double mm = 0.0;
  double xx = 0.0;
  double mx = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double m = histories.monetary_value[i] - mean_m;
    const double x = histories.frequency[i] - mean_x;
    mm += weight(i) * m * m;
    xx += weight(i) * x * x;
    mx += weight(i) * m * x;
  }
  const double scale = std::sqrt(mm) * std::sqrt(xx);
  if (n == 0 || !(mm > 1e-24 * total * mean_m * mean_m) || !(xx > 0.0) || !std::isfinite(scale)) {
    return std::nullopt;
  }
  return std::clamp(mx / scale, -1.0, 1.0);
}

}  // namespace till::models
