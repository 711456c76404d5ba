/// \file
/// Forecast: for every customer, how likely 0, 1, 2, ... transactions are in a time to come.
///
/// A customer's distribution is a mixture of few negative binomials; what their weights leave of 1
/// is "surely nothing" (asleep, gone). Two numbers and a weight describe most customers, so that a
/// million distributions are kept as they are and evaluated where asked:
///
///     P(0)     = 1 - sum_j w_j + sum_j w_j NB(0; mean_j, shape_j)
///     P(k > 0) =                 sum_j w_j NB(k; mean_j, shape_j)
///
///     TILL_ASSIGN(const DynamicNbd model, DynamicNbd::fit(panel, {}, nullptr));
///     TILL_ASSIGN(const ForecastTarget march, target_after(panel, range, zone));
///     TILL_ASSIGN(const Forecast forecast, model.forecast(panel, march, {}));
///     forecast.distribution(i).mean();      // of panel.customer_keys()[i]
///
/// Every forecaster is a type of the concept `Forecaster`: `fit` learns what customers share from
/// a panel; `forecast` looks at a panel, the same or a later one, and says what comes after it.
///
/// Layer:   models (core, math).   Threads: immutable once built.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/models/state.hpp"

namespace till::models {

/// One negative binomial of a mixture: variance = mean + mean^2 / shape.
struct CountPart {
  double weight = 0.0;  ///< [0, 1]; the parts of one customer add up to at most 1.
  double mean = 0.0;    ///< >= 0, finite; 0 is surely 0.
  double shape = 1.0;   ///< > 0; infinite: Poisson.
};

/// The distribution of a count. A view: its parts live in a Forecast, or with the caller.
class CountDistribution {
 public:
  explicit CountDistribution(std::span<const CountPart> parts) noexcept : parts_(parts) {}

  [[nodiscard]] std::span<const CountPart> parts() const noexcept { return parts_; }

  [[nodiscard]] double mean() const noexcept;
  [[nodiscard]] double variance() const noexcept;
  /// Returns P(count = 0).
  [[nodiscard]] double probability_zero() const noexcept;
  /// Returns P(count = k); 0 for k < 0.
  [[nodiscard]] double pmf(std::int64_t k) const noexcept;
  /// Returns ln P(count = k), also where `pmf` underflows; -infinity where it is impossible.
  [[nodiscard]] double log_pmf(std::int64_t k) const noexcept;
  /// Returns P(count <= k); 0 for k < 0. Cost: O(k), or O(1) where k is far from the mean.
  [[nodiscard]] double cdf(std::int64_t k) const noexcept;
  /// Returns the smallest k with P(count <= k) >= level. \pre 0 <= level < 1.
  [[nodiscard]] std::int64_t quantile(double level) const noexcept;
  /// Writes P(count = 0), P(count = 1), ... for a whole run of counts. Cost: a few operations each.
  void pmf_from_zero(std::span<double> out) const noexcept;

 private:
  std::span<const CountPart> parts_;
};

/// The forecast of a panel's customers.
class Forecast {
 public:
  /// All counts surely 0. \param parts_per_customer  >= 1.
  Forecast(std::size_t customers, std::size_t parts_per_customer)
      : parts_per_customer_(parts_per_customer), parts_(customers * parts_per_customer) {}

  [[nodiscard]] std::size_t customers() const noexcept {
    return parts_.size() / parts_per_customer_;
  }

  [[nodiscard]] std::size_t parts_per_customer() const noexcept { return parts_per_customer_; }

  /// Returns the distribution of customer i of the panel. \pre i < customers().
  [[nodiscard]] CountDistribution distribution(std::size_t i) const& noexcept {
    return CountDistribution(
        std::span(parts_).subspan(i * parts_per_customer_, parts_per_customer_));
  }

  CountDistribution distribution(std::size_t i) const&& = delete;

  /// Returns the parts of customer i, to be written. \pre i < customers().
  [[nodiscard]] std::span<CountPart> parts(std::size_t i) noexcept {
    return std::span(parts_).subspan(i * parts_per_customer_, parts_per_customer_);
  }

  /// For each customer the probability of not being gone for good or asleep at the cutoff; empty
  /// where a model knows nothing of that.
  std::vector<double> probability_alive;

 private:
  std::size_t parts_per_customer_;
  std::vector<CountPart> parts_;
};

/// The time that is forecast.
struct ForecastTarget {
  std::vector<MonthPart> gap;     ///< From the cutoff to the target: known to come, not asked for.
  std::vector<MonthPart> window;  ///< The target, by month; not empty.
};

/// Returns the target that a range is to a panel.
///
/// Errors: `InvalidArgument` when the range is empty or begins before the panel's cutoff.
[[nodiscard]] Result<ForecastTarget> target_after(const Panel& panel,
                                                  TimeRange range,
                                                  const TimeZone& zone);

/// A member of an ensemble, and what it counts for.
struct MemberWeight {
  std::string member;
  double weight = 0.0;    ///< [0, 1]; they add up to 1.
  double deviance = 0.0;  ///< Mean Poisson deviance of the months looked back on.
};

/// A feature that trees split by, and how much of what they gained that brought.
struct FeatureGain {
  std::string feature;
  double share = 0.0;  ///< [0, 1]; they add up to 1.
};

/// How fits and forecasts are computed; never what comes out.
struct Computation {
  std::int32_t threads = 1;  ///< >= 1. Results do not depend on it.
  /// Asked now and then; true ends the work with `Cancelled`. Empty: never.
  std::function<bool()> cancelled = {};
};

/// A model that forecasts the customers of a panel.
///
/// `fit` learns what all customers share. `before` is the same model fitted at an earlier cutoff of
/// the same log, where there is one: a start from which less work remains. Both work for every
/// panel that Panel::make accepts and has a month, however short or empty: a model that cannot
/// learn much falls back and says so in `warnings()`. `forecast` takes any panel of the same log.
/// What `load` makes of what `save` returned forecasts the same, bit for bit; it refuses a state
/// that is not whole with `CorruptFile`.
template <typename M>
concept Forecaster = std::copyable<M> && requires(const M& model,
                                                  const Panel& panel,
                                                  const ForecastTarget& target,
                                                  const Computation& computation,
                                                  const M* before) {
  { M::kName } -> std::convertible_to<std::string_view>;
  { M::fit(panel, computation, before) } -> std::same_as<Result<M>>;
  { model.forecast(panel, target, computation) } -> std::same_as<Result<Forecast>>;
  { model.warnings() } -> std::convertible_to<std::span<const std::string>>;
  { model.save() } -> std::same_as<State>;
  { M::load(model.save()) } -> std::same_as<Result<M>>;
};

}  // namespace till::models
