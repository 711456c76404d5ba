/// \file
/// Largest part: is the largest of somebody's counts too large for their others, or for
/// everybody's?
///
/// Somebody - a customer - has counts of one kind: purchases beyond the first on each day, days
/// without a purchase between two, instants beyond the first in each minute. How they vary is
/// alpha, the excess of their variance over a Poisson's over the mean squared; it is measured over
/// all customers, without those whose largest count stands out already.
///
/// Layer:   insight (private).   Threads: pure.
#pragma once

#include <cstdint>
#include <vector>

namespace till::insight {

/// Somebody's counts, and how unlikely the largest is.
struct Parts {
  double parts = 0.0;    ///< How many counts; >= 2.
  double sum = 0.0;      ///< Of the counts.
  double squares = 0.0;  ///< Sum of the counts squared.
  double most = 0.0;     ///< The largest.
  double p_value = 1.0;
};

/// Sets the p-values by the other counts of the same: what is shared out alike among the parts
/// (Dirichlet-multinomial) with the alpha of all or, where it is larger, that of the others, gives
/// one of them so much. \param least_alpha  bounds alpha from below. Cost: O(sum), on so many
/// threads; the same for any number of them.
void test_by_own(std::vector<Parts>& everybody, double least_alpha, std::int32_t threads);

/// Sets the p-values by the counts of all others: negative binomial counts with their mean and
/// alpha have one so large among so many. Cost: O(n).
void test_by_all(std::vector<Parts>& everybody, double least_alpha);

}  // namespace till::insight
