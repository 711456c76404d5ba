/// \file
/// Generalised linear model: next month's count as a product of what is known of a customer.
///
/// Every customer seen before each of the last twelve months is a row: what was known when the
/// month began, and what came. A negative binomial regression with a ridge weighs the columns:
///
///     ln mean = offset + b0 + sum_j b_j z_j        y ~ NB(mean, shape 3)
///     minimise   mean of -ln NB(y) + penalty / 2 * sum_j b_j^2
///
/// z are the columns of boosted trees and those of the days, as sign(v) ln(1 + 5 |v|),
/// standardised; what is not known is the mean. The offset is the season, ln of the month's
/// exposure against the three months before. The penalty is the one of five that forecast the last
/// two months best.
///
///     TILL_ASSIGN(const Glm model, Glm::fit(panel, {.threads = 2}, nullptr));
///     TILL_ASSIGN(const Forecast forecast, model.forecast(panel, target, {.threads = 2}));
///
/// Smooth where trees have steps, and able to go on beyond what it has seen.
///
/// Layer:   models (core, math).   Threads: immutable.
/// Sources: [MN89] -- keys resolve in docs/references.md.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/models/baselines.hpp"
#include "till/models/calendar_exposure.hpp"
#include "till/models/forecast.hpp"

namespace till::models {

/// A regression as fitted: one element of each column, in the order of Glm::columns().
struct GlmTerms {
  std::vector<double> center;        ///< Mean of the transformed column.
  std::vector<double> scale;         ///< Its standard deviation; > 0.
  std::vector<double> coefficients;  ///< b, of standardised columns.
  double intercept = 0.0;            ///< b0.
  double penalty = 0.0;              ///< Of the squared coefficients; > 0.
  double largest = 1.0;              ///< Mean that is believed, of a month.
};

class Glm {
 public:
  static constexpr std::string_view kName = "glm";

  /// Fits to at most 60,000 rows (fewer customers of each month where there are more). Falls back
  /// to the mean of three months where there are less than 200 rows or four whole months. `before`
  /// is not looked at. The result does not depend on the number of threads.
  ///
  /// Errors: `Cancelled`; `InvalidArgument` for a panel without months.
  /// Cost: some 30 Newton steps of O(rows columns^2).
  [[nodiscard]] static Result<Glm> fit(const Panel& panel,
                                       const Computation& computation,
                                       const Glm* before);

  /// One part for each customer; a mean is at most three times the largest count that was learned
  /// from. A target of several months is taken as its first, times how many such months it is;
  /// customers born in a month that is not over get the mean of three months. Errors: as fit.
  [[nodiscard]] Result<Forecast> forecast(const Panel& panel,
                                          const ForecastTarget& target,
                                          const Computation& computation) const;

  /// Returns the names of the columns.
  [[nodiscard]] static std::vector<std::string> columns();

  /// Returns what was fitted; nothing where it falls back.
  [[nodiscard]] const std::optional<GlmTerms>& terms() const noexcept { return terms_; }

  [[nodiscard]] const Spread& spread() const noexcept { return spread_; }

  /// Returns what was learned, and makes the same model of it again. Errors: `CorruptFile`.
  [[nodiscard]] State save() const;
  [[nodiscard]] static Result<Glm> load(const State& state);

  [[nodiscard]] std::span<const std::string> warnings() const noexcept { return warnings_; }

 private:
  CalendarExposure season_;
  std::optional<GlmTerms> terms_;
  Spread spread_;
  std::optional<MeanOf3Months> fallback_;
  std::vector<std::string> warnings_;
};

}  // namespace till::models
