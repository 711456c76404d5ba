/// \file
/// Count head: a distribution around a mean, as wide as customers like this one have turned out.
///
///     y ~ 0 with probability pi, else NB(mean mu / (1 - pi), shape k)      so that E y = mu
///     ln k = a . z,   logit pi = b . z          z: standardised covariates and 1
///
/// a and b are fitted by maximum likelihood with a ridge, to means that were forecast and counts
/// that came.
///
/// Layer:   models (private).   Threads: immutable.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "member_features.hpp"

#include "till/models/forecast.hpp"

namespace till::models {

/// What a distribution's width may depend on.
struct HeadCovariates {
  static constexpr std::size_t kCount = 10;
  static constexpr std::size_t kZeroCount = 7;  ///< The first ones bear on pi as well.
  std::array<double, kCount> values{};
};

/// Returns the covariates of customer i. \pre mean > 0.
[[nodiscard]] HeadCovariates head_covariates(const MonthFeatures& features,
                                             std::size_t i,
                                             double mean);

/// Means that were forecast, and what came.
struct HeadLessons {
  std::vector<HeadCovariates> covariates;
  std::vector<double> means;
  std::vector<double> counts;
};

class CountHead {
 public:
  /// Errors: `Cancelled`. \pre there is a lesson.
  [[nodiscard]] static Result<CountHead> learn(const HeadLessons& lessons,
                                               const Computation& computation);

  /// Returns what was learned, and makes the same head of it again. Errors: `CorruptFile`.
  [[nodiscard]] State save() const;
  [[nodiscard]] static Result<CountHead> load(const State& state);

  /// Returns the distribution of a customer: one part, what its weight leaves is 0.
  [[nodiscard]] CountPart part(const HeadCovariates& covariates, double mean) const noexcept;

 private:
  static constexpr std::size_t kShapeTerms = HeadCovariates::kCount + 1;
  static constexpr std::size_t kZeroTerms = HeadCovariates::kZeroCount + 1;
  static constexpr std::size_t kTerms = kShapeTerms + kZeroTerms;

  /// Standardises covariates; the last element is 1.
  [[nodiscard]] std::array<double, kShapeTerms> terms(
      const HeadCovariates& covariates) const noexcept;

  std::array<double, HeadCovariates::kCount> center_{};
  std::array<double, HeadCovariates::kCount> scale_{};
  std::array<double, kTerms> coefficients_{};  // of ln k, then of logit pi
};

}  // namespace till::models
