/// \file
/// Day model: what a day should bring by the weeks around it, and how unlikely what it brought is.
///
/// A day is negative binomial with mean level x day of the week; the level is the mean of the four
/// weeks before and after, so that season and growth are in it; variance mean + alpha mean^2 with
/// one alpha for all days. Days so far off that one in twenty logs has one take no part in what
/// others are measured by. Silences of two weeks or more are gaps: not covered rather than
/// unlikely.
///
/// Layer:   insight (private).   Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace till::insight {

/// Days without which nothing is said of any.
inline constexpr std::size_t kFewestDaysForModel = 56;

struct DayModel {
  std::vector<bool> covered;     ///< Days outside of gaps.
  std::vector<double> expected;  ///< Mean of each covered day; 0 for others.
  std::vector<double> p_values;  ///< Two-sided; 1 for days that are not covered.
  double alpha = 0.0;            ///< Excess of the variance over the mean, over the mean squared.
  bool is_usable = false;        ///< Whether there are days enough.
};

/// Fits the model. \param first  days since 1970-01-01 of the first. Cost: O(n) for n days.
[[nodiscard]] DayModel fit_day_model(std::int64_t first, std::span<const double> counts);

/// Returns the probability of so many or more of `total` falling to one of `parts` alike, where
/// each part's count is negative binomial with an `alpha` (Dirichlet-multinomial); 0: multinomial.
/// \pre 0 <= count <= total, parts >= 2.
[[nodiscard]] double share_survival(double count, double total, double parts, double alpha);

/// Returns the probability of so many or more, of a negative binomial. \pre count >= 0, mean >= 0.
[[nodiscard]] double count_survival(double count, double mean, double alpha);

}  // namespace till::insight
