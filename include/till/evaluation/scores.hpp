/// \file
/// Scores: how good many forecasts were, in one number for each way of asking.
///
/// Almost every score is a function of sums over the outcomes (`Terms`). That is why they add up
/// over origins, split by segment, and can be resampled cheaply (bootstrap.hpp). The two that
/// depend on the order of all customers, `auc` and `gini`, are computed from the outcomes.
///
///     name               better   what it tells
///     poisson_deviance   lower    the mean; the headline for it. Means below 0.02 count as 0.02
///     log_score          lower    the distribution, by the probability of what came
///     crps               lower    the distribution, in transactions
///     rmse               lower    the mean, large customers above all
///     mae                lower    the median. "Nothing for everyone" wins it on sparse logs
///     rmsle              lower    the mean, in proportion: of ln(1 + count)
///     bias               0        sum of predicted / sum of actual - 1
///     auc                higher   P(buys at all): the order of customers; 0.5 is chance
///     coverage_50/80/95  the level  how often a central interval held the count (share_within)
///     gini               higher   the mean: the order of customers; 1 is the order of the truth
///
/// Layer:   evaluation (models, core).   Threads: pure.
/// Sources: [GR07], [CGH09] -- keys resolve in docs/references.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "till/evaluation/outcome.hpp"

namespace till::evaluation {

/// Means below this are scored as this in the Poisson deviance, which is infinite at 0.
inline constexpr double kLeastMean = 0.02;

enum class Metric {
  PoissonDeviance,
  LogScore,
  Crps,
  Rmse,
  Mae,
  Rmsle,
  Bias,
  Auc,
  Coverage50,
  Coverage80,
  Coverage95,
  Gini,
};
inline constexpr std::size_t kMetrics = 12;

/// Returns all metrics, in the order of the table above.
[[nodiscard]] std::span<const Metric> metrics() noexcept;
/// Returns "poisson_deviance".
[[nodiscard]] std::string_view name(Metric metric) noexcept;
/// Returns whether a metric is a function of `Terms`: all but auc and gini.
[[nodiscard]] bool is_of_terms(Metric metric) noexcept;

/// Sums over outcomes.
struct Terms {
  double outcomes = 0.0;
  double actual = 0.0;
  double predicted = 0.0;  ///< Of means.
  double variance = 0.0;
  double deviance = 0.0;  ///< 2 (y ln(y / m) - y + m), m = max(mean, kLeastMean).
  double log_score = 0.0;
  double crps = 0.0;
  double squared_error = 0.0;      ///< Of the mean.
  double absolute_error = 0.0;     ///< Of the median.
  double squared_log_error = 0.0;  ///< (ln(1 + mean) - ln(1 + y))^2.
  double within_50 = 0.0;
  double within_80 = 0.0;
  double within_95 = 0.0;

  /// Adds `other` so many times.
  void add(const Terms& other, double times = 1.0) noexcept;
};

/// Returns the terms of one outcome.
[[nodiscard]] Terms terms_of(const Outcome& outcome) noexcept;

/// Returns a score; NaN where it is not defined: without outcomes, for a bias without transactions,
/// and for the metrics that are not functions of terms.
[[nodiscard]] double score(Metric metric, const Terms& terms) noexcept;

/// All scores of a set of outcomes.
struct Scores {
  Terms terms;
  /// By Metric; NaN where it is not defined (auc when all or none bought, gini when all bought the
  /// same).
  std::array<double, kMetrics> values{};

  double operator[](Metric metric) const noexcept {
    return values[static_cast<std::size_t>(metric)];
  }
};

/// Returns all scores. Cost: O(n log n).
[[nodiscard]] Scores scores_of(std::span<const Outcome> outcomes);

/// Returns the area under the ROC curve of 1 - probability_zero for "bought at all": the
/// probability that a buyer was ranked above a customer who did not buy; ties count half. NaN when
/// all or none bought.
[[nodiscard]] double auc(std::span<const Outcome> outcomes);

/// Returns the concentration of the counts in the order of the means, as a part of that in their
/// own order: 1 when the order is right, 0 when it is chance. Equal means share their ranks. NaN
/// when all counts are equal.
[[nodiscard]] double gini(std::span<const Outcome> outcomes);

/// A tenth of the customers, by the forecast.
struct Decile {
  double outcomes = 0.0;   ///< n / 10: customers with equal means are split in proportion.
  double predicted = 0.0;  ///< Mean of the forecasts.
  double actual = 0.0;     ///< Mean of the counts.
  double lift = 0.0;       ///< actual / that of all; NaN without transactions.
  double share = 0.0;      ///< Of all transactions, by this decile; NaN without transactions.
};

/// Returns ten deciles, the first with the highest forecasts; none without outcomes.
[[nodiscard]] std::vector<Decile> deciles(std::span<const Outcome> outcomes);

inline constexpr std::size_t kPitBins = 20;

/// Returns the PIT histogram, each outcome spread over [pit_low, pit_high] [CGH09]: shares
/// that add up to 1. All are 1 / 20 when forecasts are right; high ends mean that they are too
/// narrow, a high left end that they are too high. Zeros without outcomes.
[[nodiscard]] std::array<double, kPitBins> pit_histogram(std::span<const Outcome> outcomes);

/// Customers whose probability of buying was about the same.
struct Reliability {
  std::int64_t outcomes = 0;
  double predicted = 0.0;  ///< Mean of 1 - probability_zero; 0 without outcomes.
  double actual = 0.0;     ///< Share that bought; 0 without outcomes.
};

/// Returns ten classes of the probability of buying: [0, 0.1), [0.1, 0.2), ... [0.9, 1].
[[nodiscard]] std::array<Reliability, 10> reliability(std::span<const Outcome> outcomes);

}  // namespace till::evaluation
