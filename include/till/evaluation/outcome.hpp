/// \file
/// Outcome: what one forecast of one customer was worth, once the month is over.
///
/// A forecast is a distribution, so it is judged as one: by the probability it gave to what came
/// (log score), by its distance to what came (CRPS), and by where in it the count fell (PIT). Each
/// score is proper: nobody gains by saying something else than what he believes [GR07].
///
///     y = 3,  forecast F with probabilities p(0), p(1), ...
///     log_score = -ln p(3)
///     crps      = sum_k (F(k) - 1{k >= 3})^2
///     PIT       : somewhere in [F(2), F(3)]
///
/// Layer:   evaluation (models, core).   Threads: pure.
/// Sources: [GR07], [CGH09] -- keys resolve in docs/references.md.
#pragma once

#include <cstdint>

#include "till/models/forecast.hpp"

namespace till::evaluation {

/// A count to which a forecast gave a smaller probability is scored as if it had given this: the
/// impossible costs 27.6, not infinity, so that one customer does not decide for all.
inline constexpr double kLeastProbability = 1e-12;

/// What a month brought, and what the forecast had said.
struct Outcome {
  std::int64_t actual = 0;        ///< Transactions; >= 0.
  std::int64_t median = 0;        ///< Of the forecast, as its other members; >= 0.
  double mean = 0.0;              ///< >= 0.
  double variance = 0.0;          ///< >= 0.
  double probability_zero = 0.0;  ///< [0, 1].
  double log_score = 0.0;         ///< Nats; >= 0, at most 27.6.
  double crps = 0.0;              ///< Transactions; >= 0.
  double pit_low = 0.0;           ///< F(actual - 1).
  double pit_high = 1.0;          ///< F(actual); >= pit_low.
};

/// Returns what a forecast was worth.
///
/// The CRPS is the sum itself, taken until what is left of it is less than 1e-9: the rest after n
/// terms is at most (1 - F(n)) (mean - sum_{k <= n} (1 - F(k))), since a mean is the sum of all
/// 1 - F(k).
/// \pre actual >= 0; the distribution has a finite mean. A mean that is not finite stays in `mean`,
/// and the scores are NaN.
/// Cost: O(k) for a k beyond `actual` and beyond all but 1e-9 of the distribution; 8 k bytes.
[[nodiscard]] Outcome judge(const models::CountDistribution& forecast, std::int64_t actual);

/// Returns how much of the central interval of a level an outcome lies in: [0, 1].
///
/// Counts come in steps, so that intervals with whole ends hold more than they promise. The count
/// is spread over its step instead: the part of [pit_low, pit_high] inside of [(1 - level) / 2, (1
/// + level) / 2]. If the forecast is right its expectation is the level, exactly [CGH09].
/// \param level  (0, 1).
[[nodiscard]] double share_within(const Outcome& outcome, double level) noexcept;

}  // namespace till::evaluation
