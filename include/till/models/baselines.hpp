/// \file
/// Baselines: what anybody would guess for next month, each with a distribution.
///
/// | model                     | mean of the next month                                           |
/// |---------------------------|------------------------------------------------------------------|
/// | `LastMonth`               | the count of the last month                                      |
/// | `MeanOfMonths<3, 6, 12>`  | the mean of the last 3, 6 or 12 months, or of those since birth  |
/// | `SameMonthLastYear`       | the count twelve months before; of the young their mean          |
/// | `ExponentialSmoothing`    | a mean in which every month counts 1 - alpha of the one after it |
/// | `IntermittentDemand`      | probability of a month with any, times its mean size: TSB        |
///
/// Months count as they stand, long or short; one that is not over is left out where there are
/// others. A target of several months is their sum, a part of a month that part of it. Around a
/// guess stands a negative binomial whose shape depends on the mean, `ln shape = a + b ln mean`;
/// a, b and what a guess of 0 is worth (`floor`) are fitted to how the same guess would have done
/// in each of the last twelve months, as are alpha and the two constants of TSB.
///
/// Layer:   models (core, math).   Threads: immutable.
/// Sources: [TSB11] -- keys resolve in docs/references.md.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/models/forecast.hpp"

namespace till::models {

/// How far counts lie from a guess.
struct Spread {
  double log_shape = 0.0;  ///< ln of the shape at a mean of 1.
  double slope = 0.0;      ///< Of ln shape by ln mean.
  double floor = 0.02;     ///< The least mean that a guess of 0 stands for; > 0.
};

/// What guesses have in common: `Rule` makes them from the months before.
///
/// A rule has kName, kConstants (their number, each in (0, 1)) and
/// `guess(panel, constants, out)`, which writes a rate for each customer of the panel.
template <typename Rule>
class Baseline {
 public:
  static constexpr std::string_view kName = Rule::kName;

  /// Errors: `Cancelled`; `InvalidArgument` for a panel without months.
  [[nodiscard]] static Result<Baseline> fit(const Panel& panel,
                                            const Computation& computation,
                                            const Baseline* before);

  /// One part for each customer. Errors: as fit.
  [[nodiscard]] Result<Forecast> forecast(const Panel& panel,
                                          const ForecastTarget& target,
                                          const Computation& computation) const;

  /// Returns what was learned, and makes the same model of it again. Errors: `CorruptFile`.
  [[nodiscard]] State save() const;
  [[nodiscard]] static Result<Baseline> load(const State& state);

  [[nodiscard]] std::span<const std::string> warnings() const noexcept { return warnings_; }

  [[nodiscard]] const Spread& spread() const noexcept { return spread_; }

  /// Returns the constants of the rule: alpha, or those of TSB; none for means.
  [[nodiscard]] std::span<const double> constants() const noexcept { return constants_; }

 private:
  Spread spread_;
  std::vector<double> constants_;
  std::vector<std::string> warnings_;
};

namespace rules {

using Rates = std::vector<double>;

struct LastMonth {
  static constexpr std::string_view kName = "last_month";
  static constexpr std::size_t kConstants = 0;
  static void guess(const Panel& panel, std::span<const double> constants, Rates& out);
};

template <std::size_t Months>
struct MeanOfMonths {
  static constexpr std::string_view kName = Months == 3   ? "mean_of_3_months"
                                            : Months == 6 ? "mean_of_6_months"
                                                          : "mean_of_12_months";
  static constexpr std::size_t kConstants = 0;
  static void guess(const Panel& panel, std::span<const double> constants, Rates& out);
};

struct SameMonthLastYear {
  static constexpr std::string_view kName = "same_month_last_year";
  static constexpr std::size_t kConstants = 0;
  static void guess(const Panel& panel, std::span<const double> constants, Rates& out);
};

struct ExponentialSmoothing {
  static constexpr std::string_view kName = "exponential_smoothing";
  static constexpr std::size_t kConstants = 1;
  static void guess(const Panel& panel, std::span<const double> constants, Rates& out);
};

struct IntermittentDemand {
  static constexpr std::string_view kName = "intermittent_demand";
  static constexpr std::size_t kConstants = 2;
  static void guess(const Panel& panel, std::span<const double> constants, Rates& out);
};

}  // namespace rules

using LastMonth = Baseline<rules::LastMonth>;
using MeanOf3Months = Baseline<rules::MeanOfMonths<3>>;
using MeanOf6Months = Baseline<rules::MeanOfMonths<6>>;
using MeanOf12Months = Baseline<rules::MeanOfMonths<12>>;
using SameMonthLastYear = Baseline<rules::SameMonthLastYear>;
using ExponentialSmoothing = Baseline<rules::ExponentialSmoothing>;
using IntermittentDemand = Baseline<rules::IntermittentDemand>;

}  // namespace till::models
